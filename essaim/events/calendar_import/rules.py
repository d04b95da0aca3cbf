"""The days on which a foreign RRULE falls, at a cost that does not depend on what it asks for.

A general library looks for a day that never comes, such as the 30th of February, up to the year
9999. Here each week, month or year up to the horizon is looked at once.
"""

import re
from calendar import isleap, monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, timedelta

from essaim.events.calendar_import.lines import Reason, RefusedError
from essaim.events.calendar_import.moments import YEARS, When, written_moment
from essaim.events.recurrence import MONTHS, WEEK, WEEKDAYS

MOST_INTERVAL = 1000
MOST_COUNT = 2000  # what counts further has no end for us
PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"}
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
TOO_OFTEN = {"HOURLY", "MINUTELY", "SECONDLY"}
WITHIN_A_DAY = {"BYHOUR", "BYMINUTE", "BYSECOND"}
ORDINALS = {"MONTHLY": 5, "YEARLY": 53}  # the largest number before a weekday
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)


@dataclass(frozen=True, slots=True)
class ForeignRule:
    """A rule as RFC 5545 says it, without times in a day, days of a year or numbers of weeks.

    `weekdays` are pairs of an ordinal (0: every one) and a weekday from 0. `last` is the last day
    that its end allows. What a rule does not say is taken from the first day.
    """

    first: date
    frequency: str
    interval: int
    count: int
    last: date
    week_starts: int
    weekdays: tuple[tuple[int, int], ...]
    month_days: tuple[int, ...]
    months: tuple[int, ...]
    positions: tuple[int, ...]

    @classmethod
    def parsed(cls, value: str, start: When) -> "ForeignRule":
        """RefusedError when it cannot be read, or happens several times a day."""
        said = _said(value)
        frequency = said["FREQ"]
        weekdays = _weekdays(said.get("BYDAY", ""), ORDINALS.get(frequency, 0))
        month_days = _numbers(said.get("BYMONTHDAY", ""), 31)
        months = _numbers(said.get("BYMONTH", ""), MONTHS, negative=False)
        first = start.wall.date()
        if (frequency == "WEEKLY" and month_days) or (frequency == "DAILY" and "BYSETPOS" in said):
            raise RefusedError(Reason.UNREADABLE_RULE)
        if frequency == "WEEKLY" and not weekdays:
            weekdays = ((0, first.weekday()),)
        if frequency in ORDINALS and not weekdays and not month_days:
            month_days = (first.day,)
            if frequency == "YEARLY" and not months:
                months = (first.month,)
        return cls(
            first,
            frequency,
            _number(said.get("INTERVAL", "1"), MOST_INTERVAL),
            _number(said["COUNT"], 10**9) if "COUNT" in said else 0,
            _last(said.get("UNTIL", ""), start),
            WEEKDAYS.index(said.get("WKST", "MO")),
            weekdays,
            month_days,
            months,
            _numbers(said.get("BYSETPOS", ""), 366),
        )

    def days(self, since: date, until: date) -> Iterator[date]:
        """The days from `since` to `until`, both included, in their order."""
        counted = 0
        latest = min(self.last, until)
        counts = 0 < self.count <= MOST_COUNT
        for period in self._periods(self.first if counts else max(since, self.first), latest):
            days = [day for day in period if self._fits(day)]
            for day in self._at_positions(days):
                if day < self.first:
                    continue
                counted += 1
                if day > latest or (counts and counted > self.count):
                    return
                if day >= since:
                    yield day

    def _at_positions(self, days: list[date]) -> list[date]:
        if not self.positions:
            return days
        size = len(days)
        chosen = {p - 1 if p > 0 else size + p for p in self.positions if abs(p) <= size}
        return [days[index] for index in sorted(chosen)]

    def _fits(self, day: date) -> bool:
        if self.months and day.month not in self.months:
            return False
        if self.month_days and day.day not in self.month_days:
            from_the_end = day.day - monthrange(day.year, day.month)[1] - 1
            if from_the_end not in self.month_days:
                return False
        if not self.weekdays:
            return True
        weekday = day.weekday()
        nths = [n for n, wanted in self.weekdays if wanted == weekday]
        return bool(nths) and (0 in nths or not self._nths(day).isdisjoint(nths))

    def _nths(self, day: date) -> set[int]:
        """Which such weekday of its month or year this is, from the front and from the back."""
        if self.frequency == "MONTHLY" or self.months:
            index, length = day.day, monthrange(day.year, day.month)[1]
        else:
            index, length = day.timetuple().tm_yday, 365 + isleap(day.year)
        return {(index - 1) // WEEK + 1, -((length - index) // WEEK + 1)}

    def _periods(self, since: date, latest: date) -> Iterator[list[date]]:
        """The days of each week, month or year of the rule that has days in this span.

        Single days come in one go: of them there are no positions.
        """
        if self.frequency in {"DAILY", "WEEKLY"}:
            size = 1 if self.frequency == "DAILY" else WEEK
            back = (self.first.weekday() - self.week_starts) % WEEK if size == WEEK else 0
            begins = self.first - timedelta(days=back)
            step = size * self.interval
            begins += timedelta(days=(since - begins).days // step * step)
            starts = range(begins.toordinal(), latest.toordinal() + 1, step)
            if size == 1:
                yield [date.fromordinal(start) for start in starts]
            else:
                for start in starts:
                    yield [date.fromordinal(start + n) for n in range(WEEK)]
            return
        size = 1 if self.frequency == "MONTHLY" else MONTHS
        month = self.first.year * MONTHS + (self.first.month - 1 if size == 1 else 0)
        step = size * self.interval
        month += (since.year * MONTHS + since.month - 1 - month) // step * step
        while month // MONTHS <= latest.year:
            yield [
                date(year, number, day)
                for year, number in (
                    ((month + n) // MONTHS, (month + n) % MONTHS + 1) for n in range(size)
                )
                if not self.months or number in self.months
                for day in range(1, monthrange(year, number)[1] + 1)
            ]
            month += step


def _said(value: str) -> dict[str, str]:
    said: dict[str, str] = {}
    for part in value.upper().rstrip(";").split(";"):
        name, equals, what = part.strip().partition("=")
        if name in WITHIN_A_DAY or (name == "FREQ" and what in TOO_OFTEN):
            raise RefusedError(Reason.TOO_OFTEN)
        if name not in PARTS or not equals or name in said:
            raise RefusedError(Reason.UNREADABLE_RULE)
        said[name] = what.strip()
    if said.get("FREQ") not in FREQUENCIES or said.get("WKST", "MO") not in WEEKDAYS:
        raise RefusedError(Reason.UNREADABLE_RULE)
    return said


def _number(written: str, most: int) -> int:
    if not written.isascii() or not written.isdigit() or len(written) > 9:  # noqa: PLR2004  an int4
        raise RefusedError(Reason.UNREADABLE_RULE)
    if not 1 <= int(written) <= most:
        raise RefusedError(Reason.UNREADABLE_RULE)
    return int(written)


def _numbers(written: str, most: int, *, negative: bool = True) -> tuple[int, ...]:
    numbers = []
    for part in written.split(",") if written else []:
        unsigned = part.strip().removeprefix("+")
        sign = -1 if negative and unsigned.startswith("-") else 1
        numbers.append(sign * _number(unsigned.removeprefix("-") if sign < 0 else unsigned, most))
    return tuple(numbers)


def _weekdays(written: str, most: int) -> tuple[tuple[int, int], ...]:
    weekdays = []
    for part in written.split(",") if written else []:
        match = _WEEKDAY.fullmatch(part.strip())
        if not match or abs(int(match[1] or 0)) > most or match[1] in {"0", "+0", "-0"}:
            raise RefusedError(Reason.UNREADABLE_RULE)
        weekdays.append((int(match[1] or 0), WEEKDAYS.index(match[2])))
    return tuple(weekdays)


def _last(written: str, start: When) -> date:
    """The last day on which it can begin by this UNTIL: a day, a moment in UTC or on the wall."""
    if not written:
        return date.max
    until, is_day, is_utc = written_moment(written)
    if until.year not in YEARS:
        return date.min if until.year < YEARS.start else date.max  # such as 99991231T235959Z
    if is_day:
        return until.date()
    if is_utc:
        until = until.replace(tzinfo=UTC).astimezone(start.zone).replace(tzinfo=None)
    reached = until.time() >= start.wall.time()
    return until.date() if reached else until.date() - timedelta(days=1)
