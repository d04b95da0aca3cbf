"""Calendars to subscribe to: what stands in them, for whom, and what never does."""

from collections.abc import Callable
from datetime import UTC, date, timedelta
from functools import partial
from typing import Any

import icalendar
import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from essaim.communities.models import Community, Membership
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions
from essaim.events.models import CalendarAddress, Event, Openness, Standing, State
from essaim.events.queries import feeds
from essaim.events.tests.factories import given, make_event, make_host, make_registration
from essaim.events.tests.test_series import BEFORE, evening, plan
from essaim.foundation import clock
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow
from essaim.members.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    return community_factory()


@pytest.fixture
def host(community: Community) -> Member:
    return make_host(community)


def read(content: bytes) -> list[Any]:
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))


def public(community: Community) -> bytes:
    answer = Client().get(reverse("events_calendar", args=[community.slug]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return bytes(answer.content)


def address_of(member: Member) -> str:
    return reverse("member_calendar", args=[actions.make_calendar_address(member=member)])


def titles(address: str, **headers: Any) -> list[str]:
    answer = Client().get(address, headers=headers)
    assert answer.status_code == 200
    return sorted(str(one["SUMMARY"]) for one in read(answer.content))


def test_a_community_calendar_has_what_everyone_may_read(community: Community) -> None:
    make_event(community, title="Open")
    make_event(community, title="Over", starts_at=now() - timedelta(days=89), state=State.HELD)
    make_event(community, title="Long ago", starts_at=now() - timedelta(days=93), state=State.HELD)
    make_event(community, title="Off", state=State.CANCELLED, reason="Snow.")
    make_event(community, title="Later", state=State.POSTPONED, reason="Snow.")
    make_event(community, title="Below", starts_at=now() + timedelta(days=9))
    for title, values in (
        ("Draft", {"state": State.DRAFT}),
        ("Hidden", {"hidden_at": now()}),
        ("Members", {"openness": Openness.MEMBERS}),
        ("Invited", {"openness": Openness.INVITED}),
        ("Link", {"openness": Openness.LINK}),
    ):
        make_event(community, title=title, **values)
    found = {str(one["SUMMARY"]): str(one["STATUS"]) for one in read(public(community))}
    assert found == {
        "Open": "CONFIRMED",
        "Over": "CONFIRMED",
        "Below": "CONFIRMED",
        "Off": "CANCELLED",
        "Later": "CANCELLED",
    }


def test_it_is_the_same_for_everyone_and_names_nobody(community: Community) -> None:
    host = make_host(community)
    member = member_of(community, name="Zoé Zélé", email="zoe@example.org")
    event = make_event(community, online_url="https://live.example/secret", created_by=member)
    make_event(community, openness=Openness.MEMBERS, title="Members alone")
    make_registration(event, member)
    anonymous = public(community)
    for person in (member, host):
        client = Client()
        client.force_login(person)
        answer = client.get(reverse("events_calendar", args=[community.slug]))
        assert answer.content == anonymous
    for canary in (b"ATTENDEE", b"ORGANIZER", b"live.example", b"Zo", b"example.org", b"mailto"):
        assert canary not in anonymous.replace(b"Essaim", b"")


def test_nothing_changed_is_said_in_no_bytes(community: Community) -> None:
    event = make_event(community)
    address = reverse("events_calendar", args=[community.slug])
    first = Client().get(address, headers={"accept": "text/html"})
    again = Client().get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    actions.cancel_event(member=make_host(community), event=event, reason="Snow.")
    assert Client().get(address, headers={"if-none-match": first["ETag"]}).status_code == 200
    assert Client().head(address).status_code == 200


def test_a_community_that_is_not_for_everyone_has_no_calendar(community: Community) -> None:
    address = reverse("events_calendar", args=[community.slug])
    Community.objects.filter(pk=community.pk).update(visibility="members")
    member = Client()
    member.force_login(member_of(community))
    assert Client().get(address).status_code == member.get(address).status_code == 404


def test_a_series_is_told_by_its_rule_with_what_differs(host: Member, community: Community) -> None:
    with clock.at(BEFORE):
        series = plan(host, community, title="Thursdays", holidays="FR")
        moved = evening(series, date(2027, 1, 14))
        off = evening(series, date(2027, 1, 21))
        later = moved.starts_at + timedelta(hours=1)
        actions.edit_event(member=host, event=moved, **given(starts_at=later, title="Later"))
        actions.cancel_event(member=host, event=off, reason="Snow.")
        first = {
            str(one.get("RECURRENCE-ID") and one["SUMMARY"]): one for one in read(public(community))
        }
        assert set(first) == {"None", "Later", "Thursdays"}
        master, cancelled = first["None"], first["Thursdays"]
        assert master["RRULE"].to_ical() == b"FREQ=WEEKLY;BYDAY=TH"
        assert {str(one["UID"]) for one in first.values()} == {f"{series.public_id}@essaim"}
        assert cancelled["STATUS"] == "CANCELLED"
        assert cancelled["SEQUENCE"] == 1
        assert first["Later"]["DTSTART"].dt.astimezone(UTC) == later


GOLDEN = """\
BEGIN:VEVENT
SUMMARY:Thursdays
DTSTART;TZID=Europe/Paris:20270107T193000
DURATION:PT2H
DTSTAMP:20270101T120000Z
UID:SERIES@essaim
SEQUENCE:0
RRULE:FREQ=WEEKLY;UNTIL=20270204T183000Z;BYDAY=TH
CONTACT:Les Essaimeurs
CREATED:20270101T120000Z
LAST-MODIFIED:20270101T120000Z
LOCATION:12 rue Serviez\\, Pau
STATUS:CONFIRMED
URL:http://testserver/series/SERIES/
END:VEVENT
BEGIN:VEVENT
SUMMARY:Later
DTSTART;TZID=Europe/Paris:20270114T203000
DTEND;TZID=Europe/Paris:20270114T223000
DTSTAMP:20270101T120000Z
UID:SERIES@essaim
RECURRENCE-ID;TZID=Europe/Paris:20270114T193000
SEQUENCE:1
CONTACT:Les Essaimeurs
CREATED:20270101T120000Z
LAST-MODIFIED:20270101T120000Z
LOCATION:12 rue Serviez\\, Pau
STATUS:CONFIRMED
URL:http://testserver/events/MOVED/
END:VEVENT
BEGIN:VEVENT
SUMMARY:Thursdays
DTSTART;TZID=Europe/Paris:20270121T193000
DTEND;TZID=Europe/Paris:20270121T213000
DTSTAMP:20270101T120000Z
UID:SERIES@essaim
RECURRENCE-ID;TZID=Europe/Paris:20270121T193000
SEQUENCE:1
CONTACT:Les Essaimeurs
CREATED:20270101T120000Z
DESCRIPTION:Snow.
LAST-MODIFIED:20270101T120000Z
LOCATION:12 rue Serviez\\, Pau
STATUS:CANCELLED
URL:http://testserver/events/OFF/
END:VEVENT
END:VCALENDAR
"""


def test_to_the_letter(host: Member) -> None:
    community = community_factory(name="Les Essaimeurs", language="en")
    host = make_host(community, name="Zoé Zélé", email="zoe@example.org")
    with clock.at(BEFORE):
        series = plan(host, community, title="Thursdays", until=date(2027, 2, 4), holidays="FR")
        moved, off = evening(series, date(2027, 1, 14)), evening(series, date(2027, 1, 21))
        make_registration(moved, host)
        later = given(starts_at=moved.starts_at + timedelta(hours=1), title="Later")
        actions.edit_event(member=host, event=moved, **later)
        actions.cancel_event(member=host, event=off, reason="Snow.")
        text = public(community).decode()
    for one, name in ((series, "SERIES"), (moved, "MOVED"), (off, "OFF")):
        text = text.replace(one.public_id, name)
    assert "END:VTIMEZONE" in text
    _zone, _end, told = text.partition("END:VTIMEZONE\r\n")
    assert told.replace("\r\n", "\n") == GOLDEN


@pytest.mark.parametrize("values", [{"hidden_at": BEFORE}, {"openness": "members"}])
def test_of_a_series_with_an_evening_not_for_everyone_each_other_stands_by_itself(
    host: Member, community: Community, values: dict[str, Any]
) -> None:
    with clock.at(BEFORE):
        series = plan(host, community, title="Thursdays")
        private = evening(series, date(2027, 1, 14))
        Event.objects.filter(pk=private.pk).update(title="Canary", **values)
        content = public(community)
    assert b"Canary" not in content
    assert b"FREQ=WEEKLY" not in content
    assert b"20270114" not in content
    assert len(read(content)) == 16


def test_an_address_is_shown_once_and_a_new_one_ends_the_old(community: Community) -> None:
    member = member_of(community)
    make_registration(make_event(community, title="Mine"), member)
    client = Client()
    client.force_login(member)
    assert client.get(reverse("my_calendar")).status_code == 200
    made = client.post(reverse("my_calendar_new"))
    (old,) = [one for one in made.content.decode().split('"') if one.startswith("webcal:")]
    path = old.partition("testserver")[2]
    assert titles(path) == ["Mine"]
    secret = path.split("/")[2].removesuffix(".ics")
    assert secret not in client.get(reverse("my_calendar")).content.decode()
    assert not CalendarAddress.objects.filter(digest__contains=secret).exists()
    assert secret not in str(list(FactRow.objects.values_list("details", flat=True)))
    new = address_of(member)
    assert Client().get(path).status_code == 404
    assert titles(new) == ["Mine"]
    assert client.post(reverse("my_calendar_revoke")).status_code == 302
    assert Client().get(new).status_code == 404
    kinds = list(FactRow.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds[-3:] == [
        "events.CalendarAddressMade",
        "events.CalendarAddressMade",
        "events.CalendarAddressRevoked",
    ]


def test_a_member_calendar_has_where_they_go_as_they_may_read_it_now(
    community: Community,
) -> None:
    member, other = member_of(community), member_of(community)
    inner = make_event(community, title="Inner", openness=Openness.MEMBERS)
    going = make_event(community, title="Going", online_url="https://live.example/a")
    maybe = make_event(community, title="Maybe", online_url="https://live.example/b")
    waits = make_event(community, title="Waits", capacity=1)
    no = make_event(community, title="No")
    make_registration(make_event(community, title="Other"), other)
    for event, standing in (
        (inner, Standing.GOING),
        (going, Standing.GOING),
        (maybe, Standing.MAYBE),
        (waits, Standing.WAITING),
        (no, Standing.NOT),
    ):
        make_registration(event, member, standing=standing)
    address = address_of(member)
    assert titles(address, accept="text/html") == ["Going", "Inner", "Maybe", "Waits"]
    content = Client().get(address).content
    assert b"live.example/a" in content
    assert b"live.example/b" not in content
    assert b"ATTENDEE" not in content
    Membership.objects.filter(member=member).update(left_at=now())
    assert titles(address) == ["Going", "Maybe", "Waits"]
    Event.objects.filter(pk=maybe.pk).update(hidden_at=now())
    assert titles(address) == ["Going", "Waits"]


@pytest.mark.parametrize("values", [{"is_active": False}])
def test_an_account_that_is_closed_has_none(community: Community, values: dict[str, Any]) -> None:
    member = member_of(community)
    address = address_of(member)
    Member.objects.filter(pk=member.pk).update(**values)
    assert Client().get(address).status_code == 404
    assert Client().get(reverse("member_calendar", args=["x" * 101])).status_code == 404


def test_an_address_does_not_come_into_the_log_and_no_session_counts(
    community: Community, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = Client()
    stranger.force_login(member_of(community))
    answer = stranger.get(reverse("member_calendar", args=["no-such-secret"]))
    assert answer.status_code == 404
    assert "no-such-secret" not in caplog.text
    member = member_of(community)
    make_registration(make_event(community, title="Mine"), member)
    address = address_of(member)
    answer = stranger.get(address)
    assert [str(one["SUMMARY"]) for one in read(answer.content)] == ["Mine"]
    assert "private" in answer["Cache-Control"]
    assert Client().post(address).status_code == 405


def test_queries_do_not_grow_with_what_is_in_them(
    host: Member, community: Community, django_assert_num_queries: Any
) -> None:
    member = member_of(community)
    counted = []
    with clock.at(BEFORE), override("en"):
        for many in (1, 4):
            for _ in range(many):
                make_registration(
                    make_event(community, starts_at=BEFORE + timedelta(days=3)), member
                )
                make_registration(plan(host, community).evenings.all()[0], member)
            made: tuple[Callable[[], bytes], ...] = (
                partial(feeds.community_calendar, community),
                partial(feeds.member_calendar, member),
            )
            for make in made:
                with django_assert_num_queries(5, exact=False) as asked:
                    make()
                counted.append(len(asked))
    assert counted[:2] == counted[2:]
