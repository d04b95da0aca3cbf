"""Reads the products of beta.gouv.fr: phases become spells, what is not a stage an end; no Django.

An end that is not written is derived from the next start. An abandoned phase is an end, never a
stage; what became of a product is not in the file, so no outcome is made up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

STAGES = {
    "investigation": "explore",
    "construction": "build",
    "acceleration": "grow",
    "transfer": "sustain",
    "transfert": "sustain",
    "success": "sustain",
    "perennisation": "sustain",
}
ENDS = ("abandon", "alumni", "end")


@dataclass(frozen=True, slots=True)
class Stay:
    """In one stage from a day until the first day without it."""

    stage: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Product:
    key: str
    title: str
    mission: str
    users: str
    stays: tuple[Stay, ...]
    ended_on: date | None
    former_keys: tuple[str, ...]
    defects: tuple[str, ...]


@dataclass(slots=True)
class _Phases:
    stays: list[tuple[str, date, date | None]] = field(default_factory=list)
    ended_on: date | None = None
    defects: list[str] = field(default_factory=list)


def products_in(document: Any) -> Iterator[Product]:
    """Each product, in the order of the file; what is wrong in it is told, not guessed."""
    if not isinstance(document, dict):
        raise TypeError("The file holds no products: an object of them was expected.")
    for key, row in document.items():
        yield _product(str(key), row if isinstance(row, dict) else {})


def _product(key: str, row: dict[str, Any]) -> Product:
    phases = _phases(row.get("phases"))
    title = " ".join(str(row.get("title") or "").split())
    if not title:
        phases.defects.append("it has no title: its key stands for it")
    users = row.get("usertypes")
    stays = tuple(_closed(phases))  # which may tell more of what is wrong
    return Product(
        key=key,
        title=title or key,
        mission=str(row.get("mission") or "").strip(),
        users=", ".join(str(one).replace("-", " ") for one in users or ()),
        stays=stays,
        ended_on=phases.ended_on,
        former_keys=tuple(_former(row.get("redirect_from"))),
        defects=tuple(phases.defects),
    )


def _phases(rows: Any) -> _Phases:
    found = _Phases()
    dated: list[tuple[date, str, Any]] = []
    for number, row in enumerate(rows or (), 1):
        name = str(row.get("name") or "") if isinstance(row, dict) else ""
        start = _day(row.get("start")) if isinstance(row, dict) else None
        if not name or start is None:
            found.defects.append(f"phase {number} has no name or no start: left out")
            continue
        dated.append((start, name, row.get("end")))
    for start, name, end in sorted(dated, key=lambda one: one[0]):
        if name.startswith(ENDS):
            found.ended_on = found.ended_on or start
        elif name not in STAGES:
            found.defects.append(f"the phase “{name}” is not known: left out")
        elif found.ended_on:
            found.defects.append(f"the phase “{name}” begins after its end: left out")
        else:
            found.stays.append((STAGES[name], start, _day(end)))
    return found


def _closed(phases: _Phases) -> Iterator[Stay]:
    """Unknown ends are the next start; a stated end past the next start is cut there, and told."""
    for number, (stage, start, stated) in enumerate(phases.stays):
        later = [one[1] for one in phases.stays[number + 1 :]]
        following = later[0] if later else phases.ended_on
        end = stated or following
        if following and end and end > following:
            phases.defects.append(f"“{stage}” ends after what follows has begun: cut there")
            end = following
        if end and end < start:
            phases.defects.append(f"“{stage}” ends before it begins: left open")
            end = following
        yield Stay(stage, start, end)


def _former(addresses: Any) -> Iterator[str]:
    for address in addresses or ():
        if key := str(address).rstrip("/").rpartition("/")[2]:
            yield key


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None
