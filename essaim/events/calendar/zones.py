"""How clocks change in a zone, in as few lines as tell all of it: VTIMEZONE of RFC 5545."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from essaim.events.recurrence import nth_weekday

EU_RULES_SINCE = 1997  # the first whole year in which summer time ended in October
EU_CHECKED = range(EU_RULES_SINCE, 2038)
DAYLIGHT_SINCE = date(1981, 3, 29)  # where other calendars let these rules begin
STANDARD_SINCE = date(1996, 10, 27)
HOUR = timedelta(hours=1)


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


def timezone_of(zone: str, first: int, last: int) -> Timezone:
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
