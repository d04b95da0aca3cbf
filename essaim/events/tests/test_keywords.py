"""What a room says, put together by what it names."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.events.keywords import Group, grouped
from essaim.foundation.text import unaccented

NARROW = "\u202f"
ANSWERS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "bus",
                "Les bus",
                "Énergie",
                "energie",
                "l’énergie solaire",
                "vélos",
                "Le vélo",
                "Pourquoi pas ?",
                "rencontrer mes voisins",
                "mes voisins du quartier",
                "",
                "…",
            ]
        ),
        st.text(max_size=40),
    ),
    max_size=25,
)


def told(answers: list[str], language: str) -> list[tuple[str, int]]:
    return [(group.label, group.count) for group in grouped(answers, language)]


@pytest.mark.parametrize(
    ("answers", "language", "expected"),
    [
        (["énergie", "Énergie", "energie", "ÉNERGIES"], "fr", [("Énergie", 4)]),
        (["vélo", "vélos", "Le vélo", "des vélos"], "fr", [("vélo", 4)]),
        (["neighbours", "Neighbour", "my neighbours"], "en", [("Neighbour", 3)]),
        (["l’énergie", "l'énergie", "énergie"], "fr", [("énergie", 3)]),
        (["voter", "vote", "Vote"], "fr", [("Vote", 3)]),
        (
            ["rencontrer mes voisins", "voisins", "parler aux voisins", "le budget"],
            "fr",
            [("voisins", 3), ("le budget", 1)],
        ),
        (
            ["to meet people", "meeting new people", "people", "housing", "Housing costs"],
            "en",
            [("people", 3), ("Housing", 2)],
        ),
        (
            ["apprendre", "apprendre le jardinage", "jardinage", "Jardinage"],
            "fr",
            [("jardinage", 3), ("apprendre", 1)],
        ),
    ],
)
def test_what_names_the_same_thing_is_one_group(
    answers: list[str], language: str, expected: list[tuple[str, int]]
) -> None:
    assert told(answers, language) == expected


def test_small_and_common_words_make_no_group() -> None:
    answers = ["Comment financer ?", "Comment voter ?", "Comment faire pour venir ?"]
    assert [count for _label, count in told(answers, "fr")] == [1, 1, 1]
    answers = ["I want to help", "I want to learn", "I want to know why"]
    assert [count for _label, count in told(answers, "en")] == [1, 1, 1]


def test_a_sentence_stays_by_itself_but_for_those_that_say_the_same() -> None:
    long = "La mairie ferme trop tôt le mercredi, quand les parents travaillent encore"
    other = "Je cherche des parents pour accompagner une classe verte au printemps"
    found = grouped([long, other, f"{long}.", "parents", "Des parents"], "fr")
    assert [(group.count, group.members[0]) for group in found] == [
        (2, long),
        (2, "Des parents"),
        (1, other),
    ]


def test_what_is_shown_is_what_somebody_typed_with_its_spaces_and_signs() -> None:
    question = f"Pourquoi si peu de bus le soir{NARROW}?"
    (group,) = grouped([question, "pourquoi si peu de bus le soir ?", question], "fr")
    assert group.label == question
    assert group.count == 3
    (alone,) = grouped(["« Aujourd’hui, c’est demain »"], "fr")
    assert alone.label == "« Aujourd’hui, c’est demain »"


def test_what_names_nothing_is_itself() -> None:
    assert told(["Pourquoi pas ?", "pourquoi pas", "…", "🙂", "🙂"], "fr") == [
        ("pourquoi pas", 2),
        ("🙂", 2),
        ("…", 1),
    ]
    assert grouped([], "fr") == []


@given(ANSWERS, st.sampled_from(["fr", "en"]), st.randoms())
def test_groups_do_not_depend_on_the_order_of_answers(
    answers: list[str], language: str, chance: object
) -> None:
    mixed = list(answers)
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # Hypothesis gives a Random
    assert grouped(mixed, language) == grouped(answers, language)


@given(ANSWERS, st.sampled_from(["fr", "en"]))
def test_each_answer_is_in_one_group_and_each_label_is_typed_by_a_member(
    answers: list[str], language: str
) -> None:
    groups = grouped(answers, language)
    assert sorted(chain.from_iterable(group.members for group in groups)) == sorted(answers)
    for group in groups:
        assert group.count == len(group.members) > 0
        assert any(unaccented(group.label) in unaccented(text) for text in group.members)


@given(ANSWERS)
def test_capitals_change_no_group(answers: list[str]) -> None:
    plain = [unaccented(text) for text in answers]

    def sizes(groups: list[Group]) -> list[int]:
        return [group.count for group in groups]

    assert sizes(grouped(plain, "fr")) == sizes(grouped([text.upper() for text in plain], "fr"))
