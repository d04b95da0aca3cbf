"""Welcoming, hosting and being succeeded."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from essaim.foundation.activity import Fact, Rung


@dataclass(frozen=True, kw_only=True)
class NewcomerWelcomed(Fact):
    """The actor answered somebody's joining: the first human answer is counted from these."""

    rung: ClassVar[Rung] = Rung.INTERACT
    audience: str = "role_holders"
    welcome_id: int
    membership_id: int
    newcomer_id: int


@dataclass(frozen=True, kw_only=True)
class HostingOffered(Fact):
    audience: str = "role_holders"
    offer_id: int
    asked_id: int
    is_handover: bool


@dataclass(frozen=True, kw_only=True)
class HostingOfferWithdrawn(Fact):
    audience: str = "role_holders"
    offer_id: int


@dataclass(frozen=True, kw_only=True)
class HostingAnswered(Fact):
    """The person asked said yes or no."""

    audience: str = "role_holders"
    offer_id: int
    offered_by_id: int | None
    is_accepted: bool


@dataclass(frozen=True, kw_only=True)
class LastHostLeft(Fact):
    """Nobody runs it any more: it is offered for adoption."""


@dataclass(frozen=True, kw_only=True)
class AdoptionAsked(Fact):
    """Its hosts have until `due_on` to say that it is alive."""

    audience: str = "members"
    adoption_id: int
    due_on: date


@dataclass(frozen=True, kw_only=True)
class AdoptionEnded(Fact):
    """Without an adoption: a host answered, or who wanted it took it back."""

    audience: str = "members"
    adoption_id: int
    adopter_id: int
    is_alive: bool


@dataclass(frozen=True, kw_only=True)
class CommunityAdopted(Fact):
    """The adopter hosts it from now on. By the clock where hosts stayed silent: then no actor."""

    adoption_id: int
    adopter_id: int
