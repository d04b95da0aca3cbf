"""`python -m bench --offers`: suggestions for a need among 100,000 offers, in database time.

In a database that is gone afterwards. PostgreSQL writes the offers itself; each has two or three
skills of the everyday tree, by lot, popular ones more often; one in eight names something that no
vocabulary has. The needs ask for what is common and what is rare, on the spot and from home.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from django.db import connection

from bench.budgets import BUDGETS, Verdict
from bench.filling import fill, public_id, word
from essaim.communities.models import Audience, Community, Membership
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory
from essaim.foundation.clock import now, today
from essaim.members.actions import import_skills
from essaim.members.models import Member, Skill
from essaim.members.queries import skills_meant
from essaim.needs.models import Need, Offer, OfferSkill, Remote
from essaim.needs.queries.suggestions import people_for
from essaim.needs.tests.factories import make_need, make_person
from essaim.places.models import Level, Place

OFFERS = 100_000
COMMUNES = 2_000
TRIES = 5
ASKED = (
    ("jardinage",),
    ("comptabilité", "droit des associations"),
    ("cours de français",),
    ("réparation de vélos", "mécanique automobile"),
    ("photographie", "graphisme", "vidéo"),
    ("apiculture",),
    ("vannerie",),
    ("informatique",),
    ("traduction", "anglais"),
    (),
)


@dataclass(slots=True)
class Spent:
    seconds: float = 0.0
    queries: int = 0


@contextmanager
def database_time() -> Iterator[Spent]:
    """How long the client waits for the database, and how often."""
    spent = Spent()

    def clocked(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.seconds += time.perf_counter() - began
            spent.queries += 1

    with connection.execute_wrapper(clocked):
        yield spent


def make_offers(count: int = OFFERS) -> Community:
    """A movement of so many who offer something, anywhere in a country."""
    import_skills(source="esco", rows=())
    community = community_factory()
    skills = list(Skill.objects.order_by("pk").values_list("pk", flat=True))
    moment = now()
    made: dict[str, Any] = {
        "community": community.pk,
        "count": count,
        "communes": COMMUNES,
        "now": moment,
        "today": today(),
        "expires": today() + timedelta(days=180),
        "skills": skills,
    }
    made["place"] = fill(
        Place,
        "SELECT FROM generate_series(0, %(communes)s - 1) AS number",
        made,
        public_id=public_id("'commune' || number"),
        country="'FR'",
        level=f"'{Level.COMMUNE}'",
        name=word("number", 3),
        key=f"essaim_unaccent({word('number', 3)})",
        code="'B' || number",
        latitude="42.5 + (number * 0.6180339) % 1 * 8",
        longitude="-4 + (number * 0.7548776) % 1 * 11",
    )
    made["member"] = fill(
        Member,
        "SELECT FROM generate_series(0, %(count)s - 1) AS number",
        made,
        public_id=public_id("'offers' || number"),
        email="'offers-' || number || '@example.org'",
        password="''",  # noqa: S106  nobody signs in with it
        name=word("number * 5", 3),
        name_key=f"essaim_unaccent({word('number * 5', 3)})",
        created_at="%(now)s",
        proved_at="%(now)s",
    )
    people = "SELECT FROM generate_series(0, %(count)s - 1) AS number"
    fill(
        Membership,
        people,
        made,
        community="%(community)s",
        member="%(member)s + number",
        joined_at="%(now)s",
    )
    name = (
        "(SELECT name FROM members_skillname AS called WHERE called.skill_id ="
        " (%(skills)s::bigint[])[1 + number % cardinality(%(skills)s::bigint[])]"
        " ORDER BY called.id LIMIT 1)"
    )
    made["offer"] = fill(
        Offer,
        people,
        made,
        public_id=public_id("'offer' || number"),
        community="%(community)s",
        member="%(member)s + number",
        audience=f"'{Audience.MEMBERS}'",
        words=f"'Disponible pour le quartier. ' || CASE number % 10 WHEN 0 THEN {name}"
        f" ELSE {word('number', 4)} END || ' ' || {word('number * 7', 3)}",
        minutes_a_month="60 + number % 5 * 60",
        slots="2",
        place="%(place)s + number % %(communes)s",
        radius_km="CASE number % 4 WHEN 3 THEN NULL ELSE 20 + number % 4 * 40 END",
        remote=f"CASE number % 3 WHEN 0 THEN '{Remote.EITHER}' WHEN 1 THEN '{Remote.ONSITE}'"
        f" ELSE '{Remote.EITHER}' END",
        languages="CASE number % 9 WHEN 0 THEN '{en}' ELSE '{fr}' END::varchar[]",
        since_on="%(today)s",
        created_at="%(now)s::timestamptz - number % 90 * interval '1 day'",
        expires_on="%(expires)s",
    )
    made["lots"] = 3
    chosen = (
        "(%(skills)s::bigint[])[1 + floor(cardinality(%(skills)s::bigint[])"
        " * power(((number * 7 + lot * 104729) * 0.6180339) % 1, 2))::int]"
    )
    fill(
        OfferSkill,
        "SELECT FROM generate_series(0, %(count)s - 1) AS number,"  # noqa: S608  ours
        f" generate_series(1, %(lots)s) AS lot, LATERAL (SELECT {chosen} AS skill) AS chosen,"
        " LATERAL (SELECT CASE WHEN (number + lot) % 8 = 0 THEN"
        f" {word('number', 3)} || ' ' || lot ELSE (SELECT name FROM members_skillname AS called"
        " WHERE called.skill_id = chosen.skill ORDER BY called.id LIMIT 1) || repeat(' ', lot)"
        " END AS name) AS called",
        made,
        offer="%(offer)s + number",
        skill="CASE WHEN (number + lot) % 8 = 0 THEN NULL ELSE chosen.skill END",
        name="called.name",
        name_key="essaim_unaccent(called.name)",
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return community


def make_needs(community: Community) -> list[Need]:
    place = Place.objects.filter(latitude__range=(45, 46)).order_by("pk").first()
    needs = []
    for number, names in enumerate(ASKED):
        need = make_need(
            community,
            make_person(community),
            skills=names,
            title="Préparer la fête du quartier et nourrir cent personnes",
            what_for="Nous voulons que chacun vienne, petits et grands.",
            language="fr",
            remote=(Remote.EITHER, Remote.ONSITE)[number % 2],
            place=place,
        )
        for row in need.skills.all():
            row.skill_id = skills_meant([row.name])[row.name]
            row.save()
        needs.append(need)
    return needs


def report_offers(community: Community, verdict: Verdict) -> None:
    """The best of five tries for each need; the floor is to fetch one offer by its address."""
    needs = make_needs(community)
    floor = min(_one_by_address() for _try in range(50))
    print(f"{'needs':36}{'found':>6}{'queries':>9}{'database, ms':>14}{'× one row':>11}")
    spent: list[float] = []
    for need in needs:
        reader = fresh_reader(Member.objects.get(pk=need.posted_by_id or 0))
        asked = Need.objects.select_related("community", "place")
        tries, found, queries = [], 0, 0
        for _try in range(TRIES):
            fresh = asked.get(pk=need.pk)
            with database_time() as clock:
                found = len(people_for(reader, fresh))
            tries.append(clock.seconds)
            queries = clock.queries
        best = min(tries)
        spent.append(best)
        names = ", ".join(need.skills.order_by("pk").values_list("name", flat=True))
        print(
            f"{(names or 'no skill named')[:35]:36}{found:6}{queries:9}{best * 1000:14.1f}"
            f"{best / floor:11.0f}"
        )
    print(f"{'median':51}{median(spent) * 1000:14.1f}{median(spent) / floor:11.0f}")
    most: int = BUDGETS["offers"]["milliseconds_of_the_database"]
    dearest = max(spent) * 1000
    told = f"{dearest:.0f} ms of the database, of {most} promised"
    verdict.demand(dearest <= most, f"suggestions for a need: {told}")


def _one_by_address() -> float:
    with database_time() as clock:
        Offer.objects.filter(public_id="nobody").first()
    return clock.seconds
