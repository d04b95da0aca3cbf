"""What nobody has yet: taken on in one tap by whoever was there."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from essaim.commitments.models import Commitment
from essaim.communities.models import Audience
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.communities.tests.factories import member_of
from essaim.events import actions, rules
from essaim.events.models import ActionPoint, Event, Standing, State
from essaim.events.queries.minutes import points_shown
from essaim.events.tests.factories import make_host, make_registration
from essaim.events.tests.rooms import signed_in
from essaim.events.tests.test_points import over, point
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow
from essaim.members.models import Member
from essaim.members.queries import display_name
from essaim.members.tests.factories import member_factory
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db


def coming(event: Event, **values: Any) -> Member:
    member = make_registration(event, **values).member
    assert member
    return member


def taking(made: ActionPoint) -> str:
    return reverse("event_point_take", args=[made.event.public_id, made.public_id])


def test_whoever_was_there_takes_it_in_one_tap_and_those_who_hold_it_see_who() -> None:
    event = over()
    host, member = make_host(event.community), coming(event)
    made = point(event, host, None)
    deliver_pending()
    client, page = signed_in(member), reverse("event", args=[event.public_id])
    assert taking(made) in client.get(page).text
    assert client.get(taking(made)).status_code == 405
    assert client.post(taking(made)).status_code == 302
    assert Commitment.objects.standing().get().owner == member
    shown = client.get(page).text
    assert taking(made) not in shown
    assert reverse("event_point_back", args=[event.public_id, made.public_id]) in shown
    assert display_name(member) in signed_in(host).get(page).text
    deliver_pending()
    assert not Notice.objects.filter(kind="events.task", member=member).exists()
    row = FactRow.objects.get(kind="events.ActionPointTaken")
    assert (row.audience, row.rung) == ("nobody", "interact")
    assert row.details == {"event_id": event.pk, "point_id": made.pk}


def test_those_who_hold_it_take_it_on_their_own_page() -> None:
    event = over()
    host = make_host(event.community)
    made = point(event, host, None)
    client = signed_in(host)
    assert taking(made) in client.get(reverse("event_points", args=[event.public_id])).text
    assert client.post(taking(made)).status_code == 302
    assert Commitment.objects.standing().get().owner == host


def test_whoever_was_not_there_takes_nothing_and_sees_no_button() -> None:
    event = over()
    made = point(event, make_host(event.community), None)
    others = (
        member_of(event.community),
        member_factory(),
        coming(event, standing=Standing.NOT),
    )
    for member in others:
        with pytest.raises(Refused):
            actions.take_point(member=member, point=made)
        client = signed_in(member)
        assert taking(made) not in client.get(reverse("event", args=[event.public_id])).text
        assert client.post(taking(made)).status_code == 403
    assert not rules.may_take(ANONYMOUS, event)
    assert Commitment.objects.standing().get().owner is None


def test_taken_twice_it_is_theirs_once_and_no_longer_anybody_elses() -> None:
    event = over()
    member, other = coming(event), coming(event)
    made = point(event, make_host(event.community), None)
    assert actions.take_point(member=member, point=made)
    assert not actions.take_point(member=member, point=made)
    with pytest.raises(ValidationError, match="Somebody else"):
        actions.take_point(member=other, point=made)
    answer = signed_in(other).post(taking(made), follow=True)
    assert "Somebody else has taken this on" in answer.text
    assert FactRow.objects.filter(kind="events.ActionPointTaken").count() == 1
    actions.give_point_back(member=member, point=made)
    assert actions.take_point(member=other, point=made)
    assert Commitment.objects.standing().get().owner == other


def test_what_is_done_or_of_a_gathering_that_is_no_more_is_not_taken() -> None:
    event = over()
    host, member = make_host(event.community), coming(event)
    made, dropped = point(event, host, None), point(event, host, None, text="Call them")
    actions.drop_point(member=host, point=dropped)
    with pytest.raises(Refused, match="no longer wanted"):
        actions.take_point(member=member, point=dropped)
    for values in ({"hidden_at": now()}, {"state": State.CANCELLED, "reason": "Snow."}):
        Event.objects.filter(pk=event.pk).update(**values)
        with pytest.raises(Refused):
            actions.take_point(member=member, point=made)
        Event.objects.filter(pk=event.pk).update(hidden_at=None, state=State.HELD, reason="")
    assert actions.take_point(member=member, point=made)


def test_a_button_is_shown_to_whoever_may_press_it() -> None:
    """The page agrees with the act; also of a point that no register lists."""
    event = over(openness="invited")
    made = point(event, make_host(event.community), None)
    assert Commitment.objects.get().audience == Audience.NOBODY
    for member in (coming(event), make_host(event.community), member_of(event.community)):
        shown = points_shown(fresh_reader(member), event)
        may = any(one.may_take for one in shown)
        assert may == bool(rules.may_take(fresh_reader(member), event))
        if may:
            assert actions.take_point(member=member, point=made)
            actions.give_point_back(member=member, point=made)
