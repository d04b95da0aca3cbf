"""Foreign calendars: taken as they mean it, refused with one reason, never a fault of the page."""

import time as stopwatch
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.events.calendar import Status, calendar_text
from essaim.events.calendar_import import MOST_OCCURRENCES, Found, Reading, Reason, read_calendar
from essaim.events.calendar_import.lines import MOST_BYTES
from essaim.events.calendar_import.moments import When
from essaim.events.calendar_import.rules import ForeignRule
from essaim.events.recurrence import Rule, occurrences
from essaim.events.tests.test_calendar import ENTRY, THURSDAYS, repeated
from essaim.events.tests.test_recurrence import PARIS, rules

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
DAY = "DTSTART;VALUE=DATE:20260601"
TIMED = "DTSTART;TZID=Europe/Paris:20260601T190000"


def file(*events: str, before: str = "") -> bytes:
    blocks = [f"BEGIN:VEVENT\nUID:{n}\n{event}\nEND:VEVENT" for n, event in enumerate(events)]
    lines = "\n".join(["BEGIN:VCALENDAR", before, *blocks, "END:VCALENDAR", ""])
    return lines.replace("\n", "\r\n").encode()


def read(content: bytes) -> Reading:
    return read_calendar(content, zone=PARIS, since=SINCE)


def one(*lines: str, before: str = "") -> Found:
    reading = read(file("\n".join(lines), before=before))
    assert reading.refusals == ()
    [found] = reading.found
    return found


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]  # year to minute


def test_a_draft_holds_what_the_event_says() -> None:
    found = one(
        TIMED,
        "DTEND;TZID=Europe/Paris:20260601T210000",
        "SUMMARY:Café\\, thé",
        "DESCRIPTION:Une ligne\\net une au",
        " tre\x07",
        "LOCATION:Mairie",
        "URL:https://example.org/a",
        "ATTENDEE;CN=Someone:mailto:someone@example.org",
    )
    assert (found.starts_at, found.ends_at) == (utc(2026, 6, 1, 17), utc(2026, 6, 1, 19))
    assert (found.title, found.place) == ("Café, thé", "Mairie")
    assert found.description == "Une ligne\net une autre"
    assert found.url == "https://example.org/a"
    assert (found.uid, found.zone, found.is_all_day, found.repeats) == ("0", PARIS, False, False)
    assert [o.starts_at for o in found.occurrences] == [found.starts_at]


def test_whole_days_last_from_midnight_to_midnight_where_the_reader_is() -> None:
    for end, days in (("", 1), ("DTEND;VALUE=DATE:20260601", 1), ("DTEND;VALUE=DATE:20260603", 2)):
        found = one(DAY, end)
        assert found.is_all_day
        assert found.starts_at == utc(2026, 5, 31, 22)
        assert found.ends_at - found.starts_at == timedelta(days=days)
    autumn = one("DTSTART;VALUE=DATE:20261025")
    assert autumn.ends_at - autumn.starts_at == timedelta(hours=25)


@pytest.mark.parametrize(
    ("start", "before", "expected", "zone"),
    [
        ("DTSTART:20260601T190000Z", "", utc(2026, 6, 1, 19), PARIS),
        ("DTSTART:20260601T190000", "", utc(2026, 6, 1, 17), PARIS),
        (
            "DTSTART:20260601T190000",
            "X-WR-TIMEZONE:America/New_York",
            utc(2026, 6, 1, 23),
            "America/New_York",
        ),
        (
            'DTSTART;TZID="Romance Standard Time":20260601T190000',
            "",
            utc(2026, 6, 1, 17),
            PARIS,
        ),
        (
            "DTSTART;TZID=/mozilla.org/20050126_1/Europe/London:20260601T190000",
            "",
            utc(2026, 6, 1, 18),
            "Europe/London",
        ),
        (
            "DTSTART;TZID=Mine:20260601T190000",
            "BEGIN:VTIMEZONE\nTZID:Mine\nBEGIN:STANDARD\nTZOFFSETTO:-0730\nEND:STANDARD\nEND:VTIMEZONE",
            utc(2026, 6, 2, 2, 30),
            PARIS,
        ),
        (
            "DTSTART;TZID=Ours:20260601T190000",
            "BEGIN:VTIMEZONE\nTZID:Ours\nTZOFFSETTO:+0100\nTZOFFSETTO:+0200\nEND:VTIMEZONE",
            utc(2026, 6, 1, 17),
            PARIS,
        ),
        (
            "DTSTART;TZID=X:20260601T190000",
            "BEGIN:VTIMEZONE\nTZID:X\nX-LIC-LOCATION:Asia/Tokyo\nEND:VTIMEZONE",
            utc(2026, 6, 1, 10),
            "Asia/Tokyo",
        ),
    ],
)
def test_times_are_those_of_the_zone_that_is_meant(
    start: str, before: str, expected: datetime, zone: str
) -> None:
    found = one(start, before=before)
    assert (found.starts_at, found.zone) == (expected, zone)


