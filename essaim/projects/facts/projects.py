from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from essaim.foundation.activity import Fact, Rung


@dataclass(frozen=True, kw_only=True)
class AboutProject(Fact):
    """`community_id` is the project's own."""

    project_id: int


@dataclass(frozen=True, kw_only=True)
class ProjectDrafted(AboutProject):
    """By its bearer; without an actor out of an adopted idea, for its author."""

    rung: ClassVar[Rung] = Rung.INTERACT


@dataclass(frozen=True, kw_only=True)
class ProjectTakenUp(AboutProject):
    """The author of the idea bears it."""

    rung: ClassVar[Rung] = Rung.ENGAGE


@dataclass(frozen=True, kw_only=True)
class ProjectDeclined(AboutProject):
    """The author of the idea does not bear it: the draft is gone."""


@dataclass(frozen=True, kw_only=True)
class ProjectEdited(AboutProject):
    """Its words, by its team."""


@dataclass(frozen=True, kw_only=True)
class ProjectSubmitted(AboutProject):
    rung: ClassVar[Rung] = Rung.INTERACT

    validation_id: int
    due_on: date


@dataclass(frozen=True, kw_only=True)
class ProjectTakenBack(AboutProject):
    """Before anybody answered: its bearer changes it."""


@dataclass(frozen=True, kw_only=True)
class ProjectHalfValidated(AboutProject):
    """One validator said yes; a second one is asked for here."""

    rung: ClassVar[Rung] = Rung.ENGAGE

    validation_id: int


@dataclass(frozen=True, kw_only=True)
class ProjectValidated(AboutProject):
    """Without a validation where none is asked for."""

    rung: ClassVar[Rung] = Rung.ENGAGE

    validation_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ProjectRefused(AboutProject):
    rung: ClassVar[Rung] = Rung.ENGAGE

    validation_id: int


@dataclass(frozen=True, kw_only=True)
class ProjectRefusalOverturned(AboutProject):
    """A second look: it can be validated again."""


@dataclass(frozen=True, kw_only=True)
class ProjectWithdrawn(AboutProject):
    """By its bearer, before it was under way."""


@dataclass(frozen=True, kw_only=True)
class ProjectHidden(AboutProject):
    """By a moderator, whose reason stands with it."""


@dataclass(frozen=True, kw_only=True)
class ProjectPaused(AboutProject):
    pass


@dataclass(frozen=True, kw_only=True)
class ProjectResumed(AboutProject):
    pass


@dataclass(frozen=True, kw_only=True)
class ProjectEnded(AboutProject):
    """What became of it is its outcome, kept apart; perhaps not said yet."""

    rung: ClassVar[Rung] = Rung.ENGAGE


@dataclass(frozen=True, kw_only=True)
class ProjectOutcomeSaid(AboutProject):
    """What became of a project that had ended."""


@dataclass(frozen=True, kw_only=True)
class ProjectsImported(Fact):
    """What was recorded elsewhere came in; how many were new, and how many spells."""

    projects: int
    spells: int


@dataclass(frozen=True, kw_only=True)
class _AboutObservation(Fact):
    observation_id: int


@dataclass(frozen=True, kw_only=True)
class NeedObserved(_AboutObservation):
    """Somebody saw it, and proposes nothing: anybody may."""

    rung: ClassVar[Rung] = Rung.INTERACT


@dataclass(frozen=True, kw_only=True)
class ObservationWithdrawn(_AboutObservation):
    """By whoever reported it."""


@dataclass(frozen=True, kw_only=True)
class ObservationHidden(_AboutObservation):
    """By a moderator, whose reason stands with it."""


@dataclass(frozen=True, kw_only=True)
class ProjectPolicySet(Fact):
    """How a community validates projects and answers at their gates."""
