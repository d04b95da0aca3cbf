"""What gatherings of a kind begin with, where a community says it itself."""

from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import override

from essaim.communities.models import Community, Role
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.events import actions, rules
from essaim.events.kinds import KINDS
from essaim.events.models import Event, ItemKind, Kind, KindTemplate, State
from essaim.events.queries.after import after_of
from essaim.events.queries.rounds import questions_given
from essaim.events.queries.templates import (
    beginning_of,
    template_for_page,
    templates_for_page,
)
from essaim.events.tests.factories import make_event, make_host
from essaim.events.tests.rooms import gathered, signed_in
from essaim.foundation.access import Refused
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow
from essaim.members.actions import erase_member
from essaim.members.models import Member
from essaim.needs.tests.test_slots_races import at_once

pytestmark = pytest.mark.django_db
TYPED = {
    "purpose": "Eat and decide.",
    "agenda": "10 Soup\n\n 20 min  Who pays? (question)\n15 Bread (pause)\n30 Rue (a) (b)",
    "asked": "What did you bring?\nWhat do you ask?",
    "agenda_question": 2,
    "roles": "cooks\nkeeps the time",
    "follow_up": "Wash up.",
}


def change(member: Member, community: Community, kind: str = "meeting", **given: Any) -> None:
    actions.change_template(member=member, community=community, kind=kind, **TYPED | given)


@pytest.fixture
def community() -> Community:
    return community_factory(language="en")


def test_a_template_is_kept_as_it_was_typed(community: Community) -> None:
    change(make_host(community), community)
    begins = beginning_of(community, "meeting")
    assert begins.purpose == "Eat and decide."
    assert [(one.title, one.minutes, one.kind) for one in begins.agenda] == [
        ("Soup", 10, ItemKind.TOPIC),
        ("Who pays?", 20, ItemKind.QUESTION),
        ("Bread", 15, ItemKind.BREAK),
        ("Rue (a) (b)", 30, ItemKind.TOPIC),
    ]
    assert [(one.text, one.is_agenda) for one in begins.asked] == [
        ("What did you bring?", False),
        ("What do you ask?", True),
    ]
    assert (begins.roles, begins.follow_up) == (("cooks", "keeps the time"), ("Wash up.",))
    assert beginning_of(community, "debate") == KINDS[Kind.DEBATE]


def test_what_the_form_shows_is_read_as_the_same(community: Community) -> None:
    host = make_host(community)
    for kind in Kind:
        for language in ("en", "fr"):
            with override(language):
                shown = template_for_page(community, kind).initial
                change(host, community, kind, **shown)
        begins = beginning_of(community, kind)
        with override("en"):
            assert [(str(one.title), one.minutes, one.kind) for one in begins.agenda] == [
                (str(one.title), one.minutes, one.kind) for one in KINDS[kind].agenda
            ]
            assert [(str(one.text), one.is_agenda) for one in begins.asked] == [
                (str(one.text), one.is_agenda) for one in KINDS[kind].asked
            ]


def test_the_nearest_community_above_that_has_its_own_is_followed(community: Community) -> None:
    chapter = community_factory(parent=community)
    committee = community_factory(parent=chapter)
    beside = community_factory()
    change(make_host(community), community)
    assert beginning_of(committee, "meeting").purpose == "Eat and decide."
    change(make_host(chapter), chapter, purpose="Decide, then eat.")
    assert beginning_of(committee, "meeting").purpose == "Decide, then eat."
    assert beginning_of(community, "meeting").purpose == "Eat and decide."
    assert beginning_of(beside, "meeting") == KINDS[Kind.MEETING]
    assert not template_for_page(committee, Kind.MEETING).is_own
    badges = {one.kind: one.badge for one in templates_for_page(committee) if one.badge}
    assert badges == {"meeting": "from a community above"}
    actions.reset_template(member=make_host(chapter), community=chapter, kind="meeting")
    assert beginning_of(committee, "meeting").purpose == "Eat and decide."
    actions.reset_template(member=make_host(community), community=community, kind="meeting")
    assert beginning_of(committee, "meeting") == KINDS[Kind.MEETING]


def test_the_agenda_and_the_round_begin_with_it(community: Community) -> None:
    host, event = make_host(community), gathered(community)
    change(host, community)
    assert questions_given(event) == [("What did you bring?", False), ("What do you ask?", True)]
    assert actions.begin_from_template(member=host, event=event) == 4
    assert list(event.agenda.values_list("title", "kind")) == [
        ("Soup", "topic"),
        ("Who pays?", "question"),
        ("Bread", "break"),
        ("Rue (a) (b)", "topic"),
    ]
    opened = actions.open_round(member=host, event=event)
    assert list(opened.questions.values_list("text", "is_agenda")) == questions_given(event)


