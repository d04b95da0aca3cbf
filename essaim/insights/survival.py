"""How long until something happens, when for some it has not happened yet; without Django.

The product-limit estimate of E. L. Kaplan and P. Meier, "Nonparametric Estimation from Incomplete
Observations", Journal of the American Statistical Association 53 (1958), 457–481: at each time t
at which d of the n people still watched reach it, the share that has not is multiplied by
(1 − d/n). Whoever leaves before (here: leavers and the erased) is watched until they leave, and
says nothing of later. With one kind of end and leaving as censoring, the cumulative incidence of
O. Aalen and S. Johansen (Scandinavian Journal of Statistics 5 (1978), 141–150) is one minus it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

HALF = 0.5


@dataclass(frozen=True, slots=True)
class Watched:
    """So many people, watched for so many days; `reached`: at the end of them it happened."""

    days: int
    reached: bool
    people: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """From this day on this share has reached it; `reached` so many people, seen to."""

    day: int
    share: float
    reached: int


@dataclass(frozen=True, slots=True)
class Incidence:
    """The share that has reached it by each day: `steps` in the order of days."""

    people: int
    steps: tuple[Step, ...]
    watched_until: int

    def by(self, day: int) -> float | None:
        """The share that has reached it by the end of a day; None when nobody was watched so far
        and some had not reached it."""
        last = self._last(day)
        share = last.share if last else 0.0
        if day > self.watched_until and share < 1.0:
            return None
        return share

    def reached_by(self, day: int) -> int:
        """How many people were seen to reach it by then."""
        last = self._last(day)
        return last.reached if last else 0

    @property
    def median(self) -> int | None:
        """The first day by which half has reached it; None when half never did."""
        return next((step.day for step in self.steps if step.share >= HALF), None)

    def _last(self, day: int) -> Step | None:
        return next((step for step in reversed(self.steps) if step.day <= day), None)


def incidence(watched: Iterable[Watched]) -> Incidence:
    """Whoever stops being watched on the day on which others reach it counts among these."""
    ends: dict[int, list[int]] = {}
    for one in watched:
        if one.days < 0 or one.people < 0:
            raise ValueError("Nobody is watched for less than no time.")
        end = ends.setdefault(one.days, [0, 0])
        end[0 if one.reached else 1] += one.people
    people = at_risk = sum(sum(end) for end in ends.values())
    left, reached, steps = 1.0, 0, []
    for day in sorted(ends):
        happened, stopped = ends[day]
        if happened:
            left *= 1 - happened / at_risk
            reached += happened
            steps.append(Step(day, 1 - left, reached))
        at_risk -= happened + stopped
    return Incidence(people, tuple(steps), max(ends, default=0))
