"""The computation alone: everyone once, even sizes, wishes kept or named, better than chance."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.communities.circles import (
    MOST,
    Circles,
    Person,
    Wish,
    diversity,
    divide,
    pairs,
    place_for,
    sizes_of,
)

BY_CHANCE = 0.05  # of a share: the mean of twenty draws is itself a draw


@st.composite
def gatherings(draw: st.DrawFn) -> tuple[list[Person], list[Wish]]:
    """Up to forty people with up to three attributes, some unknown, and wishes among them."""
    width = draw(st.integers(0, 3))
    values = st.tuples(*[st.sampled_from(["", "a", "b", "c", "d"]) for _ in range(width)])
    people = [
        Person(number * 7, one) for number, one in enumerate(draw(st.lists(values, max_size=40)))
    ]
    ids = st.sampled_from([one.id for one in people] or [0])
    some = st.lists(st.builds(Wish, ids, ids, st.booleans()), max_size=12)
    wishes = draw(some) if people else []
    return people, wishes


@given(gatherings(), st.integers(2, 30), st.integers(0, 5))
@settings(max_examples=150, deadline=None)
def test_everyone_sits_in_exactly_one_circle_and_each_broken_wish_is_named(
    gathering: tuple[list[Person], list[Wish]], wished: int, seed: int
) -> None:
    people, wishes = gathering
    found = divide(people, wished, wishes, seed=seed)
    seated = [one for circle in found.circles for one in circle]
    assert sorted(seated) == sorted(one.id for one in people)
    sizes = [len(circle) for circle in found.circles]
    assert not sizes or max(sizes) - min(sizes) <= 1
    assert wished > MOST or max(sizes, default=0) <= MOST
    at = {one: number for number, circle in enumerate(found.circles) for one in circle}
    for wish in wishes:
        is_kept = (at[wish.author] == at[wish.other]) is wish.is_with
        if wish.author != wish.other:
            assert is_kept is (wish not in found.broken)
    assert divide(people, wished, wishes, seed=seed) == found


@given(gatherings(), st.integers(2, 12), st.integers(0, 5))
@settings(max_examples=150, deadline=None)
def test_without_wishes_circles_are_never_less_mixed_than_chance_would_make_them(
    gathering: tuple[list[Person], list[Wish]], wished: int, seed: int
) -> None:
    found = divide(gathering[0], wished, seed=seed)
    # With unknown answers, what is compared differs from draw to draw: only whole ones are held.
    if all(all(one.values) for one in gathering[0]) and found.at_random.overall is not None:
        assert found.diversity.overall is not None
        assert found.diversity.overall >= found.at_random.overall - BY_CHANCE


def crowd(number: int, seed: int = 1, unknown: float = 0.1) -> list[Person]:
    dice = Random(seed)  # noqa: S311  to be repeated

    def answer(answers: int) -> str:
        return "" if dice.random() < unknown else str(min(int(dice.expovariate(0.5)), answers - 1))

    return [Person(one, tuple(answer(of) for of in (6, 9, 12, 5, 2))) for one in range(number)]


@pytest.mark.parametrize("wished", [8, 12, 25])
def test_a_plenary_of_four_hundred_is_mixed_better_than_by_chance_in_every_attribute(
    wished: int,
) -> None:
    people = crowd(400)
    wishes = [Wish(one, one * 7 % 400, is_with=one % 2 == 0) for one in range(1, 400, 7)]
    found = divide(people, wished, wishes, seed=3)
    assert not found.broken
    for mixed, drawn in zip(
        found.diversity.by_attribute, found.at_random.by_attribute, strict=True
    ):
        assert mixed
        assert drawn
        assert mixed.share > drawn.share


def test_the_measure_is_that_of_the_books() -> None:
    """Five people of three kinds: at most 8 of 10 pairs differ; here 1, 1 and 3 make 7."""
    people = [Person(number, (value,)) for number, value in enumerate("abccc")]
    (mix,) = diversity(people, ((0, 1, 2, 3, 4),)).by_attribute
    assert mix
    assert mix.chance == pytest.approx(0.7)
    assert mix.most == pytest.approx(0.8)
    assert mix.share == pytest.approx(0.875)


def test_two_halves_that_could_not_be_mixed_better_reach_everything() -> None:
    people = [Person(number, ("in" if number < 8 else "out",)) for number in range(16)]
    found = divide(people, 8)
    assert found.diversity.overall == pytest.approx(1)
    assert all(sum(one < 8 for one in circle) == 4 for circle in found.circles)


def test_what_nobody_or_everybody_answered_is_not_measured() -> None:
    nobody = [Person(number, ("", "same")) for number in range(9)]
    found = divide(nobody, 3)
    assert found.diversity.by_attribute == (None, None)
    assert found.diversity.overall is None


@pytest.mark.parametrize(
    ("number", "wished", "sizes"),
    [
        (0, 8, ()),
        (3, 8, (3,)),
        (13, 8, (7, 6)),
        (25, 12, (13, 12)),
        (26, 25, (13, 13)),
        (36, 25, (18, 18)),
        (400, 12, (13,) * 4 + (12,) * 29),
        (60, 30, (30, 30)),
    ],
)
def test_sizes_are_the_nearest_to_the_one_wished(
    number: int, wished: int, sizes: tuple[int, ...]
) -> None:
    assert sizes_of(number, wished) == sizes


def test_pairs_are_the_honest_reason_for_small_circles() -> None:
    assert [pairs(number) for number in (8, 12, 25)] == [28, 66, 300]


def test_wishes_that_contradict_each_other_break_the_softer_one() -> None:
    people = [Person(number) for number in range(8)]
    together, apart = Wish(1, 2, is_with=True), Wish(2, 1, is_with=False)
    assert divide(people, 4, [together, apart]).broken == (together,)


def test_a_chain_too_long_for_a_circle_breaks_as_little_as_it_must() -> None:
    people = [Person(number) for number in range(12)]
    chain = [Wish(number, number + 1, is_with=True) for number in range(5)]  # six people
    assert len(divide(people, 4, chain).broken) == 1


def test_wishes_about_nobody_there_or_oneself_are_left_out() -> None:
    people = [Person(number) for number in range(8)]
    assert divide(people, 4, [Wish(1, 99, is_with=True), Wish(1, 1, is_with=False)]).broken == ()


CIRCLES: Circles = ((1, 2, 3), (4, 5, 6), (7, 8))
SEATED = [Person(one, (value,)) for one, value in zip(range(1, 9), "aabbbaab", strict=True)]


def test_who_comes_later_sits_where_few_are_and_where_they_are_new() -> None:
    assert place_for(Person(9, ("a",)), SEATED, CIRCLES) == 2
    even: Circles = ((1, 2, 3), (4, 5, 6))
    assert place_for(Person(9, ("a",)), SEATED, even) == 1
    assert place_for(Person(9, ("b",)), SEATED, even) == 0


def test_who_comes_later_sits_where_their_wishes_and_those_about_them_are_kept() -> None:
    newcomer = Person(9)
    assert place_for(newcomer, SEATED, CIRCLES, [Wish(9, 7, is_with=False)]) == 0
    assert place_for(newcomer, SEATED, CIRCLES, [Wish(7, 9, is_with=False)]) == 0
    assert place_for(newcomer, SEATED, CIRCLES, [Wish(9, 5, is_with=True)]) == 1


def test_nobody_is_placed_in_a_full_circle() -> None:
    full: Circles = (tuple(range(MOST)),)
    assert place_for(Person(99), [], full) is None
    assert place_for(Person(99), [], (*full, (77,))) == 1
