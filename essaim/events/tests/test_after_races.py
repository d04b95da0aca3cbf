"""What comes after a gathering, by several at the same moment."""

from collections.abc import Callable
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from essaim.commitments.models import Commitment
from essaim.communities.actions import leave_community
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions
from essaim.events.models import MOST_PICTURES_EACH, EventPicture, NeedBorn
from essaim.events.tests.factories import make_host, make_registration
from essaim.events.tests.rooms import gathered
from essaim.events.tests.shots import make_picture, typed
from essaim.events.tests.test_seats_races import at_once
from essaim.foundation.clock import today
from essaim.foundation.models import FactRow
from essaim.members.models import Member
from essaim.needs.tests.factories import make_need

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_say_no_at_once_are_noted_once() -> None:
    event = gathered()
    picture = make_picture(event, make_host(event.community))
    act = partial(actions.object_to_picture, member=None, picture=picture)
    assert sorted(at_once([act] * 4)) == [False, False, False, True]
    assert FactRow.objects.filter(kind="events.PictureObjected").count() == 1


def test_showing_it_again_never_undoes_a_later_no() -> None:
    """Whoever is first: a picture that is shown has been agreed to since it was last refused."""
    event = gathered()
    host = make_host(event.community)
    picture = make_picture(event, host)
    actions.object_to_picture(member=None, picture=picture)
    again = partial(actions.show_again, member=host, picture=picture, reason="agreed", agreed=True)
    at_once([again, partial(actions.object_to_picture, member=None, picture=picture)])
    last = FactRow.objects.filter(kind__contains="Picture").latest("pk")
    picture.refresh_from_db()
    assert (picture.objected_at is None) == (last.kind == "events.PictureShownAgain")


def test_the_last_free_place_takes_one_picture() -> None:
    event = gathered()
    host = make_host(event.community)
    for number in range(MOST_PICTURES_EACH - 1):
        make_picture(event, host, number)

    def add() -> object:
        return actions.add_picture(member=host, event=event, **typed())

    acts: list[Callable[[], object]] = [add] * 3
    assert sum(at_once(acts)) == 1
    assert EventPicture.objects.count() == MOST_PICTURES_EACH


def test_a_need_linked_at_once_to_two_gatherings_came_up_at_one() -> None:
    community = community_factory()
    author = member_of(community)
    need = make_need(community, author)

    def link() -> bool:
        actions.link_need(member=author, event=gathered(community), need=need)
        return True

    assert sum(at_once([link] * 3)) == 1
    assert NeedBorn.objects.count() == 1


def test_of_two_who_take_it_on_at_once_one_has_it_and_the_other_is_told() -> None:
    event = gathered()
    first, second = make_registration(event).member, make_registration(event).member
    assert first
    assert second
    point = actions.add_point(
        member=make_host(event.community), event=event, text="Book", owner=None, due_on=today()
    )
    said: list[str] = []

    def take(member: Member) -> bool:
        try:
            return actions.take_point(member=member, point=point)
        except ValidationError as error:
            said.extend(error.messages)
            return False

    assert sorted(at_once([partial(take, one) for one in (first, second)])) == [False, True]
    (words,) = said
    assert "Somebody else" in words
    assert Commitment.objects.standing().get().owner in (first, second)
    assert FactRow.objects.filter(kind="events.ActionPointTaken").count() == 1


def test_what_was_handed_over_meanwhile_is_not_taken_from_who_has_it_now() -> None:
    """Whoever leaves gives back what is theirs, and nothing that is somebody else's by then."""
    community = community_factory()
    event = gathered(community)
    host = make_host(community)
    for number in range(6):
        leaver, other = make_registration(event).member, make_registration(event).member
        assert leaver
        point = actions.add_point(
            member=host, event=event, text=f"Do {number}", owner=leaver, due_on=today()
        )
        leave_community(member=leaver, community=community)
        leave = partial(actions.leave_events, member_id=leaver.pk, community_id=community.pk)
        hand = partial(actions.hand_point_over, member=host, point=point, owner=other)
        at_once([leave, hand])
        assert Commitment.objects.standing().get(subject_id=point.pk).owner == other
