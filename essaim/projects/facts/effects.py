from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from essaim.foundation.activity import Rung
from essaim.projects.facts.projects import AboutProject


@dataclass(frozen=True, kw_only=True)
class EffectCounted(AboutProject):
    """`kind`: measure, beneficiaries, around; the number itself may be corrected: it is no fact."""

    rung: ClassVar[Rung] = Rung.ENGAGE

    kind: str
    effect_id: int


@dataclass(frozen=True, kw_only=True)
class EffectWithdrawn(AboutProject):
    """`kind` also: group, indicator, recognition."""

    kind: str
    effect_id: int


@dataclass(frozen=True, kw_only=True)
class RecognitionAdded(AboutProject):
    kind: str
    recognition_id: int


@dataclass(frozen=True, kw_only=True)
class FollowUpsPlanned(AboutProject):
    """News are owed from now on; without an actor the start or the end itself asked for them."""


@dataclass(frozen=True, kw_only=True)
class NewsTold(AboutProject):
    """At a follow-up."""

    rung: ClassVar[Rung] = Rung.ENGAGE

    follow_up_id: int
    is_alive: bool
    due_on: date


@dataclass(frozen=True, kw_only=True)
class StoryTold(AboutProject):
    rung: ClassVar[Rung] = Rung.ENGAGE


@dataclass(frozen=True, kw_only=True)
class StoryWithdrawn(AboutProject):
    pass


@dataclass(frozen=True, kw_only=True)
class KitFileAdded(AboutProject):
    file_id: int


@dataclass(frozen=True, kw_only=True)
class KitFileWithdrawn(AboutProject):
    file_id: int


@dataclass(frozen=True, kw_only=True)
class ProjectSpread(AboutProject):
    """It started from another one, elsewhere."""

    from_project_id: int
