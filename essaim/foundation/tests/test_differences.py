from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.foundation.differences import ADDED, REMOVED, SAME, Span, difference

TEXTS = st.text(alphabet="ab \n", max_size=60)


def said(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


@given(before=TEXTS, after=TEXTS)
def test_without_what_was_added_it_is_the_text_before_and_the_reverse(
    before: str, after: str
) -> None:
    found = difference(before, after)
    for gone, text in [(ADDED, before), (REMOVED, after)]:
        rest = ["".join(s.text for s in p.spans if s.kind != gone) for p in found]
        assert [line for line in rest if line] == said(text)


@given(text=TEXTS)
def test_a_text_that_stayed_shows_no_change(text: str) -> None:
    assert all(paragraph.is_same for paragraph in difference(text, text))


def test_words_that_changed_stand_out_in_the_sentence_that_stayed() -> None:
    (paragraph,) = difference("A bus on Sundays to Pau.", "A bus on all Sundays to Nay.")
    assert paragraph.spans == (
        Span(SAME, "A bus on "),
        Span(ADDED, "all "),
        Span(SAME, "Sundays to "),
        Span(REMOVED, "Pau."),
        Span(ADDED, "Nay."),
    )


def test_another_sentence_replaces_the_whole_one() -> None:
    first, second = difference("Trams for everyone.", "What about the river?")
    assert first.spans == (Span(REMOVED, "Trams for everyone."),)
    assert second.spans == (Span(ADDED, "What about the river?"),)


@pytest.mark.parametrize("line", [" ", "\n"])
def test_the_longest_texts_take_a_bounded_time(line: str) -> None:
    before = line.join("ab"[i * i % 7 % 2] for i in range(4000))
    after = line.join("ab"[i * 3 % 5 % 2] for i in range(4000))
    started = perf_counter()
    difference(before, after)
    assert perf_counter() - started < 2
