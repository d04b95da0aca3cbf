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
class PostHidden(_AboutPost):
    """A moderator's recorded decision; its reason stands with the post."""


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


@dataclass(frozen=True, kw_only=True)
class _AboutCase(Fact):
    """What moderators look at: a case, and the thing it is about."""

    case_id: int
    subject_kind: str
    subject_id: int


@dataclass(frozen=True, kw_only=True)
class CaseOpened(_AboutCase):
    """Something waits for the moderators of its community: reported, held, or looked at by them."""


@dataclass(frozen=True, kw_only=True)
class CaseTaken(_AboutCase):
    """A moderator looks at it, for some hours alone."""


@dataclass(frozen=True, kw_only=True)
class CaseGivenBack(_AboutCase):
    """Whoever had taken it leaves it to the others."""


@dataclass(frozen=True, kw_only=True)
class ThingReported(_AboutCase):
    pass


@dataclass(frozen=True, kw_only=True)
class ReportTakenBack(_AboutCase):
    """By whoever had reported, before anybody decided."""


@dataclass(frozen=True, kw_only=True)
class HiddenMeanwhile(_AboutCase):
    """Enough people reported it: it is hidden until the moderators decide."""


@dataclass(frozen=True, kw_only=True)
class CaseClosed(_AboutCase):
    """Without an actor the clock closed it; `decision` is the case's outcome."""

    decision: str


@dataclass(frozen=True, kw_only=True)
class PutBack(_AboutCase):
    """What a decision had hidden is shown again, by an appeal or by another decision."""


@dataclass(frozen=True, kw_only=True)
class ModerationPolicyChanged(Fact):
    pass
