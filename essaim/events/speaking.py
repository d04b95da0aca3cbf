"""Who speaks next: those who have not spoken first.

Fewest turns come first, then the least time spoken, then who asked first. Whoever has not spoken
yet never waits behind somebody who has.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who asked to speak; `key` is what their place in the line is known by."""

    key: int
    speaker: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Spoken:
    """A turn that somebody had."""

    speaker: str
    seconds: float


def in_order(waiting: Iterable[Waiting], spoken: Iterable[Spoken]) -> list[Waiting]:
    """Those who wait, whose turn is next first."""
    turns: Counter[str] = Counter()
    time: dict[str, float] = {}
    for one in spoken:
        turns[one.speaker] += 1
        time[one.speaker] = time.get(one.speaker, 0.0) + one.seconds

    def rank(one: Waiting) -> tuple[int, float, datetime, int]:
        return (turns[one.speaker], time.get(one.speaker, 0.0), one.asked_at, one.key)

    return sorted(waiting, key=rank)
