"""Search in French and English: whatever the accents, and near-matches despite typing errors.

Model-independent pieces; each sub-platform says which of its fields they apply to. The SQL
functions stand in the foundation's migrations.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import (
    SearchHeadline,
    SearchQuery,
    SearchRank,
    SearchVectorField,
    TrigramWordSimilarity,
)
from django.db import connection, models, transaction
from django.db.models import Case, F, Func, Q, QuerySet, Value, When, Window
from django.db.models.aggregates import Count
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Left

from essaim.foundation.http import Page, keyset
from essaim.foundation.text import FOUND, unaccented

Row = TypeVar("Row")
Expression = str | Combinable

CONFIGURATIONS = {"fr": "essaim_fr", "en": "essaim_en"}
LONGEST_QUESTION = 200
FEW = 3  # fewer rows than these are completed by near ones
_COMPARED = 200  # rows that similar_titles looks at closely: those with the most letters in common
_FAINT = 0.1  # letters in common below which two titles are not compared any closer
_NEAR = 0.42  # of a word's three-letter pieces: « ciclable » has 0.44 of « cyclables »
SHORTEST_WORD = 4  # shorter ones have too few letters to be near to anything
MOST_WORDS = 4
_RESEMBLING = 0.7  # of their letters in common, in order
_READ = 400  # characters of a text that is shown without a word found in it
# PostgreSQL's French stop words lack « les »; within quotes it is part of what is quoted.
_LES = re.compile(r'("[^"]*"?)|\bles\b', re.IGNORECASE)
# Quotes as French, English and German are typed: their inner spaces mean nothing.
_STRAIGHT = str.maketrans(dict.fromkeys("«»“”„", '"'))
_NEGATED = re.compile(r'(?:^|(?<=\s))-("[^"]*"?|\S+)')


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


def _expression(one: Expression) -> Combinable:
    return F(one) if isinstance(one, str) else one


def question(text: str) -> str:
    """What was typed, as it is looked for: one line of at most `LONGEST_QUESTION` characters."""
    return " ".join(text.replace("\0", " ").split())[:LONGEST_QUESTION].strip()


def _straightened(text: str) -> str:
    return question(text).translate(_STRAIGHT)


def _sought(text: str, languages: list[str]) -> tuple[Any, Any] | None:
    """The words to be there in one of the languages, and the same without those to be away.

    None when nothing is to be there: « -this » alone is no question.
    """
    asked = _straightened(text)
    present = _NEGATED.sub(" ", asked)
    present = _LES.sub(lambda found: found.group(1) or " ", present).strip()
    if not re.search(r"\w", present):
        return None

    def read(words: str) -> list[Any]:
        return [
            SearchQuery(words, config=CONFIGURATIONS[code], search_type="websearch")
            for code in languages
        ]

    there = reduce(lambda one, other: one | other, read(present))
    whole = there
    for negated in _NEGATED.finditer(asked):
        for away in read(negated.group(1)):
            whole = whole & ~away
    return there, whole


def matching(
    queryset: QuerySet[Any, Row],
    document: Expression,
    text: str,
    *,
    language: str | None = None,
    ranked_by: Expression | None = None,
) -> QuerySet[Any, Row]:
    """Rows whose document has the words of `text` (“quotes”, or, -not), the best first as `rank`.

    Without a language the words are read in both, for lists where rows have their own. `ranked_by`
    is a shorter document, such as the title's: to weigh a long one costs more than to find it.
    """
    languages = [language] if language in CONFIGURATIONS else list(CONFIGURATIONS)
    sought = _sought(text, languages)
    if sought is None:
        return queryset.none()
    there, whole = sought
    vector = F(document) if isinstance(document, str) else document
    found = queryset.alias(_document=vector).filter(_document=whole)
    rank = SearchRank(ranked_by or vector, there)
    # As double precision: a cursor gives back exactly what it was given.
    ranked: QuerySet[Any, Row] = found.annotate(rank=Cast(rank, models.FloatField()))
    return ranked.order_by("-rank", "-pk")


@dataclass(frozen=True, slots=True)
class Fields:
    """What of a table is searched: a short title, if any, a body, and the language of both.

    `moment` orders what is equally near to the question, the newest first.
    """

    body: Expression
    title: Expression | None = None
    language: Expression = "language"
    moment: str = "created_at"

    @property
    def document(self) -> Document:
        return document(self.title or Value(""), self.body, self.language)


@dataclass(frozen=True, slots=True)
class Found(Generic[Row]):
    """One page of rows with `found_title` and `found_text` (words between `FOUND` marks).

    `found_body` is what `found_text` was taken from.
    `total` counts all of them, on the first page only; `near` are rows whose title is nearly so.
    """

    page: Page[Row]
    total: int | None
    near: tuple[Row, ...] = ()


@contextmanager
def searching() -> Iterator[None]:
    """The frame of `find`: how near is near, and an end to what would take too long.

    Past it a statement fails with OperationalError.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true),"
                " set_config('statement_timeout', %s, true)",
                [str(_NEAR), str(settings.ESSAIM_SEARCH_MILLISECONDS)],
            )
        yield


