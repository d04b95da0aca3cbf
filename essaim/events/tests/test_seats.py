from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from essaim.communities.models import Community
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions
from essaim.events.models import Event, Registration, Standing, State
from essaim.events.tests.factories import given, make_event, make_host, make_registration
from essaim.foundation import clock
from essaim.foundation.access import Refused
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    return community_factory()


def standing(registration: Registration) -> str:
    registration.refresh_from_db()
    return registration.standing


def taken(event: Event) -> int:
    event.refresh_from_db()
    return event.taken


def facts() -> list[str]:
    rows = FactRow.objects.filter(kind__startswith="events.").order_by("pk")
    return [kind.removeprefix("events.") for kind in rows.values_list("kind", flat=True)]


def test_the_database_refuses_one_seat_too_many(community: Community) -> None:
    event = make_event(community, capacity=2)
    make_registration(event)
    with pytest.raises(IntegrityError, match="event_seats"), transaction.atomic():
        make_registration(event, guests=1)
    assert taken(event) == 1
    make_registration(event, standing=Standing.WAITING)
    make_registration(event, standing=Standing.MAYBE)
    assert taken(event) == 1


def test_whoever_comes_when_it_is_full_waits_in_order(community: Community) -> None:
    event = make_event(community, capacity=1)
    people = [member_of(community) for _ in range(3)]
    found = [actions.register(member=one, event=event) for one in people]
    assert [one.standing for one in found] == ["going", "waiting", "waiting"]
    assert list(event.registrations.in_line()) == found[1:]


def test_a_freed_seat_is_offered_once_expires_and_passes_on(community: Community) -> None:
    event = make_event(community, capacity=1)
    people = [member_of(community) for _ in range(3)]
    first, second, third = (actions.register(member=one, event=event) for one in people)
    actions.register(member=people[0], event=event, answer="not")
    assert (standing(first), standing(second), standing(third)) == ("not", "offered", "waiting")
    assert second.offered_until == pytest.approx(now() + timedelta(days=1), abs=timedelta(hours=1))
    assert not actions.pass_on(second)
    with clock.at(now() + timedelta(days=1, minutes=1)):
        assert actions.pass_on(second)
        assert not actions.pass_on(second)
        assert (standing(second), standing(third)) == ("not", "offered")
        with pytest.raises(Refused):
            actions.take_offered(registration=second, member=people[1])
        actions.take_offered(registration=third, member=people[2])
    assert standing(third) == "going"
    assert taken(event) == 1
    assert facts() == [
        "Registered",
        "Registered",
        "Registered",
        "RegistrationCancelled",
        "SeatOffered",
        "SeatPassedOn",
        "SeatOffered",
        "SeatTaken",
    ]


def test_an_offer_too_late_is_not_taken_even_before_the_clock_passes_it_on(
    community: Community,
) -> None:
    event = make_event(community, capacity=1)
    one = make_registration(
        event, standing=Standing.OFFERED, offered_until=now() - timedelta(minutes=1)
    )
    with pytest.raises(Refused, match="is over"):
        actions.take_offered(registration=one, member=one.member)


def test_an_offer_is_shorter_when_it_is_near_and_none_is_made_at_the_last_minute(
    community: Community,
) -> None:
    near = make_event(community, capacity=1, starts_at=now() + timedelta(hours=4))
    here = make_registration(near)
    waits = make_registration(near, standing=Standing.WAITING)
    assert here.member
    actions.register(member=here.member, event=near, answer="maybe")
    assert standing(waits) == "offered"
    assert waits.offered_until == pytest.approx(
        now() + timedelta(hours=1), abs=timedelta(minutes=5)
    )
    last = make_event(community, capacity=1, starts_at=now() + timedelta(minutes=20))
    here = make_registration(last)
    waits = make_registration(last, standing=Standing.WAITING)
    assert here.member
    actions.register(member=here.member, event=last, answer="not")
    assert standing(waits) == "waiting"


def test_a_party_too_large_is_passed_over_and_keeps_its_place(community: Community) -> None:
    event = make_event(community, capacity=2, guests=2)
    here = [make_registration(event), make_registration(event)]
    three = make_registration(event, standing=Standing.WAITING, guests=1)
    one = make_registration(event, standing=Standing.WAITING)
    assert here[0].member
    assert here[1].member
    actions.register(member=here[0].member, event=event, answer="not")
    assert (standing(three), standing(one)) == ("waiting", "offered")
    actions.register(member=here[1].member, event=event, answer="not")
    assert standing(three) == "waiting"
    assert one.member
    actions.register(member=one.member, event=event, answer="not")
    assert standing(three) == "offered"
    assert taken(event) == 2


