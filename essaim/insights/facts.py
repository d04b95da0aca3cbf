"""What was decided about figures. Nothing records that somebody answered or looked at theirs."""

from dataclasses import dataclass

from essaim.foundation.activity import Fact, Rung


@dataclass(frozen=True, kw_only=True)
class TargetsSet(Fact):
    audience: str = "role_holders"
    aware: int
    interacting: int
    engaged: int


@dataclass(frozen=True, kw_only=True)
class AudienceEstimated(Fact):
    audience: str = "role_holders"
    estimate_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class EstimateWithdrawn(Fact):
    audience: str = "role_holders"
    estimate_id: int


@dataclass(frozen=True, kw_only=True)
class KindMoved(Fact):
    """A kind of activity stands on another rung here; `none` takes it off the ladder."""

    audience: str = "role_holders"
    kind: str
    to_rung: Rung


@dataclass(frozen=True, kw_only=True)
class RatingOpened(Fact):
    """Without an actor the clock opened it, a year after the one before."""

    audience: str = "members"
    rating_id: int
    year: int


@dataclass(frozen=True, kw_only=True)
class RatingClosed(Fact):
    """Its day had come: the clock."""

    audience: str = "members"
    rating_id: int
    year: int
