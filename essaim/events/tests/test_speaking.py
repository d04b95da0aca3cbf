"""Who speaks next."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from essaim.events.speaking import Spoken, Waiting, in_order

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
SPEAKERS = st.sampled_from("abcdef")
LINE = st.lists(
    st.tuples(SPEAKERS, st.integers(0, 3600)), max_size=12, unique_by=lambda one: one[0]
)
HAD = st.lists(st.builds(Spoken, SPEAKERS, st.integers(0, 600).map(float)), max_size=20)


def line(*asked: tuple[str, int]) -> list[Waiting]:
    return [
        Waiting(key, who, NOON + timedelta(seconds=second))
        for key, (who, second) in enumerate(asked)
    ]


def order(waiting: list[Waiting], spoken: list[Spoken]) -> str:
    return "".join(one.speaker for one in in_order(waiting, spoken))


def test_first_come_first_served_where_nobody_has_spoken() -> None:
    assert order(line(("b", 2), ("a", 1), ("c", 3)), []) == "abc"


def test_fewest_turns_then_least_time_then_who_asked_first() -> None:
    spoken = [Spoken("a", 10), Spoken("a", 10), Spoken("b", 300), Spoken("c", 60), Spoken("e", 60)]
    waiting = line(("a", 0), ("b", 1), ("e", 3), ("c", 2), ("d", 9))
    assert order(waiting, spoken) == "dceba"


@given(LINE, HAD)
def test_nobody_who_has_not_spoken_waits_behind_somebody_who_has(
    asked: list[tuple[str, int]], spoken: list[Spoken]
) -> None:
    have = {one.speaker for one in spoken}
    waiting = line(*asked)
    said = [one.speaker in have for one in in_order(waiting, spoken)]
    assert said == sorted(said)


@given(LINE, HAD, st.randoms())
def test_the_order_is_the_same_however_it_is_asked_for_and_loses_nobody(
    asked: list[tuple[str, int]], spoken: list[Spoken], chance: object
) -> None:
    waiting = line(*asked)
    mixed, had = list(waiting), list(spoken)
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # Hypothesis gives a Random
    chance.shuffle(had)  # type: ignore[attr-defined]  # as above
    found = in_order(waiting, spoken)
    assert in_order(mixed, had) == found
    assert sorted(one.key for one in found) == sorted(one.key for one in waiting)
    turns = Counter(one.speaker for one in spoken)
    counts = [turns[one.speaker] for one in found]
    assert counts == sorted(counts)
