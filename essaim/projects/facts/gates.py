from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from essaim.foundation.activity import Rung
from essaim.projects.facts.projects import AboutProject


@dataclass(frozen=True, kw_only=True)
class GateAsked(AboutProject):
    rung: ClassVar[Rung] = Rung.ENGAGE

    gate_id: int
    kind: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class GateDecided(AboutProject):
    rung: ClassVar[Rung] = Rung.ENGAGE

    gate_id: int
    kind: str
    decision: str


@dataclass(frozen=True, kw_only=True)
class ConditionMet(AboutProject):
    rung: ClassVar[Rung] = Rung.ENGAGE

    condition_id: int
