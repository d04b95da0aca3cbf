"""Answers at the same moment, each on a connection of its own."""

from datetime import timedelta
from functools import partial

import pytest

from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions
from essaim.events.models import Event, JoyTally, Registration, State
from essaim.events.tests.factories import make_event, make_registration
from essaim.events.tests.test_seats_races import at_once
from essaim.foundation.clock import now
from essaim.members.models import Member

pytestmark = pytest.mark.django_db(transaction=True)


def _came(number: int) -> tuple[Event, list[Member]]:
    community = community_factory()
    event = make_event(community, starts_at=now() - timedelta(hours=3), state=State.HELD)
    people = [member_of(community) for _ in range(number)]
    for one in people:
        make_registration(event, one)
    return event, people


def test_the_same_person_answering_ten_times_at_once_is_counted_once() -> None:
    event, (member,) = _came(1)
    at_once([partial(actions.tell_joy, member=member, event=event, joy=joy) for joy in range(10)])
    assert sum(JoyTally.objects.get().counts) == 1


def test_fifty_at_once_are_all_counted() -> None:
    event, people = _came(50)
    at_once(
        [
            partial(actions.tell_joy, member=one, event=event, joy=place % 11)
            for place, one in enumerate(people)
        ]
    )
    assert JoyTally.objects.get().counts == [5] * 6 + [4] * 5
    assert Registration.objects.filter(has_told_joy=True).count() == 50
