"""Several who plan the same awareness work at once."""

from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from django.db.models import Count

from essaim.communities.tests.factories import community_factory
from essaim.events import actions
from essaim.events.models import MOST_PLANS, AwarenessPlan, AwarenessStep, Event
from essaim.events.tests.factories import given, make_awareness, make_event, make_host, make_step
from essaim.events.tests.test_awareness import plan
from essaim.foundation.models import FactRow
from essaim.needs.tests.test_slots_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_step_is_planned_once_however_many_plan_and_link_it() -> None:
    community = community_factory()
    hosts = [make_host(community) for _ in range(4)]
    made = make_awareness(community)
    for _ in range(5):
        step = make_step(made)
        there = Event.objects.count()
        link = partial(actions.link_awareness_step, step=step)
        acts: list[partial[Any]] = [
            partial(
                actions.plan_awareness_step, member=one, step=step, is_published=True, **given()
            )
            for one in hosts
        ]
        acts += [partial(link, member=one, event=make_event(community)) for one in hosts]
        assert at_once(acts).count(True) == 1
        step.refresh_from_db()
        assert step.event is not None
        new = Event.objects.count() - there - len(hosts)
        assert new == (step.event.created_by in hosts)
    assert FactRow.objects.filter(kind="events.AwarenessLinked").count() == 5


def test_one_gathering_stands_for_one_step() -> None:
    community = community_factory()
    host = make_host(community)
    for _ in range(5):
        event = make_event(community)
        steps = [make_step(make_awareness(community)) for _ in range(5)]
        acts = [
            partial(actions.link_awareness_step, member=host, step=step, event=event)
            for step in steps
        ]
        assert at_once(acts).count(True) == 1
        assert AwarenessStep.objects.filter(event=event).count() == 1


def test_a_draft_that_is_deleted_meanwhile_leaves_no_step_behind_it() -> None:
    community = community_factory()
    host = make_host(community)
    made = make_awareness(community)
    for _ in range(5):
        event = actions.draft_event(member=host, community=community, **given())
        step = make_step(made)

        def link(step: AwarenessStep = step, event: Event = event) -> None:
            with suppress(Event.DoesNotExist):
                actions.link_awareness_step(member=host, step=step, event=event)

        at_once([link, partial(actions.delete_draft, member=host, event=event)])
        step.refresh_from_db()
        assert step.event is None
        assert not Event.objects.filter(pk=event.pk).exists()


def test_of_plans_made_at_once_there_are_never_too_many() -> None:
    community = community_factory()
    host = make_host(community)
    for _ in range(MOST_PLANS - 2):
        make_awareness(community)
    assert at_once([partial(plan, host, community)] * 6).count(True) == 2
    assert AwarenessPlan.objects.open().count() == MOST_PLANS
    sizes = AwarenessPlan.objects.annotate(n=Count("steps")).values_list("n", flat=True)
    assert set(sizes) == {0, 5}
