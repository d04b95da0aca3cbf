"""What may be told of eleven counters: by trying all that people can answer."""

from collections.abc import Iterator

import pytest

from essaim.events.joy import Joy, Range, joy_told

Cells = tuple[int, int, int]


def _told(counts: list[int], *, asked: int = 0, k: int = 11, is_circle: bool = False) -> Joy | None:
    return joy_told(counts, asked=asked, k=k, is_whole_circle=is_circle)


def _answers(**given: int) -> list[int]:
    """`_answers(s7=3)`: three people said 7."""
    return [given.get(f"s{score}", 0) for score in range(11)]


def test_nothing_is_told_below_the_threshold_not_even_how_many() -> None:
    assert _told(_answers(s3=4, s8=6)) is None
    assert _told(_answers(s3=4, s8=7)) is not None
    assert _told(_answers(s3=1, s8=3), k=5) is None
    assert _told([0] * 11, k=5) is None


def test_a_large_meeting_is_told_its_mean_shares_and_rate() -> None:
    counts = [2, 3, 5, 6, 9, 15, 20, 50, 45, 30, 15]
    told = _told(counts, asked=400)
    assert told is not None
    assert told.n == 200
    assert told.mean == Range(7, 7)
    assert told.high == Range(45, 45)
    assert told.low == Range(12, 12)
    assert told.rate == Range(50, 50)


def test_the_interval_comes_from_the_mean_and_the_number_alone() -> None:
    """Mean ± t·√(mean·(10 - mean) / (n - 1)): 2.228 · √(5·5/10) = 3.52 of eleven people."""
    near, far = _answers(s4=4, s5=3, s6=4), _answers(s0=5, s5=1, s10=5)
    for counts in (near, far):
        told = _told(counts)
        assert told is not None
        assert (told.mean, told.interval) == (Range(5, 5), Range(1.4, 8.6))


def test_the_interval_is_never_narrower_than_from_the_answers_themselves() -> None:
    counts = [1, 2, 3, 5, 8, 13, 21, 13, 8, 5, 3]
    n, total = sum(counts), sum(score * count for score, count in enumerate(counts))
    spread = sum(count * (score - total / n) ** 2 for score, count in enumerate(counts))
    away = 2.0 * (spread / (n - 1) / n) ** 0.5
    told = _told(counts)
    assert told is not None
    assert told.interval is not None
    assert told.interval.least <= total / n - away
    assert told.interval.most >= total / n + away


@pytest.mark.parametrize("score", range(11))
@pytest.mark.parametrize("is_circle", [True, False])
@pytest.mark.parametrize(("n", "k"), [(5, 5), (11, 11), (12, 11), (40, 11)])
def test_nobody_learns_that_all_felt_as_they_did(
    n: int, k: int, score: int, is_circle: bool
) -> None:
    """The same is told where one of them, or two, felt otherwise: each knows their own answer."""
    same = _told(_answers(**{f"s{score}": n}), k=k, is_circle=is_circle)
    near = [_answers(**{f"s{score}": n - 1, f"s{one}": 1}) for one in (score - 1, score + 1)]
    both = _answers(**{f"s{score}": n - 2, f"s{score - 1}": 1, f"s{score + 1}": 1})
    others = [_told(one, k=k, is_circle=is_circle) for one in (*near, both) if sum(one) == n]
    assert same is not None
    assert same in others


def test_of_a_whole_circle_only_the_mean_is_told() -> None:
    told = _told(_answers(s6=2, s7=2, s9=1), asked=8, k=5, is_circle=True)
    assert told == Joy(n=5, mean=Range(7, 7))


def test_few_and_nearly_all_are_told_as_bounds_that_k_people_would_fit() -> None:
    told = _told(_answers(s3=1, s6=9, s7=2, s9=98), asked=110)
    assert told is not None
    assert told.low == Range(0, 10)
    assert told.high == Range(89, 89)
    told = _told(_answers(s3=1, s6=2, s9=107), asked=110)
    assert told is not None
    assert told.high == Range(90, 100)


def test_how_many_did_not_answer_is_told_of_k_at_least() -> None:
    counts = _answers(s5=10, s8=10)
    rates = [told.rate for asked in (20, 21, 30, 31, 40) if (told := _told(counts, asked=asked))]
    assert rates == [*[Range(60, 100)] * 3, Range(65, 65), Range(50, 50)]


def test_a_mean_at_an_end_of_the_scale_is_a_bound_without_an_interval() -> None:
    told = _told(_answers(s9=2, s10=10), k=5)
    assert told is not None
    assert (told.mean, told.interval) == (Range(9.5, 10), None)


@pytest.mark.parametrize(
    ("n", "k"), [(5, 5), (6, 5), (8, 5), (10, 5), (13, 5), (15, 5), (11, 11), (17, 11), (24, 11)]
)
def test_whatever_people_answer_no_small_cell_follows_from_what_is_told(n: int, k: int) -> None:
    """All that people can answer, by what is told of it: among all answers of which the same could
    be told, each cell has several sizes, or one that may be told.
    """
    possible = {(cells, _tenths(counts)): counts for cells, counts in _all_answers(n)}
    statements = {
        told
        for counts in possible.values()
        if (told := _told(counts, asked=3 * n, k=k)) is not None
    }
    assert len(statements) > 20
    for told in statements:
        fitting = [cells for cells, tenths in possible if _fits(told, n, cells, tenths)]
        assert fitting
        for sizes in map(set, zip(*fitting, strict=True)):
            assert len(sizes) > 1 or k <= min(sizes) <= n - k, (told, sizes)


def _all_answers(n: int) -> Iterator[tuple[Cells, list[int]]]:
    """Each number of low, middling and high answers with each sum; one way to give them."""
    for low in range(n + 1):
        for high in range(n - low + 1):
            middling = n - low - high
            least, room = 5 * middling + 8 * high, 4 * low + 2 * middling + 2 * high
            for more in range(room + 1):
                yield (low, middling, high), _spread(low, middling, high, least + more)


def _spread(low: int, middling: int, high: int, total: int) -> list[int]:
    scores = [0] * low + [5] * middling + [8] * high
    rest = total - sum(scores)
    for place, score in enumerate(scores):
        most = 4 if score == 0 else 2
        given = min(most, rest)
        scores[place], rest = score + given, rest - given
    return [scores.count(score) for score in range(11)]


def _tenths(counts: list[int]) -> float:
    n, total = sum(counts), sum(score * count for score, count in enumerate(counts))
    return int(total * 10 / n + 0.5) / 10


def _fits(told: Joy, n: int, cells: Cells, mean: float) -> bool:
    low, _middling, high = cells
    return (
        _within(told.mean, mean)
        and _within(told.low, 100 * low / n, digits=0)
        and _within(told.high, 100 * high / n, digits=0)
    )


def _within(told: Range | None, value: float, *, digits: int = 1) -> bool:
    if told is None:
        return True
    if told.is_exact:
        return round(value, digits) == told.least
    return told.least <= value <= told.most
