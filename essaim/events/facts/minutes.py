"""What came of a gathering; what was promised there, the facts of commitments say."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from essaim.events.facts.gatherings import AboutEvent
from essaim.foundation.activity import Rung


@dataclass(frozen=True, kw_only=True)
class MinutesWritten(AboutEvent):
    """By one of those who hold it; nobody else reads them yet."""

    audience: str = "nobody"


@dataclass(frozen=True, kw_only=True)
class MinutesPublished(AboutEvent):
    """Everybody registered is told; `announcement_id` is what they are told by."""

    rung: ClassVar[Rung] = Rung.INTERACT
    announcement_id: int


@dataclass(frozen=True, kw_only=True)
class MinutesCorrected(AboutEvent):
    """After they were published: nobody is told again."""


@dataclass(frozen=True, kw_only=True)
class ActionPointGivenBack(AboutEvent):
    """Who had taken it on cannot do it: it waits for those who hold the gathering."""

    audience: str = "nobody"
    point_id: int
    at: datetime | None = None  # each time is told by itself


@dataclass(frozen=True, kw_only=True)
class ActionPointHandedOver(AboutEvent):
    """To somebody else who was there, or to nobody yet."""

    audience: str = "nobody"
    point_id: int
    at: datetime | None = None  # each time is told by itself
