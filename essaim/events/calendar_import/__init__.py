"""Reads a foreign calendar (RFC 5545): what can be taken as drafts, what cannot with its reason.

Bytes in, dataclasses out: no database and no Django. Nothing raises, whatever bytes arrive, and
what a reading costs does not grow with what a file asks for. Lines are taken apart here, since
a library that reads the zones a file defines lets one file change how the next is read.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from icalendar.prop import vDuration, vText

from essaim.events.calendar import cleaned, one_line, web_address
from essaim.events.calendar_import.lines import Block, Reason, RefusedError, blocks_of, properties
from essaim.events.calendar_import.moments import When, when
from essaim.events.calendar_import.rules import ForeignRule
from essaim.events.recurrence import Occurrence, is_zone

__all__ = ["Found", "Reading", "Reason", "Refusal", "read_calendar"]

MOST_OCCURRENCES = 200  # of one event
SPARE = 40  # days of a rule that begin before the two years, and may reach into them
MOST_DATES = 2000  # given one by one, of one event
MOST_RULES = 5
LONGEST = timedelta(days=30)
AHEAD = timedelta(days=2 * 365)
LONGEST_LINE, LONGEST_TEXT = 300, 20_000  # characters of a title or place, of a description


@dataclass(frozen=True, slots=True)
class Refusal:
    """`line` is where it begins, counted from 1; 0 is the file itself."""

    code: Reason
    line: int = 0
    title: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A draft. Moments are aware and in UTC, `zone` is an IANA name to show them in.

    `starts_at` and `ends_at` are those of the first time; without an end in the file it ends when
    it begins. All-day events last from midnight to midnight in the zone the reader asked for.
    `occurrences` are the times in the two years to come, 200 at most, with what was moved or
    cancelled; none when all is over. `has_more` tells that some were left out. `replaces` is set
    for a change of one occurrence whose series is not in the file: when that was to begin.
    """

    uid: str
    title: str
    description: str
    place: str
    url: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    is_all_day: bool
    is_cancelled: bool
    repeats: bool
    occurrences: tuple[Occurrence, ...]
    has_more: bool
    replaces: datetime | None
    line: int


@dataclass(frozen=True, slots=True)
class Reading:
    found: tuple[Found, ...]
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class _Event:
    block: Block
    texts: dict[str, str]
    start: When
    length: timedelta
    rules: tuple[ForeignRule, ...]
    added: tuple[When, ...]
    removed: tuple[When, ...]
    replaces: When | None


def read_calendar(content: bytes, *, zone: str, since: datetime) -> Reading:
    """Drafts and refusals, each in the order of the file.

    `zone` (IANA) is for times without one and for whole days; `since` (aware) is where the two
    years begin. ValueError when one of these makes no sense, never for the content.
    """
    if not is_zone(zone) or since.tzinfo is None:
        raise ValueError("zone" if since.tzinfo else "naive")
    try:
        blocks = blocks_of(content, zone)
    except RefusedError as refused:
        return Reading((), (Refusal(refused.code),))
    refusals: list[Refusal] = []
    events: dict[tuple[str, datetime | None], _Event] = {}
    for block in blocks:
        taken = _tried(block, zone)
        if isinstance(taken, Refusal):
            refusals.append(taken)
            continue
        moment = taken.replaces.moment if taken.replaces else None
        key = (taken.texts.get("UID") or f"#{block.line}", moment)
        if key in events:
            refusals.append(Refusal(Reason.REPEATED, block.line, _title(taken.texts)))
        events.setdefault(key, taken)
    found: list[Found] = []
    for (uid, changed), event in events.items():
        if changed and (uid, None) in events:
            continue  # told by what it changes
        changes = [e for (of, which), e in events.items() if which and of == uid and not changed]
        try:
            found.append(_found(event, changes, zone, since))
        except Exception:  # noqa: BLE001  whatever bytes arrive: one event is lost, not the page
            refusals.append(Refusal(Reason.UNREADABLE, event.block.line, _title(event.texts)))
    return Reading(tuple(found), tuple(sorted(refusals, key=lambda refusal: refusal.line)))


def _tried(block: Block, zone: str) -> "_Event | Refusal":
    texts: dict[str, str] = {}
    try:
        texts = _texts(block)
        return _event(block, texts, zone)
    except RefusedError as refused:
        return Refusal(refused.code, block.line, _title(texts))
    except Exception:  # noqa: BLE001  as above
        return Refusal(Reason.UNREADABLE, block.line, _title(texts))


def _title(texts: dict[str, str]) -> str:
    return one_line(texts.get("SUMMARY", ""))[:LONGEST_LINE]


def _texts(block: Block) -> dict[str, str]:
    """The first value of each text."""
    texts: dict[str, str] = {}
    for name, _, value in properties(block):
        if name in {"UID", "SUMMARY", "DESCRIPTION", "LOCATION", "URL", "STATUS"}:
            texts.setdefault(name, value if name == "URL" else str(vText.from_ical(value)))
    return texts


