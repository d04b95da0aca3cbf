"""What happened to communities and to belonging. Ids, enums, numbers and dates only."""

from dataclasses import dataclass
from datetime import date
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
class CommunityUpdated(Fact):
    audience: str = "members"
    is_public: bool


@dataclass(frozen=True, kw_only=True)
class CommunityMoved(Fact):
    """From under one community to under another; None is the top."""

    from_parent_id: int | None
    to_parent_id: int | None


@dataclass(frozen=True, kw_only=True)
class CommunityClosed(Fact):
    """It takes nothing new any more; what it holds stays readable."""


@dataclass(frozen=True, kw_only=True)
class CommunityReopened(Fact):
    """A second look overturned its closing."""


@dataclass(frozen=True, kw_only=True)
class CommunityArchived(Fact):
    """An archive was made of what was said elsewhere."""


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
class DecisionTaken(Fact):
    """About something that somebody else made; `subject_kind` is what its package calls it."""

    decision_id: int
    verb: str
    subject_kind: str
    subject_id: int
    concerned_id: int | None = None
    is_central: bool = False


@dataclass(frozen=True, kw_only=True)
class DecisionAppealed(Fact):
    audience: str = "role_holders"
    decision_id: int
    subject_kind: str
    subject_id: int


@dataclass(frozen=True, kw_only=True)
class DecisionOverturned(Fact):
    """Whose package the subject is of puts it back."""

    decision_id: int
    verb: str
    subject_kind: str
    subject_id: int
    concerned_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class DecisionConfirmed(Fact):
    decision_id: int
    verb: str
    subject_kind: str
    subject_id: int
    concerned_id: int | None = None


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
    step: str
    is_done: bool


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


@dataclass(frozen=True, kw_only=True)
class MergeProposed(Fact):
    audience: str = "role_holders"
    merge_id: int
    target_id: int


@dataclass(frozen=True, kw_only=True)
class MergeDropped(Fact):
    """Declined by the other side, or taken back: it never happened."""

    audience: str = "role_holders"
    merge_id: int
    target_id: int


@dataclass(frozen=True, kw_only=True)
class CommunitiesMerged(Fact):
    """`community_id` went up in `target_id`."""

    merge_id: int
    target_id: int
    arrived: int
    in_both: int


@dataclass(frozen=True, kw_only=True)
class MergeUndone(Fact):
    merge_id: int
    target_id: int


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
class SplitProposed(Fact):
    audience: str = "members"
    split_id: int
    closes_on: date


@dataclass(frozen=True, kw_only=True)
class CommunitySplit(Fact):
    """Those who chose to go are in `made_id` now."""

    split_id: int
    made_id: int
    went: int


@dataclass(frozen=True, kw_only=True)
class SplitDropped(Fact):
    """Called off, or too few chose to go: everyone stays."""

    audience: str = "members"
    split_id: int


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


@dataclass(frozen=True, kw_only=True)
class SubplatformSwitchedOff(Fact):
    """The community does without it from now on; nothing of it is deleted."""

    audience: str = "members"
    subplatform: str


@dataclass(frozen=True, kw_only=True)
class SubplatformSwitchedOn(Fact):
    audience: str = "members"
    subplatform: str
