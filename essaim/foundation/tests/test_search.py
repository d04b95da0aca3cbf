"""Search on the foundation's own rows: a listener's error is a text like another."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.db.models import F, Value

from essaim.foundation.models import Delivery, FactRow
from essaim.foundation.search import (
    Document,
    Fields,
    Unaccented,
    document,
    matching,
    similar,
    similar_titles,
    trigram_index,
)

pytestmark = pytest.mark.django_db

TITLES = [
    "Rétablir l'ISF",
    "Rétablissement de l’ISF",
    "CSG et retraite : inégalités",
    "Diminuer le nombre d'élus",
    "Réduire le nombre d'administrations publiques",
    "Taxer le kérosène des avions",
    "Des pistes cyclables continues jusqu'aux écoles",
    "Éteindre les vitrines des magasins la nuit",
]


def rows(texts: Sequence[str]) -> Any:
    """Rows with a title (`last_error`) and a language (`listener`)."""
    fact = FactRow.objects.create(
        kind="a", rung="none", audience="public", happened_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    Delivery.objects.bulk_create(
        Delivery(fact=fact, listener=f"fr{number}", last_error=text)
        for number, text in enumerate(texts)
    )
    return Delivery.objects.filter(fact=fact)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("retablir lisf", "Rétablir l'ISF"),
        ("RÉTABLIR L’ISF", "Rétablir l'ISF"),
        ("Inegalités de retraites et de CSG", "CSG et retraite : inégalités"),
        ("Dimineur le nonbre d'elus", "Diminuer le nombre d'élus"),
        ("taxe sur le kerozene", "Taxer le kérosène des avions"),
        ("Piste ciclable pour les écoles", "Des pistes cyclables continues jusqu'aux écoles"),
        ("vitrines éteintes la nuit", "Éteindre les vitrines des magasins la nuit"),
    ],
)
def test_a_title_is_found_despite_accents_order_and_typing_errors(
    typed: str, expected: str
) -> None:
    found = similar_titles(rows(TITLES), "last_error", typed, language="fr")
    assert found
    assert found[0].last_error == expected


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "xyzzy", "La fibre dans tous les villages"])
def test_nothing_is_similar_to_nothing_or_to_something_else(typed: str) -> None:
    assert similar_titles(rows(TITLES), "last_error", typed, language="fr") == []


def test_the_nearest_come_first_and_only_so_many() -> None:
    found = similar(rows(TITLES), "last_error", "Rétablir l'ISF", language="fr")
    assert [row.last_error for row in found] == TITLES[:2]
    assert [round(row.likeness, 1) for row in found] == [1.0, 1.0]
    assert len(similar_titles(rows(TITLES * 3), "last_error", "rétablir l'ISF", limit=2)) == 2


def test_similar_titles_are_one_query_whatever_is_typed(django_assert_num_queries: Any) -> None:
    queryset = rows(TITLES)
    with django_assert_num_queries(1):
        similar_titles(queryset, "last_error", "';--%_\\ « é » " * 200, language="fr")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("retablissement", {0, 1}),
        ("ISF -rétablissement", set()),
        ("inégalité", {2}),
        ("inegalites retraites", {2}),
        ('"nombre d\'élus"', {3}),
        ("kerosene or pistes", {5, 6}),
        ("ecole", {6}),
        ("fibre", set()),
        ("\"unfinished ( & | ! :* '", set()),
        ("", set()),
        ("\x00", set()),
    ],
)
def test_words_are_found_by_their_stems_without_accents(asked: str, found: set[int]) -> None:
    whole = document("last_error", Value(""), Value("fr"))
    hits = matching(rows(TITLES), whole, asked, language="fr")
    assert {TITLES.index(row.last_error) for row in hits} == found


def test_each_row_is_read_in_its_own_language_and_titles_weigh_more() -> None:
    texts = rows(["The committees are running", "Les comités courent", "run"])
    language = models.Case(
        models.When(last_error__startswith="Les", then=Value("fr")), default=Value("en")
    )
    by_title = Document(F("last_error"), Value(""), language)
    assert [row.last_error for row in matching(texts, by_title, "committee")] == [
        "The committees are running"
    ]
    assert [row.last_error for row in matching(texts, by_title, "comité")] == [
        "Les comités courent"
    ]
    title_or_body = Document(
        models.Case(
            models.When(last_error="run", then=F("last_error")),
            default=Value(""),
            output_field=models.TextField(),
        ),
        F("last_error"),
        Value("en"),
    )
    hits = [row.last_error for row in matching(texts, title_or_body, "runs", language="en")]
    assert hits == ["run", "The committees are running"]


def test_the_indexes_can_be_made_and_are_used() -> None:
    fields = Fields(title="last_error", body="listener", language="listener")
    for index in (
        trigram_index("last_error", name="test_trigram"),
        GinIndex(fields.document, name="test_document"),
    ):
        with connection.schema_editor() as editor:
            editor.add_index(Delivery, index)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    by_part = Delivery.objects.alias(bare=Unaccented("last_error")).filter(
        bare__contains="kerosene"
    )
    assert "test_trigram" in by_part.explain()
    found = matching(Delivery.objects.all(), fields.document, "kérosène")
    assert "test_document" in found.explain()


def test_however_many_titles_are_alike_only_some_are_compared_closely(
    django_assert_num_queries: Any,
) -> None:
    texts = [f"Un bus le dimanche, numéro {number}" for number in range(300)]
    alike = rows([*texts, "Un bus le dimanche"])
    with django_assert_num_queries(1) as asked:
        found = similar_titles(alike, "last_error", "Un bus le dimanche")
    assert found[0].last_error == "Un bus le dimanche"
    assert "LIMIT 200" in asked.captured_queries[0]["sql"]
