from dataclasses import dataclass
from datetime import date

from essaim.foundation.activity import Fact


@dataclass(frozen=True, kw_only=True)
class _AboutCommitment(Fact):
    commitment_id: int
    kind: str
    subject_kind: str
    subject_id: int


@dataclass(frozen=True, kw_only=True)
class CommitmentMade(_AboutCommitment):
    due_on: date


@dataclass(frozen=True, kw_only=True)
class CommitmentKept(_AboutCommitment):
    was_late: bool


@dataclass(frozen=True, kw_only=True)
class CommitmentCancelled(_AboutCommitment):
    pass
