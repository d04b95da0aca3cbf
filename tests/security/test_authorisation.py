"""Who may do what, in the ways in which others forgot to ask: V01 to V04."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from config.api import api
from essaim.communities.models import Community, Mandate
from essaim.discussions.actions import report_post, write_post
from essaim.discussions.models import POST, Case, Post, Thread
from essaim.ideas.actions import add_item
from essaim.ideas.models import Debate, SentenceSource
from essaim.ideas.tests import factories as make
from essaim.members.tests.factories import member_factory
from tests.architecture.cast import OUTSIDERS, World, build
from tests.architecture.test_access import (
    PAGES,
    addresses,
    client_of,
    outcome,
    program_of,
    rows_written,
    tries,
)
from tests.security.traces import changed, rows, tells

pytestmark = pytest.mark.django_db

# What nobody outside may know to exist.
PRIVATE = {
    "community": {"private", "draft", "cellar"},
    "debate": {"inner", "private", "draft"},
    "idea": {"inner", "inneradopted", "private", "hidden", "gone"},
    "thread": {"inner", "private", "under"},
    "post": {"inner", "private", "under"},
    "case": {"open", "inner", "private", "under", "hidden"},
    "commitment": {"inner", "private"},
}
# Whoever holds the link of a letter may answer it: it is the right itself.
BY_LINK = {"mail_stop", "founder_answer", "project_invitation"}
BY_LINK |= {"registration_change", "registration_cancel", "registration_take"}
# What else follows from an act on one's own: nobody owes a second look that nobody asks for.
# Nobody has to decide about what nobody reports; an answer counts in a counter that is nobody's.
# What one offers names skills; whoever takes their help back frees the place they had. A gathering
# counts its seats. Whoever is on a picture may say no to it, whoever put it there.
FOLLOWS = {
    "idea_contest_withdraw": {"commitments_commitment"},
    "post_report_withdraw": {"discussions_case"},
    "community_rating": {"insights_tick"},
    "help_offer_edit": {"needs_offerskill"},
    "help_offer_withdraw": {"needs_offerskill"},
    "match_call_off": {"needs_need"},
    "match_block": {"needs_need"},
    "event_register": {"events_event"},
    "event_register_by_mail": {"events_event"},
    "event_picture_object": {"events_eventpicture"},
}
# That a public idea was hidden is said to everyone, with the reason.
SAID_TO_BE_GONE = ("idea", "hidden")


def private_words(world: World, name: str) -> set[str]:
    return {word for word, readers in world.secrets.items() if name not in readers}


def private_names(world: World) -> set[str]:
    """What addresses call the things that nobody outside may know."""
    return {
        str(thing[part])
        for kind, states in PRIVATE.items()
        for state, thing in world.things[kind].items()
        if state in states
        for part in ("slug", "public_id")
        if part in thing and thing[part] not in {"movement", "archive"}
    }


def test_v01_a_private_object_does_not_come_through_any_api_field() -> None:
    """Named in any part of any address, under any parameter, of whatever kind it is."""
    world = build()
    names = private_names(world)
    assert len(names) > 20
    wrong = []
    for reader in ("anonymous", "former"):
        client = program_of(world, reader)
        hidden = private_words(world, reader)
        for address, asked, in_path in _operations(names):
            response = client.get(address, asked)
            text = response.content.decode()
            if found := tells(text, hidden):
                wrong.append(f"{reader} {address} {asked}: tells {found}")
            if in_path and response.status_code not in {401, 404, 405}:
                wrong.append(f"{reader} {address}: {response.status_code}")
            if response.status_code >= 500:
                wrong.append(f"{reader} {address} {asked}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


def _operations(names: set[str]) -> Iterator[tuple[str, dict[str, str], bool]]:
    """Each reading operation of each private thing: in the path, or under each parameter."""
    for path, methods in api.get_openapi_schema()["paths"].items():
        if "get" not in methods:
            continue
        parameters = methods["get"].get("parameters", [])
        asked = {one["name"] for one in parameters if one["in"] == "query"}
        needed = {one["name"] for one in parameters if one["in"] == "query" and one["required"]}
        for name in names:
            if "{" in path:
                yield (
                    path.format(slug=name, public_id=name, number=1),
                    dict.fromkeys(needed, "1"),
                    True,
                )
                continue
            others = {"community", "parent", "commentable", "related", "thread", "of"}
            yield path, dict.fromkeys((asked - {"limit", "kind", "q"}) | others, name), False


def test_v02_nobody_decides_on_what_is_anothers() -> None:
    """Whatever they send, wherever: no row changes that was there and is not their own."""
    world, name = build(), "member"
    client, me = client_of(world, name), world.people[name]
    before = rows(of_others_than=me)
    assert len(before) > 150
    wrong = []
    for one in tries(world, name):
        if one.method != "post" or "post" not in one.row or one.key in BY_LINK:
            continue
        written = rows_written()
        with transaction.atomic():
            client.post(one.address, one.body)
            if rows_written() != written:
                touched = changed(before, rows(of_others_than=me))
                tables = {table for table, _key in touched} - FOLLOWS.get(one.key, set())
                wrong += [f"{one.key} ({one.state}): {table}" for table in tables]
            transaction.set_rollback(True)
        if one.key in {"sign_out", "erase"}:
            client = client_of(world, name)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["anonymous", "former"])
def test_v03_whatever_hangs_on_a_private_object_is_as_private_as_it(name: str) -> None:
    """Each address that names it (edit, report, support, history…), by each method, as a part
    too: there is nothing. `former` ran the place once."""
    assert name in OUTSIDERS
    world = build()
    client, hidden = client_of(world, name), private_words(world, name)
    known = addresses()
    wrong, asked = [], 0
    for key, row in PAGES.items():
        kind = row.get("of", "")
        for state in PRIVATE.get(kind, set()):
            thing = world.things[kind][state]
            address = reverse(known[key].name, kwargs={p: thing[p] for p in known[key].parameters})
            for method in ("get", "post"):
                as_part = {"hx-request": "true"} if state == "private" else {}
                response = getattr(client, method)(address, headers=as_part)
                asked += 1
                where = f"{method} {key} ({state})"
                if name == "anonymous" and not row.get("public"):
                    if "/enter/" not in str(response.headers):
                        wrong.append(f"{where}: not asked to enter")
                elif (key, state) == SAID_TO_BE_GONE and outcome(response) == "410":
                    pass
                elif outcome(response) not in {"404", "405"}:
                    wrong.append(f"{where}: {outcome(response)}")
                # Not as words of the thing, nor in what the address itself does not say.
                if found := tells(response.content.decode() + str(response.headers), hidden):
                    wrong.append(f"{where}: tells {found}")
    assert asked > 200
    assert not wrong, "\n".join(wrong)


def _next_door(world: World) -> tuple[Debate, Post, Case]:
    """Things of the neighbours: a debate, something said in it, a report of it."""
    near = Community.objects.get(slug="neighbourhood")
    debate = make.make_debate(near, world.people["neighbour"], question="And next door?")
    person = make.make_person(near)
    thread = Thread.objects.get(pk=make.propose(debate, person).thread_id)
    post = write_post(member=person, thread=thread, text="It is quiet here.")
    report_post(member=make.make_person(near), post=post, reason="spam")
    return debate, post, Case.objects.get(subject_kind=POST, subject_id=post.pk)


def test_v04_a_role_here_is_no_role_there() -> None:
    """The moderator and the administrator of one movement are anybody in another one."""
    world = build()
    debate, post, case = _next_door(world)
    idea = debate.ideas.get()
    near: dict[str, Any] = {"slug": "neighbourhood"}
    mandate = Mandate.objects.filter(community__slug="neighbourhood").first()
    assert mandate
    acts: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("case", {"public_id": case.public_id}, {"decision": "hide", "reason": "No."}),
        ("case_take", {"public_id": case.public_id}, {}),
        ("idea_hide", {"public_id": idea.public_id}, {"reason": "No."}),
        ("idea_answer", {"public_id": idea.public_id}, {"decision": "needs_more", "reasons": "?"}),
        ("debate_close", {**near, "public_id": debate.public_id}, {}),
        ("debate_edit", {**near, "public_id": debate.public_id}, {"question": "Mine?"}),
        ("debate_new", near, {"question": "Mine?", "audience": "public", "language": "en"}),
        ("mandates", near, {"holder": world.people["administrator"].public_id, "role": "host"}),
        ("mandate_end", near, {"mandate": mandate.pk}),
        ("mandate_end", {"slug": "movement"}, {"mandate": mandate.pk}),
        ("community_settings", near, {"name": "Mine", "language": "en", "visibility": "public"}),
        ("community_move", near, {"parent": "movement"}),
        ("community_close", near, {}),
        ("manifesto_edit", near, {"frustration": "Mine.", "publish": "1"}),
        ("programme_edit", near, {"title": "Mine", "section": "Mine"}),
        ("founder_withdraw", near, {"email": "a@example.org"}),
        ("post_edit", {"public_id": post.public_id}, {"text": "Mine."}),
    ]
    for name in ("moderator", "administrator"):
        client = client_of(world, name)
        before = rows()
        for key, kwargs, body in acts:
            response = client.post(reverse(key, kwargs=kwargs), body)
            assert response.status_code in {403, 404, 405}, (name, key)
            assert not changed(before, rows()), (name, key)


def test_v04_moving_and_citing_ask_about_both_ends() -> None:
    """Who runs a place brings nothing in from where they are nobody, and goes nowhere unseen."""
    world = build()
    client = client_of(world, "neighbour")
    near = Community.objects.get(slug="neighbourhood")
    for target in ("movement", "circle", "cellar", "draft"):
        Community.objects.filter(pk=near.pk).update(kind="committee")
        client.post(reverse("community_move", args=[near.slug]), {"parent": target})
        near.refresh_from_db()
        assert near.parent_id is None, target
    add_item(member=world.people["neighbour"], community=near, title="One", section="First")
    item = {"slug": near.slug, "number": 1}
    for state in ("inner", "private", "hidden"):
        client.post(
            reverse("programme_sentence_new", kwargs=item),
            {"text": f"From {state}.", "ideas": world.things["idea"][state]["public_id"]},
        )
        client.post(
            reverse("programme_sentence_new", kwargs=item),
            {
                "text": f"Said {state}.",
                "posts": world.things["post"].get(state, {"public_id": "x"})["public_id"],
            },
        )
    assert not SentenceSource.objects.filter(
        sentence__item__section__version__programme__community=near
    ).exists()
    _debate, said, _case = _next_door(world)
    for state in ("open", "inner", "private", "under"):
        response = client.post(
            reverse("thread_post", kwargs={"public_id": said.thread.public_id}),
            {"text": "And you?", "parent": world.things["post"][state]["public_id"]},
        )
        assert response.status_code == 404, state
    stranger = member_factory()
    client.post(
        reverse("mandates", args=[near.slug]), {"holder": stranger.public_id, "role": "host"}
    )
    assert not Mandate.objects.filter(member=stranger).exists()
