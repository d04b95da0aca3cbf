"""Which words are known, and which of them a mistyped one resembles."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoAssertNumQueries

from essaim.foundation import vocabulary
from essaim.foundation.models import SearchWord
from essaim.foundation.vocabulary import gather_words, gives_words, words_like

pytestmark = pytest.mark.django_db


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts there are, for the length of a test."""
    written: list[str] = []
    monkeypatch.setattr(vocabulary, "_sources", [])

    @gives_words
    def those() -> Iterator[str]:
        yield from written

    return written


def known() -> dict[str, str]:
    return dict(SearchWord.objects.values_list("bare", "word"))


def test_a_word_counts_once_two_texts_have_it(texts: list[str]) -> None:
    texts += ["Une forêt, forêt et forêt.", "La Forêt et la foret.", "Un hapax de 2026, 3e étage"]
    assert gather_words() == 1
    assert known() == {"foret": "forêt"}


def test_what_no_text_has_any_more_is_forgotten(texts: list[str]) -> None:
    texts += ["tramway", "tramway", "ciclable", "ciclable"]
    gather_words()
    del texts[2:]
    gather_words()
    assert known() == {"tramway": "tramway"}


def test_only_the_most_frequent_are_kept(texts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "MOST_KEPT", 1)
    texts += ["rare often", "rare often", "often " + "x" * 41, "x" * 41]
    assert gather_words() == 1
    assert known() == {"often": "often"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("compsotage", "compostage"),
        ("le ciclable", "cyclable"),
        ("FORET", "forêt"),
        ("neigbourhood", "neighbourhood"),
    ],
)
def test_the_likeliest_come_first(texts: list[str], typed: str, meant: str) -> None:
    texts += ["compostage cyclable recyclable forêt neighbourhood composition"] * 2
    gather_words()
    assert words_like(typed)[0] == meant


def test_one_query_however_many_words(
    texts: list[str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    texts += ["compostage cyclable recyclable forêt neighbourhood"] * 2
    gather_words()
    with django_assert_num_queries(1):
        assert words_like("compsotage ciclable fôret neigbourhood and many others besides")
    with django_assert_num_queries(0):
        assert words_like("la de ! 2026 \0") == []
