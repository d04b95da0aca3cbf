"""Search in French and English: whatever the accents, and near-matches despite typing errors.

Model-independent pieces; each sub-platform says which of its fields they apply to. The SQL
functions stand in the foundation's migrations.
"""

from typing import Any, TypeVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import (
    SearchQuery,
    SearchRank,
    SearchVectorField,
)
from django.db import models
from django.db.models import F, Func, QuerySet, Value
from django.db.models.expressions import Combinable

Row = TypeVar("Row")
Expression = str | Combinable

CONFIGURATIONS = {"fr": "essaim_fr", "en": "essaim_en"}
LONGEST_QUESTION = 200
_COMPARED = 200  # rows that similar_titles looks at closely: those with the most letters in common
_FAINT = 0.1  # letters in common below which two titles are not compared any closer


class Unaccented(Func):
    """Lower case without accents, in the database; immutable, so an index can hold it."""

    function = "essaim_unaccent"
    arity = 1
    output_field = models.TextField()


class Document(Func):
    """Title (weight A) and body (weight B) as one document in the row's language (fr or en).

    Immutable, so a `GeneratedField` can keep it in the row and an index can hold it.
    """

    function = "essaim_document"
    arity = 3
    output_field = SearchVectorField()


class Likeness(Func):
    """How alike two short texts are, from 0 to 1, in a language: letters, parts, stems."""

    function = "essaim_likeness"
    arity = 3
    output_field = models.FloatField()


class _Letters(Func):
    """The share of three-letter pieces that two texts have in common."""

    function = "similarity"
    arity = 2
    output_field = models.FloatField()


def document(title: Expression, body: Expression, language: Expression) -> Document:
    """The searchable document of fields or expressions; a fixed language is `Value("fr")`."""
    return Document(title, body, language)


def trigram_index(field: str, *, name: str) -> GinIndex:
    """An index for `LIKE '%…%'` and near-matches on a field without its accents."""
    return GinIndex(OpClass(Unaccented(F(field)), name="gin_trgm_ops"), name=name)


def document_index(title: str, body: str, language: str, *, name: str) -> GinIndex:
    """An index for `matching` on `document` of these very fields."""
    return GinIndex(document(F(title), F(body), F(language)), name=name)


def matching(
    queryset: QuerySet[Any, Row], document: Expression, text: str, *, language: str | None = None
) -> QuerySet[Any, Row]:
    """Rows whose document has the words of `text` ("quotes", or, -not), the best first as `rank`.

    Without a language the words are read in both, for lists where rows have their own.
    """
    asked = text.replace("\0", "").strip()[:LONGEST_QUESTION]
    languages = [language] if language in CONFIGURATIONS else list(CONFIGURATIONS)
    if not asked:
        return queryset.none()
    first, *others = (
        SearchQuery(asked, config=CONFIGURATIONS[code], search_type="websearch")
        for code in languages
    )
    query: Any = first
    for other in others:
        query |= other
    vector = F(document) if isinstance(document, str) else document
    found = queryset.alias(_document=vector).filter(_document=query)
    ranked: QuerySet[Any, Row] = found.annotate(rank=SearchRank(vector, query))
    return ranked.order_by("-rank", "-pk")


def similar(
    queryset: QuerySet[Any, Row],
    field: str,
    text: str,
    *,
    language: str = "fr",
    threshold: float = 0.3,
) -> QuerySet[Any, Row]:
    """Rows whose short text says nearly the same, the nearest first as `likeness` (0 to 1).

    Reads every row of the queryset once (about 15 µs each): narrow it to one debate, one list.
    """
    asked = Value(" ".join(text.replace("\0", "").split())[:LONGEST_QUESTION])
    if not asked.value:
        return queryset.none()
    letters = _Letters(Unaccented(F(field)), Unaccented(asked))
    near: QuerySet[Any, Row] = (
        queryset.alias(_letters=letters)
        .annotate(likeness=Likeness(F(field), asked, Value(language)))
        .filter(_letters__gte=_FAINT, likeness__gte=threshold)
    )
    return near.order_by("-likeness", "pk")


def similar_titles(
    queryset: QuerySet[Any, Row],
    field: str,
    text: str,
    *,
    language: str = "fr",
    limit: int = 5,
    threshold: float = 0.3,
) -> list[Row]:
    """The nearest few of `similar`: what to show while a title is being typed.

    However many titles resemble it: a close look costs ten times the glance at the letters.
    """
    asked = Value(" ".join(text.replace("\0", "").split())[:LONGEST_QUESTION])
    letters = _Letters(Unaccented(F(field)), Unaccented(asked))
    likeliest = queryset.order_by(letters.desc(), "pk").values("pk")[:_COMPARED]
    among = queryset.filter(pk__in=likeliest)
    return list(similar(among, field, text, language=language, threshold=threshold)[:limit])
