"""Who comes: by saying so before, and at the door."""

from dataclasses import dataclass
from typing import ClassVar

from essaim.events.facts.gatherings import AboutEvent
from essaim.events.facts.words import Standing
from essaim.foundation.activity import Fact, Rung


@dataclass(frozen=True, kw_only=True)
class OfRegistration(Fact):
    """Between somebody and those who hold a gathering: nobody else is told who comes.

    Without an actor, somebody without an account registered.
    """

    audience: str = "nobody"
    event_id: int
    registration_id: int


@dataclass(frozen=True, kw_only=True)
class Registered(OfRegistration):
    """They come, may come or wait for a seat; also again, after they had said no."""

    rung: ClassVar[Rung] = Rung.INTERACT
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class LinkAskedAgain(OfRegistration):
    """Somebody registered again with an address that stands already: its link is sent once more."""


@dataclass(frozen=True, kw_only=True)
class RegistrationChanged(OfRegistration):
    """Another answer than before, or other guests."""

    standing: Standing


@dataclass(frozen=True, kw_only=True)
class RegistrationCancelled(OfRegistration):
    """They come no more; a seat may be free."""


@dataclass(frozen=True, kw_only=True)
class SeatOffered(OfRegistration):
    """To the first who waits, for a while."""


@dataclass(frozen=True, kw_only=True)
class SeatTaken(OfRegistration):
    """What was offered was taken."""

    rung: ClassVar[Rung] = Rung.INTERACT


@dataclass(frozen=True, kw_only=True)
class SeatPassedOn(OfRegistration):
    """No answer came in time: it is the next one's turn."""


@dataclass(frozen=True, kw_only=True)
class DoorLinkMade(AboutEvent):
    """Whoever has it checks people in, without an account, until the day after."""

    audience: str = "nobody"
    link_id: int


@dataclass(frozen=True, kw_only=True)
class DoorLinkRevoked(AboutEvent):
    audience: str = "nobody"
    link_id: int


@dataclass(frozen=True, kw_only=True)
class Attended(OfRegistration):
    """They came: said once the door is closed for good, so that it is not taken back."""

    rung: ClassVar[Rung] = Rung.ENGAGE


@dataclass(frozen=True, kw_only=True)
class AttendanceCounted(AboutEvent):
    """How many came, of how many who had said so; once, the day after."""

    people: int
    registered: int
