"""Times as a foreign file writes them: on the wall of some zone, or whole days."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from essaim.events.calendar_import.lines import Calendar, Reason, RefusedError
from essaim.events.recurrence import is_zone

YEARS = range(1970, 2101)


@dataclass(frozen=True, slots=True)
class When:
    """A time on the wall of a zone, or a day."""

    wall: datetime
    zone: tzinfo
    is_day: bool

    @property
    def moment(self) -> datetime:
        return self.wall.replace(tzinfo=self.zone).astimezone(UTC)

    @property
    def value(self) -> date | datetime:
        return self.wall.date() if self.is_day else self.wall.replace(tzinfo=self.zone)


_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?)?(Z?)", re.ASCII)


def written_moment(written: str) -> tuple[datetime, bool, bool]:
    """The time on a wall, whether it is a whole day, and whether the wall shows UTC."""
    match = _DATE.fullmatch(written.strip().upper())
    if not match:
        raise RefusedError(Reason.UNREADABLE_DATE)
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        wall = datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001  on the wall
    except ValueError:
        raise RefusedError(Reason.UNREADABLE_DATE) from None
    return wall, match[4] is None, bool(match[7])


def when(written: str, tzid: str, calendar: Calendar, zone: str) -> When:
    """The moment that is written; days are those of `zone`. RefusedError when there is none."""
    wall, is_day, is_utc = written_moment(written)
    if wall.year not in YEARS:
        raise RefusedError(Reason.YEAR)
    if is_day:
        return When(wall, ZoneInfo(zone), is_day=True)
    return When(wall, UTC if is_utc else _zone(tzid, calendar, zone), is_day=False)


def _zone(tzid: str, calendar: Calendar, zone: str) -> tzinfo:
    """The zone of this name: IANA's, Windows', one with a maker's name before it, or the file's.

    Of a zone that only the file knows the offsets are asked: a single one is enough, and those of
    the reader's own zone are taken for it.
    """
    if not tzid:
        return ZoneInfo(calendar.zone)
    parts = tzid.strip("/").split("/")
    names = ["/".join(parts[-size:]) for size in (3, 2, 1) if size <= len(parts)]
    for name in (tzid, WINDOWS_TO_OLSON.get(tzid, ""), *names, calendar.places.get(tzid, "")):
        if name and is_zone(name):
            return ZoneInfo(name)
    offsets = {_offset(text) for text in calendar.offsets.get(tzid, set())}
    if len(offsets) == 1 and (offset := next(iter(offsets))) is not None:
        return timezone(offset)
    own = ZoneInfo(zone)
    halves = {datetime(2026, month, 1, tzinfo=own).utcoffset() for month in (1, 7)}
    if offsets and offsets == halves:
        return own
    raise RefusedError(Reason.UNKNOWN_ZONE)


def _offset(written: str) -> timedelta | None:
    match = re.fullmatch(r"([+-])(\d\d)(\d\d)(?:\d\d)?", written, re.ASCII)
    if not match or int(match[2]) > 23 or int(match[3]) > 59:  # noqa: PLR2004  of a clock
        return None
    sign = -1 if match[1] == "-" else 1
    return sign * timedelta(hours=int(match[2]), minutes=int(match[3]))
