"""What other programs read of our gatherings: the same moments, and nothing about people."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.events.calendar import (
    Entry,
    Method,
    Status,
    calendar_part,
    calendar_text,
)
from essaim.events.calendar.zones import is_compact
from essaim.events.recurrence import (
    Frequency,
    Occurrence,
    Rule,
    left_out,
    nominal_days,
    occurrences,
    split,
)
from essaim.events.tests.test_recurrence import PARIS, ZONES, rules

HORIZON = date(2028, 6, 1)
SAID = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
EVENING = datetime(2026, 4, 2, 17, tzinfo=UTC)
ENTRY = Entry(
    uid="abc@essaim.example",
    sequence=3,
    title="Café, thé; et \\ plans",
    starts_at=EVENING,
    ends_at=EVENING + timedelta(hours=2),
    zone=PARIS,
    created=SAID,
    last_modified=SAID,
    description="Venez !\nÀ bientôt",
    place="Maison, 3e étage",
    url="https://essaim.example/events/abc/",
    community="Les Essaimeurs",
    latitude=48.58,
    longitude=7.75,
)
THURSDAYS = Rule(Frequency.WEEKLY, date(2026, 4, 2), time(19), 120, PARIS, holidays="FR")


def repeated(rule: Rule, **changes: object) -> Entry:
    first = next(iter(occurrences(rule, rule.first, HORIZON)), None)
    return replace(
        ENTRY,
        starts_at=first.starts_at if first else EVENING,
        ends_at=first.ends_at if first else EVENING,
        zone=rule.zone,
        rule=rule,
        exdates=tuple(left_out(rule, HORIZON)),
        **changes,  # type: ignore[arg-type]  # the test names what it changes
    )


def read_back(entries: Iterable[Entry]) -> list[tuple[datetime, datetime]]:
    """Start and end of all that another program makes of it, in UTC, sorted."""
    calendar = icalendar.Calendar.from_ical(calendar_text("Agenda", entries))
    found = recurring_ical_events.of(calendar).between(
        datetime(2024, 12, 1, tzinfo=UTC), datetime.combine(HORIZON, time(), UTC)
    )
    return sorted((e.start.astimezone(UTC), e.end.astimezone(UTC)) for e in found)


def ours(rule: Rule) -> list[Occurrence]:
    end = datetime.combine(HORIZON, time(), UTC)
    return [o for o in occurrences(rule, rule.first, HORIZON) if o.starts_at < end]


def clocks_change_within(rule: Rule, found: Occurrence) -> bool:
    zone = ZoneInfo(rule.zone)
    return (
        found.starts_at.astimezone(zone).utcoffset() != found.ends_at.astimezone(zone).utcoffset()
    )


@settings(max_examples=150, deadline=None)
@given(rules())
def test_another_program_finds_the_days_that_we_do(rule: Rule) -> None:
    theirs, expected = read_back([repeated(rule)]), ours(rule)
    assert [start for start, _ in theirs] == [found.starts_at for found in expected]
    for (_, end), found in zip(theirs, expected, strict=True):
        # That program adds durations on the wall; ours are elapsed, as RFC 5545 wants PT…M.
        assert end == found.ends_at or clocks_change_within(rule, found)


@settings(max_examples=60, deadline=None)
@given(rules(), st.data())
def test_an_occurrence_that_is_moved_is_there_once_and_elsewhere(
    rule: Rule, data: st.DataObject
) -> None:
    all_of_them = ours(rule)
    if not all_of_them:
        return
    moved = data.draw(st.sampled_from(all_of_them))
    later = moved.starts_at + timedelta(hours=data.draw(st.integers(-30, 30)), minutes=7)
    one = replace(
        repeated(rule),
        rule=None,
        exdates=(),
        recurrence_id=moved.starts_at,
        starts_at=later,
        ends_at=later + timedelta(hours=1),
    )
    starts = [start for start, _ in read_back([repeated(rule), one])]
    expected = [found.starts_at for found in all_of_them if found != moved] + [later]
    end = datetime.combine(HORIZON, time(), UTC)
    assert starts == sorted(start for start in expected if start < end)


@settings(max_examples=60, deadline=None)
@given(rules(), st.integers(1, 400))
def test_this_and_following_are_two_series_of_the_same_days(rule: Rule, later: int) -> None:
    on = rule.first + timedelta(days=later)
    if next(nominal_days(rule, on), None) is None:
        return
    before, after = split(rule, on)
    both = [repeated(before), repeated(after, uid="after@essaim.example")]
    assert [s for s, _ in read_back(both)] == [found.starts_at for found in ours(rule)]


@given(st.integers(1_000_000_000, 3_800_000_000), st.sampled_from(ZONES))  # 2001 to 2090
def test_a_single_moment_is_read_back_as_it_is(seconds: int, zone: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    entry = replace(ENTRY, starts_at=moment, ends_at=moment + timedelta(minutes=90), zone=zone)
    [event] = icalendar.Calendar.from_ical(calendar_text("A", [entry])).events
    assert (event.start, event.end) == (entry.starts_at, entry.ends_at)


def test_the_second_half_past_two_of_an_autumn_night_is_told_in_utc() -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    entry = replace(ENTRY, starts_at=second, ends_at=second + timedelta(hours=3))
    text = calendar_text("A", [entry])
    assert b"DTSTART:20261025T013000Z" in text
    assert b"DTEND;TZID=Europe/Paris:20261025T053000" in text


def test_texts_come_back_and_numbers_stand() -> None:
    text = calendar_text("Nos rencontres", [ENTRY])
    [event] = icalendar.Calendar.from_ical(text).events
    assert event["SUMMARY"] == ENTRY.title
    assert event["DESCRIPTION"] == ENTRY.description
    assert event["LOCATION"] == ENTRY.place
    assert event["CONTACT"] == ENTRY.community
    assert event["URL"] == ENTRY.url
    assert event["GEO"].to_ical() == "48.58;7.75"
    for line in (
        b"VERSION:2.0",
        b"METHOD:PUBLISH",
        b"PRODID:-//Essaim//Essaim//EN",
        b"X-WR-CALNAME:Nos rencontres",
        b"REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        b"X-PUBLISHED-TTL:PT1H",
        b"UID:abc@essaim.example",
        b"SEQUENCE:3",
        b"STATUS:CONFIRMED",
        b"DTSTAMP:20260105T083000Z",
        b"CREATED:20260105T083000Z",
        b"LAST-MODIFIED:20260105T083000Z",
    ):
        assert line in text.split(b"\r\n")


def test_the_zone_of_paris_takes_two_rules_and_reads_right_in_any_year() -> None:
    text = calendar_text("A", [repeated(THURSDAYS)])
    assert b"DTSTART:19810329T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in text
    assert b"DTSTART:19961027T030000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10" in text
    assert text.count(b"BEGIN:VTIMEZONE") == 1


@pytest.mark.parametrize(
    "zone",
    [*ZONES[:4], "Europe/Lisbon", "Europe/Dublin", "Atlantic/Azores", "America/Nuuk", "Asia/Tokyo"],
)
def test_what_a_calendar_says_of_a_zone_is_what_its_clocks_show(zone: str) -> None:
    """Read as another program would that never heard of the zone."""
    rule = replace(THURSDAYS, zone=zone, last=date(2031, 1, 1))
    calendar = icalendar.Calendar.from_ical(calendar_text("A", [repeated(rule)]))
    [told] = calendar.timezones
    told["TZID"] = "Nowhere/Known"
    theirs, clocks = told.to_tz(lookup_tzid=False), ZoneInfo(zone)
    for hour in range(0, 24 * 365 * 4, 5):
        wall = datetime(2026, 1, 1, 0, 30) + timedelta(hours=hour)  # noqa: DTZ001  on the wall
        real = wall.replace(tzinfo=clocks)
        if real.astimezone(UTC).astimezone(clocks) == real and not twice(real):
            assert wall.replace(tzinfo=theirs).utcoffset() == real.utcoffset(), wall


def twice(moment: datetime) -> bool:
    return moment.utcoffset() != moment.replace(fold=1).utcoffset()


def test_zones_with_other_rules_are_listed_only_for_what_repeats() -> None:
    new_york = replace(ENTRY, zone="America/New_York")
    assert b"VTIMEZONE" not in calendar_text("A", [new_york])
    assert b"DTSTART:20260402T170000Z" in calendar_text("A", [new_york])
    assert not is_compact("America/New_York")
    assert b"TZID:Indian/Reunion" in calendar_text("A", [replace(ENTRY, zone="Indian/Reunion")])
    assert b"VTIMEZONE" not in calendar_text("A", [repeated(replace(THURSDAYS, zone="UTC"))])


def test_a_cancelled_one_stays_and_says_so() -> None:
    cancelled = replace(ENTRY, status=Status.CANCELLED, sequence=4)
    text = calendar_text("A", [cancelled])
    assert b"STATUS:CANCELLED" in text
    assert b"SEQUENCE:4" in text
    mail = calendar_part(ENTRY, Method.CANCEL)
    assert b"METHOD:CANCEL" in mail
    assert b"STATUS:CANCELLED" in mail
    assert b"METHOD:REQUEST" in calendar_part(ENTRY, Method.REQUEST)
    assert b"X-WR-CALNAME" not in mail
    with pytest.raises(ValueError, match="REPLY"):
        calendar_part(ENTRY, "REPLY")


def test_a_series_of_which_nothing_is_left_is_not_told() -> None:
    gone = replace(THURSDAYS, last=date(2026, 4, 9), holidays="")
    entry = replace(repeated(gone), exdates=(date(2026, 4, 2), date(2026, 4, 9)))
    assert b"VEVENT" not in calendar_text("A", [entry])


def test_it_begins_on_the_first_day_that_is_left() -> None:
    entry = replace(repeated(replace(THURSDAYS, holidays="")), exdates=(date(2026, 4, 2),))
    text = calendar_text("A", [entry])
    assert b"DTSTART;TZID=Europe/Paris:20260409T190000" in text
    assert b"EXDATE" not in text


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_at": EVENING.replace(tzinfo=None)},
        {"recurrence_id": EVENING.replace(tzinfo=None)},
        {"ends_at": EVENING - timedelta(seconds=1)},
        {"zone": "Mars/Olympus"},
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"naive|ends_before|zone"):
        replace(ENTRY, **changes)  # type: ignore[arg-type]  # as above


def test_the_same_entries_give_the_same_bytes() -> None:
    entries = [repeated(THURSDAYS), replace(ENTRY, uid="two@essaim.example")]
    assert calendar_text("A", entries) == calendar_text("A", iter(entries))


NASTY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from('\r\n\x00\x0b\x0c\x85\u2028\u2029\\;:,"^é🎉\ud800'),
    ),
    max_size=200,
)


@settings(max_examples=200)
@given(NASTY, NASTY)
def test_no_text_breaks_out_of_its_line(text: str, other: str) -> None:
    evil = f"{text}\r\nATTENDEE:mailto:a@b.example\nEND:VEVENT\x85BEGIN:VALARM\u2028{other}"
    entry = replace(
        ENTRY, uid=evil, title=evil, description=evil, place=evil, url=evil, community=evil
    )
    written = calendar_text(evil, [entry])
    for line in written.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
        assert b"\r" not in line
        line.decode()  # no character is cut in two
    unfolded = written.decode().replace("\r\n ", "")
    names = [line.partition(":")[0].partition(";")[0] for line in unfolded.splitlines()]
    assert "ATTENDEE" not in names
    assert "ORGANIZER" not in names
    assert names.count("BEGIN") == names.count("END") == 5
    [event] = icalendar.Calendar.from_ical(written).events
    assert "URL" not in event
