"""What came of a gathering, tried by people who mean no good and by days that go wrong."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from essaim.commitments.models import Commitment
from essaim.communities.actions import leave_community
from essaim.communities.models import Audience, Community
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions, tasks
from essaim.events.actions import moderation
from essaim.events.models import CoHolder, Event, EventPicture, Minutes, Openness, State
from essaim.events.queries.minutes import minutes_shown
from essaim.events.tests.factories import given, make_host, make_registration
from essaim.events.tests.rooms import gathered, signed_in
from essaim.events.tests.shots import make_picture, typed
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import now, today
from essaim.members.actions import erase_member
from essaim.members.models import Member
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SAID: dict[str, Any] = {
    "speaker": "",
    "talk": "",
    "text": "",
    "lessons": [],
    "decisions": ["We walk the river."],
    "wish": "",
}


def point(event: Event, host: Member, owner: Member | None = None, **values: Any) -> Any:
    told: dict[str, Any] = {"text": "Book the boat", "due_on": today() + 3 * DAY} | values
    return actions.add_point(member=host, event=event, owner=owner, **told)


def publish(event: Event, host: Member) -> None:
    actions.write_minutes(member=host, event=event, version=0, **SAID)
    actions.publish_minutes(member=host, event=event)


# ---- rights


def test_the_register_gives_away_no_gathering_that_only_its_address_opens() -> None:
    event = gathered(openness=Openness.LINK)
    host = make_host(event.community)
    point(event, host)
    member = member_of(event.community)
    register = signed_in(member).get(reverse("commitments", args=[event.community.slug]))
    assert event.public_id not in register.text
    assert event.title not in register.text
    assert "Book the boat" not in register.text
    page = reverse("event", args=[event.public_id])
    assert "Book the boat" in signed_in(member).get(page).text  # for members who have the address


def test_what_was_agreed_narrows_with_its_gathering() -> None:
    event = gathered()
    host = make_host(event.community)
    point(event, host)
    narrower = given(openness="invited", starts_at=event.starts_at)
    actions.edit_event(member=host, event=event, **narrower)
    assert Commitment.objects.get().audience == Audience.NOBODY


def test_what_is_not_wanted_any_more_can_be_dropped_whatever_became_of_its_gathering() -> None:
    event = gathered()
    host = make_host(event.community)
    made = point(event, host)
    Event.objects.filter(pk=event.pk).update(state=State.CANCELLED, reason="Snow.")
    with pytest.raises(Refused):
        actions.drop_point(member=member_of(event.community), point=made)
    actions.drop_point(member=host, point=made)
    assert not Commitment.objects.standing().exists()


def test_whoever_leaves_a_community_that_holds_it_too_owes_nothing_there() -> None:
    event = gathered(openness=Openness.MEMBERS)
    beside = community_factory()
    CoHolder.objects.create(event=event, community=beside, accepted_at=now())
    owner = member_of(beside)
    make_registration(event, owner)
    point(event, make_host(event.community), owner)
    leave_community(member=owner, community=beside)
    deliver_pending()
    assert Commitment.objects.standing().get().owner is None


def test_whoever_leaves_one_of_two_that_hold_it_still_owes_what_they_took_on() -> None:
    event = gathered(openness=Openness.MEMBERS)
    beside = community_factory()
    CoHolder.objects.create(event=event, community=beside, accepted_at=now())
    owner = member_of(event.community, beside)
    make_registration(event, owner)
    point(event, make_host(event.community), owner)
    leave_community(member=owner, community=beside)
    deliver_pending()
    assert Commitment.objects.standing().get().owner == owner


def test_whoever_left_gets_no_minutes_of_what_members_alone_read() -> None:
    event = gathered(openness=Openness.MEMBERS)
    stays, leaves = make_registration(event).member, make_registration(event).member
    assert stays
    assert leaves
    Event.objects.filter(pk=event.pk).update(starts_at=now() - 3 * DAY, ends_at=now() - 2 * DAY)
    event.registrations.update(registered_at=now() - 9 * DAY)
    leave_community(member=leaves, community=event.community)
    deliver_pending()
    publish(event, make_host(event.community))
    mail.outbox.clear()
    tasks.tell_what_changed()
    assert [one.to for one in mail.outbox] == [[stays.email]]


def test_nothing_goes_out_of_what_a_moderator_hid_meanwhile() -> None:
    event = gathered()
    make_registration(event)
    make_registration(event, email="guest@example.org", name="Guest", language="en")
    event.registrations.update(registered_at=now() - 9 * DAY)
    publish(event, make_host(event.community))
    moderation._hide(moderation.thing_of(event), None, "Under a look.")
    mail.outbox.clear()
    tasks.tell_what_changed()
    assert not mail.outbox


def test_a_closed_community_takes_no_picture() -> None:
    event = gathered()
    host = make_host(event.community)
    Community.objects.filter(pk=event.community_id).update(closed_at=now())
    with pytest.raises(Refused, match="closed"):
        actions.add_picture(member=host, event=event, **typed())
    assert not EventPicture.objects.exists()


def test_nothing_is_given_to_do_to_whoever_left() -> None:
    event = gathered(openness=Openness.MEMBERS)
    host, owner = make_host(event.community), make_registration(event).member
    assert owner
    made = point(event, host)
    leave_community(member=owner, community=event.community)
    deliver_pending()
    with pytest.raises(ValidationError, match="somebody who registered"):
        actions.hand_point_over(member=host, point=made, owner=owner)
    with pytest.raises(ValidationError, match="somebody who registered"):
        point(event, host, owner, text="Call the mayor")


def test_an_erased_account_leaves_no_name_behind_what_it_took_on() -> None:
    event = gathered()
    host, owner = make_host(event.community), make_registration(event).member
    assert owner
    name = owner.name
    point(event, host, owner)
    actions.write_minutes(member=host, event=event, version=0, **SAID)
    erase_member(member=owner)
    deliver_pending()
    shown = signed_in(host).get(reverse("event", args=[event.public_id]))
    assert shown.status_code == 200
    assert "Book the boat" in shown.text
    assert name not in shown.text
    erase_member(member=host)
    deliver_pending()
    assert Minutes.objects.get().written_by is None


def test_what_is_switched_off_is_found_by_no_address(client: Client) -> None:
    event = gathered()
    host = make_host(event.community)
    made = point(event, host)
    publish(event, host)
    picture = make_picture(event, host)
    Community.objects.filter(pk=event.community_id).update(switched_off=["events"])
    client.force_login(host)
    for name, more in [
        ("event_minutes", ()),
        ("event_points", ()),
        ("event_point_hand", (made.public_id,)),
        ("event_pictures", ()),
        ("event_picture", (picture.public_id,)),
        ("event_picture_object", (picture.public_id,)),
        ("event_born", ()),
        ("event_joy", ()),
        ("event_costs", ()),
        ("event_costs_file", ()),
    ]:
        answer = client.get(reverse(name, args=[event.public_id, *more]))
        assert answer.status_code == 404, name
    assert client.get(reverse("api:api_event", args=[event.public_id])).status_code == 404
    register = client.get(reverse("commitments", args=[event.community.slug]))
    assert "Book the boat" not in register.text


# ---- bad input


def test_no_cell_of_the_account_is_a_formula_and_no_period_breaks_it() -> None:
    event = gathered(title="=cmd|x!A1")
    host = make_host(event.community)
    for label in ("=1+1", "@SUM(A1)", "-2+3", "+1"):
        actions.add_cost(
            member=host,
            event=event,
            kind="expense",
            label=label,
            account="-5",
            day=today(),
            cents=100,
            minutes=None,
        )
    client = signed_in(host)
    said = client.get(reverse("event_costs_file", args=[event.public_id])).text
    for row in csv.reader(io.StringIO(said)):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row), row
    account = reverse("events_costs", args=[event.community.slug])
    for first, last in [("0001-01-01", "0001-12-31"), ("9999-01-01", "9999-12-31"), ("x", "\0")]:
        asked = client.get(account, {"first": first, "last": last})
        assert asked.status_code in (200, 422), first


def test_nothing_typed_becomes_part_of_the_page(client: Client) -> None:
    event = gathered()
    host = make_host(event.community)
    bad = '</ul><script>alert(1)</script>[x](javascript:alert(1))"><img src=x onerror=alert(1)>'
    values = SAID | {"decisions": [bad], "lessons": [bad], "wish": bad, "text": bad, "speaker": ""}
    actions.write_minutes(member=host, event=event, version=0, **values)
    actions.publish_minutes(member=host, event=event)
    point(event, host, text=bad)
    actions.add_picture(member=host, event=event, **typed(words=bad))
    for name in ("event", "event_minutes", "event_points", "event_pictures"):
        shown = signed_in(host).get(reverse(name, args=[event.public_id])).text
        assert "<script>alert" not in shown, name
        assert "<img src=x" not in shown, name
        assert 'href="javascript' not in shown, name


@pytest.mark.parametrize("name", ["event_born", "event_joy", "event_costs", "event_points"])
def test_what_no_keyboard_types_is_refused_in_words(name: str) -> None:
    event = gathered()
    client = signed_in(make_host(event.community))
    address = reverse(name, args=[event.public_id])
    typed_in = dict.fromkeys(
        ("need", "joy", "cents", "minutes", "due_on", "day", "owner", "text", "label", "account"),
        "\0" + "9" * 5000,
    )
    assert client.post(address, typed_in | {"kind": "expense"}).status_code in (403, 422)
    assert client.get(address, {"title": "\0" * 9}).status_code in (200, 403)


def test_a_thing_of_another_gathering_is_not_found_under_this_one() -> None:
    one = gathered()
    other = gathered(one.community)
    host = make_host(one.community)
    made = point(other, host)
    client = signed_in(host)
    for name in ("event_point_done", "event_point_back", "event_point_drop"):
        address = reverse(name, args=[one.public_id, made.public_id])
        assert client.post(address).status_code == 404, name
    assert Commitment.objects.standing().exists()


# ---- days


def test_minutes_are_of_the_day_on_which_people_published_them() -> None:
    event = gathered()
    host = make_host(event.community)
    publish(event, host)
    Minutes.objects.update(published_at="2027-01-10T23:30:00Z", changed_at="2027-01-11T23:30:00Z")
    shown = minutes_shown(fresh_reader(host), event)
    assert shown
    assert (str(shown.published_on), str(shown.corrected_on)) == ("2027-01-11", "2027-01-12")


def test_who_is_asked_again_is_told_again() -> None:
    event = gathered()
    host, owner = make_host(event.community), make_registration(event).member
    assert owner
    made = point(event, host, owner)
    deliver_pending()
    actions.give_point_back(member=owner, point=made)
    deliver_pending()
    actions.hand_point_over(member=host, point=made, owner=owner)
    deliver_pending()
    assert Notice.objects.filter(kind="events.task", member=owner).count() == 2