WHOLE_ZONE = """BEGIN:VTIMEZONE
TZID:Mine
BEGIN:STANDARD
TZOFFSETTO:+0500
END:STANDARD
END:VTIMEZONE"""


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ("SUMMARY:x", Reason.NO_START),
        ("DTSTART:", Reason.NO_START),
        ("DTSTART:20260231T100000", Reason.UNREADABLE_DATE),
        ("DTSTART:tomorrow", Reason.UNREADABLE_DATE),
        ("DTSTART:19000101T100000", Reason.YEAR),
        ("DTSTART;TZID=Mine:20260601T190000", Reason.UNKNOWN_ZONE),
        ("DTSTART;TZID=../../etc/passwd:20260601T190000", Reason.UNKNOWN_ZONE),
        (f"{TIMED}\nDTEND:20260601T100000Z", Reason.ENDS_BEFORE_IT_STARTS),
        (f"{DAY}\nDTEND;VALUE=DATE:20260530", Reason.ENDS_BEFORE_IT_STARTS),
        (f"{TIMED}\nDURATION:-PT1H", Reason.ENDS_BEFORE_IT_STARTS),
        (f"{TIMED}\nDURATION:P31D", Reason.TOO_LONG),
        (f"{TIMED}\nDURATION:P999999999999D", Reason.UNREADABLE_DATE),
        (f"{TIMED}\nDTEND;VALUE=DATE:20260602", Reason.UNREADABLE_DATE),
        (f"{TIMED}\nRRULE:FREQ=SECONDLY", Reason.TOO_OFTEN),
        (f"{TIMED}\nRRULE:FREQ=DAILY;BYHOUR=1,2,3", Reason.TOO_OFTEN),
        (f"{TIMED}\nRDATE:" + ",".join(["20260602T190000Z"] * 2001), Reason.TOO_OFTEN),
        (f"{TIMED}\n" + "RRULE:FREQ=DAILY\n" * 6, Reason.TOO_OFTEN),
        (f"{TIMED}\nRRULE:FREQ=DAILY;INTERVAL=0", Reason.UNREADABLE_RULE),
        (f"{TIMED}\nRRULE:FREQ=WEEKLY;BYDAY=1MO", Reason.UNREADABLE_RULE),
        (f"{TIMED}\nRRULE:FREQ=WEEKLY;UNTL=20270101", Reason.UNREADABLE_RULE),
        (f"{TIMED}\nRRULE:FREQ=YEARLY;BYWEEKNO=3", Reason.UNREADABLE_RULE),
        (f"{TIMED}\nEND:VEVENT\nBEGIN:VEVENT\nUID:0\n{TIMED}", Reason.REPEATED),
        (f"{TIMED}\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:x", Reason.NO_START),
    ],
)
def test_what_cannot_be_taken_is_refused_for_one_reason(event: str, code: Reason) -> None:
    reading = read(file(event))
    assert [refusal.code for refusal in reading.refusals] == [code]
    assert all(refusal.line >= 3 for refusal in reading.refusals)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Reason.NOT_A_CALENDAR),
        (b"\x89PNG\r\n\x1a\n", Reason.NOT_A_CALENDAR),
        (b"BEGIN:VEVENT\r\nEND:VEVENT", Reason.NOT_A_CALENDAR),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", Reason.NO_EVENTS),
        (b"BEGIN:VCALENDAR" + b" " * MOST_BYTES, Reason.TOO_LARGE),
        (b"BEGIN:VCALENDAR\n" + b"BEGIN:X\n" * 50, Reason.NOT_A_CALENDAR),
        (file(*[TIMED] * 201), Reason.TOO_MANY_EVENTS),
        (file(TIMED)[:70], Reason.CUT_OFF),
    ],
)
def test_a_file_that_is_none_is_refused(content: bytes, code: Reason) -> None:
    assert [refusal.code for refusal in read(content).refusals] == [code]
    assert read(content).found == ()


def test_one_damaged_event_leaves_the_others_and_names_itself() -> None:
    reading = read(file(TIMED, "SUMMARY:Broken", DAY))
    assert [found.uid for found in reading.found] == ["0", "2"]
    assert [(r.code, r.line, r.title) for r in reading.refusals] == [(Reason.NO_START, 7, "Broken")]


def test_one_file_says_nothing_about_the_zones_of_the_next() -> None:
    start = "DTSTART;TZID=Mine:20260601T190000"
    assert read(file(start, before=WHOLE_ZONE)).found
    assert read(file(start)).refusals[0].code == Reason.UNKNOWN_ZONE


