"""Writes RFC 5545: gatherings as a calendar to subscribe to, or as a part of a mail.

Entries in, bytes out: no database and no Django. The same entries give the same bytes, so that an
ETag can be made of them. No person is in here: neither ATTENDEE nor ORGANIZER nor an address.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from essaim.events.recurrence import (
    Rule,
    is_zone,
    nominal_days,
    nth_weekday,
    occurrence_on,
    rrule,
)

PRODID = "-//Essaim//Essaim//EN"
REFRESHED = "PT1H"  # how often a subscriber may ask again
COVERED_YEARS = 30  # of a rule without end, in a zone whose changes have to be listed
EU_RULES_SINCE = 1997  # the first whole year in which summer time ended in October
EU_CHECKED = range(EU_RULES_SINCE, 2038)
DAYLIGHT_SINCE = date(1981, 3, 29)  # where other calendars let these rules begin
STANDARD_SINCE = date(1996, 10, 27)
HOUR = timedelta(hours=1)


class Status(StrEnum):
    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


class Method(StrEnum):
    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar tells of a gathering. ValueError for a naive time or an unknown zone.

    `uid` and `sequence`: the uid stays for good, the number grows with each change of date, place
    or status. Times are aware. With `rule` they are the rule's: `starts_at` and `ends_at` are not
    asked. `exdates` are local days of the rule on which nothing takes place: give
    `recurrence.left_out(rule, until)` and what was taken out by hand. `recurrence_id` is for one
    occurrence that differs from its rule: when it began originally. `community` is a name.
    `latitude` and `longitude` are degrees; texts may hold anything, they cannot break out.
    """

    uid: str
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    created: datetime
    last_modified: datetime
    description: str = ""
    place: str = ""
    url: str = ""
    community: str = ""
    status: Status = Status.CONFIRMED
    latitude: float | None = None
    longitude: float | None = None
    rule: Rule | None = None
    exdates: tuple[date, ...] = ()
    recurrence_id: datetime | None = None

    def __post_init__(self) -> None:
        moments = (self.starts_at, self.ends_at, self.created, self.last_modified)
        if any(m.tzinfo is None for m in (*moments, self.recurrence_id or self.starts_at)):
            raise ValueError("naive")
        if self.ends_at < self.starts_at:
            raise ValueError("ends_before_it_starts")
        if not is_zone(self.zone):
            raise ValueError("zone")


