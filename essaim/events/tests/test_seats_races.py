"""Everybody at the same moment, each on a connection of their own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions
from essaim.events.models import Event, Registration, Standing
from essaim.events.tests.factories import make_event, make_host, make_registration
from essaim.foundation import clock
from essaim.foundation.access import Refused
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE, SEATS = 100, 5


def at_once(acts: Sequence[Callable[[], object]]) -> list[bool]:
    """Whether each act, started with the others, went through."""
    start = Barrier(len(acts))

    def one(act: Callable[[], object]) -> bool:
        start.wait()
        try:
            return bool(act())
        except (Refused, ValidationError):
            return False
        finally:
            connections.close_all()

    connection.close()
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_a_hundred_at_once_for_five_seats_five_come_and_ninety_five_wait_in_order() -> None:
    community = community_factory()
    event = make_event(community, capacity=SEATS)
    members = [member_of(community) for _ in range(PEOPLE - 20)]
    acts: list[Callable[[], object]] = [
        partial(actions.register, member=one, event=event) for one in members
    ]
    acts += [
        partial(
            actions.register_by_mail,
            event=event,
            name=f"Guest {number}",
            email=f"guest{number}@example.org",
            language="en",
        )
        for number in range(20)
    ]
    assert all(at_once(acts))
    standings = list(Registration.objects.values_list("standing", flat=True))
    assert standings.count(Standing.GOING) == SEATS
    assert standings.count(Standing.WAITING) == PEOPLE - SEATS
    assert Event.objects.get().taken == SEATS
    # In line as they were written down: who registered first stands first.
    line = list(event.registrations.in_line().values_list("pk", flat=True))
    told = FactRow.objects.filter(kind="events.Registered").order_by("pk")
    written = [row.details["registration_id"] for row in told]
    assert line == [pk for pk in written if pk in set(line)]
    assert written[:SEATS] == list(
        event.registrations.filter(standing=Standing.GOING)
        .order_by("registered_at", "pk")
        .values_list("pk", flat=True)
    )


def test_the_same_person_registering_ten_times_at_once_is_registered_once() -> None:
    community = community_factory()
    event = make_event(community, capacity=3)
    member = member_of(community)
    at_once([partial(actions.register, member=member, event=event) for _ in range(10)])
    assert Registration.objects.count() == 1
    assert Event.objects.get().taken == 1


def test_an_offer_is_passed_on_or_taken_never_both() -> None:
    community = community_factory()
    for _ in range(5):
        event = make_event(community, capacity=1)
        offered = make_registration(
            event, standing=Standing.OFFERED, offered_until=now() + timedelta(minutes=1)
        )
        waits = make_registration(event, standing=Standing.WAITING)
        member = offered.member
        late = now() + timedelta(minutes=2)

        def pass_on(one: Registration = offered, moment: object = late) -> bool:
            with clock.at(moment):  # type: ignore[arg-type]  # bound here, for the thread
                return actions.pass_on(one)

        take = partial(actions.take_offered, registration=offered, member=member)
        went = at_once([pass_on, take, pass_on])
        assert went.count(True) == 1
        offered.refresh_from_db()
        waits.refresh_from_db()
        assert (offered.standing, waits.standing) in {("going", "waiting"), ("not", "offered")}
        event.refresh_from_db()
        assert event.taken == 1


def test_seats_given_back_at_once_are_each_offered_once() -> None:
    community = community_factory()
    event = make_event(community, capacity=8)
    going = [make_registration(event) for _ in range(8)]
    waits = [make_registration(event, standing=Standing.WAITING) for _ in range(12)]
    at_once(
        [
            partial(actions.register, member=one.member, event=event, answer="not")
            for one in going
            if one.member
        ]
    )
    event.refresh_from_db()
    assert event.taken == 8
    offered = event.registrations.filter(standing=Standing.OFFERED).order_by("pk")
    assert list(offered) == waits[:8]
    assert FactRow.objects.filter(kind="events.SeatOffered").count() == 8


def test_closing_a_hall_while_people_register_never_breaks_its_seats() -> None:
    """The host makes it smaller while others come: whoever is second adapts."""
    community = community_factory()
    host = make_host(community)
    event = make_event(community, capacity=50)
    members = [member_of(community) for _ in range(30)]
    acts: list[Callable[[], object]] = [
        partial(actions.register, member=one, event=event) for one in members
    ]
    values = {
        name: getattr(event, name)
        for name in (
            *("kind", "openness", "title", "text", "language", "starts_at", "ends_at", "place"),
            *("address", "online_url", "guests", "accessibility", "childcare", "rides"),
            "questions",
        )
    }
    acts.insert(10, partial(actions.edit_event, member=host, event=event, capacity=10, **values))
    at_once(acts)
    event.refresh_from_db()
    seated = event.registrations.filter(standing=Standing.GOING).count()
    assert event.taken == seated
    assert event.capacity is not None
    assert seated <= event.capacity
    assert event.registrations.count() == 30
