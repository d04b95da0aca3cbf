"""What happens while people are together: no fact says who wrote, spoke or chose what."""

from dataclasses import dataclass

from essaim.events.facts.gatherings import AboutEvent
from essaim.events.facts.words import Outcome


@dataclass(frozen=True, kw_only=True)
class RoundOpened(AboutEvent):
    """Phones can answer from now on, or again."""

    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class OpeningRoundEnded(AboutEvent):
    """What everybody was asked is no longer answered."""

    audience: str = "nobody"
    lines: int


@dataclass(frozen=True, kw_only=True)
class RoundClosed(AboutEvent):
    """Phones can do nothing any more."""

    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class RoundAnswered(AboutEvent):
    """By somebody without a name, or typed by who holds it from paper: so many lines."""

    audience: str = "nobody"
    lines: int


@dataclass(frozen=True, kw_only=True)
class RoundLineTakenBack(AboutEvent):
    """By who wrote it, without a name."""

    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class RoundLineHidden(AboutEvent):
    """By one of those who hold it, or shown again."""

    audience: str = "nobody"
    line_id: int
    is_hidden: bool


@dataclass(frozen=True, kw_only=True)
class AgendaChanged(AboutEvent):
    """Parts were added, moved, said better, made one or removed: `items` there are now."""

    items: int
    minutes: int


@dataclass(frozen=True, kw_only=True)
class _OfAgendaItem(AboutEvent):
    item_id: int


@dataclass(frozen=True, kw_only=True)
class AgendaItemStarted(_OfAgendaItem):
    """It is spoken of from now on."""


@dataclass(frozen=True, kw_only=True)
class AgendaItemEnded(_OfAgendaItem):
    """With the minutes it really took."""

    minutes: int


@dataclass(frozen=True, kw_only=True)
class AgendaQuestionClosed(_OfAgendaItem):
    """Answered or not; none where that was taken back."""

    outcome: Outcome | None


@dataclass(frozen=True, kw_only=True)
class PositionsAsked(_OfAgendaItem):
    """Those in the room choose, each without a name."""


@dataclass(frozen=True, kw_only=True)
class PositionsCounted(_OfAgendaItem):
    """How many chose, small numbers included: what is told of it is decided where it is shown."""

    audience: str = "nobody"
    count_for: int
    count_against: int
    count_another: int


@dataclass(frozen=True, kw_only=True)
class TurnsSpoken(AboutEvent):
    """Somebody has spoken, for so many seconds; who, is nobody's business a day after."""

    audience: str = "nobody"
    seconds: int
