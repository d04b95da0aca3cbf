from collections.abc import Iterable
from math import isqrt

from hypothesis import given
from hypothesis import strategies as st

from essaim.foundation.differences import (
    ADDED,
    MOST_PAIRS,
    REMOVED,
    SAME,
    Paragraph,
    Span,
    difference,
)

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


def test_beyond_a_number_of_words_nobody_looks_for_what_stayed() -> None:
    """Comparing is quadratic: what it costs is bounded by the words, never by the clock."""
    most = isqrt(MOST_PAIRS)
    for words, is_compared in ((most, True), (most + 1, False)):
        before = " ".join(["first", *["a"] * (words - 2), "last"])
        after = " ".join(["premier", *["a"] * (words - 2), "dernier"])
        assert _keeps_words(difference(before, after)) == is_compared, words


def test_what_is_compared_is_bounded_over_all_paragraphs_together() -> None:
    lines = MOST_PAIRS // 20
    before = "\n".join(f"a b c d e {n}" for n in range(lines))
    after = "\n".join(f"v b c d w x{n}" for n in range(lines))
    found = difference(before, after)
    assert _keeps_words(found[:1])
    assert not _keeps_words(found[-2:])


def _keeps_words(paragraphs: Iterable[Paragraph]) -> bool:
    return any(span.kind == SAME for paragraph in paragraphs for span in paragraph.spans)
