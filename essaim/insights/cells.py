"""Which numbers about people may be told to whom may not see the people; without Django.

A number below k could tell who somebody is, and so could the difference of two numbers that are
told, when one is a part of the other: what is told is chosen so that every number, and every such
difference, is nought or at least k (complementary suppression).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

Row = TypeVar("Row")


def is_told(number: int, k: int) -> bool:
    return number == 0 or number >= k


def is_part_told(part: int, of: int, k: int) -> bool:
    """A part of a group that is known: neither few, nor all but few, nor all, nor none of them."""
    return k <= part <= of - k


def told_parts(wanted: Iterable[tuple[str, int]], told: Iterable[int], k: int) -> dict[str, int]:
    """Those of the numbers, in this order, that with what is told already give no small one."""
    known, found = list(told), {}
    for name, number in wanted:
        if is_told(number, k) and all(is_told(abs(number - one), k) for one in known):
            known.append(number)
            found[name] = number
    return found


def grouped(
    rows: Sequence[Row],
    k: int,
    cells: Callable[[Row], Sequence[int]],
    join: Callable[[Row, Row], Row],
) -> list[Row]:
    """Neighbours put together, from the first on, until no cell of any is small.

    What is left over at the end goes to the group before; nothing when even all together is small.
    """
    groups: list[Row] = []
    pending: Row | None = None
    for row in rows:
        pending = row if pending is None else join(pending, row)
        if all(is_told(cell, k) for cell in cells(pending)):
            groups.append(pending)
            pending = None
    while pending is not None and groups:
        pending = join(groups.pop(), pending)
        if all(is_told(cell, k) for cell in cells(pending)):
            groups.append(pending)
            pending = None
    return groups


def few_kinds(counts: dict[str, int], k: int) -> tuple[dict[str, int], int]:
    """Kinds that enough people chose, and how many chose others: none where these are few."""
    told = {kind: number for kind, number in counts.items() if number >= k}
    rest = sum(counts.values()) - sum(told.values())
    return told, rest if rest >= k else 0
