"""Words without their endings, and slips of the finger."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.foundation.stems import mistyped, root, slips, stem_key, stems, words

LETTERS = st.text("abcdeé", max_size=10)


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("Jardiniers", "jardinier", "fr"),
        ("cours de français", "Cours Français", "fr"),
        ("COMPTABILITE", "comptabilité", "fr"),
        ("réparation de vélos", "Réparations du vélo", "fr"),
        ("couturières", "couturier", "fr"),
        ("traductrice", "traducteurs", "fr"),
        ("électricienne", "électricien", "fr"),
        ("un cheval", "des chevaux", "fr"),
        ("translations", "translation", "en"),
    ],
)
def test_endings_accents_and_small_words_make_no_difference(
    one: str, other: str, language: str
) -> None:
    assert stem_key(one, language) == stem_key(other, language)


def test_what_differs_stays_different() -> None:
    assert stem_key("couture") != stem_key("culture")
    assert stem_key("droit du travail") != stem_key("droit du logement")
    assert stem_key("la") == "la"  # a name of small words alone is still a name
    assert stem_key(" , ") == ""
    assert words("L’eau, d’été") == ("eau", "ete")
    assert stems("Elle jardine") == ("jardin",)


def test_a_root_joins_the_words_of_one_family() -> None:
    families = ["jardinier jardinage jardiner", "plomberie plombier", "couturier couture"]
    for family in families:
        assert len({root(one) for one in stems(family)}) == 1
    assert root("chat") == "chat"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("comptabilité", "comptabilté"),
        ("menuiserie", "menuisreie"),
        ("jardin", "jardim"),
        ("electricite", "ellectricitee"),
    ],
)
def test_a_slip_of_the_finger_is_forgiven(one: str, other: str) -> None:
    assert mistyped(one, other)
    assert mistyped(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("couture", "culture"), ("droit", "doigts"), ("pain", "bain"), ("vin", "vins"), ("bois", "")],
)
def test_another_word_is_not(one: str, other: str) -> None:
    assert not mistyped(one, other)


@given(LETTERS, LETTERS)
def test_slips_are_the_same_both_ways_and_none_means_equal(one: str, other: str) -> None:
    most = 20
    assert slips(one, other, most) == slips(other, one, most)
    assert (slips(one, other, most) == 0) == (one == other)
    assert slips(one, other, most) <= max(len(one), len(other))


@given(LETTERS, LETTERS, st.integers(0, 3))
def test_looking_no_farther_than_needed_changes_no_answer(one: str, other: str, most: int) -> None:
    assert (slips(one, other, most) <= most) == (slips(one, other, 20) <= most)