def test_a_zone_of_two_unknown_offsets_is_refused() -> None:
    told = "BEGIN:VTIMEZONE\nTZID:X\nTZOFFSETTO:+0300\nTZOFFSETTO:+0400\nEND:VTIMEZONE"
    reading = read(file("DTSTART;TZID=X:20260601T190000", before=told))
    assert [refusal.code for refusal in reading.refusals] == [Reason.UNKNOWN_ZONE]


def test_events_that_never_end_take_nothing_else_with_them() -> None:
    reading = read(file(TIMED, before=f"BEGIN:VEVENT\n{TIMED}\n" * 30))
    assert [refusal.code for refusal in reading.refusals] == [Reason.CUT_OFF] * 30
    assert len(reading.found) == 1


def test_a_change_without_its_series_says_what_it_changes() -> None:
    found = one(TIMED, "RECURRENCE-ID:20260531T170000Z")
    assert found.replaces == utc(2026, 5, 31, 17)
    assert found.starts_at == utc(2026, 6, 1, 17)
    assert one(TIMED).replaces is None


def test_a_night_with_a_change_of_clocks_lasts_as_long_as_it_says() -> None:
    for end in ("DURATION:PT6H", "DTEND;TZID=Europe/Paris:20261025T040000"):
        found = one("DTSTART;TZID=Europe/Paris:20261024T230000", end)
        assert found.ends_at - found.starts_at == timedelta(hours=6)
        assert found.occurrences[0].ends_at == found.ends_at


def test_exceptions_make_no_series_shorter_than_is_told() -> None:
    gone = [date(2026, 6, 2) + timedelta(days=2 * n) for n in range(90)]
    exceptions = ",".join(f"{day:%Y%m%d}T170000Z" for day in gone)
    found = one("DTSTART:20260601T170000Z", "RRULE:FREQ=DAILY", f"EXDATE:{exceptions}")
    assert len(found.occurrences) == MOST_OCCURRENCES
    assert found.has_more
    assert not {occurrence.day for occurrence in found.occurrences} & set(gone)


def test_a_latin_file_and_one_with_a_mark_are_read() -> None:
    text = file(f"{TIMED}\nSUMMARY:Été")
    assert read(b"\xef\xbb\xbf" + text).found[0].title == "Été"
    assert read(text.decode().encode("cp1252")).found[0].title == "Été"


def test_exceptions_additions_and_changes_are_applied() -> None:
    changed = (
        "END:VEVENT\nBEGIN:VEVENT\nUID:0\nRECURRENCE-ID;TZID=Europe/Paris:20260615T190000\n"
        "DTSTART;TZID=Europe/Paris:20260616T200000\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:0\nRECURRENCE-ID;TZID=Europe/Paris:20260622T190000\n"
        "STATUS:CANCELLED\nDTSTART;TZID=Europe/Paris:20260622T190000"
    )
    found = one(
        TIMED,
        "DURATION:PT2H",
        "RRULE:FREQ=WEEKLY;COUNT=5",
        "EXDATE;TZID=Europe/Paris:20260608T190000",
        "RDATE;TZID=Europe/Paris:20260703T190000",
        changed,
    )
    assert [o.starts_at for o in found.occurrences] == [
        utc(2026, 6, 1, 17),
        utc(2026, 6, 16, 18),
        utc(2026, 6, 29, 17),
        utc(2026, 7, 3, 17),
    ]
    assert found.repeats
    assert found.occurrences[0].ends_at == utc(2026, 6, 1, 19)
    assert one(TIMED, "STATUS:CANCELLED").is_cancelled
    assert one(TIMED, before="METHOD:CANCEL").is_cancelled


def test_what_repeats_for_ever_is_told_for_two_years_and_not_too_often() -> None:
    weekly = one(TIMED, "RRULE:FREQ=WEEKLY")
    assert SINCE + timedelta(days=720) < weekly.occurrences[-1].starts_at < utc(2028, 1, 1)
    daily = one("DTSTART:20100101T190000Z", "RRULE:FREQ=DAILY;UNTIL=99991231T235959Z")
    assert len(daily.occurrences) == MOST_OCCURRENCES
    assert daily.has_more
    assert daily.starts_at == utc(2010, 1, 1, 19)
    assert not one("DTSTART:20200101T190000Z").occurrences


@settings(max_examples=80, deadline=None)
@given(rules(zones=(PARIS, "America/New_York", "Indian/Reunion")))
def test_what_we_write_is_read_as_it_is(rule: Rule) -> None:
    entry = repeated(rule)
    horizon = SINCE + timedelta(days=730)
    reading = read(calendar_text("A", [entry]))
    coming = [
        found
        for found in occurrences(rule, rule.first, date(2028, 6, 1))
        if found.ends_at > SINCE and found.starts_at < horizon
    ]
    assert reading.refusals == () or not coming
    expected = [found.starts_at for found in coming][:MOST_OCCURRENCES]
    read_starts = [o.starts_at for found in reading.found for o in found.occurrences]
    assert read_starts == expected


