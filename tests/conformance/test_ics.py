"""Calendars of other programs come in whole, and what we write of them is read back the same."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
import recurring_ical_events
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from essaim.events.calendar import Entry, calendar_text
from essaim.events.calendar_import import (
    AHEAD,
    MOST_OCCURRENCES,
    Found,
    Reading,
    Reason,
    read_calendar,
)
from essaim.events.calendar_import.lines import MOST_EVENTS
from tests.conformance import real_files

pytestmark = pytest.mark.conformance

ZONE = "Europe/Paris"
SINCE = datetime(2019, 1, 1, tzinfo=UTC)

# For each file: events taken, times in the two years from 2019 on, and why the others are refused.
EXPECTED: dict[str, tuple[int, int, list[Reason]]] = {
    "Germany_Holidays.ics": (34, 34, []),
    "bad_rrule_missing_until_event.ics": (0, 0, [Reason.UNREADABLE_RULE]),
    "blank_description.ics": (1, 0, []),
    "blank_line_end.ics": (0, 0, [Reason.NO_EVENTS]),
    "blank_line_mid.ics": (0, 0, [Reason.NO_EVENTS]),
    "daily_recur.ics": (1, 200, []),
    "day_long_recur_yearly.ics": (1, 200, []),
    "daylight_saving_time.ics": (58, 622, []),
    "discourse_no_dtend.ics": (4, 4, []),
    "duration_instead_of_dtend.ics": (1, 0, []),
    "each_week_but_one_deleted.ics": (1, 7, []),
    "end_before_start_event.ics": (0, 0, [Reason.ENDS_BEFORE_IT_STARTS]),
    "fablab_cottbus.ics": (28, 24, []),
    "forced_types.ics": (1, 0, []),
    "google_birthday.ics": (4, 0, []),
    "issue_18_cancel_status.ics": (1, 2, []),
    "issue_62_moved_event_2.ics": (2, 0, []),
    "machbar_16_feb_2019.ics": (58, 622, []),
    "minimal.ics": (1, 0, []),
    "multiple_rrules.ics": (1, 0, []),
    "only_dtstart_date.ics": (1, 0, []),
    "only_dtstart_time.ics": (1, 0, []),
    "parserv2.ics": (1, 200, []),
    "rdate_exdate.ics": (1, 0, []),
    "recur_instances.ics": (1, 24, []),
    "recur_instances_finite.ics": (1, 0, []),
    "three_events_one_edited.ics": (1, 3, []),
    "timezone_from_file.ics": (1, 0, []),
    "utc_negative_zero.ics": (1, 0, []),
    "x_wr_timezone_simple_events_issue_59.ics": (2, 0, []),
}


def read(path: Path, since: datetime = SINCE) -> Reading:
    return read_calendar(path.read_bytes(), zone=ZONE, since=since)


def named(name: str) -> Path:
    return real_files("ics") / name


def test_no_file_is_forgotten() -> None:
    assert {path.name for path in real_files("ics").iterdir()} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_each_file_is_taken_as_far_as_it_makes_sense(name: str) -> None:
    reading = read(named(name))
    times = sum(len(found.occurrences) for found in reading.found)
    codes = [refusal.code for refusal in reading.refusals]
    assert (len(reading.found), times, codes) == EXPECTED[name]


@pytest.mark.parametrize("name", sorted(set(EXPECTED) - {"google_birthday.ics"}))
@pytest.mark.parametrize("year", [2012, 2019, 2023])
def test_the_times_are_those_that_the_library_finds_in_the_file_itself(
    name: str, year: int
) -> None:
    """All but one, whose `RDATE:20131210Z` the library does not read."""
    since = datetime(year, 1, 1, tzinfo=UTC)
    calendar = icalendar.Calendar.from_ical(named(name).read_bytes())
    theirs: dict[str, list[str]] = {}
    query = recurring_ical_events.of(calendar, skip_bad_series=True)
    for one in query.between(since, since + AHEAD):
        if one.get("STATUS") != "CANCELLED":
            theirs.setdefault(str(one.get("UID", "")), []).append(said(one.start))
    for found in read(named(name), since).found:
        ours = [said(o.day if found.is_all_day else o.starts_at) for o in found.occurrences]
        expected = sorted(theirs.get(found.uid, []))
        assert ours == expected[: MOST_OCCURRENCES if found.has_more else None]


def said(moment: date | datetime) -> str:
    """Days as they are, times in UTC."""
    return f"{moment.astimezone(UTC) if isinstance(moment, datetime) else moment}"


def entry_of(found: Found) -> Entry:
    return Entry(
        uid=f"{found.line}@essaim.example",
        sequence=0,
        title=found.title,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        zone=found.zone,
        created=SINCE,
        last_modified=SINCE,
        description=found.description,
        place=found.place,
        url=found.url,
    )


@pytest.mark.parametrize("name", EXPECTED)
def test_what_we_write_of_it_is_read_back_the_same(name: str) -> None:
    all_found = read(named(name)).found
    written = calendar_text("Agenda", map(entry_of, all_found))
    events = icalendar.Calendar.from_ical(written).events
    assert len(events) == len(all_found)
    for found, event in zip(all_found, events, strict=True):
        assert (event.start, event.end) == (found.starts_at, found.ends_at)
        assert event.get("SUMMARY", "") == found.title
        assert event.get("DESCRIPTION", "") == found.description
        assert event.get("LOCATION", "") == found.place
    again = read_calendar(written, zone=ZONE, since=SINCE)
    assert [
        (found.title, found.description, found.place, found.starts_at, found.ends_at)
        for found in again.found
    ] == [
        (found.title, found.description, found.place, found.starts_at, found.ends_at)
        for found in all_found
    ]
    if not all_found:
        return
    span = SINCE - timedelta(days=10_000), SINCE + timedelta(days=4_000)
    expanded = recurring_ical_events.of(icalendar.Calendar.from_ical(written)).between(*span)
    assert sorted(one.start.astimezone(UTC) for one in expanded) == sorted(
        found.starts_at for found in all_found
    )


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_file_loses_what_is_damaged_and_never_the_page(data: st.DataObject) -> None:
    """Bytes changed, taken out, put in or doubled, at several places at once."""
    content = bytearray(named(data.draw(st.sampled_from(sorted(EXPECTED)))).read_bytes()[:6000])
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content)))
        until = at + data.draw(st.integers(0, 40))
        new = data.draw(st.binary(max_size=8) | st.sampled_from(LINES) | st.just(content[at:until]))
        content[at : until if data.draw(st.booleans()) else at] = new
    reading = read_calendar(bytes(content), zone=ZONE, since=SINCE)
    assert reading.found or reading.refusals
    assert len(reading.found) + len(reading.refusals) <= MOST_EVENTS + 1
    assert all(found.starts_at <= found.ends_at for found in reading.found)
    assert all(found.starts_at.date() > date(1969, 1, 1) for found in reading.found)
    calendar_text("Agenda", map(entry_of, reading.found))


LINES = [
    b"\r\nRRULE:FREQ=SECONDLY\r\n",
    b"\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n",
    b"\r\nDURATION:P1W\r\n",
    b"\r\nDTSTART:99991231T235959Z\r\n",
    b"\r\nBEGIN:VEVENT\r\n",
    b"\r\nEND:VEVENT\r\n",
    b"\r\nRECURRENCE-ID:20190310T100000Z\r\n",
    b"\r\nEXDATE:20190310\r\n",
    b"\r\n ",
]
