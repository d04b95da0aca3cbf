"""Which communities meet, by who was checked in."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from essaim.communities.models import Community, Kind
from essaim.communities.queries.figures import figures_of_page
from essaim.communities.readers import ANONYMOUS
from essaim.communities.tests.factories import community_factory
from essaim.events import actions
from essaim.events.actions import Scan
from essaim.events.models import CoHolder, Event, How, Standing, State
from essaim.events.queries.vitality import vitality
from essaim.events.tests.factories import make_event, make_host, make_registration
from essaim.foundation import clock
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow

pytestmark = pytest.mark.django_db


def gathering(community: Community, *, others: int, days_ago: float = 1, **values: Any) -> Event:
    """Held, with its organiser, and so many people of whom nobody knows the name."""
    host = make_host(community)
    event = make_event(community, created_by=host, starts_at=now(), **values)
    make_registration(event, host)
    scans = [Scan(How.NAME, "nonce-of-host", person=event.registrations.get().public_id)]
    scans += [Scan(How.WALK_IN, f"nonce-{one}") for one in range(others)]
    actions.keep_door(event=event, member=host, scans=scans)
    ago = timedelta(days=days_ago)
    Event.objects.filter(pk=event.pk).update(
        starts_at=event.starts_at - ago, ends_at=event.ends_at - ago, state=State.HELD
    )
    return event


def test_three_besides_the_organiser_make_a_community_alive_and_two_do_not() -> None:
    alive, asleep, empty, few, planned = (community_factory() for _ in range(5))
    gathering(alive, others=3)
    gathering(asleep, others=3, days_ago=95)
    gathering(few, others=2)
    make_event(planned)
    found = vitality([one.pk for one in (alive, asleep, empty, few, planned)])
    assert [found[one.pk].life for one in (alive, asleep, empty, few, planned)] == [
        "alive",
        "asleep",
        "empty",
        "empty",
        "empty",
    ]
    assert (found[alive.pk].gatherings, found[alive.pk].came) == (1, 4)


def test_who_registered_and_stayed_at_home_shows_and_so_do_empty_seats() -> None:
    community = community_factory()
    event = gathering(community, others=2, capacity=10)
    for _ in range(3):
        make_registration(event)
    make_registration(event, standing=Standing.WAITING)
    told = vitality([community.pk])[community.pk]
    assert (told.shown, told.registered, told.show_rate) == (1, 4, 0.25)
    assert (told.seated, told.seats, told.fill) == (3, 10, 0.3)
    nothing = vitality([community_factory().pk])
    assert [(one.show_rate, one.fill) for one in nothing.values()] == [(None, None)]


def test_a_gathering_counts_for_each_community_that_holds_it() -> None:
    here, also, asked = (community_factory() for _ in range(3))
    event = gathering(here, others=3)
    CoHolder.objects.create(event=event, community=also, accepted_at=now())
    CoHolder.objects.create(event=event, community=asked)
    found = vitality([also.pk, asked.pk])
    assert [found[one.pk].life for one in (also, asked)] == ["alive", "empty"]


@pytest.mark.parametrize("number", [1, 4])
def test_it_costs_two_queries_for_one_and_for_many(number: int) -> None:
    communities = [community_factory() for _ in range(number)]
    for one in communities:
        gathering(one, others=1)
        gathering(one, others=3)
    with CaptureQueriesContext(connection) as queries:
        found = vitality([one.pk for one in communities])
    assert len(queries) == 2
    assert {one.life for one in found.values()} == {"alive"}


def test_the_figure_of_a_movement_counts_it_the_day_after_for_all_who_held_it() -> None:
    movement = community_factory(kind=Kind.MOVEMENT)
    here, also, few = (community_factory(kind=Kind.COMMITTEE, parent=movement) for _ in range(3))
    event = gathering(here, others=3, days_ago=0.5)
    other = gathering(few, others=2, days_ago=0.5)
    CoHolder.objects.create(event=event, community=also, accepted_at=now())
    for one in (event, other):
        assert not actions.count_attendance(one)
    with clock.at(now() + timedelta(days=1)):
        for one in (event, other):
            assert actions.count_attendance(one)
        _members, told = figures_of_page(ANONYMOUS, [here, also, few], movement)
    assert (told.alive, told.empty, told.alive_ids) == (2, 1, frozenset({here.pk, also.pk}))
    met = FactRow.objects.filter(kind="communities.PeopleMet").order_by("pk")
    assert [(one.community_id, one.details["people"]) for one in met] == [
        (here.pk, 3),
        (also.pk, 3),
        (few.pk, 2),
    ]
