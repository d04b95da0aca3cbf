"""What a community has switched off is nowhere, for nobody; switched on again, all of it is there.

Every text of every model that belongs to a sub-platform gets a word of its own: new fields, pages
and operations are looked at without being named here.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import models, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Length
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from essaim.commitments.models import Commitment
from essaim.communities.models import Community, Kind
from essaim.communities.rules import SUBPLATFORMS
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now
from essaim.foundation.vocabulary import gather_words
from essaim.members.models import Member
from essaim.outreach.actions import send_digest
from essaim.outreach.models import Notice
from tests.architecture.cast import CAST, World, build
from tests.architecture.test_access import (
    OPERATIONS,
    REFUSED,
    Try,
    call,
    calls,
    client_of,
    outcome,
    program_of,
    rows_written,
    tries,
)
from tests.security.traces import rows, same_each_time, tells, text_of

pytestmark = pytest.mark.django_db

SHORTEST = 40  # shorter fields hold keys, languages, states
WORD = "kanarioff"
ASKING = {"may_read", "readable"}
# The states of things that are looked at.
STATES = {"open", "closed", "adopted", "any", "ripe", "merged"}
# Of no one community: they stay, and hold nothing while it is off everywhere.
OF_ALL = {"needs_all", "needs_all_feed", "my_help", "search_save"}
OF_ALL |= {
    "events_all",
    "my_events",
    "my_calendar",
    "my_calendar_new",
    "my_calendar_revoke",
    "member_calendar",
    "round_typed",
    "door_code",
}
# Communities that are nothing but the home of one of its things.
HOMES = {"projects": Kind.PROJECT}
# One's own words can always be taken back, also where one no longer reads them.
TAKING_BACK = {
    "idea_withdraw",
    "post_withdraw",
    "current_leave",
    "DELETE /api/v1/ideas/{public_id}",
    "DELETE /api/v1/posts/{public_id}",
    "DELETE /api/v1/currents/{public_id}/posts",
}


def models_of(key: str) -> list[type[models.Model]]:
    """Those of the package of that name, and of all that is only about its things."""
    if key == "programme":
        of_ideas = apps.get_app_config("ideas").get_models()
        return [model for model in of_ideas if model.__module__.endswith(".programme")]
    subjects = SUBPLATFORMS[key].subjects
    labels = {key} | ({"discussions"} if key == "ideas" else set())
    found = [model for label in labels for model in apps.get_app_config(label).get_models()]
    return [*found, *([Commitment] if subjects else []), *([Community] if key in HOMES else [])]


def rows_of(model: type[models.Model], key: str) -> models.QuerySet[Any]:
    """Of what several share, what is about its things."""
    rows = model._default_manager.all()
    if model is Commitment:
        return rows.filter(subject_kind__in=SUBPLATFORMS[key].subjects)
    return rows.filter(kind=HOMES[key]) if model is Community else rows


@dataclass(frozen=True)
class Seen:
    """What was answered, how many rows that changed, and whether the page should be gone."""

    one: Try
    response: HttpResponseBase
    changed: int
    is_gone: bool


def texts_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, models.URLField)
        and not (field.choices or field.name.endswith(("kind", "key", "hash", "zone")))
        and (field.max_length or SHORTEST) >= SHORTEST
    ]


def plant(key: str) -> set[str]:
    """A word at the end of every text of the sub-platform that is not empty; all of them."""
    words = set()
    for model in models_of(key):
        for field in texts_of(model):
            word = f"{WORD}{model._meta.model_name}{field.name}x".replace("_", "")
            said = rows_of(model, key).exclude(**{field.name: ""})
            said = said.alias(_long=Length(field.name)).filter(_long__gt=0)
            if field.max_length:
                said = said.filter(_long__lt=field.max_length - len(word))
            if said.update(**{field.name: Concat(F(field.name), Value(f" {word}"))}):
                words.add(word)
    return words


def switch(key: str, *, is_on: bool) -> None:
    """In every community at once, archives too."""
    Community.objects.update(switched_off=[] if is_on else [key])


def looked_at(world: World, name: str, modules: tuple[str, ...]) -> Iterator[Seen]:
    """Each page and operation once; of those that are gone each form too, sent as if it were
    taken. The access table tells apart all states of things; here their words do.
    """
    client, program, answers_at = client_of(world, name), program_of(world, name), packages()
    program.get("/api/v1/me")
    known: set[tuple[str, str]] = set()
    for one in (*tries(world, name), *calls(world, name)):
        is_gone = answers_at.get(one.key.split(" ")[0], "").startswith(modules)
        is_read = one.method in {"get", "GET"}
        is_asked = (is_gone or is_read) and one.wanted != "enter"
        if not is_asked or one.state not in STATES or (one.method, one.key) in known:
            continue
        known.add((one.method, one.key))
        before = rows_written()
        with transaction.atomic():
            is_api = one.key in OPERATIONS
            send = call if is_api else _send
            response = send(program if is_api else client, one)
            changed = rows_written() - before
            transaction.set_rollback(True)
        yield Seen(one, response, changed, is_gone and not is_api)


def _send(client: Client, one: Try) -> HttpResponseBase:
    cookies = dict(client.cookies)
    response: HttpResponseBase = getattr(client, one.method)(one.address, one.body)
    client.cookies.clear()
    client.cookies.update(cookies)
    return response


def packages() -> dict[str, str]:
    """The package that answers at each address, by the address's name; « api:… » for operations."""

    def walk(resolver: URLResolver, spaces: str = "") -> Iterator[tuple[str, str]]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                space = f"{spaces}{pattern.namespace}:" if pattern.namespace else spaces
                yield from walk(pattern, space)
            elif isinstance(pattern, URLPattern):
                yield f"{spaces}{pattern.name}", pattern.callback.__module__

    return dict(walk(get_resolver()))


