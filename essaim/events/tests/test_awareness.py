"""Plans to make something known before it begins: who plans, who reads, what stands for a step."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from essaim.communities.models import Community, Role
from essaim.communities.readers import Reader, fresh_reader
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.events import actions, rules
from essaim.events.kinds import AWARENESS
from essaim.events.models import (
    MOST_PLANS,
    MOST_STEPS,
    AwarenessPlan,
    AwarenessStep,
    Event,
    State,
)
from essaim.events.tests.factories import (
    given,
    make_awareness,
    make_event,
    make_host,
    make_step,
)
from essaim.foundation.access import Refused
from essaim.foundation.clock import now, today
from essaim.foundation.models import FactRow
from essaim.members.actions import erase_member
from essaim.members.models import Member

pytestmark = pytest.mark.django_db
STEP: dict[str, Any] = {
    "whom": "The night shift",
    "kind": "online",
    "weeks_before": 2,
    "to_reach": 12,
}


def typed(**values: Any) -> dict[str, Any]:
    return {
        "title": "The call of spring",
        "why": "Three teams get a year.",
        "launches_on": today() + timedelta(weeks=10),
        "language": "en",
    } | values


def plan(member: Member, community: Community, **values: Any) -> AwarenessPlan:
    return actions.plan_awareness(member=member, community=community, **typed(**values))


@pytest.fixture
def community() -> Community:
    return community_factory(language="en")


@pytest.fixture
def host(community: Community) -> Member:
    return make_host(community)


# ---- what a plan begins with, and how it is changed


def test_a_plan_begins_with_steps_in_its_language_that_can_all_be_changed(
    community: Community, host: Member
) -> None:
    with override("en"):
        made = plan(host, community, language="fr")
    steps = list(made.steps.all())
    assert [(one.kind, one.weeks_before) for one in steps] == [
        ("talk", 8),
        ("open_door", 6),
        ("meeting", 5),
        ("online", 3),
        ("meeting", 1),
    ]
    with override("fr"):
        assert [one.whom for one in steps] == [str(one.whom) for one in AWARENESS]
    actions.change_awareness_step(member=host, step=steps[0], **STEP)
    actions.remove_awareness_step(member=host, step=steps[1])
    actions.add_awareness_step(member=host, plan=made, **STEP | {"to_reach": None})
    assert [(one.whom, one.to_reach) for one in made.steps.filter(weeks_before=2)] == [
        ("The night shift", 12),
        ("The night shift", None),
    ]
    assert made.steps.count() == 5


@pytest.mark.parametrize(
    ("days", "weeks"), [(1, [0, 0, 0, 0, 0]), (6 * 7, [6, 6, 5, 3, 1]), (400, [8, 6, 5, 3, 1])]
)
def test_no_step_is_late_from_the_beginning(
    community: Community, host: Member, days: int, weeks: list[int]
) -> None:
    made = plan(host, community, launches_on=today() + timedelta(days=days))
    steps = made.steps.all()
    assert [one.weeks_before for one in steps] == weeks
    assert not any(one.is_late for one in steps)


def test_the_steps_move_with_the_day_on_which_it_begins(community: Community, host: Member) -> None:
    made = plan(host, community)
    later = made.launches_on + timedelta(days=7)
    before = [one.due_on for one in made.steps.all()]
    actions.change_awareness(member=host, plan=made, **typed(launches_on=later))
    made = AwarenessPlan.objects.get()
    assert [one.due_on - timedelta(days=7) for one in made.steps.all()] == before


def test_once_it_has_begun_its_words_can_still_be_put_right(
    community: Community, host: Member
) -> None:
    begun = make_awareness(community, launches_on=today() - timedelta(days=3))
    kept = typed(launches_on=begun.launches_on, title="The call of March")
    actions.change_awareness(member=host, plan=begun, **kept)
    assert AwarenessPlan.objects.get().title == "The call of March"
    with pytest.raises(ValidationError):
        actions.change_awareness(member=host, plan=begun, **typed(launches_on=today()))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"why": ""}, "why"),
        ({"why": "x" * 301}, "why"),
        ({"language": "xx"}, "language"),
        ({"launches_on": None}, "launches_on"),
        ({"launches_on": 0}, "launches_on"),
        ({"launches_on": -1}, "launches_on"),
        ({"launches_on": 3 * 366 + 1}, "launches_on"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said_by_field_and_nothing_is_kept(
    community: Community, host: Member, values: dict[str, Any], field: str
) -> None:
    if isinstance(days := values.get("launches_on"), int):
        values = {"launches_on": today() + timedelta(days=days)}
    with pytest.raises(ValidationError) as error:
        plan(host, community, **values)
    assert set(error.value.message_dict) == {field}
    assert not AwarenessPlan.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"whom": ""}, "whom"),
        ({"whom": "x" * 301}, "whom"),
        ({"whom": "Write to ann@example.org"}, "whom"),
        ({"kind": "party"}, "kind"),
        ({"weeks_before": None}, "weeks_before"),
        ({"weeks_before": -1}, "weeks_before"),
        ({"weeks_before": 53}, "weeks_before"),
        ({"to_reach": 0}, "to_reach"),
        ({"to_reach": 100_001}, "to_reach"),
    ],
)
def test_what_is_wrong_with_a_step_is_said_by_field(
    community: Community, host: Member, values: dict[str, Any], field: str
) -> None:
    made = make_awareness(community)
    step = make_step(made)
    for act in (
        partial(actions.add_awareness_step, plan=made),
        partial(actions.change_awareness_step, step=step),
    ):
        with pytest.raises(ValidationError) as error:
            act(member=host, **STEP | values)
        assert set(error.value.message_dict) == {field}
    assert made.steps.get().whom == "The reception desks"


def test_a_plan_has_few_steps_and_a_community_few_plans(community: Community, host: Member) -> None:
    made = make_awareness(community)
    for _ in range(MOST_STEPS):
        last = make_step(made)
    with pytest.raises(Refused, match="At most 20 steps"):
        actions.add_awareness_step(member=host, plan=made, **STEP)
    actions.remove_awareness_step(member=host, step=last)
    actions.add_awareness_step(member=host, plan=made, **STEP)
    for _ in range(MOST_PLANS - 1):
        make_awareness(community)
    with pytest.raises(Refused, match="At most 10 open plans"):
        plan(host, community)
    actions.end_awareness(member=host, plan=made)
    plan(host, community)


@pytest.mark.parametrize(
    "values", [{"weeks_before": 53}, {"to_reach": 0}, {"to_reach": 100_001}, {"whom": ""}]
)
def test_the_database_refuses_what_no_step_can_be(
    community: Community, values: dict[str, Any]
) -> None:
    made = make_awareness(community)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_step(made, **values)
    event = make_event(community)
    make_step(made, event)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_step(made, event)


# ---- who may


def acts_of(made: AwarenessPlan, step: AwarenessStep, event: Event) -> list[partial[Any]]:
    return [
        partial(actions.plan_awareness, community=made.community, **typed()),
        partial(actions.change_awareness, plan=made, **typed()),
        partial(actions.add_awareness_step, plan=made, **STEP),
        partial(actions.change_awareness_step, step=step, **STEP),
        partial(actions.link_awareness_step, step=step, event=event),
        partial(actions.unlink_awareness_step, step=step),
        partial(actions.plan_awareness_step, step=step, is_published=True, **given()),
        partial(actions.remove_awareness_step, step=step),
        partial(actions.end_awareness, plan=made),
    ]


def test_those_who_hold_gatherings_plan_and_nobody_else(community: Community) -> None:
    made, event = make_awareness(community), make_event(community)
    step = make_step(made)
    for member in (member_of(community), make_host(community_factory()), member_of()):
        for act in acts_of(made, step, event):
            with pytest.raises(Refused):
                act(member=member)
    assert (AwarenessPlan.objects.count(), AwarenessStep.objects.count()) == (1, 1)
    assert Event.objects.count() == 1
    team = in_role(community, Role.COORDINATOR)
    for act in acts_of(made, step, event):
        act(member=team)


def test_members_read_it_and_it_is_not_there_for_others(community: Community) -> None:
    made = make_awareness(community)
    below = community_factory(parent=community)
    readers = [
        (member_of(community), True),
        (make_host(community), True),
        (in_role(community, Role.TREASURER), True),
        (member_of(below), False),
        (make_host(community_factory()), False),
        (member_of(), False),
    ]

    def seen(reader: Reader) -> list[bool]:
        listed = rules.awareness_visible_to(reader).filter(pk=made.pk).exists()
        return [bool(rules.may_read_awareness(reader, community)), listed]

    for member, may in readers:
        assert seen(fresh_reader(member)) == [may, may], member
    assert seen(Reader(None)) == [False, False]
    Community.objects.filter(pk=community.pk).update(switched_off=["events"])
    community.refresh_from_db()
    for member, _may in readers:
        assert seen(fresh_reader(member)) == [False, False]


def test_a_closed_community_takes_nothing_new_and_its_plans_stay(community: Community) -> None:
    host, made = make_host(community), make_awareness(community)
    step, event = make_step(made), make_event(community)
    Community.objects.filter(pk=community.pk).update(closed_at=now())
    for act in acts_of(made, step, event):
        with pytest.raises(Refused, match="closed"):
            act(member=host)
    assert rules.may_read_awareness(fresh_reader(host), community)


def test_what_has_ended_stays_as_it_is(community: Community, host: Member) -> None:
    made = make_awareness(community)
    step, event = make_step(made), make_event(community)
    actions.end_awareness(member=host, plan=made)
    for act in acts_of(made, step, event)[1:]:
        with pytest.raises(Refused, match="ended"):
            act(member=host)


# ---- a gathering stands for a step


def test_a_gathering_is_planned_for_a_step_in_one_act(community: Community, host: Member) -> None:
    step = make_step(make_awareness(community))
    with pytest.raises(ValidationError):
        actions.plan_awareness_step(
            member=host, step=step, is_published=True, **given(address="", place=None)
        )
    assert not Event.objects.exists()
    made = actions.plan_awareness_step(member=host, step=step, is_published=False, **given())
    step.refresh_from_db()
    assert (step.event, made.state) == (made, State.DRAFT)
    with pytest.raises(Refused, match="already"):
        actions.plan_awareness_step(member=host, step=step, is_published=False, **given())
    assert Event.objects.count() == 1
    actions.delete_draft(member=host, event=made)
    step.refresh_from_db()
    assert step.event is None


def test_a_gathering_that_is_there_is_linked_once_and_can_be_let_go(
    community: Community, host: Member
) -> None:
    made, event = make_awareness(community), make_event(community)
    first, second = make_step(made), make_step(make_awareness(community))
    actions.link_awareness_step(member=host, step=first, event=event)
    with pytest.raises(Refused, match="already"):
        actions.link_awareness_step(member=host, step=second, event=event)
    with pytest.raises(Refused, match="already"):
        actions.link_awareness_step(member=host, step=first, event=make_event(community))
    for _ in range(2):
        actions.unlink_awareness_step(member=host, step=first)
    actions.link_awareness_step(member=host, step=second, event=event)
    second.refresh_from_db()
    assert second.event == event


def test_what_does_not_take_place_or_is_elsewhere_is_not_linked(
    community: Community, host: Member
) -> None:
    step = make_step(make_awareness(community))
    below = community_factory(parent=community)
    in_role(below, Role.HOST)
    gone = [
        make_event(below),
        make_event(community, state=State.CANCELLED, reason="Rain."),
        make_event(community, hidden_at=now(), hiding_reason="No."),
    ]
    for event in gone:
        with pytest.raises(Refused):
            actions.link_awareness_step(member=host, step=step, event=event)
    cancelled = gone[1]
    AwarenessStep.objects.filter(pk=step.pk).update(event=cancelled)
    made = actions.plan_awareness_step(member=host, step=step, is_published=True, **given())
    step.refresh_from_db()
    assert step.event == made


def test_what_somebody_removed_meanwhile_is_said_to_be_gone(
    community: Community, host: Member
) -> None:
    step = make_step(make_awareness(community))
    actions.remove_awareness_step(member=host, step=step)
    with pytest.raises(Refused, match="removed"):
        actions.plan_awareness_step(member=host, step=step, is_published=True, **given())
    assert not Event.objects.exists()


# ---- what the log says, and who is forgotten


def test_the_log_has_ids_and_days_for_nobody_and_no_rung(
    community: Community, host: Member
) -> None:
    made = plan(host, community)
    step, event = made.steps.all()[0], make_event(community)
    actions.link_awareness_step(member=host, step=step, event=event)
    actions.unlink_awareness_step(member=host, step=step)
    actions.end_awareness(member=host, plan=made)
    rows = FactRow.objects.filter(kind__contains="Awareness").order_by("pk")
    assert [(row.kind, row.details) for row in rows] == [
        (
            "events.AwarenessPlanned",
            {"plan_id": made.pk, "launches_on": made.launches_on.isoformat()},
        ),
        (
            "events.AwarenessLinked",
            {"plan_id": made.pk, "event_id": event.pk, "is_linked": True},
        ),
        (
            "events.AwarenessLinked",
            {"plan_id": made.pk, "event_id": event.pk, "is_linked": False},
        ),
        ("events.AwarenessChanged", {"plan_id": made.pk}),
    ]
    assert {(row.audience, row.rung, row.actor_id) for row in rows} == {("nobody", "none", host.pk)}


def test_who_made_it_is_forgotten_and_it_stays(community: Community, host: Member) -> None:
    made = plan(host, community)
    erase_member(member=host)
    made.refresh_from_db()
    assert made.created_by is None
    assert made.steps.count() == 5
