"""What people write is shown as words: V23 in every field, V24 wherever it comes out again."""

import json
from collections.abc import Callable, Iterator
from email import message_from_string
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from playwright.sync_api import ConsoleMessage, Dialog, Page, expect

from essaim.communities.actions import invite_founder
from essaim.communities.models import Community
from essaim.foundation.activity import deliver_pending
from essaim.members.models import Member
from essaim.outreach.actions import send_digest
from tests.architecture.cast import World, build
from tests.architecture.test_access import calls, client_of, program_of, tries
from tests.journeys.test_every_page import signed_in
from tests.security.corpus import (
    EVERYTHING,
    MARK,
    NOT_WRITTEN,
    SHORT,
    all_text_fields,
    foreign_elements,
    poison,
)

# What is on a page that no template of ours wrote, as a browser has understood it.
FOREIGN = """() => [...document.querySelectorAll('*')].filter(e =>
    e.localName.includes('kanari')
    || [...e.attributes].some(a => a.name.startsWith('on') || a.name.includes('kanari'))
    || e.matches('iframe, object, embed, base, math, style, img[src*="kanari"]')
    || (e.localName === 'script' && e.type !== 'application/ld+json'
        && !(e.src || '').startsWith(location.origin + '/static/'))
    || ['href', 'src', 'action', 'formaction', 'xlink:href'].some(n =>
        /^\\s*(javascript|data|vbscript):/i.test(e.getAttribute(n) || ''))
).map(e => e.outerHTML.slice(0, 120))"""
LISTEN = """window.reported = []; document.addEventListener('securitypolicyviolation',
    e => window.reported.push(e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sample))"""


def test_v23_every_text_field_is_written_into_or_says_why_not() -> None:
    """A new field is poisoned from its first day, unless it stands among those nobody types."""
    assert NOT_WRITTEN.keys() <= all_text_fields().keys(), "It is gone."
    assert len(all_text_fields()) - len(NOT_WRITTEN) > 40


def poisoned() -> World:
    """The world in which everything that anybody could have written is hostile."""
    world = build()
    deliver_pending()
    written = poison()
    assert len(written) > 35
    # Nothing is tidied up on the way in: the corpus stands there as it is.
    assert Member.objects.filter(motive__contains="onerror=alert(1)").exists()
    return world


def _pages(world: World, name: str, *, once: bool = False) -> Iterator[tuple[str, str]]:
    seen = set()
    for one in tries(world, name):
        if one.method == "get" and one.wanted == "200" and not (once and one.key in seen):
            seen.add(one.key)
            yield one.key, one.address


@pytest.mark.parametrize("name", ["anonymous", "administrator", "author"])
@pytest.mark.django_db
def test_v23_hostile_words_are_words_on_every_page_in_every_state(name: str) -> None:
    world = poisoned()
    client = client_of(world, name)
    wrong, telling = [], 0
    for key, address in _pages(world, name):
        response = client.get(address)
        if response.headers["Content-Type"].startswith("text/html"):
            text = response.content.decode()
            telling += "&lt;" in text and MARK in text
            wrong += [f"{key} {address}: {said}" for said in foreign_elements(text)]
            if "49" in text and "$49" in text:
                wrong.append(f"{key}: a template was evaluated")
        if response.status_code != 200:
            wrong.append(f"{key}: {response.status_code}")
    assert not wrong, "\n".join(wrong)
    assert telling > 15, "Otherwise this would prove nothing."


# A browser shows no calendars and no tables: it hands them to another program.
TAKEN_AWAY = {"event_calendar", "events_calendar", "member_calendar"}
TAKEN_AWAY |= {"event_costs_file", "events_costs_file"}


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_v23_in_a_browser_nothing_of_it_runs_loads_or_is_reported(
    open_page: Callable[..., Page],
) -> None:
    """Each kind of page once, as nobody and as the administrator: no dialog, no report of the
    policy, no request elsewhere, no element of theirs."""
    world = poisoned()
    wrong: list[str] = []
    for name in ("anonymous", "administrator"):
        page = _listening(open_page(language="en"), wrong)
        page.goto("/healthz")
        if name != "anonymous":
            signed_in(page, world.people[name].email)
        seen = 0
        for key, address in _pages(world, name, once=True):
            if key in TAKEN_AWAY:
                continue
            if name == "administrator" and key in {"definitions", "your_data", "catalogue"}:
                continue
            page.goto(address, wait_until="load")
            wrong += [f"{name} {key}: {one}" for one in page.evaluate(FOREIGN)]
            wrong += [f"{name} {key} reports {one}" for one in page.evaluate("window.reported")]
            seen += 1
        assert seen > 15
    _complete_a_place(page, wrong)
    assert not wrong, "\n".join(wrong)