def hidden_with(key: str) -> tuple[str, ...]:
    """Modules whose pages are not there while it is off."""
    return {
        "ideas": ("essaim.ideas.", "essaim.discussions.views.p", "essaim.discussions.views.c"),
        "discussions": ("essaim.discussions.",),
        "programme": ("essaim.ideas.views.programme",),
        "needs": ("essaim.needs.",),
        "events": ("essaim.events.",),
        "projects": ("essaim.projects.",),
    }[key]


def test_each_sub_platform_is_thought_of_here() -> None:
    """A new one says which of its pages go."""
    for key in SUBPLATFORMS:
        assert hidden_with(key)
        assert models_of(key)
        assert any(map(texts_of, models_of(key)))


@pytest.mark.parametrize(
    "key", ["ideas", "discussions", "programme", "needs", "events", "projects"]
)
def test_what_is_switched_off_is_nowhere_and_changes_nothing(key: str) -> None:
    world = build()
    deliver_pending()
    words = plant(key)
    assert len(words) > 3
    gather_words()
    modules = hidden_with(key)
    assert set().union(*(tells(text_of(page), words) for page in _some(world, modules)))
    switch(key, is_on=False)
    wrong = []
    for name in ("anonymous", "administrator"):
        for seen in looked_at(world, name, modules):
            where = f"{name}: {seen.one.method.upper()} {seen.one.key} ({seen.one.state})"
            got = outcome(seen.response)
            shown = text_of(seen.response) + str(seen.response.headers)
            wrong += [f"{where}: tells {word}" for word in tells(shown, words)]
            if got not in {"404", "405", "enter"} and seen.is_gone:
                wrong += [f"{where}: {got}"] if seen.one.key not in TAKING_BACK | OF_ALL else []
            elif seen.changed and (got in REFUSED or seen.is_gone):
                wrong.append(f"{where}: {got}, and yet {seen.changed} rows were written")
        client = client_of(world, name)
        for asked in (f"q={WORD}", f"q={WORD}&kind=idea", f"q={WORD}&kind=post", "q=kanariof"):
            found = tells(text_of(client.get(f"/search/?{asked}")), words)
            wrong += [f"{name}: search for {asked} tells {word}" for word in found]
    assert not wrong, "\n".join(wrong)


def _some(world: World, modules: tuple[str, ...]) -> Iterator[HttpResponseBase]:
    """One page of each kind that is about to go."""
    client, answers_at, known = client_of(world, "host"), packages(), set[str]()
    for one in tries(world, "host"):
        is_going = answers_at.get(one.key.split(" ")[0], "").startswith(modules)
        is_page = one.method == "get" and one.wanted == "200"
        if is_going and is_page and one.key not in known:
            known.add(one.key)
            yield client.get(one.address, one.body)


def _told(world: World, name: str) -> dict[tuple[str, str], str]:
    """What pages and operations say, of things in a few of their states, at one moment."""
    client, program = client_of(world, name), program_of(world, name)
    found = {
        (one.key, one.state): same_each_time(client.get(one.address, one.body))
        for one in tries(world, name)
        if one.method == "get" and one.wanted == "200" and one.state in STATES and "of" in one.row
    }
    for one in calls(world, name):
        if one.method == "GET" and one.wanted == "200" and one.state in STATES and "of" in one.row:
            found[one.key, one.state] = text_of(call(program, one))
    return found