def find(
    queryset: QuerySet[Any, Any], fields: Fields, text: str, *, after: str = "", size: int = 20
) -> Found[Any]:
    """One page of the rows with these words, titles first, then the newest; without words, all.

    One query; a second, on the titles' letters, where few have the very words.
    """
    sought = _sought(text, list(CONFIGURATIONS))
    # Not by the key alone: its index would tempt the planner to read every row backwards.
    order = [f"-{fields.moment}", "-pk"]
    if sought:
        by_title = Document(fields.title, Value(""), fields.language) if fields.title else None
        rows = matching(queryset, fields.document, text, ranked_by=by_title)
        if by_title:
            order = ["-rank", *order]
        rows = rows.alias(_language=_expression(fields.language))
        rows = rows.annotate(**_marked(fields, sought[0]))
    elif question(text):
        return Found(Page((), None), 0)
    else:
        rows = queryset.annotate(**_plain(fields))
    if not after:
        rows = rows.annotate(found_total=Window(Count("pk")))
    page = keyset(rows, order=order, after=after, size=size)
    total = None if after else (page.items[0].found_total if page.items else 0)
    near: tuple[Any, ...] = ()
    if sought and fields.title and total is not None and total < FEW:
        others = queryset.exclude(pk__in=[row.pk for row in page.items])
        near = tuple(near_titles(others, fields, text)[:FEW])
    return Found(page, total, near)


def _marked(fields: Fields, there: Any) -> dict[str, Any]:
    """Title and excerpt with the words found in them between marks; made for what is shown."""
    own = Case(
        When(Q(_language="fr"), then=Value(CONFIGURATIONS["fr"])),
        default=Value(CONFIGURATIONS["en"]),
    )
    marks: dict[str, Any] = {"config": own, "start_sel": FOUND[0], "stop_sel": FOUND[1]}
    return {
        "found_title": SearchHeadline(fields.title, there, highlight_all=True, **marks)
        if fields.title
        else Value(""),
        "found_text": SearchHeadline(
            fields.body, there, max_words=36, min_words=18, short_word="0", max_fragments=1, **marks
        ),
        "found_body": _expression(fields.body),
    }


def _plain(fields: Fields) -> dict[str, Any]:
    return {
        "found_title": _expression(fields.title or Value("")),
        "found_text": Left(fields.body, _READ),
        "found_body": _expression(fields.body),
    }


class _IsStopWord(Func):
    """Whether a language has too many of a word to look for it; known before the query begins."""

    template = "(ts_lexize('%(dictionary)s', %(expressions)s) = '{}')"
    output_field = models.BooleanField()


def near_titles(queryset: QuerySet[Any, Row], fields: Fields, text: str) -> QuerySet[Any, Row]:
    """Rows with, for each longer word of the text, one in their title that is nearly it.

    Served by a `trigram_index` of the title, within `searching`.
    """
    present = _NEGATED.sub(" ", _straightened(text))
    words = sorted(set(_words_of(present)), key=len)[-MOST_WORDS:]
    if not words or fields.title is None:
        return queryset.none()
    near = queryset.alias(_bare=Unaccented(fields.title))
    alike: Any = Value(0.0)
    for word in words:
        stopped = [
            _IsStopWord(Value(word), dictionary=f"{language}_stem")
            for language in ("french", "english")
        ]
        near = near.filter(Q(stopped[0]) | Q(stopped[1]) | Q(_bare__trigram_word_similar=word))
        alike = alike + TrigramWordSimilarity(word, Unaccented(fields.title))
    rows: QuerySet[Any, Row] = near.annotate(likeness=alike, **_plain(fields))
    return rows.order_by("-likeness", "-pk")


def _words_of(text: str) -> list[str]:
    words = re.findall(r"\w+", unaccented(text))
    return [word for word in words if len(word) >= SHORTEST_WORD]


def corrected(text: str, titles: Iterable[str]) -> str:
    """The text with each word that no title has replaced by the nearest one they have.

    Empty when nothing changes. It knows no other words than those of titles somebody may read.
    """
    known = {unaccented(word): word for title in titles for word in re.findall(r"\w+", title)}

    def nearest(word: re.Match[str]) -> str:
        bare = unaccented(word.group())
        if bare in known or len(bare) < SHORTEST_WORD:
            return word.group()
        alike = get_close_matches(bare, known, n=1, cutoff=_RESEMBLING)
        return known[alike[0]].lower() if alike else word.group()

    better = re.sub(r"\w+", nearest, question(text))
    return "" if unaccented(better) == unaccented(question(text)) else better


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