def test_once_it_is_over_those_who_hold_it_read_what_is_left_to_do(community: Community) -> None:
    host = make_host(community)
    change(host, community)
    event = make_event(community)
    assert after_of(fresh_reader(host), event).follow_up == ()
    Event.objects.filter(pk=event.pk).update(
        starts_at=now() - (event.ends_at - event.starts_at), ends_at=now(), state=State.HELD
    )
    event = Event.objects.select_related("community", "place").get(pk=event.pk)
    assert after_of(fresh_reader(host), event).follow_up == ("Wash up.",)
    assert after_of(fresh_reader(member_of(community)), event).follow_up == ()
    page = reverse("event", args=[event.public_id])
    assert "Wash up." in signed_in(host).get(page).content.decode()
    assert "Wash up." not in signed_in(member_of(community)).get(page).content.decode()


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"agenda": "10 Soup\nBread"}, "agenda", "Line 2: first the minutes"),
        ({"agenda": "0 Soup"}, "agenda", "Line 1: between 1 and 1,440 minutes."),
        ({"agenda": f"10 {'s' * 201}"}, "agenda", "Line 1: at most 200 characters."),
        ({"agenda": " \n "}, "agenda", "At least one line."),
        ({"agenda": "5 x\n" * 41}, "agenda", "At most 40 lines."),
        ({"asked": ""}, "asked", "At least one line."),
        ({"asked": "a?\nb?\nc?\nd?\ne?"}, "asked", "At most 4 lines."),
        ({"asked": "a?\n" + "b" * 161}, "asked", "Line 2: at most 160 characters."),
        ({"agenda_question": 3}, "agenda_question", "There is no such question"),
        ({"agenda_question": -1}, "agenda_question", "There is no such question"),
        ({"roles": f"\n\n{'r' * 301}"}, "roles", "Line 3: at most 300 characters."),
        ({"follow_up": "x\n" * 13}, "follow_up", "At most 12 lines."),
        ({"purpose": ""}, "purpose", "This is needed."),
        ({"purpose": "x" * 301}, "purpose", "At most 300 characters."),
        ({"kind": "party"}, "kind", "Choose one"),
    ],
)
def test_a_line_that_is_wrong_is_told_by_its_number(
    community: Community, given: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(ValidationError) as error:
        change(make_host(community), community, **given)
    assert set(error.value.message_dict) == {field}
    (said,) = error.value.message_dict[field]
    assert said.startswith(words)
    assert not KindTemplate.objects.exists()


def test_those_who_run_the_community_say_it_and_nobody_else(community: Community) -> None:
    below = community_factory(parent=community)
    for role in (Role.HOST, Role.ADMINISTRATOR):
        change(in_role(community, role), community)
    others = [
        in_role(community, Role.LEAD),
        in_role(community, Role.TREASURER),
        member_of(community),
        make_host(below),
    ]
    for member in others:
        assert not rules.may_change_template(fresh_reader(member), community)
        with pytest.raises(Refused):
            change(member, community)
        with pytest.raises(Refused):
            actions.reset_template(member=member, community=community, kind="meeting")
    assert KindTemplate.objects.count() == 1
    host = make_host(community)
    Community.objects.filter(pk=community.pk).update(closed_at=now())
    with pytest.raises(Refused, match="closed"):
        change(host, community)


def test_the_log_says_that_it_changed_and_not_into_what(community: Community) -> None:
    host = make_host(community)
    change(host, community)
    for _ in range(2):
        actions.reset_template(member=host, community=community, kind="meeting")
    told = FactRow.objects.filter(kind="events.KindTemplateChanged").order_by("pk")
    assert [row.details for row in told] == [
        {"kind": "meeting", "is_own": True},
        {"kind": "meeting", "is_own": False},
    ]
    assert {(row.audience, row.rung) for row in told} == {("nobody", "none")}


def test_who_changed_it_is_forgotten_and_it_stays(community: Community) -> None:
    host = make_host(community)
    change(host, community)
    erase_member(member=host)
    assert KindTemplate.objects.get().changed_by is None


@pytest.mark.django_db(transaction=True)
def test_of_those_who_save_at_once_one_stands() -> None:
    community = community_factory()
    hosts = [make_host(community) for _ in range(8)]
    resets = partial(actions.reset_template, member=hosts[0], community=community, kind="meeting")
    saves = [partial(change, host, community, purpose=f"Of {host.pk}") for host in hosts]
    for _ in range(5):
        assert at_once([*saves, resets, resets]) == [True] * 10
        left = KindTemplate.objects.all()
        assert len(left) <= 1
        assert {one.purpose for one in left} <= {f"Of {host.pk}" for host in hosts}


# ---- pages


def test_the_pages_are_those_of_who_runs_the_community(community: Community) -> None:
    pages = [
        reverse("event_templates", args=[community.slug]),
        reverse("event_template", args=[community.slug, "meeting"]),
    ]
    everybody = [(make_host(community), 200), (member_of(community), 403)]
    for member, status in everybody:
        assert [signed_in(member).get(page).status_code for page in pages] == [status] * 2
    unknown = reverse("event_template", args=[community.slug, "party"])
    assert signed_in(make_host(community)).get(unknown).status_code == 404
    every = reverse("events", args=[community.slug])
    assert pages[0] in signed_in(make_host(community)).get(every).content.decode()
    assert pages[0] not in signed_in(member_of(community)).get(every).content.decode()


def test_a_template_is_changed_and_taken_away_on_its_page(community: Community) -> None:
    client = signed_in(make_host(community))
    page = reverse("event_template", args=[community.slug, "meeting"])
    reset = reverse("event_template_reset", args=[community.slug, "meeting"])
    shown = client.get(page).content.decode()
    assert "15 Opening round" in shown
    assert reset not in shown
    assert client.post(page, TYPED).status_code == 302
    shown = client.get(page).content.decode()
    assert "15 Bread (break)" in shown
    assert reset in shown
    assert (
        "its own" in client.get(reverse("event_templates", args=[community.slug])).content.decode()
    )
    wrong = client.post(page, TYPED | {"agenda": "10 Soup\nBread"})
    assert wrong.status_code == 422
    assert "Line 2: first the minutes" in wrong.content.decode()
    assert client.post(reset).status_code == 302
    assert not KindTemplate.objects.exists()