def calendar_text(name: str, entries: Iterable[Entry], method: str = Method.PUBLISH) -> bytes:
    """A whole calendar named `name`, in the order of its entries: UTF-8 with CRLF."""
    written = list(entries)
    calendar = _begun(method)
    calendar.add("X-WR-CALNAME", one_line(name))
    calendar.add("REFRESH-INTERVAL", timedelta(hours=1), {"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", REFRESHED)
    return _filled(calendar, written)


def calendar_part(entry: Entry, method: str) -> bytes:
    """The part `text/calendar; method=…` of a mail about this one entry. CANCEL cancels it."""
    if method == Method.CANCEL:
        entry = replace(entry, status=Status.CANCELLED)
    return _filled(_begun(method), [entry])


def _begun(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", PRODID)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", Method(method).value)
    return calendar


def _filled(calendar: Calendar, entries: list[Entry]) -> bytes:
    by_zone: dict[str, list[Entry]] = {}
    for entry in entries:
        if _keeps_wall_time(entry):
            by_zone.setdefault(_zone_of(entry), []).append(entry)
    for zone, its_entries in sorted(by_zone.items()):
        calendar.add_component(_timezone(zone, *_years(its_entries)))
    for entry in entries:
        if (event := _event(entry)) is not None:
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _zone_of(entry: Entry) -> str:
    return entry.rule.zone if entry.rule else entry.zone


def _keeps_wall_time(entry: Entry) -> bool:
    """Whether its times are written on the wall of a zone, rather than in UTC.

    A repeated entry has to be; a single one only where the zone takes few lines. Before the rules
    of the European Union a compact zone would be wrong.
    """
    zone = _zone_of(entry)
    if zone in {"UTC", "Etc/UTC"}:
        return False
    if entry.rule or entry.recurrence_id:
        return True
    return entry.starts_at.year >= EU_RULES_SINCE and is_compact(zone)


def _years(entries: list[Entry]) -> tuple[int, int]:
    """The first and the last year in which the zone of these entries has to be right."""
    first = min(entry.rule.first.year if entry.rule else entry.starts_at.year for entry in entries)
    last = max(
        (entry.rule.last.year if entry.rule.last else entry.rule.first.year + COVERED_YEARS)
        if entry.rule
        else entry.ends_at.year
        for entry in entries
    )
    return first - 1, last + 1


def _event(entry: Entry) -> Event | None:
    """None for a rule of which no day is left: RFC 5545 cannot say that."""
    event = Event()
    event.add("UID", one_line(entry.uid))
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTAMP", entry.last_modified.astimezone(UTC))
    event.add("CREATED", entry.created.astimezone(UTC))
    event.add("LAST-MODIFIED", entry.last_modified.astimezone(UTC))
    event.add("STATUS", entry.status.upper())
    event.add("SUMMARY", one_line(entry.title))
    texts = {
        "DESCRIPTION": cleaned(entry.description),
        "LOCATION": one_line(entry.place),
        "CONTACT": one_line(entry.community),  # text; an ORGANIZER would have to be an address
        "URL": web_address(entry.url),
    }
    for name, text in texts.items():
        if text:
            event.add(name, text)
    if entry.latitude is not None and entry.longitude is not None:
        event.add("GEO", (entry.latitude, entry.longitude))
    if entry.rule:
        return event if _repeats(event, entry, entry.rule) else None
    event.add("DTSTART", _written(entry, entry.starts_at))
    event.add("DTEND", _written(entry, entry.ends_at))
    if entry.recurrence_id:
        event.add("RECURRENCE-ID", _written(entry, entry.recurrence_id))
    return event


def _repeats(event: Event, entry: Entry, rule: Rule) -> bool:
    """Add when it takes place; False when it never does.

    It begins on the first day on which something takes place: many readers show DTSTART even if
    an EXDATE takes it out. The duration is elapsed time, also over a change of clocks.
    """
    gone = frozenset(entry.exdates)
    first = next((day for day in nominal_days(rule, rule.first) if day not in gone), None)
    if first is None:
        return False
    zone = ZoneInfo(rule.zone)
    plain = not _keeps_wall_time(entry)

    def on(day: date) -> datetime:
        return (
            occurrence_on(rule, day).starts_at
            if plain
            else datetime.combine(day, rule.starts.replace(fold=0), zone)
        )

    event.add("DTSTART", on(first))
    event.add("DURATION", timedelta(minutes=rule.minutes))
    event.add("RRULE", vRecur.from_ical(rrule(rule)))
    later = nominal_days(rule, first, max(gone, default=first))
    if exceptions := [on(day) for day in later if day in gone]:
        event.add("EXDATE", exceptions)
    return True


def _written(entry: Entry, moment: datetime) -> datetime:
    """On the wall of its zone where that says the moment exactly, else in UTC.

    The second 02:30 of an autumn night cannot be said on the wall: there 02:30 is the first.
    """
    moment = moment.astimezone(UTC)
    if not _keeps_wall_time(entry):
        return moment
    local = moment.astimezone(ZoneInfo(_zone_of(entry)))
    return moment if local.fold else local


_CONTROLS = re.compile(r"[\u2028\u2029]|\r\n?")


def cleaned(text: str) -> str:
    """The text with `\\n` for every end of line, and without other control characters."""
    lines = _CONTROLS.sub("\n", text)
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})


def one_line(text: str) -> str:
    """The text cleaned, with spaces for the ends of its lines."""
    return " ".join(cleaned(text).split())


def web_address(url: str) -> str:
    """The address, or nothing if it is none of the web's: as a URI it would not be escaped."""
    return url if re.fullmatch(r"https?://[!-~]+", url) else ""


@lru_cache(maxsize=64)
def is_compact(zone: str) -> bool:
    """Whether a few lines tell all of this zone: European rules, or clocks that never change."""
    return _european(zone) or not any(_changes(ZoneInfo(zone), year) for year in EU_CHECKED)


