"""Who does what by when: each action point is a commitment."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.actions import leave_community
from essaim.communities.models import Audience
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import member_of
from essaim.events import actions
from essaim.events.actions import moderation
from essaim.events.models import ACTION_POINT, ActionPoint, Event, Openness, State
from essaim.events.queries.minutes import tasks_of
from essaim.events.tests.factories import make_event, make_host, make_registration
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import now, today
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def over(**values: Any) -> Event:
    return make_event(starts_at=now() - timedelta(hours=3), state=State.HELD, **values)


def point(event: Event, host: Member, owner: Member | None, **values: Any) -> ActionPoint:
    given: dict[str, Any] = {"text": "Book the boat", "due_on": today() + 3 * DAY} | values
    return actions.add_point(member=host, event=event, owner=owner, **given)


def test_it_is_a_commitment_with_an_owner_and_a_day_and_its_owner_is_told(client: Client) -> None:
    event = over()
    host, owner = make_host(event.community), make_registration(event).member
    assert owner
    made = point(event, host, owner)
    owed = Commitment.objects.get()
    assert (owed.kind, owed.subject_kind, owed.subject_id) == (
        CommitmentKind.TASK,
        ACTION_POINT,
        made.pk,
    )
    assert (owed.owner, owed.due_on, owed.promise) == (
        owner,
        today() + 3 * DAY,
        "Book the boat",
    )
    deliver_pending()
    assert Notice.objects.get(kind="events.task").member == owner
    client.force_login(owner)
    assert "Book the boat" in client.get(reverse("today")).content.decode()
    done = reverse("event_point_done", args=[event.public_id, made.public_id])
    assert client.post(done).status_code == 302
    owed.refresh_from_db()
    assert owed.kept_on == today()
    assert client.post(done).status_code == 403  # it is done: nothing changes twice
    assert not tasks_of(fresh_reader(owner))


def test_the_register_lists_it_to_members_and_to_nobody_else(client: Client) -> None:
    event = over()
    point(event, make_host(event.community), None)
    register = reverse("commitments", args=[event.community.slug])
    shown = [reverse("event", args=[event.public_id]), register]
    for address in shown:
        assert "Book the boat" not in client.get(address).content.decode(), address
    client.force_login(member_of(event.community))
    for address in shown:
        assert "Book the boat" in client.get(address).content.decode(), address
    client.force_login(member_factory())
    for address in shown:
        assert "Book the boat" not in client.get(address).content.decode(), address


def test_what_was_agreed_among_those_invited_is_in_no_register() -> None:
    event = over(openness=Openness.INVITED)
    point(event, make_host(event.community), None)
    assert Commitment.objects.get().audience == Audience.NOBODY


def test_it_is_hidden_with_its_gathering_and_shown_again_with_it() -> None:
    event = over()
    point(event, make_host(event.community), None)
    thing = moderation.thing_of(event)
    moderation._hide(thing, None, "Under a look.")
    assert Commitment.objects.get().audience == Audience.NOBODY
    moderation._show(thing, None)
    assert Commitment.objects.get().audience == Audience.MEMBERS


def test_only_somebody_who_was_there_takes_it_on() -> None:
    event = over()
    host, away = make_host(event.community), member_of(event.community)
    with pytest.raises(ValidationError, match="somebody who registered"):
        point(event, host, away)
    assert not ActionPoint.objects.exists()
    assert not Commitment.objects.exists()
    assert point(event, host, host).pk


@pytest.mark.parametrize(
    ("name", "value"),
    [("text", ""), ("text", "x" * 241), ("due_on", None), ("due_on", today() - DAY)],
)
def test_what_does_not_fit_is_said_by_field(name: str, value: Any) -> None:
    event = over()
    with pytest.raises(ValidationError) as caught:
        point(event, make_host(event.community), None, **{name: value})
    assert list(caught.value.message_dict) == [name]


def test_written_down_twice_it_stands_once() -> None:
    event = over()
    host = make_host(event.community)
    assert point(event, host, None) == point(event, host, None)
    assert Commitment.objects.count() == 1
    assert point(event, host, None, text="Call the mayor").pk
    assert Commitment.objects.count() == 2


def test_a_stranger_ends_nothing_and_only_its_owner_gives_it_back() -> None:
    event = over()
    host, owner = make_host(event.community), make_registration(event).member
    made = point(event, host, owner)
    for act in (actions.finish_point, actions.drop_point, actions.give_point_back):
        with pytest.raises(Refused):
            act(member=member_of(event.community), point=made)
    with pytest.raises(Refused):
        actions.give_point_back(member=host, point=made)
    assert Commitment.objects.standing().get().owner == owner


def test_given_back_it_is_theirs_who_hold_it_and_they_are_told() -> None:
    event = over()
    host, owner = make_host(event.community), make_registration(event).member
    assert owner
    made = point(event, host, owner)
    actions.give_point_back(member=owner, point=made)
    deliver_pending()
    assert Commitment.objects.standing().get().owner is None
    assert host in [one.member for one in Notice.objects.filter(kind="events.task_given_back")]
    actions.hand_point_over(member=host, point=made, owner=owner)
    assert Commitment.objects.standing().get().owner == owner
    actions.drop_point(member=host, point=made)
    assert not Commitment.objects.standing().exists()
    with pytest.raises(Refused, match="no longer wanted"):
        actions.finish_point(member=host, point=made)


def test_each_time_that_it_changes_hands_whoever_has_it_now_is_told() -> None:
    event = over()
    host, owner = make_host(event.community), make_registration(event).member
    assert owner
    made = point(event, host, owner)
    deliver_pending()
    for times in (1, 2):
        actions.give_point_back(member=owner, point=made)
        deliver_pending()
        told = Notice.objects.filter(kind="events.task_given_back", member=host)
        assert told.count() == times
        actions.hand_point_over(member=host, point=made, owner=owner)
        deliver_pending()
        assert Notice.objects.filter(kind="events.task", member=owner).count() == 1 + times


def test_whoever_leaves_owes_nothing_there_any_more() -> None:
    event = over()
    owner = make_registration(event).member
    assert owner
    point(event, make_host(event.community), owner)
    leave_community(member=owner, community=event.community)
    deliver_pending()
    assert Commitment.objects.standing().get().owner is None


def test_the_pages_cost_the_same_for_any_number(client: Client) -> None:
    event = over()
    host = make_host(event.community)
    client.force_login(host)
    costs = []
    addresses = [
        reverse("event", args=[event.public_id]),
        reverse("event_points", args=[event.public_id]),
        reverse("today"),
    ]
    for more in (2, 20):
        for number in range(more):
            owner = make_registration(event).member
            point(event, host, owner if number % 2 else host, text=f"Do {more} {number}")
        cost = []
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            cost.append(len(queries))
        costs.append(cost)
    assert costs[0] == costs[1]


def test_the_page_works_by_its_forms_alone(client: Client) -> None:
    event = over()
    host, owner = make_host(event.community), make_registration(event).member
    assert owner
    client.force_login(host)
    address = reverse("event_points", args=[event.public_id])
    assert "by when" in client.post(address, {"text": "Book", "due_on": ""}).content.decode()
    given = {"text": "Book it", "owner": owner.public_id, "due_on": today().isoformat()}
    assert client.post(address, given).status_code == 302
    made = ActionPoint.objects.get()
    hand = reverse("event_point_hand", args=[event.public_id, made.public_id])
    assert "Book it" in client.get(hand).content.decode()
    assert client.post(hand, {"owner": "nobody-such"}).status_code == 422
    assert client.post(hand, {"owner": host.public_id}).status_code == 302
    assert Commitment.objects.standing().get().owner == host
    assert client.get(hand.replace(made.public_id, "x" * 12)).status_code == 404
