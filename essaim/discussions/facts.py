from dataclasses import dataclass
from datetime import date
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


@dataclass(frozen=True, kw_only=True)
class ReportWithdrawn(_AboutPost):
    """By whoever had reported, before anybody decided."""

    report_id: int


@dataclass(frozen=True, kw_only=True)
class WithdrawalUndone(_AboutPost):
    """The author put a message back, minutes after withdrawing it."""


@dataclass(frozen=True, kw_only=True)
class PostSupported(_AboutPost):
    rung: ClassVar[Rung] = Rung.INTERACT


@dataclass(frozen=True, kw_only=True)
class PostSupportWithdrawn(_AboutPost):
    pass


@dataclass(frozen=True, kw_only=True)
class StanceTaken(Fact):
    """That a member took or changed a position, never which: an opinion is no matter of a log."""

    rung: ClassVar[Rung] = Rung.INTERACT

    thread_id: int


@dataclass(frozen=True, kw_only=True)
class StanceWithdrawn(Fact):
    thread_id: int


@dataclass(frozen=True, kw_only=True)
class _AboutCurrent(Fact):
    current_id: int
    thread_id: int


@dataclass(frozen=True, kw_only=True)
class CurrentNamed(_AboutCurrent):
    rung: ClassVar[Rung] = Rung.ENGAGE


@dataclass(frozen=True, kw_only=True)
class CurrentChanged(_AboutCurrent):
    """`is_reworded`: its name or summary, not only the messages that carry it.

    Facts recorded before there was a `changed_on` have none.
    """

    is_reworded: bool
    changed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class CurrentLeft(_AboutCurrent):
    """An author took their messages out."""


@dataclass(frozen=True, kw_only=True)
class CurrentWithdrawn(_AboutCurrent):
    pass
