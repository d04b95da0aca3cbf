"""Named places on pages of lower floors that upper floors fill, at a constant cost."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
Key = TypeVar("Key", bound=Hashable)
Fill = Callable[[Any, Collection[Key]], dict[Key, list[Row]]]
SwitchedOff = Callable[[Any, Collection[Any]], dict[Any, frozenset[str]]]


@dataclass(frozen=True)
class _Filler(Generic[Key, Row]):
    subplatform: str
    order: int
    fill: Fill[Key, Row]


@dataclass
class Place(Generic[Key, Row]):
    """A place on a page, declared by the page's owner with the type of its rows.

    `switched_off(reader, ids)` names the sub-platforms a community has switched off: the one check
    that keeps them out of every page.
    """

    name: str
    switched_off: SwitchedOff | None = None
    _fillers: list[_Filler[Key, Row]] = field(default_factory=list)

    def fills(self, *, subplatform: str, order: int) -> Callable[[Fill[Key, Row]], Fill[Key, Row]]:
        """Register `(reader, ids) -> {id: rows}`; its cost does not grow with the ids."""

        def register(fill: Fill[Key, Row]) -> Fill[Key, Row]:
            self._fillers.append(_Filler(subplatform, order, fill))
            self._fillers.sort(key=lambda filler: filler.order)
            return fill

        return register

    def collect(
        self,
        reader: Any,
        ids: Collection[Key],
        *,
        off: dict[Key, frozenset[str]] | None = None,
    ) -> dict[Key, list[Row]]:
        """What every upper floor has to say about these ids, in the fillers' order.

        `off` says what is switched off where the caller knows it already.
        """
        if off is None:
            off = self.switched_off(reader, ids) if self.switched_off else {}
        rows: dict[Key, list[Row]] = defaultdict(list)
        for filler in self._fillers:
            asked = [id_ for id_ in ids if filler.subplatform not in off.get(id_, ())]
            if asked:
                for id_, found in filler.fill(reader, asked).items():
                    rows[id_].extend(found)
        return dict(rows)
