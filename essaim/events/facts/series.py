"""What comes again, plenaries and calendars."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from essaim.events.facts.gatherings import AboutEvent
from essaim.foundation.activity import Fact, Rung


@dataclass(frozen=True, kw_only=True)
class _AboutSeries(Fact):
    series_id: int


@dataclass(frozen=True, kw_only=True)
class SeriesPlanned(_AboutSeries):
    """Read by those who hold it alone."""

    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class SeriesPublished(_AboutSeries):
    """With all the evenings that stand: members are told of the series, not of each."""

    rung: ClassVar[Rung] = Rung.INTERACT
    evenings: int


@dataclass(frozen=True, kw_only=True)
class EveningsMade(_AboutSeries):
    """By the clock, ahead of time."""

    evenings: int


@dataclass(frozen=True, kw_only=True)
class SeriesChanged(_AboutSeries):
    """From one evening on: `series_id` begins there, and follows `former_id`."""

    former_id: int


@dataclass(frozen=True, kw_only=True)
class DaySkipped(_AboutSeries):
    """Nothing takes place on a day of its rule."""

    day: date


@dataclass(frozen=True, kw_only=True)
class SeriesEnded(_AboutSeries):
    """What was to come is cancelled."""


@dataclass(frozen=True, kw_only=True)
class SeriesDeleted(_AboutSeries):
    """A draft: nobody else had read it."""

    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class MembersCalled(AboutEvent):
    """Each member, of the communities below too, was told of a plenary, once."""

    audience: str = "nobody"
    people: int


@dataclass(frozen=True, kw_only=True)
class CalendarTaken(Fact):
    """Drafts were made of what another calendar holds."""

    audience: str = "nobody"
    events: int


@dataclass(frozen=True, kw_only=True)
class CalendarAddressMade(Fact):
    """A member's secret address of their calendar; an older one opens nothing any more."""

    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class CalendarAddressRevoked(Fact):
    audience: str = "nobody"