def _event(block: Block, texts: dict[str, str], zone: str) -> _Event:
    if not block.is_whole:
        raise RefusedError(Reason.CUT_OFF)
    given: dict[str, list[When]] = {}
    rules: list[str] = []
    duration = ""
    for name, tzid, value in properties(block):
        if name == "RRULE" and value:
            rules.append(value)
        elif name == "DURATION":
            duration = value
        elif name in {"DTSTART", "DTEND", "RDATE", "EXDATE", "RECURRENCE-ID"} and value:
            for one in islice(value.split(","), MOST_DATES + 1):
                moment = when(one.partition("/")[0], tzid, block.calendar, zone)
                given.setdefault(name, []).append(moment)
    if "DTSTART" not in given:
        raise RefusedError(Reason.NO_START)
    if len(rules) > MOST_RULES or any(len(dates) > MOST_DATES for dates in given.values()):
        raise RefusedError(Reason.TOO_OFTEN)
    start = given["DTSTART"][0]
    return _Event(
        block,
        texts,
        start,
        _length(start, next(iter(given.get("DTEND", [])), None), duration),
        tuple(ForeignRule.parsed(value, start) for value in rules),
        tuple(given.get("RDATE", [])),
        tuple(given.get("EXDATE", [])),
        next(iter(given.get("RECURRENCE-ID", [])), None),
    )


def _length(start: When, end: When | None, duration: str) -> timedelta:
    """Elapsed time; for whole days, days. Without an end a day lasts a day, and a time none."""
    if end is not None and end.is_day != start.is_day:
        raise RefusedError(Reason.UNREADABLE_DATE)
    if end is not None:
        # Some write the day itself for the end of a whole day.
        length = end.wall - start.wall if start.is_day else end.moment - start.moment
    elif duration:
        try:
            length = vDuration.from_ical(duration)  # type: ignore[no-untyped-call]  # it has none
        except (ValueError, OverflowError):
            raise RefusedError(Reason.UNREADABLE_DATE) from None
    else:
        length = timedelta()
    if start.is_day and not length:
        length = timedelta(days=1)
    if length < timedelta():
        raise RefusedError(Reason.ENDS_BEFORE_IT_STARTS)
    if length > LONGEST:
        raise RefusedError(Reason.TOO_LONG)
    return length


def _found(event: _Event, changes: list[_Event], zone: str, since: datetime) -> Found:
    start = event.start
    key = start.zone.key if isinstance(start.zone, ZoneInfo) else event.block.calendar.zone
    coming = _coming(event, changes, ZoneInfo(zone), since)
    texts = event.texts
    return Found(
        uid=one_line(texts.get("UID", ""))[:LONGEST_LINE],
        title=_title(texts),
        description=cleaned(texts.get("DESCRIPTION", "")).strip()[:LONGEST_TEXT],
        place=one_line(texts.get("LOCATION", ""))[:LONGEST_LINE],
        url=web_address(texts.get("URL", "")[:LONGEST_LINE]),
        starts_at=start.moment,
        ends_at=_end(start.value, event.length, ZoneInfo(zone)),
        zone=key,
        is_all_day=start.is_day,
        is_cancelled=_is_cancelled(event),
        repeats=bool(event.rules or event.added),
        occurrences=tuple(coming[:MOST_OCCURRENCES]),
        has_more=len(coming) > MOST_OCCURRENCES,
        replaces=event.replaces.moment if event.replaces else None,
        line=event.block.line,
    )


def _is_cancelled(event: _Event) -> bool:
    status = event.texts.get("STATUS", "").strip().upper()
    return status == "CANCELLED" or event.block.calendar.method == "CANCEL"


def _end(start: date | datetime, length: timedelta, zone: ZoneInfo) -> datetime:
    """In UTC. The length of a day is a day of its zone, and of a time it is elapsed."""
    if isinstance(start, datetime):
        return start.astimezone(UTC) + length
    return datetime.combine(start + length, time(), zone).astimezone(UTC)


def _coming(
    event: _Event, changes: list[_Event], zone: ZoneInfo, since: datetime
) -> list[Occurrence]:
    """The times from `since` on, as the library applies exceptions and changes to them.

    It gets the days of each rule one by one: left to itself it would look for a day that never
    comes (the 30th of February) up to the year 9999.
    """
    until = since + AHEAD
    calendar = icalendar.Calendar()
    for part in (event, *changes):
        written = icalendar.Event()
        written.add("UID", "one")
        written.add("DTSTART", part.start.value)
        written.add("DURATION", part.length)
        written.add("STATUS", "CANCELLED" if _is_cancelled(part) else "CONFIRMED")
        if part is event:
            walls = _walls(part, since, until, 1 + len(part.removed) + len(changes))
            own = [When(wall, part.start.zone, part.start.is_day).value for wall in walls]
            if added := own + [one.value for one in part.added]:
                written.add("RDATE", added)
            if part.removed:
                written.add("EXDATE", [one.value for one in part.removed])
        elif part.replaces:
            written.add("RECURRENCE-ID", part.replaces.value)
        calendar.add_component(written)
    coming = []
    for one in recurring_ical_events.of(calendar).between(since, until):
        if one["STATUS"] == "CANCELLED" and not _is_cancelled(event):
            continue
        starts = one.start
        day = starts.date() if isinstance(starts, datetime) else starts
        moment = _end(starts, timedelta(), zone)
        ends = _end(starts, one["DTEND"].dt - starts, zone)
        coming.append(Occurrence(day, moment, ends))
    return sorted(coming)


def _walls(event: _Event, since: datetime, until: datetime, more: int) -> list[datetime]:
    """When its rules let it begin: as many as can be told, `more` that changes may take away."""
    begins = (since - event.length).date() - timedelta(days=1)
    days = {
        day
        for rule in event.rules
        for day in islice(
            rule.days(begins, until.date() + timedelta(days=1)), MOST_OCCURRENCES + SPARE + more
        )
    }
    return sorted(datetime.combine(day, event.start.wall.time()) for day in days)