def test_switched_on_again_every_page_says_what_it_said_and_no_row_is_another() -> None:
    world = build()
    deliver_pending()
    moment = now()
    with at(moment):
        before = _told(world, "host")
    kept = rows()
    Community.objects.update(switched_off=sorted(SUBPLATFORMS))
    deliver_pending()
    Community.objects.update(switched_off=[])
    after = rows()
    assert {row for row in kept if kept[row] != after.get(row)} == set()
    with at(moment):
        again = _told(world, "host")
    assert len(before) > 30
    assert {key for key, said in before.items() if again[key] != said} == set()


def test_what_waits_to_be_told_waits_and_comes_with_it() -> None:
    """No notice, no count of them, no mail while it is off; none is lost or said to be read."""
    world = build()
    deliver_pending()
    words = plant("ideas")
    people = [world.people[name] for name in CAST[1:]]
    told = {member.pk: _unread(member) for member in people}
    assert sum(told.values()) > 10
    unread = Notice.objects.filter(read_at__isnull=True).count()
    switch("ideas", is_on=False)
    mail.outbox.clear()
    for member in people:
        client = client_of(world, _name_of(world, member))
        page = client.get("/notices/")
        assert not tells(text_of(page), words)
        client.post("/notices/read/", {"up_to": str(10**9)})
        send_digest(member_id=member.pk)
    of_ideas = Notice.objects.filter(kind__startswith="ideas.")
    assert not tells("\n".join(str(one.body) for one in mail.outbox), words)
    assert not of_ideas.filter(read_at__isnull=False).exists()
    assert not of_ideas.filter(mailed_at__isnull=False).exists()
    switch("ideas", is_on=True)
    still = Notice.objects.filter(read_at__isnull=True, kind__startswith="ideas.").count()
    assert 0 < still <= unread
    mail.outbox.clear()
    for member in people:
        send_digest(member_id=member.pk)
    assert tells("\n".join(str(one.body) for one in mail.outbox), words)


def _unread(member: Member) -> int:
    return Notice.objects.filter(member=member, read_at__isnull=True).count()


def _name_of(world: World, member: Member) -> str:
    return next(name for name, one in world.people.items() if one == member)


def test_a_switch_of_one_community_says_nothing_of_what_is_elsewhere() -> None:
    """Below it too everyone decides for themselves; what was carried up belongs to those above."""
    world = build()
    deliver_pending()
    Community.objects.filter(slug="hamlet").update(switched_off=["ideas"])
    client = client_of(world, "administrator")
    hamlet, movement = world.things["debate"]["committee"], world.things["debate"]["open"]
    debates = "/communities/{slug}/debates/{public_id}/"
    assert client.get(debates.format(**hamlet)).status_code == 404
    assert client.get(debates.format(**movement)).status_code == 200
    Community.objects.filter(slug="hamlet").update(switched_off=[])
    Community.objects.filter(slug="movement").update(switched_off=["ideas"])
    assert client.get(debates.format(**hamlet)).status_code == 200
    assert client.get(debates.format(**movement)).status_code == 404


def test_a_page_that_was_kept_for_everyone_goes_with_the_switch(
    settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.ESSAIM_PAGE_CACHE_SECONDS = 60
    world = build()
    address = "/ideas/{public_id}/".format(**world.things["idea"]["open"])
    assert Client().get(address).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        client_of(world, "host").post("/communities/movement/settings/uses/ideas/", {"is_on": "no"})
    assert Client().get(address).status_code == 404


def test_the_same_form_sent_again_is_not_answered_with_what_is_gone() -> None:
    """What was answered to a form a moment ago is not told again once that part is off."""
    world = build()
    client = client_of(world, "member")
    address = "/ideas/{public_id}/support/".format(**world.things["idea"]["open"])
    sent = {"idempotency_key": "k" * 22}
    headers = {"hx-request": "true"}
    first = client.post(address, sent, headers=headers)
    assert first.status_code == 200
    assert "support" in text_of(first)
    host = client_of(world, "host")
    host.post("/communities/movement/settings/uses/ideas/", {"is_on": "no"})
    again = client.post(address, sent, headers=headers)
    assert text_of(again) != text_of(first)
    assert "idea_unsupport" not in text_of(again)
    assert "/unsupport/" not in text_of(again)


def test_whoever_asks_who_may_read_says_of_which_sub_platform() -> None:
    """A package that forgets to would go on showing what is switched off."""
    forgotten = []
    for file in sorted(Path(settings.ROOT).glob("essaim/*/**/*.py")):
        parts = file.relative_to(settings.ROOT).parts
        if parts[1] == "communities" or "tests" in parts:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ASKING:
                named = {keyword.arg for keyword in node.keywords}
                forgotten += [] if "subplatform" in named else [f"{file.name}:{node.lineno}"]
    assert not forgotten
