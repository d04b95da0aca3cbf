"""Decisions about what somebody else made."""

from dataclasses import dataclass

from essaim.foundation.activity import Fact


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
