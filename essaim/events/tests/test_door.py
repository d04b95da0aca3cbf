"""What is done at the door, and what is answered."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from essaim.communities.models import Community
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions, tasks
from essaim.events.actions import Scan
from essaim.events.models import CheckIn, Event, How, Standing, State
from essaim.events.queries import door as queries
from essaim.events.queries.door_words import told
from essaim.events.tests.factories import make_event, make_host, make_registration
from essaim.foundation import clock
from essaim.foundation.access import Refused
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow
from essaim.members.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    return community_factory()


@pytest.fixture
def event(community: Community) -> Event:
    return make_event(community, starts_at=now() - timedelta(minutes=10))


@pytest.fixture
def host(community: Community) -> Member:
    return make_host(community)


def words(event: Event, act: CheckIn) -> str:
    return told(event, act).words


def counted(event: Event) -> tuple[int, int]:
    event.refresh_from_db()
    return event.attended, event.headcount


def test_a_ticket_lets_in_once_with_all_its_guests_and_says_since_when(
    event: Event, host: Member
) -> None:
    one = make_registration(event, guests=2)
    scan = Scan(How.SCAN, "first-nonce", code=one.ticket)
    (first,) = actions.keep_door(event=event, member=host, scans=[scan])
    assert first.outcome == "accepted"
    assert "and 2 guests" in words(event, first)
    one.refresh_from_db()
    assert (one.checked_in_at, one.came) == (first.scanned_at, 3)
    again = Scan(How.SCAN, "other-nonce", code=one.ticket)
    (second,) = actions.keep_door(event=event, member=host, scans=[again])
    assert (second.outcome, second.first_at) == ("duplicate", first.scanned_at)
    assert "is here already, since" in words(event, second)
    assert counted(event) == (3, 0)


def test_the_same_act_sent_again_changes_nothing_and_has_the_same_answer(
    event: Event, host: Member
) -> None:
    one = make_registration(event)
    scan = Scan(How.SCAN, "the-nonce", code=one.ticket)
    (first,) = actions.keep_door(event=event, member=host, scans=[scan])
    again = actions.keep_door(event=event, member=host, scans=[scan, scan])
    assert [row.pk for row in again] == [first.pk, first.pk]
    assert words(event, again[0]) == words(event, first)
    assert CheckIn.objects.count() == 1
    assert counted(event) == (1, 0)


def test_each_refusal_is_a_sentence_that_says_why(event: Event, host: Member) -> None:
    elsewhere = make_registration(make_event(event.community))
    gone = make_registration(event, standing=Standing.NOT)
    acts = actions.keep_door(
        event=event,
        member=host,
        scans=[
            Scan(How.SCAN, "nonce-1", code="nobodysticket234"),
            Scan(How.SCAN, "nonce-2", code=elsewhere.ticket),
            Scan(How.SCAN, "nonce-3", code=gone.ticket),
            Scan(How.NAME, "nonce-4", person=elsewhere.public_id),
        ],
    )
    assert [one.why for one in acts] == ["unknown", "elsewhere", "cancelled", "unknown"]
    said = [words(event, one) for one in acts]
    assert "Nobody has this ticket" in said[0]
    assert "another gathering" in said[1]
    assert "would not come" in said[2]
    assert counted(event) == (0, 0)


def test_the_door_opens_twelve_hours_before_and_closes_twelve_hours_after(
    community: Community, host: Member
) -> None:
    event = make_event(community, starts_at=now() + timedelta(days=2))
    one = make_registration(event)
    for moment, outcome in (
        (event.starts_at - timedelta(hours=12, minutes=1), "early"),
        (event.ends_at + timedelta(hours=12, minutes=1), "late"),
    ):
        with clock.at(moment):
            scan = Scan(How.SCAN, f"nonce-{outcome}", code=one.ticket)
            (act,) = actions.keep_door(event=event, member=host, scans=[scan])
            assert act.why == outcome
    with clock.at(event.starts_at - timedelta(hours=11)):
        scan = Scan(How.SCAN, "nonce-in-time", code=one.ticket)
        assert actions.keep_door(event=event, member=host, scans=[scan])[0].outcome == "accepted"


def test_what_is_taken_back_is_not_here_even_where_a_ticket_was_read_twice(
    event: Event, host: Member
) -> None:
    one = make_registration(event)
    ways = (
        Scan(How.SCAN, "nonce-1", code=one.ticket),
        Scan(How.NAME, "nonce-2", person=one.public_id),
        Scan(How.UNDO, "nonce-3", person=one.public_id),
    )
    for scan in ways:
        actions.keep_door(event=event, member=host, scans=[scan])
    assert counted(event) == (0, 0)
    one.refresh_from_db()
    assert one.checked_in_at is None
    actions.keep_door(event=event, member=host, scans=[Scan(How.SCAN, "nonce-4", code=one.ticket)])
    assert counted(event) == (1, 0)


def test_whoever_is_on_no_list_is_counted_with_a_name_or_without(
    event: Event, host: Member
) -> None:
    scans = [
        Scan(How.WALK_IN, "nonce-1", name="Zoé"),
        Scan(How.WALK_IN, "nonce-2"),
        Scan(How.COUNT, "nonce-3", people=1),
        Scan(How.COUNT, "nonce-4", people=-1),
        Scan(How.UNDO, "nonce-5", undoes="nonce-2"),
        Scan(How.UNDO, "nonce-6", undoes="nonce-2"),
    ]
    actions.keep_door(event=event, member=host, scans=scans)
    assert counted(event) == (0, 1)
    assert [one.name for one in queries.door_page(event).walk_ins] == ["Zoé"]


def test_the_log_is_neither_changed_nor_emptied_but_for_a_name(event: Event, host: Member) -> None:
    (act,) = actions.keep_door(
        event=event, member=host, scans=[Scan(How.WALK_IN, "nonce-1", name="Zoé")]
    )
    row = CheckIn.objects.filter(pk=act.pk)
    for change in ({"people": 5}, {"name": "Léa"}, {"name": "", "people": 2}):
        with pytest.raises(IntegrityError, match="not changed afterwards"), transaction.atomic():
            row.update(**change)
    with pytest.raises(IntegrityError, match="not changed afterwards"), transaction.atomic():
        row.delete()
    with clock.at(event.ends_at + timedelta(days=91)):
        actions.forget_guests()
    assert row.get().name == ""


def test_a_link_checks_in_until_the_day_after_or_until_it_is_taken_back(
    event: Event, host: Member
) -> None:
    link = actions.make_door_link(member=host, event=event, label="Main door")
    other = actions.make_door_link(member=host, event=event)
    scan = Scan(How.WALK_IN, "nonce-1")
    assert actions.keep_door(event=event, link=link, scans=[scan])[0].link == link
    actions.revoke_door_link(member=host, link=link)
    with pytest.raises(Refused):
        actions.keep_door(event=event, link=link, scans=[scan])
    with clock.at(event.ends_at + timedelta(hours=23)):
        actions.keep_door(event=event, link=other, scans=[scan])
    with clock.at(event.ends_at + timedelta(days=1)), pytest.raises(Refused):
        actions.keep_door(event=event, link=other, scans=[scan])
    kinds = list(FactRow.objects.values_list("kind", flat=True))
    assert kinds.count("events.DoorLinkMade") == 2
    assert kinds.count("events.DoorLinkRevoked") == 1


def test_only_those_who_hold_it_stand_at_the_door_or_hand_it_out(
    community: Community, event: Event
) -> None:
    member = member_of(community)
    with pytest.raises(Refused):
        actions.keep_door(event=event, member=member, scans=[Scan(How.WALK_IN, "nonce-1")])
    with pytest.raises(Refused):
        actions.make_door_link(member=member, event=event)
    neighbour = make_host(community_factory())
    with pytest.raises(Refused):
        actions.keep_door(event=event, member=neighbour, scans=[Scan(How.WALK_IN, "nonce-1")])


def test_links_are_few(event: Event, host: Member) -> None:
    for _ in range(20):
        actions.make_door_link(member=host, event=event)
    with pytest.raises(ValidationError, match="take one back"):
        actions.make_door_link(member=host, event=event)


def test_what_does_not_take_place_has_no_door(community: Community, host: Member) -> None:
    for state in (State.DRAFT, State.CANCELLED):
        event = make_event(community, starts_at=now(), state=state, reason="The hall is flooded.")
        with pytest.raises(Refused):
            actions.keep_door(event=event, member=host, scans=[Scan(How.WALK_IN, "nonce-1")])


def test_who_came_is_said_once_when_the_door_is_closed_for_good(event: Event, host: Member) -> None:
    came, absent = make_registration(event), make_registration(event)
    scans = [
        Scan(How.SCAN, "nonce-1", code=came.ticket),
        Scan(How.WALK_IN, "nonce-2"),
    ]
    actions.keep_door(event=event, member=host, scans=scans)
    Event.objects.filter(pk=event.pk).update(state=State.HELD)
    assert not actions.count_attendance(event)
    with clock.at(event.ends_at + timedelta(days=1, minutes=1)):
        assert actions.doors_to_count() == [event]
        tasks.count_attendance()
        assert not actions.count_attendance(event)
        assert actions.doors_to_count() == []
    attended = FactRow.objects.get(kind="events.Attended")
    assert (attended.actor_id, attended.rung) == (came.member_id, "engage")
    assert attended.actor_id != absent.member_id
    counted_fact = FactRow.objects.get(kind="events.AttendanceCounted")
    assert counted_fact.details == {"event_id": event.pk, "people": 2, "registered": 2}
