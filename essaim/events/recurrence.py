"""Rules of repetition: "every second Thursday except holidays", and the days they fall on.

Dates in, dates out: no database and no Django. A rule keeps the time on the wall: what begins at
19:00 does so before and after a change of clocks.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from holidays import country_holidays, list_supported_countries

YEARS = range(2000, 2101)  # others are slips of the pen; what walks through a rule stays short
MOST_OCCURRENCES = 500
MOST_MINUTES = 7 * 24 * 60  # longer ones would run into the next of a weekly rule
MOST_INTERVAL = 60  # weeks or months
LAST = -1  # the last such weekday of a month
BY_DAY_OF_MONTH = 0
EVERY_MONTH_HAS = 28  # days
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WEEK, MONTHS = 7, 12


class Frequency(StrEnum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Fault(StrEnum):
    """Why a rule makes no sense."""

    INTERVAL = "interval"
    NTH = "nth"  # not 0 to 4 or -1, or given for a weekly rule
    FIRST_DAY_ELSEWHERE = "first_day_elsewhere"  # not the nth such weekday of its month
    YEAR = "year"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    DURATION = "duration"
    START_TIME = "start_time"  # with a zone of its own, or parts of a second
    ZONE = "zone"
    COUNTRY = "country"
    NOTHING_BEFORE = "nothing_before"
    NOTHING_AFTER = "nothing_after"


class RuleError(ValueError):
    """A rule that makes no sense; `code` says why."""

    def __init__(self, code: Fault) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Rule:
    """Which days, at which local time, for how long. RuleError when it makes no sense.

    `first` is the first day and fits the rule: it says the weekday, and the day of the month.
    `nth` is for monthly rules: 1 to 4 or -1 (last) counts weekdays, 0 keeps the day of the month.
    `interval` is in weeks or months, `minutes` are elapsed ones, `last` is the last day allowed.
    `holidays` is a country (ISO 3166, such as FR) whose public holidays are left out, or "".
    """

    frequency: Frequency
    first: date
    starts: time
    minutes: int
    zone: str
    interval: int = 1
    nth: int = BY_DAY_OF_MONTH
    last: date | None = None
    holidays: str = ""
    skipped: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if fault := next(_faults(self), None):
            raise RuleError(fault)


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """One time: the local day of the rule, start and end in UTC (aware)."""

    day: date
    starts_at: datetime
    ends_at: datetime


def _faults(rule: Rule) -> Iterator[Fault]:
    if not 1 <= rule.interval <= MOST_INTERVAL:
        yield Fault.INTERVAL
    if rule.first.year not in YEARS or (rule.last and rule.last.year not in YEARS):
        yield Fault.YEAR
    if rule.nth not in {LAST, BY_DAY_OF_MONTH, 1, 2, 3, 4} or (
        rule.nth and rule.frequency != Frequency.MONTHLY
    ):
        yield Fault.NTH
    elif rule.nth and nth_weekday(rule.first, rule.nth) != rule.first:
        yield Fault.FIRST_DAY_ELSEWHERE
    if rule.last and rule.last < rule.first:
        yield Fault.ENDS_BEFORE_IT_BEGINS
    if not 1 <= rule.minutes <= MOST_MINUTES:
        yield Fault.DURATION
    if rule.starts.tzinfo or rule.starts.microsecond:
        yield Fault.START_TIME
    if not is_zone(rule.zone):
        yield Fault.ZONE
    if rule.holidays and rule.holidays not in countries():
        yield Fault.COUNTRY


def is_zone(name: str) -> bool:
    """Whether this is a name of the IANA database."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "Europe" is a folder
        return False
    return True


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """The countries whose public holidays are known: ISO 3166 codes of two letters."""
    return frozenset(list_supported_countries(include_aliases=False))


