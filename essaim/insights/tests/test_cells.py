"""No number that is told is small, nor the difference of two."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from essaim.insights.cells import few_kinds, grouped, is_part_told, is_told, told_parts

K = 5
counts = st.integers(0, 40)


@given(st.lists(counts, max_size=6), st.lists(counts, max_size=2))
def test_of_all_pairs_of_told_numbers_none_differs_by_few(
    numbers: list[int], known: list[int]
) -> None:
    told = told_parts([(str(n), one) for n, one in enumerate(numbers)], known, K)
    for number in told.values():
        assert is_told(number, K)
        assert all(is_told(abs(number - one), K) for one in known)
    for one, other in combinations(told.values(), 2):
        assert is_told(abs(one - other), K)


@given(st.lists(st.tuples(counts, counts), max_size=15))
def test_groups_hold_everything_once_and_no_small_number(rows: list[tuple[int, int]]) -> None:
    groups = grouped(rows, K, lambda one: one, lambda a, b: (a[0] + b[0], a[1] + b[1]))
    assert all(is_told(cell, K) for group in groups for cell in group)
    if groups:
        totals = [sum(cells) for cells in zip(*rows, strict=True)]
        assert [sum(cells) for cells in zip(*groups, strict=True)] == totals
    else:
        assert not rows or not all(is_told(sum(cells), K) for cells in zip(*rows, strict=True))


@given(st.dictionaries(st.text(min_size=1, max_size=3), counts, max_size=6))
def test_kinds_that_few_chose_are_told_together_or_not_at_all(kinds: dict[str, int]) -> None:
    told, rest = few_kinds(kinds, K)
    assert all(number >= K for number in told.values())
    assert is_told(rest, K)


def test_a_part_is_neither_few_nor_all_but_few_nor_all_nor_none() -> None:
    assert [part for part in range(13) if is_part_told(part, 12, K)] == [5, 6, 7]
