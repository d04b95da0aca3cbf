"""Nothing leaks out: V14 (whatever a private place holds) and V11 (from tabs that are still open).

Words are planted by walking the models: a table that leads to a community, and any text in it, is
part of this without being named.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat, Length
from django.http import HttpResponseBase
from django.test import Client

from essaim.communities.actions import end_mandate, leave_community, update_community
from essaim.communities.models import Community, Mandate
from essaim.foundation.activity import deliver_pending
from essaim.outreach.actions import send_digest
from tests.architecture.cast import World, build
from tests.architecture.stage import BY_SECRET
from tests.architecture.test_access import (
    OPERATIONS,
    REFUSED,
    Try,
    call,
    calls,
    cell_of,
    client_of,
    expected,
    outcome,
    program_of,
    tries,
)
from tests.architecture.test_crawl import crawl
from tests.security.traces import rows, tells, text_of, traced

pytestmark = pytest.mark.django_db

WORD = "kanarileak"
SHORTEST = 40  # shorter fields hold keys, languages, states
PRIVATE = ("circle", "draft", "cellar")
# Written by every request, or by looking: not what an act leaves behind.
NO_ACTS = {"foundation_keptanswer", "members_token", "usersessions_usersession"}
# One's own words can be taken back at any time, also where one no longer reads them.
OF_PROJECTS = re.compile(r"/(projects|logbook)/").match
TAKING_BACK = re.compile(
    r"/(messages|ideas|currents)/\w+/(withdraw|leave)/$|^DELETE /api/v1/(posts|ideas|currents)/"
)


def path_to_community(model: type[models.Model]) -> str | None:
    """The shortest way over foreign keys: « post__thread__community »; None: it leads to none."""
    ways, known = [("", model)], {model}
    while ways:
        way, here = ways.pop(0)
        if here is Community:
            return way
        for field in here._meta.concrete_fields:
            to = field.related_model
            if isinstance(to, type) and to not in known and issubclass(to, models.Model):
                known.add(to)
                ways.append((f"{way}__{field.name}".removeprefix("__"), to))
    return None


def texts_of(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField)
        is_other = isinstance(field, models.URLField | models.EmailField | models.SlugField)
        is_key = field.unique or field.name.endswith(("key", "kind", "token", "hash", "_ref"))
        is_long = (field.max_length or SHORTEST) >= SHORTEST
        if is_text and not is_other and not is_key and not field.choices and is_long:
            yield field


def plant() -> set[str]:
    """A word in every text of whatever leads to a community that not everyone sees."""
    words: set[str] = set()
    for model in traced():
        path = path_to_community(model)
        if path is None:
            continue
        inside = {f"{path}__slug__in".removeprefix("__"): PRIVATE}
        there = model._default_manager.filter(**inside).values("pk")
        for field in texts_of(model):
            word = f"{WORD}{len(words)}x"
            said = model._default_manager.filter(pk__in=there).exclude(**{field.name: ""})
            said = said.alias(_long=Length(field.name)).filter(_long__gt=0)
            if field.max_length:
                said = said.filter(_long__lt=field.max_length - len(word))
            if said.update(**{field.name: Concat(F(field.name), Value(f" {word}"))}):
                words.add(word)
    return words


@pytest.mark.parametrize("name", ["anonymous", "stranger", "former"])
def test_v14_no_outsider_finds_a_word_of_a_private_place_by_any_way(name: str) -> None:
    """By links, addresses, search, programs, archive, mail: whatever table it stands in."""
    world = build()
    deliver_pending()
    words = plant()
    assert len(words) > 20
    seen = [text_of(page) for _where, page in _read(world, "administrator", {"private", "draft"})]
    assert len(tells("\n".join(seen), words)) > len(words) / 3, "Otherwise this proves nothing."
    world.things |= {kind: {} for kind in BY_SECRET}
    client = client_of(world, name)
    start = "/" if name == "anonymous" else "/today/"
    pages = [*_read(world, name), *crawl(client, start)]
    wrong = [(where, word) for where, page in pages for word in tells(text_of(page), words)]
    for word in (WORD, *sorted(words)[:8]):  # the page repeats what was asked, and marks hits
        found = text_of(client.get("/search/", {"q": word}))
        wrong += [("search", word)] if "<mark>" in found else []
    if name != "anonymous":
        mail.outbox.clear()
        send_digest(member_id=world.people[name].pk)
        wrong += [("mail", w) for one in mail.outbox for w in tells(str(one.body), words)]
    if name == "stranger":  # who left finds their own words in their archive
        wrong += [("archive", w) for w in tells(text_of(client.post("/me/data/archive/")), words)]
    assert not wrong


def _read(
    world: World, name: str, states: Collection[str] = ()
) -> Iterator[tuple[str, HttpResponseBase]]:
    """Every address that this reader may read, and the lists of the API page by page."""
    client, program = client_of(world, name), program_of(world, name)
    for one in tries(world, name):
        if one.method == "get" and one.wanted == "200" and (not states or one.state in states):
            yield one.address, client.get(one.address, one.body)
    for one in calls(world, name):
        if one.method != "GET" or one.wanted != "200" or (states and one.state not in states):
            continue
        response = call(program, one)
        yield one.address, response
        following = response.json().get("next")  # type: ignore[attr-defined]  # the API's
        while following:
            response = program.get(following)
            yield following, response
            following = response.json().get("next")


@dataclass(frozen=True)
class Tab:
    """What was open when it happened: the page's request, and a form it held."""

    one: Try
    action: str = ""
    fields: tuple[tuple[str, str], ...] = ()


