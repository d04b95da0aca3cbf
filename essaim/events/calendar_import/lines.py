"""A file of RFC 5545 taken apart into the lines of its events, and what it says for all of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import icalendar
from icalendar.parser import Contentline

from essaim.events.recurrence import is_zone

MOST_BYTES = 1_000_000
MOST_EVENTS = 200
DEEPEST = 20  # components in components
WANTED = frozenset(
    {
        *("UID", "SUMMARY", "DESCRIPTION", "LOCATION", "URL", "STATUS"),
        *("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"),
    }
)


class Reason(StrEnum):
    """Why a file (the first four) or one of its events cannot be taken."""

    TOO_LARGE = "too_large"
    NOT_A_CALENDAR = "not_a_calendar"
    NO_EVENTS = "no_events"
    TOO_MANY_EVENTS = "too_many_events"
    CUT_OFF = "cut_off"
    UNREADABLE = "unreadable"
    NO_START = "no_start"
    UNREADABLE_DATE = "unreadable_date"
    YEAR = "year"
    UNKNOWN_ZONE = "unknown_zone"
    ENDS_BEFORE_IT_STARTS = "ends_before_it_starts"
    TOO_LONG = "too_long"
    TOO_OFTEN = "too_often"  # several times a day, or more dates than we take
    UNREADABLE_RULE = "unreadable_rule"
    REPEATED = "repeated"  # the same uid, or the same change of an occurrence, a second time


class RefusedError(Exception):
    def __init__(self, code: Reason) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Calendar:
    """What a VCALENDAR says for all of its events."""

    zone: str
    method: str = ""
    offsets: dict[str, set[str]] = field(default_factory=dict)  # by TZID of its VTIMEZONEs
    places: dict[str, str] = field(default_factory=dict)  # X-LIC-LOCATION by TZID
    current: str = ""

    def zone_says(self, name: str, value: str) -> None:
        """A line of one of its VTIMEZONEs; TZID comes first."""
        if name == "TZID":
            self.current = value
        elif name == "X-LIC-LOCATION":
            self.places[self.current] = value
        elif name == "TZOFFSETTO":
            self.offsets.setdefault(self.current, set()).add(value)


@dataclass(slots=True)
class Block:
    """The lines of one VEVENT that matter."""

    line: int
    calendar: Calendar
    lines: list[str] = field(default_factory=list)
    is_whole: bool = False


def blocks_of(content: bytes, zone: str) -> list[Block]:
    """The events of a file; `zone` is for a calendar that names none. RefusedError for a file."""
    if len(content) > MOST_BYTES:
        raise RefusedError(Reason.TOO_LARGE)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # as Windows writes it
    file = _File(zone)
    for number, line in _lines(text):
        name, _, value = line.partition(":")
        if name.strip().upper() == "BEGIN":
            file.begin(value.strip().upper(), number)
        elif name.strip().upper() == "END":
            file.end(value.strip().upper())
        else:
            file.keep(line)
    if file.calendar is None:
        raise RefusedError(Reason.NOT_A_CALENDAR)
    if not file.blocks:
        raise RefusedError(Reason.NO_EVENTS)
    return file.blocks


@dataclass(slots=True)
class _File:
    """What is read so far, and which components are open."""

    zone: str
    blocks: list[Block] = field(default_factory=list)
    calendar: Calendar | None = None
    within: list[str] = field(default_factory=list)

    def begin(self, kind: str, number: int) -> None:
        if kind == "VCALENDAR":
            self.calendar, self.within = Calendar(self.zone), []
        elif kind == "VEVENT" and self.calendar:
            self.blocks.append(Block(number, self.calendar))
            self.within = []  # one that is still open was cut off
        elif kind == "VTIMEZONE" and self.calendar:
            self.calendar.current = ""
        self.within.append(kind)
        if len(self.within) > DEEPEST:
            raise RefusedError(Reason.NOT_A_CALENDAR)
        if len(self.blocks) > MOST_EVENTS:
            raise RefusedError(Reason.TOO_MANY_EVENTS)

    def end(self, kind: str) -> None:
        if kind not in self.within:
            return
        del self.within[self.within.index(kind) :]
        if kind == "VEVENT" and self.blocks:
            self.blocks[-1].is_whole = True

    def keep(self, line: str) -> None:
        if self.calendar is None:
            return
        name = re.split("[:;]", line, maxsplit=1)[0].strip().upper()
        value = line.partition(":")[2].strip()
        if self.within[-1:] == ["VEVENT"]:
            if name in WANTED and self.blocks:
                self.blocks[-1].lines.append(line)
        elif "VTIMEZONE" in self.within:
            self.calendar.zone_says(name, value)
        elif name == "X-WR-TIMEZONE" and is_zone(value):
            self.calendar.zone = value
        elif name == "METHOD":
            self.calendar.method = value.upper()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line unfolded, with the number it begins on; empty ones mean nothing."""
    parts: list[str] = []
    began = 0
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        if line[:1] in {" ", "\t"} and parts:
            parts.append(line[1:])
        elif line:
            if parts:
                yield began, "".join(parts)
            parts, began = [line], number
    if parts:
        yield began, "".join(parts)


def properties(block: Block) -> Iterator[tuple[str, str, str]]:
    """Name, TZID and value of each line that can be read."""
    for line in block.lines:
        try:
            name, parameters, value = Contentline(line).parts()  # type: ignore[no-untyped-call]  # it has none
        except ValueError:
            name, _, value = line.partition(":")
            name, parameters = re.split("[:;]", name)[0], icalendar.Parameters()
        tzid = parameters.get("TZID", "")
        yield name.upper(), tzid if isinstance(tzid, str) else "", value.strip()
