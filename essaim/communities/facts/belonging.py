"""Belonging, roles, and what is lent of them."""

from dataclasses import dataclass
from typing import ClassVar

from essaim.foundation.activity import Fact, Rung


@dataclass(frozen=True, kw_only=True)
class MembershipStarted(Fact):
    """Joining is being aware: it does not count as activity."""

    rung: ClassVar[Rung] = Rung.AWARE
    audience: str = "members"
    membership_id: int


@dataclass(frozen=True, kw_only=True)
class MembershipEnded(Fact):
    """`role` is the one held when leaving, if any: exits are told by role."""

    audience: str = "role_holders"
    membership_id: int
    role: str | None = None


@dataclass(frozen=True, kw_only=True)
class MembershipCarried(Fact):
    """Somebody belongs here by a merge or a split; no joining: they were there before.

    The actor is whose membership it is, as with those that start and end.
    """

    audience: str = "members"
    membership_id: int
    from_community_id: int


@dataclass(frozen=True, kw_only=True)
class MembershipCarriedBack(Fact):
    """What a merge had carried ends when it is undone; no leaving: they are where they were."""

    audience: str = "members"
    membership_id: int
    to_community_id: int


@dataclass(frozen=True, kw_only=True)
class MandateGiven(Fact):
    """The actor gave it. Being entrusted is no act of the holder: what they then do counts."""

    mandate_id: int
    holder_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class MandateEnded(Fact):
    mandate_id: int
    holder_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class PowerDelegated(Fact):
    """By the holder of a mandate, to somebody of their team."""

    audience: str = "members"
    delegation_id: int
    mandate_id: int
    delegate_id: int
    power: str


@dataclass(frozen=True, kw_only=True)
class DelegationWithdrawn(Fact):
    audience: str = "members"
    delegation_id: int
    delegate_id: int
