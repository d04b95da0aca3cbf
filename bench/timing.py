"""Processor time of this process a page, and how steady the measure was."""

import time
from dataclasses import dataclass

from bench.pages import Ask

ROUNDS = 7
SECONDS_A_ROUND = 0.25  # of processor time: in less, its clock and the machine's moods show
WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Timed:
    """Processor seconds a page in the best round, and how far all lie apart (0.1: ten percent)."""

    seconds: float
    spread: float


def timed(*asks: Ask) -> list[Timed]:
    """Each one's time; their rounds alternate, so that a busy moment falls on all alike."""
    for ask in asks:
        for _ in range(WARM_UP):
            ask()
    rounds: list[list[float]] = [[] for _ in asks]
    for _ in range(ROUNDS):
        for ask, seconds in zip(asks, rounds, strict=True):
            seconds.append(_round(ask))
    return [_of(sorted(seconds)) for seconds in rounds]


def _of(rounds: list[float]) -> Timed:
    return Timed(rounds[0], rounds[-1] / rounds[0] - 1)


def _round(ask: Ask) -> float:
    """Over as many pages as fill the round."""
    asked, began = 0, time.process_time()
    while (passed := time.process_time() - began) < SECONDS_A_ROUND:
        ask()
        asked += 1
    return passed / asked
