"""What gatherings cost: numbers, never what was bought."""

from dataclasses import dataclass
from datetime import date

from essaim.events.facts.gatherings import AboutEvent
from essaim.events.facts.words import CostKind
from essaim.foundation.activity import Fact


@dataclass(frozen=True, kw_only=True)
class _OfCost(AboutEvent):
    audience: str = "nobody"
    cost_id: int
    cost: CostKind
    amount: int  # cents, or minutes


@dataclass(frozen=True, kw_only=True)
class CostAdded(_OfCost):
    """An expense, or hours that people gave."""


@dataclass(frozen=True, kw_only=True)
class CostChanged(_OfCost):
    """With the amount as it is now."""


@dataclass(frozen=True, kw_only=True)
class CostRemoved(_OfCost):
    """It was a mistake, or stands elsewhere."""


@dataclass(frozen=True, kw_only=True)
class HourRateSet(Fact):
    """What an hour is worth to a community from a day on; without cents, nothing any more."""

    audience: str = "nobody"
    cents: int | None
    since: date
