from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from essaim.foundation.activity import Rung
from essaim.projects.facts.projects import AboutProject


@dataclass(frozen=True, kw_only=True)
class PartOffered(AboutProject):
    """To a person, or to whoever is given the link."""

    rung: ClassVar[Rung] = Rung.INTERACT

    invitation_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class PartAccepted(AboutProject):
    rung: ClassVar[Rung] = Rung.ENGAGE

    invitation_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class PartDeclined(AboutProject):
    invitation_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class PartEnded(AboutProject):
    """By whoever had it, or by who gave it."""

    role: str
    holder_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class BearerChanged(AboutProject):
    """Handed over; nobody bears it when there is no holder. Who bears it again is a change too."""

    holder_id: int | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SponsorNamed(AboutProject):
    rung: ClassVar[Rung] = Rung.ENGAGE

    sponsorship_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class SponsorExcepted(AboutProject):
    """The sponsor stands inside the perimeter, and the reason why is written."""

    sponsorship_id: int


@dataclass(frozen=True, kw_only=True)
class SupportPromised(AboutProject):
    rung: ClassVar[Rung] = Rung.INTERACT

    line_id: int


@dataclass(frozen=True, kw_only=True)
class SupportGiven(AboutProject):
    rung: ClassVar[Rung] = Rung.ENGAGE

    line_id: int


@dataclass(frozen=True, kw_only=True)
class PartyInformed(AboutProject):
    """A service or an association that the project touches."""

    party_id: int


@dataclass(frozen=True, kw_only=True)
class PartyAcknowledged(AboutProject):
    rung: ClassVar[Rung] = Rung.INTERACT

    party_id: int


@dataclass(frozen=True, kw_only=True)
class ObjectionMade(AboutProject):
    """It is owed an answer, and stops nothing."""

    rung: ClassVar[Rung] = Rung.INTERACT

    objection_id: int


@dataclass(frozen=True, kw_only=True)
class ObjectionAnswered(AboutProject):
    rung: ClassVar[Rung] = Rung.ENGAGE

    objection_id: int


@dataclass(frozen=True, kw_only=True)
class ObjectionHidden(AboutProject):
    """By a moderator."""

    objection_id: int


@dataclass(frozen=True, kw_only=True)
class ObstacleTold(AboutProject):
    rung: ClassVar[Rung] = Rung.INTERACT

    obstacle_id: int


@dataclass(frozen=True, kw_only=True)
class ObstacleRemoved(AboutProject):
    rung: ClassVar[Rung] = Rung.ENGAGE

    obstacle_id: int
