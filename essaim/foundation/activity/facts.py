"""What a fact is: a frozen dataclass of ids, enums, numbers and dates, named in the past tense."""

import dataclasses
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from essaim.foundation.models import FactRow


class Rung(StrEnum):
    """How far up the ladder an act is; honest figures count `interact` and `engage`."""

    NONE = "none"
    AWARE = "aware"
    INTERACT = "interact"
    ENGAGE = "engage"


BASE_FIELDS = ("actor_id", "community_id", "audience")
_kinds: dict[str, type["Fact"]] = {}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Base of all facts. `actor_id` is a member's, `None` for what the clock or an import did."""

    rung: ClassVar[Rung] = Rung.NONE

    actor_id: int | None = None
    community_id: int | None = None
    audience: str = "public"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _kinds[kind_of(cls)] = cls

    def details(self) -> dict[str, Any]:
        """The fields of this kind as JSON values."""
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in dataclasses.asdict(self).items()
            if name not in BASE_FIELDS
        }

    @classmethod
    def from_row(cls, row: FactRow) -> Self:
        """The fact as it was recorded; fields that a later version added take their default."""
        hints = typing.get_type_hints(cls)
        known = {field.name for field in dataclasses.fields(cls)}
        return cls(
            actor_id=row.actor_id,
            community_id=row.community_id,
            audience=row.audience,
            **{k: _revive(hints[k], v) for k, v in row.details.items() if k in known},
        )


def kind_of(fact: type[Fact] | Fact) -> str:
    """Package and class: `ideas.IdeaSupported`."""
    cls = fact if isinstance(fact, type) else type(fact)
    return f"{cls.__module__.split('.')[1]}.{cls.__name__}"


def all_kinds() -> dict[str, type[Fact]]:
    return dict(_kinds)


def _revive(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        hint = next(arg for arg in typing.get_args(hint) if arg is not type(None))
    if isinstance(hint, type):
        if issubclass(hint, datetime):
            return datetime.fromisoformat(value)
        if issubclass(hint, date):
            return date.fromisoformat(value)
        made: Callable[[Any], Any] = hint
        return made(value)
    return value
