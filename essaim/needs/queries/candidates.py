"""The few hundred needs or offers that are worth ranking, by indexes alone."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from essaim.foundation.clock import today
from essaim.foundation.search import CONFIGURATIONS
from essaim.foundation.stems import words
from essaim.foundation.text import unaccented
from essaim.members.models import SkillName
from essaim.members.queries import skills_around, skills_in_texts, skills_near
from essaim.needs.matching import Named, chance, telling_words
from essaim.needs.models import (
    MOST_ASKED,
    SEARCHED_NEED,
    Match,
    Need,
    NeedKind,
    NeedQuerySet,
    NeedSkill,
    Offer,
    Remote,
)

MOST = 300  # needs that are ranked
MOST_TOLD = 4  # words
LONG = 5  # letters of a word that is looked for by itself
MOST_NAMES = 40  # of the skills wanted, looked for in what offers say
# How many are ranked at most that have a skill asked for, one around it, or were found otherwise:
# several skills, a name of the same letters, words; of each of these so many are looked at.
SAME, AROUND, OTHERWISE, LOOKED_AT = 120, 60, 80, 600
MOST_AROUND, LEAST_AROUND = 12, 5
READ = 30  # words of a need that names no skill

# Every gate that the database knows. Distances by great circle, as `places.great_circle` has them.
_GATES = """
JOIN members_member AS helper ON helper.id = offer.member_id AND helper.is_active
LEFT JOIN places_place AS place ON place.id = offer.place_id
WHERE offer.hidden_at IS NULL AND offer.withdrawn_at IS NULL AND offer.paused_at IS NULL
    AND offer.since_on <= %(day)s AND offer.expires_on >= %(day)s AND offer.taken < offer.slots
    AND (offer.community_id, offer.audience) IN (
        SELECT * FROM unnest(%(communities)s::bigint[], %(audiences)s::text[]))
    AND (%(language)s = ANY (offer.languages)
        OR (cardinality(offer.languages) = 0 AND offer.language = %(language)s))
    AND NOT offer.member_id = ANY (%(people)s)
    AND (
        (%(from_home)s AND offer.remote IN ('remote', 'either'))
        OR (%(on_the_spot)s AND offer.remote IN ('onsite', 'either') AND (
            offer.radius_km IS NULL OR offer.place_id = %(place)s
            OR offer.radius_km >= 12742.0176 * asin(least(1, sqrt(
                power(sin(radians(place.latitude - %(latitude)s) / 2), 2)
                + cos(radians(place.latitude)) * cos(radians(%(latitude)s))
                * power(sin(radians(place.longitude - %(longitude)s) / 2), 2)))) - 0.001)))
    AND NOT EXISTS (SELECT FROM needs_match AS met
        WHERE met.need_id = %(need)s AND met.helper_id = offer.member_id)
    AND NOT EXISTS (SELECT FROM members_block AS block
        WHERE (block.blocker_id = offer.member_id AND block.blocked_id = ANY (%(people)s))
            OR (block.blocked_id = offer.member_id AND block.blocker_id = ANY (%(people)s)))
    AND (NOT %(members_only)s OR EXISTS (SELECT FROM communities_membership AS belongs
        WHERE belongs.community_id = %(community)s AND belongs.member_id = offer.member_id
            AND belongs.left_at IS NULL))
    AND (SELECT count(*) FROM needs_match AS asked WHERE asked.helper_id = offer.member_id
        AND asked.state = 'asked' AND asked.asked_by = 'need') < %(cap)s
