"""The vocabulary of skills: what a word means, how it is completed, what is wider or narrower."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db import connection
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Greatest

from essaim.foundation.stems import slipped, stem_key, words
from essaim.foundation.text import unaccented
from essaim.members.models import EVERYDAY, SkillKind, SkillName

SUGGESTED = 8
SHORTEST_NEAR = 4
NEAR = 0.35  # of the three-letter pieces: looked at letter by letter from here on
LONGEST_NAME = 160
READ = 24  # words of a text in which skills are looked for
LONGEST_PHRASE = 3  # words
MOST_NEAR = 20
STEPS = 2  # up or down: farther skills have little to do with each other
_LANGUAGES = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Around:
    """The skills near one: how many steps up to each wider one, and down to each narrower one."""

    wider: dict[int, int] = field(default_factory=dict)
    narrower: dict[int, int] = field(default_factory=dict)


def skill_names_matching(text: str, language: str = "fr") -> list[str]:
    """The text with its last words completed: « droit, compta » → « droit, comptabilité ».

    Names that begin with what is typed, then those with such a word inside, then, when there are
    few, those with nearly these letters. Everyday names come before a vocabulary's. Two queries.
    """
    before, _comma, begun = text.rpartition(",")
    key = " ".join(unaccented(begun).split())[:LONGEST_NAME]
    if not key:
        return []
    said = {unaccented(word.strip()) for word in before.split(",")}
    names = _ordered(SkillName.objects.exclude(name_key__in=said), language)
    begins = Case(
        When(name_key__startswith=key, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    found = list(
        names.filter(Q(name_key__startswith=key) | Q(name_key__contains=f" {key}"))
        .annotate(begins=begins)
        .order_by("begins", "theirs", "foreign", "-is_label", "name_key", "pk")
        .values_list("name", flat=True)[: 2 * SUGGESTED]
    )
    if len(found) < SUGGESTED and len(key) >= SHORTEST_NEAR:
        near = names.filter(name_key__trigram_similar=key).annotate(
            likeness=TrigramSimilarity("name_key", key)
        )
        found += (
            near.filter(likeness__gte=NEAR)
            .order_by("-likeness", "theirs", "foreign", "pk")
            .values_list("name", flat=True)[:SUGGESTED]
        )
    start = f"{before.strip()}, " if before.strip() else ""
    kept = {unaccented(name): name for name in reversed(found)}
    return [f"{start}{kept[key]}" for key in dict.fromkeys(map(unaccented, found))][:SUGGESTED]


def _ordered(names: QuerySet[Any], language: str) -> QuerySet[Any]:
    """Everyday names before a vocabulary's, the reader's language before another."""

    def last(**wanted: str) -> Case:
        return Case(When(**wanted, then=Value(0)), default=Value(1), output_field=IntegerField())

    ordered: QuerySet[Any] = names.alias(
        theirs=last(skill__source=EVERYDAY), foreign=last(language=language)
    )
    return ordered


def skills_meant(names: Iterable[str], language: str = "fr") -> dict[str, int | None]:
    """For each name that people typed, the skill it means, or None for one that is not known.

    The very name first, then the same but for its endings, then one slip of the finger away, then
    an everyday skill that it names among other words: « trésorière d’association ». An everyday
    skill comes before another of that name. One query; up to three where a name is not known.
    """
    asked = {name: unaccented(" ".join(name.split()))[:LONGEST_NAME] for name in names}
    stems = {name: _stem_keys(key, language) for name, key in asked.items()}
    every = {stem for keys in stems.values() for stem in keys}
    rows = list(
        _ordered(SkillName.objects.all(), language)
        .filter(Q(name_key__in=asked.values()) | Q(stem_key__in=every))
        .order_by("theirs", "foreign", "-is_label", "pk")
        .values_list("name_key", "stem_key", "skill_id")
    )
    by_name: dict[str, int] = {}
    by_stem: dict[str, int] = {}
    for name_key, stemmed, skill_id in rows:
        by_name.setdefault(name_key, skill_id)
        by_stem.setdefault(stemmed, skill_id)
    meant: dict[str, int | None] = {}
    for name, key in asked.items():
        by_form = next((by_stem[stem] for stem in stems[name] if stem in by_stem), None)
        meant[name] = by_name.get(key, by_form)
    unknown = {name: asked[name] for name, skill in meant.items() if skill is None and asked[name]}
    if unknown:
        meant |= _nearly(unknown, language)
    silent = [name for name in unknown if meant[name] is None]
    if silent:
        read = skills_in_texts({at: (name, language) for at, name in enumerate(silent)})
        meant |= {silent[at]: next(iter(found.values())) for at, found in read.items()}
    return meant


def skills_in_texts(texts: Mapping[int, tuple[str, str]]) -> dict[int, dict[str, int]]:
    """The everyday skills that each text names, by the words it names them with; one query.

    Of each text, by any key with its language, the first words; a longer name hides the shorter
    ones in it: « droit du travail » is not « droit ». The longest come first, then what is not a
    whole family: of « professeur de chant », the singing.
    """
    phrases = {key: _phrases(text, language) for key, (text, language) in texts.items()}
    stems = {stem for found in phrases.values() for stem in found}
    rows = SkillName.objects.filter(stem_key__in=stems, skill__source=EVERYDAY)
    found_rows = rows.order_by("is_label", "-pk").values_list("stem_key", "skill_id", "skill__kind")
    known = {stem: (skill, kind == SkillKind.FAMILY) for stem, skill, kind in found_rows}
    named: dict[int, dict[str, int]] = {}
    for key, found in phrases.items():
        taken: list[range] = []
        read = [(*known[stem], *found[stem]) for stem in found if stem in known]
        for skill, _is_family, phrase, where in sorted(
            read, key=lambda one: (-len(one[3]), one[1], one[3].start)
        ):
            if not any(set(where) & set(other) for other in taken):
                taken.append(where)
                named.setdefault(key, {})[phrase] = skill
    return named


def _phrases(text: str, language: str) -> dict[str, tuple[str, range]]:
    """Stem keys of one to three words that stand side by side, with the words and where."""
    said = words(text, language)[:READ]
    found: dict[str, tuple[str, range]] = {}
    for start in range(len(said)):
        for end in range(start + 1, min(start + LONGEST_PHRASE, len(said)) + 1):
            phrase = " ".join(said[start:end])
            if len(phrase) >= SHORTEST_NEAR:
                found.setdefault(stem_key(phrase, language), (phrase, range(start, end)))
    return found


def _stem_keys(key: str, language: str) -> tuple[str, ...]:
    """In the language of who typed, then in the other: « gardening » is said in French too."""
    codes = (language, *(code for code in _LANGUAGES if code != language))
    return tuple(stem for code in codes if (stem := stem_key(key, code)))


def _nearly(unknown: dict[str, str], language: str) -> dict[str, int | None]:
    """What a name was to be, word by word, for names that are not known as they stand."""
    near = Q()
    for key in unknown.values():
        near |= Q(name_key__trigram_similar=key)
    rows = list(
        _ordered(SkillName.objects.all(), language)
        .filter(near)
        .order_by("theirs", "foreign", "-is_label", "pk")
        .values_list("name_key", "skill_id")
    )
    return {
        name: next((skill for other, skill in rows if slipped(key, other, language)), None)
        for name, key in unknown.items()
    }


def skills_near(names: Iterable[str]) -> list[int]:
    """Skills of which a name has nearly the words of one of these; for names that mean none.

    One query: on three-letter pieces, and on the names it finds.
    """
    near = Q()
    likeness: Any = Value(0.0)
    for name in names:
        key = unaccented(" ".join(name.split()))[:LONGEST_NAME]
        near |= Q(name_key__trigram_word_similar=key)
        likeness = Greatest(likeness, TrigramWordSimilarity(key, "name_key"))
    if not near:
        return []
    rows = SkillName.objects.filter(near).annotate(likeness=likeness)
    return list(
        dict.fromkeys(
            rows.order_by("-likeness", "pk").values_list("skill_id", flat=True)[:MOST_NEAR]
        )
    )


def skills_around(ids: Iterable[int]) -> dict[int, Around]:
    """What is wider and what is narrower than each of these, at most two steps away; one query."""
    asked = sorted(set(ids))
    around = {id_: Around() for id_ in asked}
    if not asked:
        return around
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE up (start, skill, steps) AS (
                SELECT narrower_id, broader_id, 1 FROM members_skillbroader
                WHERE narrower_id = ANY(%(ids)s)
                UNION
                SELECT up.start, step.broader_id, up.steps + 1
                FROM up JOIN members_skillbroader AS step ON step.narrower_id = up.skill
                WHERE up.steps < %(most)s
            ), down (start, skill, steps) AS (
                SELECT broader_id, narrower_id, 1 FROM members_skillbroader
                WHERE broader_id = ANY(%(ids)s)
                UNION
                SELECT down.start, step.narrower_id, down.steps + 1
                FROM down JOIN members_skillbroader AS step ON step.broader_id = down.skill
                WHERE down.steps < %(most)s
            )
            SELECT start, skill, min(steps), true FROM up WHERE skill <> start GROUP BY 1, 2
            UNION ALL
            SELECT start, skill, min(steps), false FROM down WHERE skill <> start GROUP BY 1, 2
            """,
            {"ids": asked, "most": STEPS},
        )
        for start, skill, steps, is_wider in cursor.fetchall():
            (around[start].wider if is_wider else around[start].narrower)[skill] = steps
    return around
