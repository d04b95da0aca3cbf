"""Nobody's address is read by anybody it is not for: pages, programs, feeds, archives, mails."""

import pytest
from django.core import mail

from essaim.foundation.activity import deliver_pending
from essaim.outreach.actions import send_digest
from tests.architecture.cast import CAST, World, build
from tests.architecture.stage import BY_SECRET
from tests.architecture.test_access import client_of
from tests.architecture.test_crawl import crawl
from tests.security.test_leaks import _read
from tests.security.traces import tells, text_of

pytestmark = pytest.mark.django_db


def of_others(world: World, name: str) -> set[str]:
    """What stands before the « @ » of each of the others, and of whom was invited."""
    others = {f"kanarimail{one}x" for one in CAST[1:] if one != name}
    assert others <= world.secrets.keys()
    return others | {
        word for word, readers in world.secrets.items() if "founder" in word and name not in readers
    }


@pytest.mark.parametrize("name", ["anonymous", "stranger", "member", "author"])
def test_no_address_of_another_stands_in_any_page_answer_feed_archive_or_mail(name: str) -> None:
    world = build()
    deliver_pending()
    words = of_others(world, name)
    world.things |= {kind: {} for kind in BY_SECRET}
    client = client_of(world, name)
    pages = [*_read(world, name), *crawl(client, "/" if name == "anonymous" else "/today/")]
    assert len(pages) > 100
    for kind in ("needs", "offers", "matches", "projects", "logbook", "observations"):
        assert name in ("anonymous", "stranger") or any(kind in where for where, _page in pages)
    wrong = [(where, word) for where, page in pages for word in tells(text_of(page), words)]
    if name != "anonymous":
        wrong += [("archive", w) for w in tells(text_of(client.post("/me/data/archive/")), words)]
        mail.outbox.clear()
        send_digest(member_id=world.people[name].pk)
        wrong += [("mail", w) for one in mail.outbox for w in tells(str(one.body), words)]
    assert not wrong
