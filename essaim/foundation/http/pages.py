"""Lists by pages: each page begins after the last row of the one before (keyset), in one query."""

import base64
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Q, QuerySet
from django.utils.crypto import salted_hmac

Row = TypeVar("Row")
Other = TypeVar("Other")

_SEAL = 9  # bytes; a cursor opens nothing, the seal only keeps crafted values out of queries
_LONGEST = 2000
_READ: dict[str, Callable[[str], Any]] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "n": Decimal,
    "f": float.fromhex,
    "u": UUID,
}


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list and the cursor of what follows, None on the last page."""

    items: tuple[Row, ...]
    next: str | None

    def map(self, make: Callable[[Row], Other]) -> "Page[Other]":
        """The same page with each row made into something else."""
        return Page(tuple(make(row) for row in self.items), self.next)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the order's values in its last row. Opaque in addresses."""

    order: tuple[str, ...]
    values: tuple[Any, ...]

    def encode(self) -> str:
        text = json.dumps([self.order, [_write(value) for value in self.values]]).encode()
        return base64.urlsafe_b64encode(_seal(text) + text).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, order: Sequence[str]) -> "Cursor | None":
        """The cursor of this text, or None for anything we did not write for this order."""
        if len(text) > _LONGEST or not text.isascii():
            return None
        try:
            sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            return None
        seal, written = sealed[:_SEAL], sealed[_SEAL:]
        if not hmac.compare_digest(seal, _seal(written)):
            return None
        of, values = json.loads(written)
        if of != list(order):
            return None
        return cls(order=tuple(of), values=tuple(_read(value) for value in values))


def keyset(
    queryset: QuerySet[Any, Row],
    *,
    order: Sequence[str] = ("-created_at", "-id"),
    after: str | Cursor | None = None,
    size: int = 20,
) -> Page[Row]:
    """The page of at most `size` rows that follows `after`; nonsense begins at the beginning.

    `order` names fields or annotations, "-" for descending; the last must be unique ("id"), so that
    no row is skipped or repeated between ties. With `.values()` the rows must hold these names.
    """
    cursor = Cursor.decode(after, order) if isinstance(after, str) else after
    ordered = queryset.order_by(*(_sorting(queryset, name) for name in order))
    if cursor is not None:
        ordered = ordered.filter(_beyond(queryset, cursor))
    rows = tuple(ordered[: size + 1])
    if len(rows) <= size:
        return Page(rows, None)
    last = rows[size - 1]
    end = Cursor(tuple(order), tuple(_value(last, name.lstrip("-")) for name in order))
    return Page(rows[:size], end.encode())


def _sorting(queryset: QuerySet[Any, Any], name: str) -> Any:
    """Rows without a value come last; said only where there may be some, to keep indexes usable."""
    field = name.lstrip("-")
    if not _may_be_null(queryset, field):
        return name
    if name.startswith("-"):
        return F(field).desc(nulls_last=True)
    return F(field).asc(nulls_last=True)


def _beyond(queryset: QuerySet[Any, Any], cursor: Cursor) -> Q:
    """What sorts after the cursor: (a > x) or (a = x and b > y) or ..., in each one's direction."""
    ways: list[Q] = []
    same = Q()
    for name, value in zip(cursor.order, cursor.values, strict=True):
        field = name.lstrip("-")
        if value is None:  # only other rows without a value follow
            same &= Q(**{f"{field}__isnull": True})
            continue
        further = Q(**{f"{field}__{_direction(name)}": value})
        if _may_be_null(queryset, field):
            further |= Q(**{f"{field}__isnull": True})
        ways.append(same & further)
        same &= Q(**{field: value})
    beyond = reduce(lambda one, other: one | other, ways, Q(pk__in=[]))
    first, value = cursor.order[0], cursor.values[0]
    if value is not None and not _may_be_null(queryset, first.lstrip("-")):
        # Says nothing new, but gives the planner one range of the index to begin in.
        beyond &= Q(**{f"{first.lstrip('-')}__{_direction(first)}e": value})
    return beyond


def _direction(name: str) -> str:
    return "lt" if name.startswith("-") else "gt"


def _may_be_null(queryset: QuerySet[Any, Any], path: str) -> bool:
    if path in queryset.query.annotations:
        return True
    options = queryset.model._meta
    *relations, last = path.split("__")
    nullable = False
    try:
        for name in relations:
            relation = options.get_field(name)
            nullable |= bool(relation.null)
            if relation.related_model is None or isinstance(relation.related_model, str):
                return True
            options = relation.related_model._meta
        if last == "pk":
            return nullable
        return nullable or bool(options.get_field(last).null)
    except FieldDoesNotExist:
        return True


def _value(row: Any, path: str) -> Any:
    if isinstance(row, dict):
        return row[path]
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def _write(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return {"f": value.hex()}
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, Decimal):
        return {"n": str(value)}
    if isinstance(value, UUID):
        return {"u": str(value)}
    raise TypeError(f"A list cannot be ordered by {type(value).__name__}")


def _read(written: Any) -> Any:
    if isinstance(written, dict):
        ((kind, text),) = written.items()
        return _READ[kind](text)
    return written


def _seal(text: bytes) -> bytes:
    return salted_hmac("essaim.cursor", text, algorithm="sha256").digest()[:_SEAL]