def test_a_cancelled_entry_is_read_as_cancelled() -> None:
    cancelled = replace(repeated(THURSDAYS), status=Status.CANCELLED)
    [found] = read(calendar_text("A", [cancelled])).found
    assert found.is_cancelled
    assert found.title == ENTRY.title


@st.composite
def foreign_rules(draw: st.DrawFn) -> str:
    """Rules on which both have to agree, and for which the library does not search for long.

    Of `BYDAY=MO,1MO` it makes the first Monday, where RFC 5545 means every one: they are not mixed.
    """
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    daily = frequency == "DAILY"
    parts = [f"FREQ={frequency}"]
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 30))}")
    elif draw(st.booleans()):
        parts.append(f"UNTIL={draw(st.dates(date(2025, 1, 1), date(2027, 6, 1))):%Y%m%d}")
    if draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(['MO', 'SU', 'WE']))}")
    counted = frequency in {"MONTHLY", "YEARLY"} and draw(st.booleans())
    nth = st.sampled_from(["1", "-1", "+2", "5", "-4"] if counted else [""])
    weekday = st.tuples(nth, st.sampled_from(["MO", "TH", "SU"]))
    if days := draw(st.lists(weekday, max_size=2)):
        parts.append("BYDAY=" + ",".join("".join(day) for day in days))
    most = 28 if daily else 31
    numbers = st.lists(st.integers(-most, most).filter(bool), max_size=2)
    if frequency != "WEEKLY" and not counted and (chosen := draw(numbers)):
        parts.append("BYMONTHDAY=" + ",".join(map(str, chosen)))
    if months := draw(st.lists(st.integers(1, 12), max_size=2)):
        parts.append("BYMONTH=" + ",".join(map(str, months)))
    if frequency in {"MONTHLY", "YEARLY"} and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(st.sampled_from([1, -1, 2]))}")
    plain = not daily or not any(part.startswith("BY") for part in parts)
    return ";".join([*parts, f"INTERVAL={draw(st.integers(1, 5)) if plain else 1}"])


@settings(max_examples=200, deadline=None)
@given(foreign_rules(), st.dates(date(2024, 1, 1), date(2026, 6, 1)), st.integers(0, 800))
def test_rules_fall_on_the_days_that_a_general_library_finds(
    rule: str, first: date, later: int
) -> None:
    horizon, midnight = date(2031, 1, 1), datetime.combine(first, time())
    said = rule if "UNTIL" in rule or "COUNT" in rule else f"{rule};UNTIL=20310101"
    theirs: list[date] = []
    for count, moment in enumerate(rrulestr(said, dtstart=midnight)):
        if moment.date() > horizon or count > 3000:
            break
        theirs.append(moment.date())
    parsed = ForeignRule.parsed(rule, When(midnight, ZoneInfo(PARIS), is_day=False))
    since = first + timedelta(days=later)
    assert list(parsed.days(first, horizon)) == theirs
    assert list(parsed.days(since, horizon)) == [day for day in theirs if day >= since]


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    reading = read(content)
    assert reading.found or reading.refusals
    read(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + content + b"\nEND:VEVENT\nEND:VCALENDAR")


NEVER = "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=2000"


@pytest.mark.parametrize(
    "content",
    [
        file(*[f"DTSTART:19700101T000000Z\n{NEVER}"] * 200),
        file(*["DTSTART:19700101T000000Z\nRRULE:FREQ=YEARLY;BYDAY=53SU;COUNT=2000"] * 200),
        file(*[f"{TIMED}\nRRULE:FREQ=DAILY"] * 200),
        file(TIMED + "\nSUMMARY:" + '"' * 900_000),
        file(TIMED + ("\n " + "x") * 300_000),
        file(TIMED + "\nRDATE:" + ",".join(["20260602T190000Z"] * 50_000)),
        file(TIMED + "\nEXDATE:20260602T190000Z" * 30_000),
        file(TIMED + ";A=" + '"' * 400_000 + ":,;" * 100_000),
        b"BEGIN:VCALENDAR\n" + b"BEGIN:A\nEND:B\n" * 60_000,
        b"\n" * MOST_BYTES,
        file(TIMED, before="TZID:x\n" * 100_000),
        file(TIMED + "\nDURATION:P" + "1" * 900_000 + "D"),
        file(TIMED + "\nRRULE:FREQ=DAILY;BYMONTHDAY=" + "1," * 400_000 + "1"),
    ],
    ids=range(13),
)
def test_no_file_takes_long(content: bytes) -> None:
    began = stopwatch.process_time()
    read(content[:MOST_BYTES])
    assert stopwatch.process_time() - began < 10  # of a processor; a second or two on an idle one