FORM = re.compile(r"<form[^>]*method=\"post\"[^>]*action=\"([^\"]+)\"[^>]*>(.*?)</form>", re.DOTALL)
HIDDEN = re.compile(r"<input[^>]*type=\"hidden\"[^>]*name=\"([^\"]+)\"[^>]*value=\"([^\"]*)\"")


def open_tabs(world: World, client: Client, name: str, states: Collection[str]) -> list[Tab]:
    """The pages of things in these states as they are now, with the forms in them."""
    tabs, bodies = [], {}
    for one in tries(world, name):
        if one.state in states and one.method == "post":
            bodies[one.address] = one.body
    for one in tries(world, name):
        if one.state not in states or one.method != "get" or one.wanted != "200":
            continue
        tabs.append(Tab(one))
        for action, inside in FORM.findall(text_of(client.get(one.address, one.body))):
            fields = {k: unescape(v) for k, v in HIDDEN.findall(inside)}
            said = {**bodies.get(unescape(action), {}), **fields}
            pairs = tuple((k, str(v)) for k, v in said.items() if not isinstance(v, list))
            tabs.append(Tab(one, unescape(action), pairs))
    return tabs


def look_again(client: Client, tabs: list[Tab]) -> Iterator[tuple[str, HttpResponseBase]]:
    """Reload each page, ask for its part, send each form that stood on it."""
    for tab in tabs:
        if TAKING_BACK.search(tab.action):
            continue
        if tab.action:
            yield f"POST {tab.action}", client.post(tab.action, dict(tab.fields))
        else:
            address = tab.one.address
            yield address, client.get(address, tab.one.body)
            yield (
                f"{address} (part)",
                client.get(address, tab.one.body, headers={"hx-request": "true"}),
            )


def links_told(world: World, client: Client, name: str) -> set[str]:
    """What notices, Today and the mail of the night lead to."""
    mail.outbox.clear()
    send_digest(member_id=world.people[name].pk)
    said = "\n".join(str(one.body) for one in mail.outbox)
    said += text_of(client.get("/notices/")) + text_of(client.get("/today/"))
    return set(re.findall(r"/(?:ideas|communities|messages|decisions)/[a-z0-9/_-]+/", said))


def acts(before: dict[tuple[str, str], str]) -> set[tuple[str, str]]:
    """Rows that are new, other or gone, but for those that looking writes."""
    after = rows()
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    return {key for key in changed if key[0] not in NO_ACTS}


