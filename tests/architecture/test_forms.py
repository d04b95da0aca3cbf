"""Every form that changes something is taken once: it carries a key of its own."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest

from essaim.foundation.http.idempotency import FIELD
from tests.architecture.cast import build
from tests.architecture.test_access import client_of, tries
from tests.security.traces import text_of

# Their pages are the same for everyone, and the second time changes nothing: the choice of a
# language, and the end of a letter for whoever holds its link. The catalogue's lead nowhere.
WITHOUT = ("/language/", "/mail/", "#")


@dataclass
class Forms(HTMLParser):
    """The action and the keys of each form that posts."""

    found: list[tuple[str, list[str]]] = field(default_factory=list)
    is_inside: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = given.get("method", "get").lower() == "post"
            if self.is_inside:
                self.found.append((given.get("action", ""), []))
        if tag == "input" and self.is_inside and given.get("name") == FIELD:
            self.found[-1][1].append(given.get("value", ""))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["anonymous", "author", "administrator"])
def test_each_form_of_each_page_has_a_key_that_no_other_has(name: str) -> None:
    world = build()
    client = client_of(world, name)
    wrong, keys = [], []
    for one in tries(world, name):
        if one.method != "get" or one.wanted != "200":
            continue
        page = Forms()
        page.feed(text_of(client.get(one.address, one.body)))
        for action, found in page.found:
            if action.startswith(WITHOUT):
                continue
            keys += found
            if len(found) != 1 or len(found[0]) < 20:
                wrong.append(f"{one.key} ({one.state}): the form to {action!r} has {found}")
    assert not wrong, "\n".join(wrong)
    assert len(set(keys)) == len(keys) > 2
