"""What leaves the site: V10 (exports), V14 (what anyone finds), V15 (what caches keep)."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponseBase
from django.test import Client

from essaim.foundation.activity import deliver_pending
from essaim.foundation.privacy import REGISTER
from tests.architecture.cast import CAST, World, build
from tests.architecture.stage import BY_SECRET
from tests.architecture.test_access import PAGES, calls, client_of, tries
from tests.security.traces import tells, text_of

pytestmark = pytest.mark.django_db


def test_v10_an_archive_holds_the_declared_fields_and_nobody_elses_words() -> None:
    world = build()
    deliver_pending()
    assert len(REGISTER) > 20
    declared = {
        model._meta.label: said.exported | ({"name"} if said.is_named else set())
        for model, said in REGISTER.items()
    }
    for name in CAST[1:]:
        response = client_of(world, name).post("/me/data/archive/")
        text = text_of(response)
        own = {word for word, writers in world.writers.items() if name in writers}
        own |= {word for word, readers in world.secrets.items() if name in readers}
        others = world.secrets.keys() - own
        assert f"kanarimail{name}x" in text
        assert not tells(text, others), name
        for other in set(CAST[1:]) - {name}:
            assert f"kanarimail{other}x" not in text, (name, other)
        for record in json.loads(text)["records"]:
            for row in record["rows"]:
                assert row.keys() == declared[record["kind"]], record["kind"]
        assert "password" not in text
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["Content-Disposition"].startswith("attachment")


def test_v10_nothing_else_is_offered_as_a_file() -> None:
    """A new export is thought about here: what it holds, who may have it, what it is called."""
    world = build()
    client = client_of(world, "administrator")
    files = set()
    seen = set()
    for one in tries(world, "administrator"):
        if one.method == "get" and one.wanted == "200" and one.key not in seen:
            seen.add(one.key)
            response = client.get(one.address, one.body)
            if response.headers.get("Content-Disposition"):
                files.add(one.key)
            kind = response.headers["Content-Type"].split(";")[0]
            assert kind in KINDS, (one.key, kind)
    assert files == FILES


KINDS = {"text/html", "application/json", "text/plain", "application/atom+xml", "image/svg+xml"}
# Made anew from what was sent, without what a camera wrote into it.
KINDS |= {"image/webp"}
# Gatherings without who comes: one of them has a name, as calendars are opened like that.
KINDS |= {"text/calendar"}
# What gatherings cost, for those who keep it: sums, codes and what was bought, nobody's name.
KINDS |= {"text/csv"}
FILES: set[str] = {"event_calendar", "event_costs_file", "events_costs_file"}


def test_v14_nobody_outside_finds_a_private_word_wherever_they_look() -> None:
    """Pages in every state, what they name as feeds, sheets and facts, the API page by page,
    searches for the very words, and what robots ask for."""
    world = build()
    deliver_pending()
    private = {word for word, readers in world.secrets.items() if "anonymous" not in readers}
    world.things |= {kind: {} for kind in BY_SECRET}
    client = client_of(world, "anonymous")
    seen = 0
    wrong = []
    for address, text in _everything_public(client, world):
        seen += 1
        wrong += [f"{address}: tells {word}" for word in tells(text, private)]
    assert seen > 80
    assert not wrong, "\n".join(wrong)
    shown = client_of(world, "host").get("/search/", {"q": "kanariinner"})
    assert tells(text_of(shown), private), "Otherwise this would prove nothing."


def _everything_public(client: Client, world: World) -> Iterator[tuple[str, str]]:
    """By links alone, `tests/architecture/test_crawl.py` looks for the same words."""
    named: set[str] = set()
    for one in tries(world, "anonymous"):
        if one.method == "get" and one.row.get("public") and one.wanted == "200":
            text = text_of(client.get(one.address, one.body))
            named |= set(re.findall(r'<link rel="alternate"[^>]* href="([^"]+)"', text))
            yield one.address, text
    for address in (*named, "/robots.txt", "/sitemap.xml", "/feed", "/.well-known/security.txt"):
        yield address, text_of(client.get(address))
    for one in calls(world, "anonymous"):
        if one.method == "GET":
            yield from _pages_of_list(client, one.address)


def _pages_of_list(client: Client, address: str | None) -> Iterator[tuple[str, str]]:
    while address:
        response = client.get(address)
        yield address, text_of(response)
        address = response.json().get("next")


class SharedCache:
    """A proxy between some people and the site: keeps whatever it is not told to leave alone.

    It ignores `Vary`, as some do.
    """

    def __init__(self) -> None:
        self.kept: dict[str, HttpResponseBase] = {}

    def get(self, client: Client, address: str) -> HttpResponseBase:
        if kept := self.kept.get(address):
            return kept
        response = client.get(address)
        control = response.headers.get("Cache-Control", "")
        if not {"private", "no-store", "no-cache"} & {w.strip() for w in control.split(",")}:
            self.kept[address] = response
        return response


def test_v15_a_cache_in_between_never_shows_one_person_anothers_page(settings: Any) -> None:
    """Nor does the site's own, which keeps pages of anonymous readers."""
    settings.ESSAIM_PAGE_CACHE_SECONDS = 60
    world = build()
    names = ("author", "anonymous", "stranger")
    clients = {name: client_of(world, name) for name in names}
    # One session's middlewares for everyone, as in one process of a server.
    for client in clients.values():
        client.handler = clients["author"].handler
    kinds = {
        one.key: one.address
        for one in tries(world, "author")
        if one.method == "get" and one.wanted == "200" and one.row.get("of") not in BY_SECRET
    }
    addresses = [*kinds.values(), "/", "/enter/", "/nothing/", "/api/v1/communities", "/healthz"]
    assert len(addresses) > 30
    proxy = SharedCache()
    wrong = []
    for address in addresses:
        for name, client in clients.items():
            response = proxy.get(client, address)
            text = text_of(response)
            mine = {word for word, readers in world.secrets.items() if name in readers}
            if found := tells(text, world.secrets.keys() - mine):
                wrong.append(f"{address} shows {name} {found}")
            wrong += [
                f"{address} shows {name} the menu of {other}"
                for other in set(names) - {name, "anonymous"}
                if _is_signed_in_as(text, other) and not _is_signed_in_as(text, name)
            ]
            if name != "anonymous":
                control = response.headers.get("Cache-Control")
                if control != "private, no-store":
                    wrong.append(f"{address} for {name}: {control}")
    assert not wrong, "\n".join(wrong)


def _is_signed_in_as(text: str, name: str) -> bool:
    return f'aria-label="{name.capitalize()} Example"' in text or (
        f"Signed in as {name.capitalize()}" in text
    )


def test_v15_answers_to_forms_and_refusals_are_for_one_person_too() -> None:
    world = build()
    client = client_of(world, "administrator")
    for address in ("/nothing/", "/communities/nothing/", "/api/v1/ideas/nothing", "/enter/code/"):
        response = client.get(address)
        assert response.headers["Cache-Control"] == "private, no-store", address
    for key in ("notices_read", "act_put_off", "language", "community_found"):
        assert key in PAGES
    for address in ("/notices/read/", "/today/put-off/", "/communities/new/", "/me/"):
        response = client.post(address, {})
        assert response.headers["Cache-Control"] == "private, no-store", address
    assert urlsplit(address).path == address
