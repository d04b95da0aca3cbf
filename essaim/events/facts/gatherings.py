from dataclasses import dataclass
from typing import ClassVar

from essaim.foundation.activity import Fact, Rung


@dataclass(frozen=True, kw_only=True)
class AboutEvent(Fact):
    event_id: int


@dataclass(frozen=True, kw_only=True)
class EventDrafted(AboutEvent):
    """Read by those who hold it alone."""

    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class EventPublished(AboutEvent):
    """Those it is for can read it and say that they come."""

    rung: ClassVar[Rung] = Rung.INTERACT


@dataclass(frozen=True, kw_only=True)
class EventEdited(AboutEvent):
    """Neither its time nor its place."""


@dataclass(frozen=True, kw_only=True)
class EventMoved(AboutEvent):
    """To another time or place; `announcement_id` is what everybody registered is told."""

    announcement_id: int


@dataclass(frozen=True, kw_only=True)
class EventPostponed(AboutEvent):
    announcement_id: int


@dataclass(frozen=True, kw_only=True)
class EventCancelled(AboutEvent):
    announcement_id: int


@dataclass(frozen=True, kw_only=True)
class EventHeld(AboutEvent):
    """Its end has passed: the clock says it."""


@dataclass(frozen=True, kw_only=True)
class EventHidden(AboutEvent):
    """By a moderator, with a reason."""


@dataclass(frozen=True, kw_only=True)
class DraftDeleted(AboutEvent):
    """Nobody else had read it."""

    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class HoldingAsked(AboutEvent):
    """Another community is asked to hold it too: that one's people answer."""

    audience: str = "nobody"
    holder_id: int


@dataclass(frozen=True, kw_only=True)
class HoldingAccepted(AboutEvent):
    """`community_id` is the community that holds it too from now on."""

    holder_id: int


@dataclass(frozen=True, kw_only=True)
class HoldingEnded(AboutEvent):
    """Declined, or taken back by either side."""

    audience: str = "nobody"
    holder_id: int


@dataclass(frozen=True, kw_only=True)
class MembersInvited(AboutEvent):
    """Who they are, the invitations say."""

    audience: str = "nobody"
    people: int


@dataclass(frozen=True, kw_only=True)
class RegistrantsTaken(AboutEvent):
    """Somebody who holds it took away who comes, as a file or on paper: access is logged."""

    audience: str = "nobody"
