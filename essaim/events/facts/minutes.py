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
    """Who had taken it on cannot do it: it waits for those who hold the gathering.

    `at`: as often as this happens, it is told.
    """

    audience: str = "nobody"
    point_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ActionPointTaken(AboutEvent):
    """Nobody had it yet: whoever was there took it on."""

    rung: ClassVar[Rung] = Rung.INTERACT
    audience: str = "nobody"
    point_id: int


@dataclass(frozen=True, kw_only=True)
class ActionPointHandedOver(AboutEvent):
    """To somebody else who was there, or to nobody yet; `at`: told as often as it happens."""

    audience: str = "nobody"
    point_id: int
    at: datetime
