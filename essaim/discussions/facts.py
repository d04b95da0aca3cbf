from dataclasses import dataclass
from typing import ClassVar

from essaim.foundation.activity import Fact, Rung


@dataclass(frozen=True, kw_only=True)
class _AboutPost(Fact):
    post_id: int
    thread_id: int


@dataclass(frozen=True, kw_only=True)
class PostWritten(_AboutPost):
    rung: ClassVar[Rung] = Rung.INTERACT

    parent_author_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class PostEdited(_AboutPost):
    pass


@dataclass(frozen=True, kw_only=True)
class PostWithdrawn(_AboutPost):
    pass


@dataclass(frozen=True, kw_only=True)
class PostReported(_AboutPost):
    report_id: int


@dataclass(frozen=True, kw_only=True)
class PostHidden(_AboutPost):
    """A moderator's recorded decision; its reason stands with the post."""


@dataclass(frozen=True, kw_only=True)
class ReportDismissed(_AboutPost):
    report_id: int
