from dataclasses import dataclass
from typing import ClassVar

from essaim.foundation.activity import Fact, Rung


@dataclass(frozen=True, kw_only=True)
class _AboutDebate(Fact):
    debate_id: int


@dataclass(frozen=True, kw_only=True)
class _AboutIdea(Fact):
    idea_id: int
    debate_id: int


@dataclass(frozen=True, kw_only=True)
class DebateAsked(_AboutDebate):
    """A question was drafted; it is not open yet."""


@dataclass(frozen=True, kw_only=True)
class DebateEdited(_AboutDebate):
    """Its draft changed: an open debate never does."""


@dataclass(frozen=True, kw_only=True)
class DebateOpened(_AboutDebate):
    rung: ClassVar[Rung] = Rung.ENGAGE


@dataclass(frozen=True, kw_only=True)
class DebateClosed(_AboutDebate):
    """Answers are owed from now on. Without an actor the clock closed it."""


@dataclass(frozen=True, kw_only=True)
class DebateRestored(_AboutDebate):
    """A second look overturned that it was withdrawn from above."""


@dataclass(frozen=True, kw_only=True)
class DebateWithdrawn(_AboutDebate):
    """By whoever asked it: nothing is owed any more."""

    was_open: bool


@dataclass(frozen=True, kw_only=True)
class IdeaProposed(_AboutIdea):
    rung: ClassVar[Rung] = Rung.INTERACT


@dataclass(frozen=True, kw_only=True)
class IdeaNotBornHere(_AboutIdea):
    """That it came up at this gathering was taken back."""

    audience: str = "nobody"
    event_id: int


@dataclass(frozen=True, kw_only=True)
class IdeaEdited(_AboutIdea):
    """`number` counts the wordings that were replaced; none when title and text stayed."""

    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class IdeaWithdrawn(_AboutIdea):
    """By its author."""


@dataclass(frozen=True, kw_only=True)
class IdeaRestored(_AboutIdea):
    """Its author put it back, minutes after withdrawing it."""


@dataclass(frozen=True, kw_only=True)
class IdeaHidden(_AboutIdea):
    """By a moderator, whose reason stands with the idea."""


@dataclass(frozen=True, kw_only=True)
class IdeaSupported(_AboutIdea):
    rung: ClassVar[Rung] = Rung.INTERACT


@dataclass(frozen=True, kw_only=True)
class SupportWithdrawn(_AboutIdea):
    pass


@dataclass(frozen=True, kw_only=True)
class _AboutRegrouping(_AboutIdea):
    regrouping_id: int


@dataclass(frozen=True, kw_only=True)
class IdeasMerged(_AboutRegrouping):
    """Several into this one, by a host; or it took over from the one that spoke for the group."""

    rung: ClassVar[Rung] = Rung.ENGAGE


@dataclass(frozen=True, kw_only=True)
class IdeaSplit(_AboutRegrouping):
    """This one into several, by a host."""

    rung: ClassVar[Rung] = Rung.ENGAGE


@dataclass(frozen=True, kw_only=True)
class RegroupingUndone(_AboutRegrouping):
    """A merge, a split, and all that they did."""


@dataclass(frozen=True, kw_only=True)
class IdeaLeftGroup(_AboutRegrouping):
    """Its author took it back, or a host took it out."""


@dataclass(frozen=True, kw_only=True)
class IdeaAnswered(_AboutIdea):
    rung: ClassVar[Rung] = Rung.ENGAGE

    decision: str


@dataclass(frozen=True, kw_only=True)
class IdeaAdopted(_AboutIdea):
    """Wholly or in part: something was promised."""


@dataclass(frozen=True, kw_only=True)
class AnswerContested(_AboutIdea):
    """Someone else looks at it again, by a date."""

    rung: ClassVar[Rung] = Rung.INTERACT


@dataclass(frozen=True, kw_only=True)
class AppealWithdrawn(_AboutIdea):
    """By whoever had made it; or its words, once it was decided."""


@dataclass(frozen=True, kw_only=True)
class AppealHidden(_AboutIdea):
    """Its reasons, by a moderator, whose own stands with them."""


@dataclass(frozen=True, kw_only=True)
class AppealDecided(_AboutIdea):
    """Upheld or changed; `decision` is the one that stands from now on."""

    rung: ClassVar[Rung] = Rung.ENGAGE

    was_changed: bool
    decision: str


@dataclass(frozen=True, kw_only=True)
class SynthesisSent(_AboutDebate):
    """Ideas of this debate were carried to one above, with a synthesis."""

    rung: ClassVar[Rung] = Rung.ENGAGE

    synthesis_id: int
    target_id: int


@dataclass(frozen=True, kw_only=True)
class SynthesisWithdrawn(_AboutDebate):
    """Its words are gone; the ideas that came with it stay."""

    synthesis_id: int
    target_id: int


@dataclass(frozen=True, kw_only=True)
class GroupAnswered(_AboutDebate):
    """The ideas below the threshold were answered together."""

    rung: ClassVar[Rung] = Rung.ENGAGE

    decision: str
    answers: int


@dataclass(frozen=True, kw_only=True)
class PromiseDelivered(_AboutIdea):
    rung: ClassVar[Rung] = Rung.ENGAGE


@dataclass(frozen=True, kw_only=True)
class ArchiveImported(Fact):
    """What was said on another platform came in; how many of each."""

    debates: int
    ideas: int
    comments: int


@dataclass(frozen=True, kw_only=True)
class ProgrammePublished(Fact):
    rung: ClassVar[Rung] = Rung.ENGAGE

    version_id: int
    number: int