@lru_cache(maxsize=256)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of the whole country, without those of a region alone."""
    return frozenset(country_holidays(country, years=year))


def nth_weekday(day: date, nth: int) -> date:
    """The nth (1 to 4, or -1 for the last) such weekday as `day`, in the month of `day`."""
    earliest = (day.day - 1) % WEEK + 1
    if nth != LAST:
        return day.replace(day=earliest + WEEK * (nth - 1))
    length = monthrange(day.year, day.month)[1]
    return day.replace(day=earliest + (length - earliest) // WEEK * WEEK)


def nominal_days(rule: Rule, since: date, until: date = date.max) -> Iterator[date]:
    """The days of the rule from `since` to `until`, those left out among them, none after 2100.

    A month without such a day (the 31st, the 29th of February) is passed over, as RFC 5545 has it.
    """
    latest = min(until, rule.last or date(YEARS.stop - 1, MONTHS, 31))
    step = WEEK * rule.interval
    if rule.frequency == Frequency.WEEKLY:
        day = rule.first + timedelta(days=max(0, -((rule.first - since).days // step)) * step)
        while day <= latest:
            yield day
            day += timedelta(days=step)
        return
    began = rule.first.year * MONTHS + rule.first.month - 1
    wanted = since.year * MONTHS + since.month - 1
    month = began + max(0, (wanted - began) // rule.interval) * rule.interval
    while month // MONTHS <= latest.year:
        found = _day_of_month(rule, month // MONTHS, month % MONTHS + 1)
        if found and rule.first <= found <= latest and found >= since:
            yield found
        month += rule.interval


def _day_of_month(rule: Rule, year: int, month: int) -> date | None:
    if rule.nth == BY_DAY_OF_MONTH:
        fits = rule.first.day <= monthrange(year, month)[1]
        return date(year, month, rule.first.day) if fits else None
    begins = date(year, month, 1)
    same = begins + timedelta(days=(rule.first.weekday() - begins.weekday()) % WEEK)
    return nth_weekday(same, rule.nth)


def is_left_out(rule: Rule, day: date) -> bool:
    """Whether an exception or a public holiday takes this day out of the rule."""
    return day in rule.skipped or (
        bool(rule.holidays) and day in public_holidays(rule.holidays, day.year)
    )


def occurrence_on(rule: Rule, day: date) -> Occurrence:
    """When it is on this day, whether or not the rule falls on it.

    A time that the clocks jump over counts by the offset before the jump, and one that comes twice
    is the first (RFC 5545, 3.3.5). That is what `fold=0` means.
    """
    local = datetime.combine(day, rule.starts.replace(fold=0), ZoneInfo(rule.zone))
    starts_at = local.astimezone(UTC)
    return Occurrence(day, starts_at, starts_at + timedelta(minutes=rule.minutes))


def occurrences(rule: Rule, since: date, until: date) -> list[Occurrence]:
    """What takes place from `since` to `until`, local days, both included; the first 500 at most.

    In their order, and none for a window that ends before it begins.
    """
    taking_place = (
        occurrence_on(rule, day)
        for day in nominal_days(rule, since, until)
        if not is_left_out(rule, day)
    )
    return list(islice(taking_place, MOST_OCCURRENCES))


def left_out(rule: Rule, until: date) -> list[date]:
    """The days of the rule up to `until` on which nothing takes place: EXDATE; 500 at most."""
    days = nominal_days(rule, rule.first, until)
    return list(islice((day for day in days if is_left_out(rule, day)), MOST_OCCURRENCES))


def split(rule: Rule, on: date) -> tuple[Rule, Rule]:
    """The rule before `on`, and the same from `on` on: together they are the rule again.

    RuleError when `on` is not after the first day, or nothing comes from then on.
    """
    if on <= rule.first:
        raise RuleError(Fault.NOTHING_BEFORE)
    begins = next(nominal_days(rule, on), None)
    if begins is None:
        raise RuleError(Fault.NOTHING_AFTER)
    before = replace(
        rule,
        last=on - timedelta(days=1),
        skipped=frozenset(day for day in rule.skipped if day < on),
    )
    after = replace(rule, first=begins, skipped=frozenset(day for day in rule.skipped if day >= on))
    return before, after


def rrule(rule: Rule) -> str:
    """The value of RRULE in RFC 5545. Days left out are no part of it: see `left_out`.

    UNTIL is in UTC, at the hour at which an occurrence on the last day begins: no reader can take
    one too many or too few.
    """
    parts = [f"FREQ={rule.frequency.upper()}"]
    if rule.interval > 1:
        parts.append(f"INTERVAL={rule.interval}")
    if rule.last:
        parts.append(f"UNTIL={occurrence_on(rule, rule.last).starts_at:%Y%m%dT%H%M%SZ}")
    weekday = WEEKDAYS[rule.first.weekday()]
    if rule.frequency == Frequency.WEEKLY:
        parts.append(f"BYDAY={weekday}")
    elif rule.nth:
        parts.append(f"BYDAY={rule.nth}{weekday}")
    else:
        parts.append(f"BYMONTHDAY={rule.first.day}")
    return ";".join(parts)
