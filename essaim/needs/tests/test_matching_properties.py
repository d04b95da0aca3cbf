"""Ranking by itself: what holds whatever is known of two sides."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.needs.matching import (
    Circumstances,
    Named,
    Need,
    Offer,
    Reason,
    Why,
    closed_gates,
    ranked,
    suggestion,
)

DAY = date(2026, 12, 1)
PAU, BAYONNE, NAY = (43.2951, -0.3708), (43.4929, -1.4748), (43.1797, -0.2617)

NAMES = (
    "boulangerie",
    "boulanger",
    "boulangrie",
    "jardinage",
    "élagage",
    "taille des haies",
    "chant",
)
skills = st.builds(
    Named,
    name=st.sampled_from(NAMES),
    skill=st.none() | st.integers(1, 3),
    wider=st.dictionaries(st.integers(1, 3), st.integers(1, 2), max_size=2),
    is_must=st.booleans(),
)
some_skills = st.lists(skills, max_size=3).map(tuple)
texts = st.lists(st.sampled_from(("pain", "jardin", "école", "chanter", "vélo")), max_size=4).map(
    " ".join
)
points = st.none() | st.sampled_from((PAU, BAYONNE, NAY))
days = st.integers(-3, 90).map(lambda number: DAY + timedelta(days=number))
needs = st.builds(
    Need,
    key=st.sampled_from(("a", "b", "c")),
    people=st.frozensets(st.integers(1, 4), max_size=2),
    text=texts,
    language=st.sampled_from(("fr", "en")),
    skills=some_skills,
    minutes=st.integers(1, 300),
    remote=st.sampled_from(("either", "remote", "onsite")),
    point=points,
    until=st.none() | days,
    free=st.integers(0, 2),
    responsiveness=st.floats(0, 1),
)
offers = st.builds(
    Offer,
    key=st.sampled_from(("x", "y", "z")),
    helper=st.integers(1, 6),
    text=texts,
    wants=texts,
    languages=st.sampled_from((("fr",), ("en",), ("fr", "en"))),
    skills=some_skills,
    minutes_a_month=st.integers(10, 300),
    remote=st.sampled_from(("either", "remote", "onsite")),
    point=points,
    radius_km=st.none() | st.integers(1, 200),
    since=days,
    until=days,
    free=st.integers(0, 2),
    waiting=st.integers(0, 7),
    is_new=st.booleans(),
)
circumstances = st.builds(
    Circumstances,
    day=st.just(DAY),
    blocked=st.frozensets(
        st.tuples(st.integers(1, 6), st.integers(1, 6)).map(frozenset), max_size=3
    ),
    met=st.frozensets(st.tuples(st.sampled_from("abc"), st.integers(1, 6)), max_size=3),
)


@given(needs, offers, circumstances)
def test_no_gate_is_ever_crossed_whatever_the_score(
    one: Need, other: Offer, now: Circumstances
) -> None:
    found = suggestion(one, other, now)
    if found is None:
        return
    assert not closed_gates(one, other, now)
    assert other.helper not in one.people
    assert not any(frozenset({other.helper, person}) in now.blocked for person in one.people)
    assert (one.key, other.helper) not in now.met
    assert one.language in other.languages
    assert other.waiting < now.cap
    assert min(one.free, other.free) >= 1
    assert other.since <= now.day <= other.until
    assert one.until is None or one.until >= now.day
    assert 0 <= found.score <= 1


@given(needs, offers, circumstances, skills)
def test_one_more_skill_never_makes_it_worse(
    one: Need, other: Offer, now: Circumstances, more: Named
) -> None:
    before = suggestion(one, other, now)
    after = suggestion(one, replace(other, skills=(*other.skills, more)), now)
    if before is not None:
        assert after is not None
        assert after.score >= before.score - 1e-12


@given(needs, offers, circumstances)
def test_having_exactly_what_is_asked_is_as_good_as_it_gets(
    one: Need, other: Offer, now: Circumstances
) -> None:
    found = suggestion(one, other, now)
    exact = suggestion(one, replace(other, skills=(*other.skills, *one.skills)), now)
    if found is not None and one.skills:
        assert exact is not None
        assert exact.parts.skills == pytest.approx(1)
        assert exact.score >= found.score - 1e-12


@given(st.lists(st.tuples(needs, offers), max_size=8), circumstances, st.randoms())
def test_the_order_of_the_input_changes_nothing(
    pairs: list[tuple[Need, Offer]], now: Circumstances, random: Any
) -> None:
    # Two that have one key are one, in life: each key keeps its first.
    known_needs: dict[str, Need] = {}
    known_offers: dict[str, Offer] = {}
    pairs = [
        (known_needs.setdefault(one.key, one), known_offers.setdefault(other.key, other))
        for one, other in pairs
    ]
    shuffled = list(pairs)
    random.shuffle(shuffled)
    best = ranked(pairs, now, 10)
    assert ranked(shuffled, now, 10) == best
    assert [one.score for one in best] == sorted((one.score for one in best), reverse=True)
    assert len({(one.need, one.helper) for one in best}) == len(best)
    assert ranked(pairs, now, 2) == best[:2]


@given(needs, offers, circumstances)
def test_reasons_say_only_what_is_true(one: Need, other: Offer, now: Circumstances) -> None:
    found = suggestion(one, other, now)
    if found is None:
        return
    said, liked = one.text.replace("é", "e"), other.wants.replace("é", "e")
    asked, can = {skill.name for skill in one.skills}, {skill.name for skill in other.skills}
    is_true: dict[Why, Callable[[Reason], bool]] = {
        Why.LACKS: lambda told: told.words[0] in asked - can,
        Why.SKILL_SAME: lambda told: told.words[0] in asked,
        Why.SKILL_WORDS: lambda told: told.words[0] in asked,
        Why.TEXTS: lambda told: all(word in said for word in told.words),
        Why.WISHES: lambda told: all(word in liked for word in told.words),
        Why.REMOTE: lambda _told: "onsite" not in (one.remote, other.remote),
        Why.NEAR: lambda told: (told.number or 0) <= (other.radius_km or float("inf")),
        Why.NEWCOMER: lambda _told: other.is_new,
    }
    for reason in found.reasons:
        if reason.code in is_true:
            assert is_true[reason.code](reason)
        else:
            assert reason.words[0] in asked
            assert reason.words[1] in can
    assert found.reasons
