"""Beginning a community and opening it."""

from dataclasses import dataclass
from typing import ClassVar

from essaim.foundation.activity import Fact, Rung


@dataclass(frozen=True, kw_only=True)
class CommunityFounded(Fact):
    """Somebody began it; nobody else sees it before it opens."""

    rung: ClassVar[Rung] = Rung.INTERACT
    audience: str = "members"
    kind: str
    parent_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class FounderInvited(Fact):
    audience: str = "members"
    founder_id: int
    is_outside: bool = False


@dataclass(frozen=True, kw_only=True)
class FounderConfirmed(Fact):
    rung: ClassVar[Rung] = Rung.INTERACT
    audience: str = "members"
    founder_id: int


@dataclass(frozen=True, kw_only=True)
class FounderWordsWithdrawn(Fact):
    audience: str = "members"
    founder_id: int


@dataclass(frozen=True, kw_only=True)
class FounderDeclined(Fact):
    """Said by whoever holds the link: no actor."""

    audience: str = "role_holders"
    founder_id: int


@dataclass(frozen=True, kw_only=True)
class CommunityOpened(Fact):
    rung: ClassVar[Rung] = Rung.INTERACT
    kind: str


@dataclass(frozen=True, kw_only=True)
class OpeningPolicySet(Fact):
    """Whether what begins in the community is checked before it opens, by whom, within how long."""

    audience: str = "members"
    is_checked: bool
    days: int
    referent_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class OpeningAsked(Fact):
    """Of the community above it; about the one that wants to open, like the three below."""

    audience: str = "members"
    ask_id: int
    parent_id: int
    days: int


@dataclass(frozen=True, kw_only=True)
class OpeningGranted(Fact):
    """Without an actor: by silence, or by the second look at a refusal."""

    audience: str = "members"
    ask_id: int
    parent_id: int
    is_silent: bool = False


@dataclass(frozen=True, kw_only=True)
class OpeningRefused(Fact):
    audience: str = "members"
    ask_id: int
    parent_id: int
    decision_id: int


@dataclass(frozen=True, kw_only=True)
class OpeningWithdrawn(Fact):
    """By those who asked, or because nobody is there any more to run it."""

    audience: str = "members"
    ask_id: int
    parent_id: int


@dataclass(frozen=True, kw_only=True)
class KitStepTicked(Fact):
    audience: str = "members"
    kind: str  # of step
    is_done: bool


@dataclass(frozen=True, kw_only=True)
class ManifestoPublished(Fact):
    rung: ClassVar[Rung] = Rung.INTERACT
    manifesto_id: int
    version: int


@dataclass(frozen=True, kw_only=True)
class ManifestoSigned(Fact):
    rung: ClassVar[Rung] = Rung.AWARE
    audience: str = "members"
    manifesto_id: int
    version: int
