"""How much joy people felt, out of eleven counters: what may be told of it; without Django.

What somebody felt is neither told nor to be worked out from what is: not that one person, nobody
or everybody was low, in between or high. So nothing is told of fewer than `k`; a share is told as
it is only where `k` people at least are in it and `k` are not, else as a bound that `k` people
would still fit; a mean near an end of the scale is told as a bound, too. How far the answers lie
apart is told by nothing: with the mean it would give them back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

SCORES = 11  # from 0 to 10
LOW, HIGH = 4, 8  # up to, and from
TOP = SCORES - 1
_ALL = 10  # tenths
# Two-sided 95 % quantiles of Student's t by degrees of freedom (NIST/SEMATECH e-Handbook of
# Statistical Methods, 1.3.6.7.2); between two of them the wider one counts.
_T = {
    1: 12.706,
    2: 4.303,
    3: 3.182,
    4: 2.776,
    5: 2.571,
    6: 2.447,
    7: 2.365,
    8: 2.306,
    9: 2.262,
    10: 2.228,
    11: 2.201,
    12: 2.179,
    13: 2.160,
    14: 2.145,
    15: 2.131,
    16: 2.120,
    17: 2.110,
    18: 2.101,
    19: 2.093,
    20: 2.086,
    21: 2.080,
    22: 2.074,
    23: 2.069,
    24: 2.064,
    25: 2.060,
    26: 2.056,
    27: 2.052,
    28: 2.048,
    29: 2.045,
    30: 2.042,
    40: 2.021,
    60: 2.000,
    100: 1.984,
    1000: 1.962,
}


@dataclass(frozen=True, slots=True)
class Range:
    """Between two numbers, both included; one number where they are the same."""

    least: float
    most: float

    @property
    def is_exact(self) -> bool:
        return self.least == self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Joy:
    """What may be told. Shares and the rate in whole percent, means in tenths.

    `interval`: where the mean of all who were asked lies with 95 % confidence at least, if those
    who answered are like those who did not. `high` is the share of 8 to 10, `low` of 0 to 4.
    """

    n: int
    mean: Range | None = None
    interval: Range | None = None
    high: Range | None = None
    low: Range | None = None
    rate: Range | None = None


def joy_told(counts: Sequence[int], *, asked: int, k: int, is_whole_circle: bool) -> Joy | None:
    """Of how many people gave each score from 0 to 10; None where too few did.

    Of one whole small circle only the mean. Of people who all gave the same score what could be
    told of others too: to tell less of them would say it of everybody to each of them.
    """
    n = sum(counts)
    if n < k:
        return None
    mean = _mean(n, sum(score * count for score, count in enumerate(counts)))
    if is_whole_circle:
        return Joy(n=n, mean=mean)
    low, high = _shares(n, sum(counts[: LOW + 1]), sum(counts[HIGH:]), k)
    if _gives_away(n, k, mean, low, high):
        low = high = None
    return Joy(
        n=n,
        mean=mean,
        interval=_interval(n, mean),
        high=_percent(n, high),
        low=_percent(n, low),
        rate=_rate(n, max(asked, n), k),
    )


def _mean(n: int, total: int) -> Range:
    """In tenths; as a bound where one low person, or one high one, could not be among them."""
    tenths = (20 * total + n) // (2 * n)
    upper = next(one for one in range(95, 0, -5) if n * (100 - one) >= 10 * (TOP - LOW))
    lower = next(one for one in range(5, 100, 5) if n * one >= 10 * HIGH)
    if tenths >= upper:
        return Range(upper / 10, TOP)
    if tenths <= lower:
        return Range(0, lower / 10)
    return Range(tenths / 10, tenths / 10)


def _interval(n: int, mean: Range) -> Range | None:
    """Mean ± t·s/√n, with the largest s that scores with this mean can have.

    The variance of what lies between 0 and 10 is at most mean·(10 - mean) (Bhatia & Davis, A Better
    Bound on the Variance, 2000): the interval is wider than from the answers' own s, and says
    nothing of it.
    """
    if not mean.is_exact:
        return None
    away = _quantile(n - 1) * sqrt(mean.least * (TOP - mean.least) / (n - 1))
    least, most = max(0.0, mean.least - away), min(float(TOP), mean.least + away)
    return Range(int(least * 10) / 10, -int(-most * 10 // 1) / 10)


def _quantile(freedom: int) -> float:
    return _T[max(one for one in _T if one <= freedom)]


def _shares(n: int, low: int, high: int, k: int) -> tuple[Range | None, Range | None]:
    """How many people are in each, as far as may be told; both and n tell those in between."""
    told = _people(n, low, k), _people(n, high, k)
    if all(one and one.is_exact for one in told) and n - low - high < k:
        return None, told[1]
    return told


def _people(n: int, count: int, k: int) -> Range | None:
    """As it is, or by a bound of so many tenths of all; None where that would say nothing."""
    if k <= count <= n - k:
        return Range(count, count)
    tenths = min(_ALL, -(-_ALL * k // n))  # rounded up: k people fit
    if tenths == _ALL:
        return None
    if count < k:
        return Range(0, tenths * n / _ALL)
    return Range((_ALL - tenths) * n / _ALL, n)


def _percent(n: int, people: Range | None) -> Range | None:
    if people is None:
        return None
    return Range(round(100 * people.least / n), round(100 * people.most / n))


def _gives_away(n: int, k: int, mean: Range, low: Range | None, high: Range | None) -> bool:
    """Whether all of this together leaves but one number of low, middling or high answers, which
    may not be told.
    """
    if low is None and high is None:
        return False
    least, most = _sums(n, mean)
    low, high = low or Range(0, n), high or Range(0, n)
    found: list[tuple[int, int, int]] = []
    for some in range(-int(-high.least // 1), int(high.most) + 1):
        # 4·low + 7·middling + 10·high ≥ least, and 5·middling + 8·high ≤ most
        begin = max(-int(-low.least // 1), -((most - 5 * n - 3 * some) // 5))
        end = min(int(low.most), n - some, (7 * n + 3 * some - least) // 3)
        if begin <= end:
            found += [(one, some, n - one - some) for one in (begin, end)]
    cells = [set(cell) for cell in zip(*found, strict=True)]
    return any(len(cell) == 1 and not k <= min(cell) <= n - k for cell in cells)


def _sums(n: int, mean: Range) -> tuple[int, int]:
    """Between which the sum of all scores lies, by what is told of their mean."""
    first, last = round(mean.least * 10), round(mean.most * 10)
    return -((n - 2 * n * first) // 20), (2 * n * last + n - 1) // 20


def _rate(n: int, asked: int, k: int) -> Range:
    """Of those who were asked; how many did not answer is told of `k` at least."""
    if asked - n >= k:
        share = round(100 * n / asked)
        return Range(share, share)
    return Range(10 * n // (n + k) * 10, 100)
