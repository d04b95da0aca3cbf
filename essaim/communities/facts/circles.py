"""Sitting in circles."""

from dataclasses import dataclass
from typing import ClassVar

from essaim.foundation.activity import Fact, Rung


@dataclass(frozen=True, kw_only=True)
class CommunityDivided(Fact):
    """Into circles, whose members the facts of their memberships name."""

    rung: ClassVar[Rung] = Rung.INTERACT
    audience: str = "members"
    division_id: int
    circles: int
    people: int


@dataclass(frozen=True, kw_only=True)
class CirclesDissolved(Fact):
    audience: str = "members"
    division_id: int


@dataclass(frozen=True, kw_only=True)
class SwapAsked(Fact):
    """For the two it is about; whose wishes it would break is nobody's business."""

    audience: str = "nobody"
    swap_id: int
    other_id: int


@dataclass(frozen=True, kw_only=True)
class SwapAnswered(Fact):
    audience: str = "nobody"
    swap_id: int
    asker_id: int
    is_accepted: bool


@dataclass(frozen=True, kw_only=True)
class CircleSynthesisWritten(Fact):
    rung: ClassVar[Rung] = Rung.INTERACT
    audience: str = "members"
    division_id: int
    circle_id: int
