"""What a community does so that people know of something before it begins."""

from dataclasses import dataclass
from datetime import date

from essaim.foundation.activity import Fact


@dataclass(frozen=True, kw_only=True)
class AwarenessPlanned(Fact):
    audience: str = "nobody"
    plan_id: int
    launches_on: date


@dataclass(frozen=True, kw_only=True)
class AwarenessChanged(Fact):
    """The plan or one of its steps; or it has ended."""

    audience: str = "nobody"
    plan_id: int


@dataclass(frozen=True, kw_only=True)
class AwarenessLinked(Fact):
    """A gathering stands for one of its steps; or no longer (`is_linked`)."""

    audience: str = "nobody"
    plan_id: int
    event_id: int
    is_linked: bool
