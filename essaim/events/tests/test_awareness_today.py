"""A step that is late, on the day of whoever may plan its gathering."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from essaim.communities.models import Community
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import rules
from essaim.events.models import AwarenessPlan, AwarenessStep, State, late_steps
from essaim.events.panels.today import late_to_make_known
from essaim.events.queries.waiting import what_waits
from essaim.events.tests.factories import (
    make_awareness,
    make_event,
    make_held,
    make_host,
    make_step,
)
from essaim.foundation.clock import now, today
from essaim.members.models import Member

pytestmark = pytest.mark.django_db


def acts(member: Member) -> tuple[list[str], int]:
    """What is shown, and how many queries it took."""
    reader = fresh_reader(member)
    reader.once(what_waits)
    with CaptureQueriesContext(connection) as queries:
        shown = late_to_make_known(reader, [member.pk])[member.pk]
    return [one.title for one in shown], len(queries)


def test_the_two_ways_to_ask_what_is_late_agree() -> None:
    community = community_factory()
    plan = make_awareness(community, launches_on=today() + timedelta(weeks=2))
    events = [
        None,
        make_event(community),
        make_event(community, state=State.DRAFT, published_at=None),
        make_event(community, state=State.POSTPONED, reason="Rain."),
        make_event(community, state=State.CANCELLED, reason="Rain."),
        make_event(community, hidden_at=now(), hiding_reason="No."),
        make_held(community, 3),
    ]
    for event in events:
        make_step(plan, event)
    for weeks in (1, 2, 3):
        make_step(plan, weeks_before=weeks)
    late = {one.pk for one in AwarenessStep.objects.all() if one.is_late}
    assert len(late) == 6
    assert set(late_steps().values_list("pk", flat=True)) == late


def test_the_step_that_waits_longest_is_on_the_day_of_those_who_hold_gatherings() -> None:
    community = community_factory()
    host, member = make_host(community), member_of(community)
    plan = make_awareness(community, launches_on=today() + timedelta(weeks=2))
    make_step(plan, whom="The day shift", weeks_before=1)
    assert acts(host) == ([], 0)
    make_step(plan, whom="The desks", weeks_before=3)
    make_step(plan, whom="The night shift", weeks_before=4)
    assert acts(host) == (["Plan a gathering for “The night shift”"], 1)
    for other in (member, make_host(community_factory()), member_of()):
        assert acts(other) == ([], 0)
    AwarenessPlan.objects.update(launches_on=today() - timedelta(days=1))
    assert acts(host) == ([], 0)
    AwarenessPlan.objects.update(launches_on=today() + timedelta(weeks=2), ended_at=now())
    assert acts(host) == ([], 0)


@pytest.mark.parametrize("values", [{"closed_at": now()}, {"switched_off": ["events"]}])
def test_where_nothing_can_be_planned_nothing_waits(values: dict[str, object]) -> None:
    community = community_factory()
    host = make_host(community)
    make_step(make_awareness(community, launches_on=today() + timedelta(weeks=2)))
    assert acts(host)[0]
    Community.objects.filter(pk=community.pk).update(**values)
    assert acts(host) == ([], 0)


def test_the_list_of_plans_one_may_change_is_what_the_rule_says() -> None:
    community = community_factory()
    below = community_factory(parent=community)
    plans = [
        make_awareness(community),
        make_awareness(community, ended_at=now() + timedelta(hours=1)),
        make_awareness(below),
    ]
    for member in (make_host(community), make_host(below), member_of(community, below)):
        reader = fresh_reader(member)
        held = set(rules.awareness_held_by(reader))
        assert held == {one for one in plans if rules.may_change_awareness(reader, one)}