def test_more_guests_than_there_is_room_for_lose_nobody_their_seat(community: Community) -> None:
    event = make_event(community, capacity=3, guests=3)
    member = member_of(community)
    mine = actions.register(member=member, event=event)
    make_registration(event)
    with pytest.raises(ValidationError, match="2 seats are free"):
        actions.register(member=member, event=event, guests=2)
    assert standing(mine) == "going"
    assert actions.register(member=member, event=event, guests=1).guests == 1
    assert taken(event) == 3


def test_fewer_guests_free_a_seat_for_who_waits(community: Community) -> None:
    event = make_event(community, capacity=2, guests=1)
    member = member_of(community)
    actions.register(member=member, event=event, guests=1)
    waits = make_registration(event, standing=Standing.WAITING)
    actions.register(member=member, event=event)
    assert standing(waits) == "offered"


def test_saying_yes_again_keeps_the_seat_and_the_place_in_line(community: Community) -> None:
    event = make_event(community, capacity=1, guests=1)
    goes, first, second = (member_of(community) for _ in range(3))
    for one in (goes, first, second):
        actions.register(member=one, event=event)
    again = actions.register(member=goes, event=event)
    assert again.standing == "going"
    actions.register(member=first, event=event)
    assert [one.member for one in event.registrations.in_line()] == [first, second]
    actions.register(member=first, event=event, answer="maybe")
    actions.register(member=first, event=event)
    assert [one.member for one in event.registrations.in_line()] == [second, first]


def test_more_seats_are_offered_and_no_limit_seats_everybody(community: Community) -> None:
    host = make_host(community)
    event = make_event(community, capacity=1)
    make_registration(event)
    waits = [make_registration(event, standing=Standing.WAITING) for _ in range(3)]
    values = given(starts_at=event.starts_at, ends_at=event.ends_at, address=event.address)
    actions.edit_event(member=host, event=event, **values | {"capacity": 3})
    assert [standing(one) for one in waits] == ["offered", "offered", "waiting"]
    actions.edit_event(member=host, event=event, **values | {"capacity": None})
    assert [standing(one) for one in waits] == ["going", "going", "going"]
    assert taken(event) == 4
    with pytest.raises(ValidationError, match="4 seats are promised"):
        actions.edit_event(member=host, event=event, **values | {"capacity": 3})


def test_what_does_not_take_place_offers_nothing(community: Community) -> None:
    host = make_host(community)
    event = make_event(community, capacity=1)
    offered = make_registration(
        event,
        standing=Standing.OFFERED,
        offered_until=now() + timedelta(hours=1),
        waiting_since=now(),
    )
    actions.postpone_event(member=host, event=event, reason="The hall is flooded.")
    assert standing(offered) == "waiting"
    assert taken(event) == 0
    event.refresh_from_db()
    assert event.state == State.POSTPONED
    values = given(starts_at=now() + timedelta(days=20), address=event.address)
    actions.edit_event(member=host, event=event, **values | {"capacity": 1})
    assert standing(offered) == "waiting"
    actions.publish_event(member=host, event=event)
    assert standing(offered) == "offered"


def test_answers_are_taken_until_it_begins_and_not_after(community: Community) -> None:
    event = make_event(community)
    member = member_of(community)
    actions.register(member=member, event=event)
    with clock.at(event.starts_at - timedelta(seconds=1)):
        actions.register(member=member, event=event, answer="maybe")
    with clock.at(event.starts_at), pytest.raises(Refused, match="has begun"):
        actions.register(member=member, event=event, answer="not")


def test_an_address_registers_once_and_nobody_changes_it_by_registering_again(
    community: Community,
) -> None:
    event = make_event(community, guests=2)
    asked: dict[str, Any] = {
        "event": event,
        "name": "Zoé",
        "email": "Zoe@example.org",
        "language": "fr",
    }
    mine = actions.register_by_mail(**asked)
    assert (mine.email, mine.standing) == ("zoe@example.org", "going")
    again = actions.register_by_mail(**asked | {"name": "Somebody", "answer": "not"})
    assert again == mine
    assert (again.name, again.standing) == ("Zoé", "going")
    assert facts() == ["Registered", "LinkAskedAgain"]
    actions.change_registration(registration=mine, answer="not")
    assert standing(mine) == "not"
    assert actions.register_by_mail(**asked).standing == "going"


@pytest.mark.parametrize("answer", ["waiting", "offered", "", "yes"])
def test_nobody_gives_themselves_a_standing(community: Community, answer: str) -> None:
    event = make_event(community)
    with pytest.raises(ValidationError):
        actions.register(member=member_of(community), event=event, answer=answer)
    assert not Registration.objects.exists()
