"""Writes RFC 5545: gatherings as a calendar to subscribe to, or as a part of a mail.

Entries in, bytes out: no database and no Django. The same entries give the same bytes, so that an
ETag can be made of them. No person is in a calendar: neither ATTENDEE nor ORGANIZER nor an
address. A mail names whoever it is sent to, as RFC 5546 asks for, and nobody else.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from urllib.parse import quote
from zoneinfo import ZoneInfo

from icalendar import (
    Calendar,
    Event,
    vCalAddress,
    vRecur,
)

from essaim.events.calendar.zones import EU_RULES_SINCE, is_compact, timezone_of
from essaim.events.recurrence import (
    Rule,
    is_zone,
    nominal_days,
    occurrence_on,
    rrule,
)

PRODID = "-//Essaim//Essaim//EN"
REFRESHED = "PT1H"  # how often a subscriber may ask again
COVERED_YEARS = 30  # of a rule without end, in a zone whose changes have to be listed
_MAIL = re.compile(r"[^\s@<>(),;:\"\[\]\\]+@[^\s@<>(),;:\"\[\]\\]+")
_IN_MAILTO = "@!$'*+-._~"


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


class Answer(StrEnum):
    """What the recipient of a mail has said, in the words of RFC 5545."""

    ACCEPTED = "ACCEPTED"
    TENTATIVE = "TENTATIVE"
    DECLINED = "DECLINED"
    UNKNOWN = "NEEDS-ACTION"


@dataclass(frozen=True, slots=True)
class Party:
    """A side of an invitation: an address, and a name that may hold anything. ValueError for what
    is no address.
    """

    email: str
    name: str = ""
    answer: Answer = Answer.UNKNOWN

    def __post_init__(self) -> None:
        if not _MAIL.fullmatch(self.email) or unprintable(self.email):
            raise ValueError("email")

    @property
    def address(self) -> vCalAddress:
        """As a URI, in which nothing but the address itself can be read."""
        address = vCalAddress(f"mailto:{quote(self.email, safe=_IN_MAILTO)}")
        if name := one_line(self.name).replace('"', "’"):
            address.params["CN"] = name
        return address


def calendar_part(
    entry: Entry, method: str, *, organizer: Party | None = None, attendee: Party | None = None
) -> bytes:
    """The part `text/calendar; method=…` of a mail about this one entry. CANCEL cancels it.

    `organizer` is who sends it, `attendee` whom it is sent to: the only two that it names.
    """
    if method == Method.CANCEL:
        entry = replace(entry, status=Status.CANCELLED)
    calendar = _filled_calendar(_begun(method), [entry])
    for event in calendar.walk("VEVENT"):
        if organizer:
            event.add("ORGANIZER", organizer.address)
        if attendee:
            address = attendee.address
            said = {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": attendee.answer.value, "RSVP": "FALSE"}
            for name, value in said.items():
                address.params[name] = value
            event.add("ATTENDEE", address)
    return bytes(calendar.to_ical())


def _begun(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", PRODID)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", Method(method).value)
    return calendar


def _filled(calendar: Calendar, entries: list[Entry]) -> bytes:
    return bytes(_filled_calendar(calendar, entries).to_ical())


def _filled_calendar(calendar: Calendar, entries: list[Entry]) -> Calendar:
    by_zone: dict[str, list[Entry]] = {}
    for entry in entries:
        if _keeps_wall_time(entry):
            by_zone.setdefault(_zone_of(entry), []).append(entry)
    for zone, its_entries in sorted(by_zone.items()):
        calendar.add_component(timezone_of(zone, *_years(its_entries)))
    for entry in entries:
        if (event := _event(entry)) is not None:
            calendar.add_component(event)
    return calendar


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


def unprintable(text: str) -> bool:
    return any(unicodedata.category(one).startswith("C") for one in text)


def one_line(text: str) -> str:
    """The text cleaned, with spaces for the ends of its lines."""
    return " ".join(cleaned(text).split())


def web_address(url: str) -> str:
    """The address, or nothing if it is none of the web's: as a URI it would not be escaped."""
    return url if re.fullmatch(r"https?://[!-~]+", url) else ""
