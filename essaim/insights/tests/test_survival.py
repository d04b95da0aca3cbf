"""The product-limit estimate, by the book and by what must hold for any data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.insights.survival import Watched, incidence


def test_an_example_worked_by_hand() -> None:
    # Reached on days 6, 6, 6, 7, 10; left on 6, 9: shares left 1, 5/8 … of eight people.
    people = [(6, True)] * 3 + [(6, False), (7, True), (9, False), (10, True), (11, False)]
    climb = incidence(Watched(days, reached) for days, reached in people)
    assert climb.people == 8
    left = 1 - 3 / 8
    assert climb.by(6) == pytest.approx(1 - left)
    left *= 1 - 1 / 4
    assert climb.by(8) == pytest.approx(1 - left)
    left *= 1 - 1 / 2
    assert climb.by(10) == pytest.approx(1 - left)
    assert climb.by(5) == 0.0
    assert climb.by(12) is None  # nobody was watched so long, and some had not reached it
    assert climb.median == 7
    assert (climb.reached_by(6), climb.reached_by(11)) == (3, 5)


def test_nobody_is_no_share() -> None:
    assert incidence([]).median is None
    assert incidence([]).by(7) is None
    assert incidence([Watched(3, reached=False)]).median is None


def test_nobody_is_watched_for_less_than_no_time() -> None:
    with pytest.raises(ValueError, match="less than no time"):
        incidence([Watched(-1, reached=True)])


people_watched = st.lists(
    st.builds(Watched, st.integers(0, 30), st.booleans(), st.integers(1, 4)), max_size=30
)


@given(people_watched)
def test_shares_rise_within_nought_and_one(watched: list[Watched]) -> None:
    shares = [step.share for step in incidence(watched).steps]
    assert shares == sorted(shares)
    assert all(0 < share <= 1 for share in shares)


@given(people_watched)
def test_when_nobody_leaves_it_is_the_plain_share(watched: list[Watched]) -> None:
    stayed = [Watched(one.days, reached=True, people=one.people) for one in watched]
    climb = incidence(stayed)
    for day in range(31):
        reached = sum(one.people for one in stayed if one.days <= day)
        assert climb.reached_by(day) == reached
        if climb.people:
            assert climb.by(day) == pytest.approx(reached / climb.people)


@given(people_watched)
def test_people_put_together_count_as_people_one_by_one(watched: list[Watched]) -> None:
    apart = [Watched(one.days, one.reached) for one in watched for _ in range(one.people)]
    together, one_by_one = incidence(watched), incidence(apart)
    assert [(step.day, step.reached) for step in together.steps] == [
        (step.day, step.reached) for step in one_by_one.steps
    ]
    assert [step.share for step in together.steps] == pytest.approx(
        [step.share for step in one_by_one.steps]
    )