def _listening(page: Page, wrong: list[str]) -> Page:
    """Whatever the browser says about what it would not do, or was asked to say."""

    def dialog(said: Dialog) -> None:
        wrong.append(f"dialog: {said.message}")
        said.dismiss()

    def console(said: ConsoleMessage) -> None:
        if "Content Security" in said.text:
            wrong.append(said.text)

    page.add_init_script(LISTEN)
    page.on("dialog", dialog)
    page.on("console", console)
    return page


def _complete_a_place(page: Page, wrong: list[str]) -> None:
    """Suggestions are built by a script, from JSON."""
    page.goto("/me/")
    with page.expect_response("**/places/complete?*"):
        page.get_by_role("combobox", name="Your place").press_sequentially("pau")
    offered = page.locator(".suggestions:visible")
    expect(offered.get_by_role("option").first).to_be_visible()
    assert MARK in offered.inner_html()
    wrong += [f"suggestions: {one}" for one in page.evaluate(FOREIGN)]
    wrong += [f"suggestions report {one}" for one in page.evaluate("window.reported")]


@pytest.mark.django_db
def test_v24_what_was_typed_wrong_comes_back_as_words() -> None:
    """Each form, sent with the corpus in every field, shows what was typed beside its error."""
    world = build()
    wrong, shown, seen = [], 0, set()
    for name in ("host", "author", "decider"):
        client = client_of(world, name)
        for one in tries(world, name):
            if one.method != "post" or one.wanted not in {"302", "422"} or one.key in seen:
                continue
            seen.add(one.key)
            hostile = dict.fromkeys(one.body, EVERYTHING)
            with transaction.atomic():
                response = client.post(one.address, {**hostile, "next": SHORT[0]})
                transaction.set_rollback(True)
            text = response.content.decode()
            shown += "&lt;img src=kanari" in text
            wrong += [f"{one.key}: {said}" for said in foreign_elements(text)]
    assert not wrong, "\n".join(wrong)
    assert shown > 4, "Otherwise this would prove nothing."


@pytest.mark.django_db
def test_v24_in_json_in_feeds_and_in_mails_it_is_words_too() -> None:
    world = poisoned()
    client = Client()
    told = 0
    program = program_of(world, "administrator")
    for one in calls(world, "administrator"):
        if one.method == "GET" and one.wanted == "200":
            response = program.get(one.address)
            if response.status_code == 200:
                assert response.headers["Content-Type"].startswith("application/json")
                assert response.headers["X-Content-Type-Options"] == "nosniff"
                told += MARK in json.dumps(response.json())
    for one in tries(world, "anonymous"):
        if one.method == "get" and one.wanted == "200":
            response = client.get(one.address)
            if "xml" in response.headers["Content-Type"]:
                for element in ET.fromstring(response.content).iter():  # noqa: S314  ours
                    assert MARK not in element.tag
                    link = element.get("href", "").lower()
                    assert not link.startswith(("javascript:", "data:", "//"))
                    if element.get("type") == "html":
                        assert not foreign_elements(element.text or "")
    assert told > 3
    _mails(world)


def _mails(world: World) -> None:
    mail.outbox.clear()
    for member in world.people.values():
        send_digest(member_id=member.pk)
    invite_founder(
        member=world.people["host"],
        community=Community.objects.get(slug="draft"),
        name="<b>Ana</b>",
        email="ana@example.org",
    )
    deliver_pending()
    assert len(mail.outbox) > 3
    for sent in mail.outbox:
        read = message_from_string(sent.message().as_string())
        # Plain text only: no mail program makes elements of it.
        assert read.get_content_type() == "text/plain"
        assert not getattr(sent, "alternatives", [])
        assert not read.is_multipart()
        assert "$49" not in str(sent.body)


@pytest.mark.django_db
def test_v24_words_of_an_address_are_words_on_the_page_of_its_error() -> None:
    for word in (*SHORT, "\u2028<script>"):
        for address in (f"/{quote(word)}/", f"/communities/{quote(word, safe='')}/", "/nothing/"):
            response = Client().get(address, {"q": word, "next": word})
            assert response.status_code == 404
            assert not foreign_elements(response.content.decode())
    assert connection.vendor == "postgresql"