"""
# Skills in the order of an index, from an offer on that is another one each day, then from the
# first: whoever comes late in the table is found as often as others, and the search ends as soon as
# it has enough. A share of the places for each way to be found, so that none is crowded out.
# OFFSET 0: looked up one by one, since a merge would begin at the first offer of all.
_ONE_BY_ONE = """JOIN LATERAL (
    SELECT * FROM needs_offer WHERE needs_offer.id = can.offer_id OFFSET 0) AS offer ON TRUE"""
_BY_SKILL = f"""
SELECT found.id FROM unnest(%(skills)s::bigint[], %(shares)s::int[]) AS wanted (skill_id, share),
LATERAL (
    (SELECT offer.id FROM needs_offerskill AS can
    {_ONE_BY_ONE}
    {_GATES} AND can.skill_id = wanted.skill_id AND can.offer_id >= %(start)s
    ORDER BY can.offer_id LIMIT wanted.share)
    UNION ALL
    (SELECT offer.id FROM needs_offerskill AS can
    {_ONE_BY_ONE}
    {_GATES} AND can.skill_id = wanted.skill_id AND can.offer_id < %(start)s
    ORDER BY can.offer_id LIMIT wanted.share)
    LIMIT wanted.share
) AS found
"""  # noqa: S608  ours
# What is found by letters, by words and by several skills at once: first so many of each, then the
# gates for all of them. Words come as they lie: a common one is in every other offer.
_OTHERWISE = f"""
SELECT offer.id FROM (
    (SELECT can.offer_id FROM (
        SELECT offer_id FROM needs_offerskill
        WHERE skill_id = %(first)s AND offer_id >= %(start)s ORDER BY offer_id LIMIT %(looked_at)s
    ) AS can WHERE EXISTS (SELECT FROM needs_offerskill AS other
        WHERE other.offer_id = can.offer_id AND other.skill_id = ANY (%(others)s)))
    UNION
    (SELECT can.offer_id FROM unnest(%(names)s::text[]) AS wanted (name_key)
    JOIN needs_offerskill AS can ON can.skill_id IS NULL
        AND (can.name_key %% wanted.name_key OR wanted.name_key <%% can.name_key)
    ORDER BY can.offer_id < %(start)s, can.offer_id LIMIT %(looked_at)s)
    UNION
    (SELECT can.offer_id FROM unnest(%(parts)s::text[]) AS wanted (name_key)
    JOIN needs_offerskill AS can ON can.skill_id IS NULL AND wanted.name_key <%% can.name_key
    ORDER BY can.offer_id < %(start)s, can.offer_id LIMIT %(looked_at)s)
    UNION
    (SELECT said.id FROM needs_offer AS said
    WHERE essaim_document('', said.words, said.language) @@ (
        to_tsquery('essaim_fr', %(sought)s) || to_tsquery('essaim_en', %(sought)s))
    LIMIT %(looked_at)s)
) AS can
{_ONE_BY_ONE}
{_GATES} LIMIT %(most_otherwise)s
"""  # noqa: S608  ours
_FOUND = f"({_BY_SKILL}) UNION ALL ({_OTHERWISE})"


def named_of(rows: QuerySet[Any], owner: str, language: str) -> dict[int, tuple[Named, ...]]:
    """The skills of needs or offers as ranking knows them; two queries for all."""
    columns = [owner, "name", "skill_id", language]
    has_musts = rows.model is NeedSkill
    found = list(rows.values_list(*columns, *(["is_must"] if has_musts else [])))
    around = skills_around({row[2] for row in found if row[2]})
    named: dict[int, list[Named]] = {}
    for owner_id, name, skill, code, *must in found:
        one = Named(
            name=name,
            language=code,
            skill=skill,
            wider=around[skill].wider if skill else {},
            narrower=around[skill].narrower if skill else {},
            is_must=must[0] if must else True,
        )
        named.setdefault(owner_id, []).append(one)
    return {owner_id: tuple(skills) for owner_id, skills in named.items()}


def wanted_of(needs: Iterable[Need]) -> dict[int, tuple[Named, ...]]:
    """What each need asks for, with all it is called; at most five queries.

    A need that names no skill is read: those that its words name are nice to have.
    """
    needs = list(needs)
    rows = NeedSkill.objects.filter(need__in=needs).order_by("-is_must", "pk")
    named = named_of(rows, "need_id", "need__language")
    silent = {
        need.pk: (f"{need.title} {need.what_for}", need.language)
        for need in needs
        if need.pk not in named
    }
    if silent:
        named |= _read(silent)
    skills = {one.skill for found in named.values() for one in found if one.skill}
    called = names_of(skills)
    return {
        need.pk: tuple(
            replace(one, others=called.get(one.skill or 0, ())) for one in named.get(need.pk, ())
        )
        for need in needs
    }


def _read(texts: Mapping[int, tuple[str, str]]) -> dict[int, tuple[Named, ...]]:
    read = skills_in_texts(texts)
    around = skills_around({skill for found in read.values() for skill in found.values()})
    return {
        key: tuple(
            Named(
                name=name,
                language=texts[key][1],
                skill=skill,
                wider=around[skill].wider,
                narrower=around[skill].narrower,
                is_must=False,
            )
            for name, skill in found.items()
        )
        for key, found in read.items()
    }


def names_of(skills: Collection[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    """All names of these skills with their languages, labels first; one query."""
    names: dict[int, list[tuple[str, str]]] = {}
    rows = SkillName.objects.filter(skill__in=skills).order_by("-is_label", "pk")
    for skill, name, language in rows.values_list("skill_id", "name", "language"):
        names.setdefault(skill, []).append((name, language))
    return {skill: tuple(found) for skill, found in names.items()}


def offers_for(
    need: Need,
    wanted: Sequence[Named],
    circles: Sequence[tuple[int, str]],
    *,
    members_only: bool,
) -> list[int]:
    """Offers in these communities and for these audiences that may fit, the likeliest first.

    Two queries, three where a name is not known. `members_only`: its page is for members.
    """
    asked, question = [one.name for one in wanted], sought(wanted)
    if not asked:
        # Nothing of its text is a skill that we know: then its words themselves.
        told = telling_words(f"{need.title} {need.what_for}", need.language, READ)
        asked = sorted(told, key=lambda word: (-len(word), word))[:MOST_TOLD]
        question = " | ".join(asked)
    told = telling_words(" ".join(asked), need.language, MOST_TOLD)
    place, day = need.place, today()
    values: dict[str, Any] = {
        "need": need.pk,
        "cap": MOST_ASKED,
        "names": [unaccented(name) for name in asked],
        "parts": [word for word in told if len(word) >= LONG and word not in asked],
        "sought": question,
        "day": day,
        "communities": [community for community, _audience in circles],
        "audiences": [audience for _community, audience in circles],
        "community": need.community_id,
        "members_only": members_only,
        "language": need.language,
        "people": [id_ for id_ in (need.posted_by_id, need.contact_id) if id_],
        "from_home": need.remote != Remote.ONSITE,
        "on_the_spot": need.remote != Remote.REMOTE,
        "place": need.place_id,
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "looked_at": LOOKED_AT,
        "most_otherwise": OTHERWISE,
    }
    unknown = [one.name for one in wanted if not one.skill]
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM needs_offer")
        first, last = cursor.fetchone()
        values["start"] = first + int((last - first) * chance(day, need.public_id, ""))
        shares = _shares(wanted, skills_near(unknown))
        values |= {"skills": list(shares), "shares": list(shares.values())}
        same = [one.skill for one in wanted if one.skill]
        values |= {"first": same[0] if same else None, "others": same[1:]}
        cursor.execute(_FOUND, values)
        return list(dict.fromkeys(id_ for (id_,) in cursor.fetchall()))


def _shares(wanted: Sequence[Named], near: Sequence[int]) -> dict[int, int]:
    """The skills to look for, and how many offers of each: most for those that are asked for."""
    same = list(dict.fromkeys(one.skill for one in wanted if one.skill))
    around = [skill for one in wanted for skill in (*one.narrower, *one.wider)]
    others = [skill for skill in dict.fromkeys([*around, *near]) if skill not in same]
    others = others[:MOST_AROUND]
    return {skill: max(1, SAME // len(same)) for skill in same} | {
        skill: max(LEAST_AROUND, AROUND // len(others)) for skill in others
    }


def needs_near(offers: Sequence[Offer], can: Sequence[Named], readable: NeedQuerySet) -> list[Need]:
    """Open needs that may fit these offers of one person, the newest first; two queries.

    Where the offer or one above it was made; past the gates that need no reckoning.
    """
    called = names_of({one.skill for one in can if one.skill})
    can = [replace(one, others=called.get(one.skill or 0, ())) for one in can]
    skilled = NeedSkill.objects.filter(need=OuterRef("pk"))
    found = Q(Exists(skilled.filter(skill__in=_with_those_around(can))))
    for one in can:
        if not one.skill:
            key = unaccented(one.name)
            found |= Q(Exists(skilled.filter(skill=None, name_key__trigram_similar=key)))
    if text := sought(can):
        readings = (
            SearchQuery(text, config=config, search_type="raw")
            for config in CONFIGURATIONS.values()
        )
        found |= Q(document=reduce(or_, readings))
    communities = sorted({offer.community_id for offer in offers})
    there = Q(community__in=communities) | Q(community__ancestor_ids__overlap=communities)
    helper = offers[0].member_id
    rows = (
        readable.open()
        .alias(document=SEARCHED_NEED.document)
        .filter(there, found, kind=NeedKind.HELP)
        .filter(language__in={code for one in offers for code in one.languages or [one.language]})
        .exclude(posted_by=helper)
        .exclude(contact=helper)
        .filter(~Exists(Match.objects.filter(need=OuterRef("pk"), helper=helper)))
        .select_related("community", "place")
    )
    return list(rows.order_by("-created_at", "-pk")[:MOST])


def _with_those_around(named: Sequence[Named]) -> list[int]:
    around = {skill for one in named for skill in (*one.wider, *one.narrower)}
    return sorted(around | {one.skill for one in named if one.skill})


def sought(named: Sequence[Named]) -> str:
    """Every name of these skills as a question of full text: all words of one of them."""
    called = ((one.name, one.language) for one in named)
    others = (other for one in named for other in one.others)
    phrases = (" & ".join(words(name, language)) for name, language in (*called, *others))
    kept = list(dict.fromkeys(phrase for phrase in phrases if phrase))[:MOST_NAMES]
    return " | ".join(f"({phrase})" for phrase in kept)
