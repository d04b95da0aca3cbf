"""What a community says of itself and where it stands."""

from dataclasses import dataclass
from datetime import date

from essaim.foundation.activity import Fact


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
class SubplatformSwitchedOff(Fact):
    """The community does without it from now on; nothing of it is deleted."""

    audience: str = "members"
    subplatform: str


@dataclass(frozen=True, kw_only=True)
class SubplatformSwitchedOn(Fact):
    audience: str = "members"
    subplatform: str


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
