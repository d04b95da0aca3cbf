"""What hours are worth, and what it comes to: whole cents and whole minutes, never a fraction."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


def worth(minutes: int, rate: int) -> int:
    """Cents of these minutes at so many cents an hour; half a cent counts as a whole one."""
    return (minutes * rate + 30) // 60


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of a community by the day from which each is in force, the earliest first."""

    days: tuple[date, ...]
    cents: tuple[int | None, ...]

    @classmethod
    def of(cls, rows: Iterable[tuple[date, int | None]]) -> "Rates":
        ordered = sorted(rows, key=lambda row: row[0])
        return cls(tuple(row[0] for row in ordered), tuple(row[1] for row in ordered))

    def on(self, day: date) -> int | None:
        """Cents an hour on this day; None before the first one, and where it was ended."""
        place = bisect_right(self.days, day)
        return self.cents[place - 1] if place else None


@dataclass(frozen=True, slots=True)
class Cost:
    """An expense (`cents`), or hours (`minutes`) on a day."""

    day: date
    cents: int | None
    minutes: int | None

    def worth(self, rates: Rates) -> int | None:
        """In cents; None for hours without a rate on their day."""
        if self.minutes is None:
            return self.cents
        rate = rates.on(self.day)
        return None if rate is None else worth(self.minutes, rate)


@dataclass(frozen=True, slots=True)
class Sum:
    """What several costs come to; `unvalued` are minutes for which there is no rate."""

    expenses: int
    minutes: int
    hours_worth: int
    unvalued: int

    @property
    def cents(self) -> int:
        """Expenses, and hours as far as they are worth something."""
        return self.expenses + self.hours_worth


def total(costs: Sequence[Cost], rates: Rates) -> Sum:
    """Each line is rounded by itself, so that what is shown adds up."""
    hours = [(one.minutes, one.worth(rates)) for one in costs if one.minutes is not None]
    return Sum(
        expenses=sum(one.cents or 0 for one in costs),
        minutes=sum(minutes for minutes, _cents in hours),
        hours_worth=sum(cents or 0 for _minutes, cents in hours),
        unvalued=sum(minutes for minutes, cents in hours if cents is None),
    )