def test_v11_from_no_tab_that_was_open_does_whoever_left_read_or_do_anything() -> None:
    """Pages, their parts, their forms, links of notices and mails, programs: as of before."""
    world = build()
    deliver_pending()
    member = world.people["member"]
    client, program = client_of(world, "member"), program_of(world, "member")
    states = {"inner", "private", "draft"}
    tabs = open_tabs(world, client, "member", states)
    links = links_told(world, client, "member")
    operations = [one for one in calls(world, "member") if one.state in states]
    assert len(tabs) > 40
    assert sum(bool(tab.action) for tab in tabs) > 10
    assert links
    for slug in ("movement", "circle", "draft"):
        leave_community(member=member, community=Community.objects.get(slug=slug))
    deliver_pending()
    inside = {word for word, readers in world.secrets.items() if "stranger" not in readers}
    inside -= {word for word in inside if "member" in world.writers[word]}
    inside -= {"kanarimailmemberx", "kanarimotivememberx"}
    before = rows()
    answers = [*look_again(client, tabs), *((link, client.get(link)) for link in links)]
    answers += [(o.key, call(program, o)) for o in operations if not TAKING_BACK.search(o.key)]
    wrong = [
        (where, word)
        for where, answer in answers
        for word in tells(text_of(answer) + str(answer.headers), inside)
    ]
    assert not wrong
    assert not acts(before)


# What one does because one sits in a circle, with or without a role: the member sits elsewhere.
BY_SEAT = {"circle_swap", "circle_synthesis"}
# What anybody may, but for the member whose offer, request or objection it is; what the host
# promised in person.
BY_ANYBODY = {"need_help", "help_offer_ask", "objection_new", "objection_report", "support_done"}
BY_ANYBODY |= {"POST /api/v1/needs/{public_id}/matches"}


def test_v11_from_no_tab_that_was_open_does_a_role_that_ended_do_anything() -> None:
    """All that the table gives to a host and not to a member."""
    world = build()
    deliver_pending()
    host = world.people["host"]
    client, program = client_of(world, "host"), program_of(world, "host")

    def is_lost(one: Try) -> bool:
        method = one.method.lower()
        as_member = expected(cell_of(one.row, method, one.state), "member")
        return as_member in REFUSED and one.wanted not in REFUSED

    asked = (*tries(world, "host"), *calls(world, "host"))
    lost = [one for one in asked if is_lost(one) and one.key not in BY_SEAT | BY_ANYBODY]
    assert len(lost) > 40
    for mandate in Mandate.objects.filter(member=host, ends_on__isnull=True):
        end_mandate(member=host, mandate=mandate)
    hidden = {word for word, readers in world.secrets.items() if "member" not in readers}
    hidden -= {word for word in hidden if "host" in world.writers[word]}
    hidden -= {"kanarimailhostx", "kanarimotivehostx"}
    before, wrong = rows(), []
    for one in lost:
        is_api = one.key in OPERATIONS
        answer = (
            call(program, one) if is_api else getattr(client, one.method)(one.address, one.body)
        )
        if outcome(answer) not in REFUSED:
            wrong.append((one.key, one.state, outcome(answer)))
        wrong += [(one.key, one.state, word) for word in tells(text_of(answer), hidden)]
    assert not wrong, "\n".join(map(str, wrong))
    assert not acts(before)


@pytest.mark.parametrize("name", ["anonymous", "stranger"])
def test_v11_what_turns_private_is_gone_from_every_tab_and_kept_page(
    name: str, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.ESSAIM_PAGE_CACHE_SECONDS = 60
    world = build()
    deliver_pending()
    client, program = client_of(world, name), program_of(world, name)
    states = {"open", "closed", "adopted", "merged"}
    # A project is its bearer's, not the movement's: it stays as open as it was.
    tabs = [one for one in open_tabs(world, client, name, states) if not OF_PROJECTS(one.action)]
    public = [one for one in calls(world, name) if one.method == "GET" and one.state in states]
    assert {outcome(call(program, one)) for one in public} >= {"200"}
    links = {address for address, _page in crawl(client, "/communities/movement/")}
    of_it = {link for link in links if re.match(r"/(ideas|communities/movement|messages)/", link)}
    assert len(of_it) > 15
    movement = Community.objects.get(slug="movement")
    with django_capture_on_commit_callbacks(execute=True):
        update_community(
            member=world.people["administrator"], community=movement, visibility="members"
        )
    before = rows()
    answers = [*look_again(client, tabs), *((link, client.get(link)) for link in of_it)]
    answers += [(one.key, call(program, one)) for one in public]
    words = ("Buses on Sundays", "Lanes for buses", "I like buses", "Trams at night")
    wrong = [(where, w) for where, page in answers for w in words if w in text_of(page)]
    assert not wrong
    assert {link: client.get(link).status_code for link in of_it if "atom" in link} == {
        link: 404 for link in of_it if "atom" in link
    }
    assert not acts(before)
