"""Other programs' calendars become drafts: all or nothing, each once."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Community
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions
from essaim.events.calendar_import import Reason
from essaim.events.models import Event, Imported, Series, State
from essaim.events.queries import imports
from essaim.events.tests.factories import make_host
from essaim.foundation import clock
from essaim.foundation.access import Refused
from essaim.members.models import Member
from essaim.needs.tests.test_slots_races import at_once

pytestmark = pytest.mark.django_db

MOMENT = datetime(2027, 1, 1, 12, tzinfo=UTC)
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Other//EN\r\n"


def calendar(*events: str) -> bytes:
    blocks = [f"BEGIN:VEVENT\r\n{one}\r\nEND:VEVENT\r\n" for one in events]
    return (HEAD + "".join(blocks) + "END:VCALENDAR\r\n").encode()


def event(uid: str = "a", start: str = "20270115T180000Z", **lines: str) -> str:
    said = {"UID": uid, "SUMMARY": f"Evening {uid}", "DTSTART": start, "DURATION": "PT2H"} | lines
    return "\r\n".join(f"{name}:{value}" for name, value in said.items())


@pytest.fixture
def community() -> Community:
    return community_factory()


@pytest.fixture
def host(community: Community) -> Member:
    return make_host(community)


def take(host: Member, community: Community, content: bytes) -> int:
    with clock.at(MOMENT):
        return actions.import_calendar(member=host, community=community, content=content)


def test_what_is_to_come_becomes_drafts_and_is_published_by_nobody(
    host: Member, community: Community
) -> None:
    content = calendar(
        event(DESCRIPTION="We talk.", LOCATION="Town hall", URL="https://other.example/a"),
        event("over", "20200115T180000Z"),
        event("off", STATUS="CANCELLED"),
    )
    assert take(host, community, content) == 1
    made = Event.objects.get()
    assert (made.state, made.title, made.address) == (State.DRAFT, "Evening a", "Town hall")
    assert made.text == "We talk.\n\nhttps://other.example/a"
    assert made.online_url == ""
    assert made.starts_at == datetime(2027, 1, 15, 18, tzinfo=UTC)
    assert made.created_by == host


def test_a_second_time_makes_no_doubles(host: Member, community: Community) -> None:
    assert take(host, community, calendar(event("a"), event("b", "20270116T180000Z"))) == 2
    with pytest.raises(ValidationError, match="nothing new"):
        take(host, community, calendar(event("b", "20270116T180000Z"), event("a")))
    assert take(host, community, calendar(event("a"), event("c", "20270117T180000Z"))) == 1
    assert Event.objects.count() == 3
    elsewhere = community_factory()
    assert take(make_host(elsewhere), elsewhere, calendar(event("a"))) == 1


def test_a_rule_of_ours_becomes_a_series(host: Member, community: Community) -> None:
    zoned = event("t", RRULE="FREQ=WEEKLY;INTERVAL=2").replace(
        "DTSTART:20270115T180000Z", "DTSTART;TZID=Europe/Paris:20270107T193000"
    )
    assert take(host, community, calendar(zoned)) == 1
    series = Series.objects.get()
    assert (series.frequency, series.interval, series.last_day) == ("weekly", 2, None)
    assert series.starts.hour == 19
    assert series.published_at is None
    with pytest.raises(ValidationError, match="nothing new"):
        take(host, community, calendar(zoned))
    first = series.evenings.get()
    with clock.at(MOMENT):
        changed = actions.change_following(
            member=host,
            event=first,
            repeat="weekly",
            **_values(first),
        )
    with pytest.raises(ValidationError, match="nothing new"):
        take(host, community, calendar(zoned))
    assert changed.pk != series.pk


def _values(one: Event) -> dict[str, Any]:
    names = (
        *("kind", "openness", "title", "text", "language", "starts_at", "ends_at", "place"),
        *("address", "online_url", "capacity", "guests", "accessibility", "childcare", "rides"),
    )
    return {name: getattr(one, name) for name in names} | {"questions": []}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=WEEKLY", ("weekly", 1, 0)),
        ("FREQ=MONTHLY;BYDAY=1TH", ("monthly", 1, 1)),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=1TH", ("monthly", 3, 1)),
        ("FREQ=MONTHLY;BYDAY=TH;BYSETPOS=1", ("monthly", 1, 1)),
        ("FREQ=WEEKLY;COUNT=5", ("weekly", 1, 0)),
        ("FREQ=MONTHLY;BYMONTHDAY=7", ("monthly", 1, 0)),
        ("FREQ=MONTHLY", ("monthly", 1, 0)),
        ("FREQ=MONTHLY;COUNT=4", ("monthly", 1, 0)),
    ],
)
def test_which_rules_are_ours(
    host: Member, community: Community, rule: str, expected: tuple[str, int, int]
) -> None:
    zoned = event("r", RRULE=rule).replace(
        "DTSTART:20270115T180000Z", "DTSTART;TZID=Europe/Paris:20270107T193000"
    )
    assert take(host, community, calendar(zoned)) == 1
    series = Series.objects.get()
    assert (series.frequency, series.interval, series.nth) == expected
    assert (series.last_day is not None) == ("COUNT" in rule)


@pytest.mark.parametrize(
    "rule", ["FREQ=WEEKLY;BYDAY=TU,TH", "FREQ=MONTHLY;BYMONTHDAY=7,21", "FREQ=DAILY"]
)
def test_other_rules_become_their_next_times(host: Member, community: Community, rule: str) -> None:
    often = event("r", "20270107T190000Z", RRULE=rule)
    assert take(host, community, calendar(often)) == imports.MOST_OF_ONE
    assert Event.objects.filter(series__isnull=True).count() == imports.MOST_OF_ONE
    assert Imported.objects.count() == imports.MOST_OF_ONE


@pytest.mark.parametrize("rule", ["FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=MONTHLY;BYMONTHDAY=-1"])
def test_a_date_that_some_months_do_not_have_becomes_single_times(
    host: Member, community: Community, rule: str
) -> None:
    assert take(host, community, calendar(event("r", "20270131T190000Z", RRULE=rule))) > 1
    assert not Series.objects.exists()


def test_at_most_so_many_drafts_are_made_of_one_file(host: Member, community: Community) -> None:
    many = [event(str(n), "20270107T190000Z", RRULE="FREQ=WEEKLY;BYDAY=TU,TH") for n in range(20)]
    assert take(host, community, calendar(*many)) == imports.MOST_DRAFTS


def test_what_another_program_says_cannot_do_harm(host: Member, community: Community) -> None:
    nasty = event(
        SUMMARY="x" * 5000,
        DESCRIPTION="<script>alert(1)</script>\\n" + "y" * 19_000,
        LOCATION="z" * 900,
        URL="javascript:alert(1)",
    )
    assert take(host, community, calendar(nasty)) == 1
    made = Event.objects.get()
    assert (len(made.title), len(made.text), len(made.address)) == (120, 4000, 300)
    assert "javascript:" not in made.text


def test_only_those_who_hold_gatherings_take_calendars(community: Community) -> None:
    member = member_of(community)
    with pytest.raises(Refused):
        take(member, community, calendar(event()))
    client = Client()
    client.force_login(member)
    for name in ("event_import", "event_import_make"):
        answer = client.post(reverse(name, args=[community.slug]))
        assert answer.status_code == 403
    assert not Event.objects.exists()


def test_each_reason_is_said_in_a_sentence() -> None:
    said = [imports.refusal_words(code) for code in Reason]
    assert len(set(said)) == len(list(Reason))
    assert all(one.endswith(".") for one in said)


def _upload(client: Client, community: Community, content: bytes) -> Any:
    file = SimpleUploadedFile("their.ics", content, content_type="text/calendar")
    return client.post(reverse("event_import", args=[community.slug]), {"file": file})


def _kept(text: str) -> str:
    return text.partition('name="kept" value="')[2].partition('"')[0]


def test_the_page_shows_what_is_found_then_makes_it(host: Member, community: Community) -> None:
    client = Client()
    client.force_login(host)
    address = reverse("event_import", args=[community.slug])
    assert client.get(address).status_code == 200
    soon = (datetime.now(UTC) + timedelta(days=9)).strftime("%Y%m%dT180000Z")
    content = calendar(event("a", soon), "UID:x\r\nSUMMARY:No start")
    shown = _upload(client, community, content)
    text = shown.content.decode()
    assert shown.status_code == 200
    assert "Evening a" in text
    assert "It does not say when it begins." in text
    assert not Event.objects.exists()
    make = reverse("event_import_make", args=[community.slug])
    assert client.post(make, {"kept": _kept(text)}).status_code == 302
    assert Event.objects.get().state == State.DRAFT
    again = _upload(client, community, content).content.decode()
    assert "taken before" in again
    client.post(make, {"kept": _kept(text)})
    assert Event.objects.count() == 1


def test_what_was_shown_is_for_one_person_and_one_community(
    host: Member, community: Community
) -> None:
    client = Client()
    client.force_login(host)
    soon = (datetime.now(UTC) + timedelta(days=9)).strftime("%Y%m%dT180000Z")
    kept = _kept(_upload(client, community, calendar(event("a", soon))).content.decode())
    other = Client()
    other.force_login(make_host(community))
    for which, value in ((other, kept), (client, kept[:-2]), (client, "")):
        answer = which.post(reverse("event_import_make", args=[community.slug]), {"kept": value})
        assert answer.status_code == 302
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"hello", "This is no calendar"),
        (calendar(), "There is nothing"),
        (calendar(event(DESCRIPTION="x" * 1_100_000)), "larger than 1 MB"),
        (b"", ""),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_beside_its_field(
    host: Member, community: Community, content: bytes, said: str
) -> None:
    client = Client()
    client.force_login(host)
    answer = _upload(client, community, content)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_preview_asks_as_much_for_any_number(
    community: Community, django_assert_num_queries: Any
) -> None:
    for many in (1, 60):
        content = calendar(*(event(str(n)) for n in range(many)))
        with clock.at(MOMENT), django_assert_num_queries(1):
            page = imports.import_for_page(content, community)
        assert page.drafts == many


@pytest.mark.django_db(transaction=True)
def test_the_same_file_twice_at_once_is_taken_once() -> None:
    community = community_factory()
    hosts = [make_host(community) for _ in range(4)]
    soon = (datetime.now(ZoneInfo("UTC")) + timedelta(days=9)).strftime("%Y%m%dT180000Z")
    content = calendar(event("a", soon), event("b", soon))

    def one(host: Member) -> None:
        try:
            actions.import_calendar(member=host, community=community, content=content)
        except ValidationError:
            return

    at_once([partial(one, host) for host in hosts])
    assert Event.objects.count() == 2
