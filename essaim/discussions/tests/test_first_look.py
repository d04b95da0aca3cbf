"""The signs of a first message, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.discussions.first_look import (
    Sign,
    host_of,
    letters_of,
    likeness,
    links_in,
    look_at,
)

CALM = "The bus on Sundays would let my mother come to the market without asking anybody."
SOLD = "Lose ten kilos in a week with the new tea that doctors do not want you to know of!"


@pytest.mark.parametrize(
    "text",
    [
        CALM,
        "I agree.",
        "SNCF, TER, LER",
        "Read the study: https://example.org/study, above all page 12 on Sunday buses and costs.",
        "Marie.Durand said e.g. 3.5 km; see art. L.121-1 and write to me@example.org.",
        "",
    ],
)
def test_what_people_ordinarily_write_is_not_held(text: str) -> None:
    assert not look_at(text, own=["I agree."], others=["I agree.", SOLD]).holds


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("https://example.com/buy", {Sign.LINKS, Sign.ONLY_LINKS}),
        ("buy-now.shop", {Sign.LINKS, Sign.ONLY_LINKS}),
        (f"{CALM} See bit.ly/3xYz for more.", {Sign.LINKS, Sign.SHORTENED}),
        (f"{SOLD.upper()} www.example.com", {Sign.LINKS, Sign.CAPITALS}),
    ],
)
def test_what_holds_a_message_is_said(text: str, signs: set[Sign]) -> None:
    look = look_at(text)
    assert set(look.signs) == signs
    assert look.holds


def test_shouting_alone_or_a_link_alone_holds_nothing() -> None:
    assert look_at(SOLD.upper()).signs == (Sign.CAPITALS,)
    assert not look_at(SOLD.upper()).holds
    assert not look_at(f"{CALM} https://example.org").holds


def test_saying_nearly_the_same_again_is_seen_and_short_agreement_is_not() -> None:
    again = SOLD.replace("ten", "TEN").replace("!", " !!! 🎉")
    assert look_at(again, own=[SOLD]).signs == (Sign.REPEATED,)
    assert look_at(again, others=[CALM, SOLD]).signs == (Sign.COPIED,)
    assert look_at(CALM, own=[SOLD]).signs == ()
    assert look_at("Me too, thank you!", own=["Me too, thank you!"]).signs == ()


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://www.Example.org/a?b", "example.org"),
        ("bit.ly/x", "bit.ly"),
        ("https://[", ""),
        ("http://user@t.co:80/", "t.co"),
    ],
)
def test_the_host_of_a_link(link: str, host: str) -> None:
    assert host_of(link) == host


def test_each_address_is_found_once() -> None:
    found = links_in("See https://a.example/x, www.b.example and c.shop/y; not d@e.com or f.py.")
    assert found == ["https://a.example/x", "www.b.example", "c.shop/y"]


@given(st.text(max_size=300), st.text(max_size=300))
def test_likeness_is_a_share_the_same_both_ways_and_whole_for_the_same_letters(
    one: str, other: str
) -> None:
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1
    assert likeness(one, one) == 1
    if letters_of(one) == letters_of(other):
        assert likeness(one, other) == 1


@given(st.text(max_size=500), st.lists(st.text(max_size=100), max_size=3))
def test_a_look_never_fails_and_its_score_is_that_of_its_signs(text: str, own: list[str]) -> None:
    look = look_at(text, own=own)
    assert look.holds == (look.score >= 2)
    assert len(set(look.signs)) == len(look.signs)