@lru_cache(maxsize=64)
def _european(zone: str) -> bool:
    """Whether clocks change at 01:00 UTC on the last Sundays of March and October, for an hour."""
    info = ZoneInfo(zone)
    for year in EU_CHECKED:
        expected = [datetime.combine(last_sunday(year, m), time(1), UTC) for m in (3, 10)]
        if _changes(info, year) != expected:
            return False
    winter, summer = (datetime(2026, month, 1, tzinfo=info).utcoffset() for month in (1, 7))
    # Further west the change falls on a Saturday evening, which is no "last Sunday".
    return bool(
        winter is not None and summer is not None and summer - winter == HOUR and winter >= -HOUR
    )


def last_sunday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return nth_weekday(first + timedelta(days=6 - first.weekday()), -1)


def _changes(zone: ZoneInfo, year: int) -> list[datetime]:
    """The moments in UTC of this year at which clocks change, to the minute."""
    begins = datetime(year, 1, 1, tzinfo=UTC)
    weeks = [begins + timedelta(days=7 * week) for week in range(53)]
    changes = []
    for before, after in pairwise([*weeks, datetime(year + 1, 1, 1, tzinfo=UTC)]):
        earlier, later = before, after
        old = earlier.astimezone(zone).utcoffset()
        if later.astimezone(zone).utcoffset() == old:
            continue
        while later - earlier > timedelta(minutes=1):
            middle = earlier + (later - earlier) // 2
            middle = middle.replace(second=0, microsecond=0)
            if middle.astimezone(zone).utcoffset() == old:
                earlier = middle
            else:
                later = middle
        changes.append(later)
    return changes


def _timezone(zone: str, first: int, last: int) -> Timezone:
    """The zone in a few lines where that tells all of it, else with each change of these years."""
    timezone = Timezone()
    timezone.add("TZID", zone)
    info = ZoneInfo(zone)
    if _european(zone):
        for month, since in ((3, DAYLIGHT_SINCE), (10, STANDARD_SINCE)):
            change = datetime.combine(last_sunday(2026, month), time(1), UTC)
            observed = _Observed.at(change, info)
            wall = datetime.combine(since, time(1)) + observed.before
            timezone.add_component(observed.component([wall], month))
        return timezone
    begins = datetime(1970 if is_compact(zone) else first, 1, 1, tzinfo=UTC)
    changes = [begins]
    if not is_compact(zone):
        changes += [change for year in range(first, last + 1) for change in _changes(info, year)]
    alike: dict[_Observed, list[datetime]] = {}
    for change in changes:
        observed = _Observed.at(change, info)
        alike.setdefault(observed, []).append(change.replace(tzinfo=None) + observed.before)
    for observed, walls in alike.items():
        timezone.add_component(observed.component(walls))
    return timezone


@dataclass(frozen=True, slots=True)
class _Observed:
    """How clocks stand before and after a moment, and what the time is called from then on."""

    before: timedelta
    after: timedelta
    name: str

    @classmethod
    def at(cls, moment: datetime, zone: ZoneInfo) -> "_Observed":
        before, after = ((moment - ago).astimezone(zone) for ago in (HOUR, timedelta()))
        return cls(
            before.utcoffset() or timedelta(),
            after.utcoffset() or timedelta(),
            after.tzname() or zone.key,
        )

    def component(
        self, walls: list[datetime], month: int | None = None
    ) -> TimezoneDaylight | TimezoneStandard:
        """It begins at these times on the wall as it was before; with a month, each year in it."""
        part = TimezoneDaylight() if self.after > self.before else TimezoneStandard()
        part.add("DTSTART", walls[0])
        part.add("TZOFFSETFROM", self.before)
        part.add("TZOFFSETTO", self.after)
        part.add("TZNAME", self.name)
        if month:
            part.add("RRULE", vRecur.from_ical(f"FREQ=YEARLY;BYMONTH={month};BYDAY=-1SU"))
        if walls[1:]:
            part.add("RDATE", walls[1:])
        return part
