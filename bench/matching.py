"""`python -m bench.matching`: how good suggestions are on the labelled set, beside plain search.

In a database of its own that is undone afterwards. « Trigrams » is what a search by letters gives:
each offer by how much of the skills' names, or else of the need's text, stands in its words; told
once as it is, and once behind gates that are never wrong, so that what is left is ranking alone.
« By chance » takes anybody behind these gates: it always fills ten places, where suggestions leave
them empty rather than name somebody without a reason; so much of its hits is luck.
"""

import os
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
os.environ.setdefault("BENCH_DATABASE", "_matching")

from bench import matching_set
from bench.matching_set import CAP, LabelledSet, is_possible
from bench.matching_words import TOWNS

if TYPE_CHECKING:
    from essaim.needs.models import Need, Offer

FIRST, MORE = 5, 10
ASKED_AT_ONCE = 3  # people whom each poster asks in turn

Ranking = Callable[[int], Sequence[int]]  # of a need, people by number, the best first


@dataclass(frozen=True, slots=True)
class Quality:
    """`precision`: of the first five places, as far as there are so many good people, the share
    that good people take. `hit`: the share of needs with a good one in the first ten.
    """

    precision: float
    hit: float
    above_cap: int  # helpers asked although as many requests as the cap waited for them


@dataclass(slots=True)
class Loaded:
    """The set in the database, by number."""

    needs: "list[Need]"
    offers: "list[Offer]"
    numbers: dict[str, int]  # of people, by the offer's public id


def quality(labelled: LabelledSet, rank: Ranking, above_cap: int) -> Quality:
    precisions, hits = [], []
    for need in labelled.needs:
        good = labelled.good_for(need.number)
        if not good:
            continue
        best = rank(need.number)
        precisions.append(len(good & set(best[:FIRST])) / min(FIRST, len(good)))
        hits.append(bool(good & set(best[:MORE])))
    return Quality(sum(precisions) / len(precisions), sum(hits) / len(hits), above_cap)


def load(labelled: LabelledSet) -> Loaded:
    """Needs, people and what stands between them, in one movement."""
    from essaim.foundation.clock import today
    from essaim.members.actions import import_skills
    from essaim.members.models import Block
    from essaim.members.queries import skills_meant
    from essaim.needs.models import NeedSkill, OfferSkill, Side
    from essaim.needs.tests.factories import (
        make_community,
        make_match,
        make_need,
        make_offer,
        make_person,
    )
    from essaim.places.models import Level, Place

    import_skills(source="esco", rows=())
    places = {
        town: Place.objects.create(
            country="FR",
            level=Level.COMMUNE,
            code=f"M{number}",
            name=town,
            key=town.lower(),
            latitude=latitude,
            longitude=longitude,
        )
        for number, (town, (latitude, longitude)) in enumerate(TOWNS.items())
    }
    movement = make_community()
    poster = make_person(movement)
    elsewhere = [make_need(movement, poster, title="Something else") for _ in range(CAP + 1)]
    offers = []
    for person in labelled.people:
        member = make_person(movement, f"Person {person.number}")
        offer = make_offer(
            movement,
            member,
            skills=tuple(person.skills),
            words=person.words,
            language="fr",
            languages=list(person.languages),
            minutes_a_month=person.minutes_a_month,
            remote=person.remote,
            place=places[person.town],
            radius_km=person.radius_km,
            paused_at=_moment() if person.is_paused else None,
            since_on=today() + timedelta(days=person.begins_in),
            slots=1,
            taken=1 if person.is_full else 0,
        )
        for other in elsewhere[: person.waiting]:
            make_match(other, member, asked_by=Side.NEED)
        offers.append(offer)
    needs = []
    for one in labelled.needs:
        need = make_need(
            movement,
            make_person(movement),
            skills=tuple(one.must),
            title=one.title,
            what_for=one.text,
            deliverable="",
            language=one.language,
            minutes=one.minutes,
            remote=one.remote,
            place=places[one.town],
        )
        for name in one.nice:
            if name not in one.must:
                NeedSkill.objects.create(need=need, name=name, name_key=_key(name), is_must=False)
        needs.append(need)
    for need_number, person_number in sorted(labelled.blocked):
        Block.objects.get_or_create(
            blocker_id=offers[person_number].member_id, blocked_id=needs[need_number].posted_by_id
        )
    for rows, language in (
        (NeedSkill.objects.filter(need__in=needs), "need__language"),
        (OfferSkill.objects.filter(offer__in=offers), "offer__language"),
    ):
        for code in ("fr", "en"):
            said: Any = rows.filter(**{language: code})
            meant = skills_meant(said.values_list("name", flat=True), code)
            for row in said:
                row.skill_id = meant[row.name]
                row.save(update_fields=["skill"])
    return Loaded(needs, offers, {offer.public_id: n for n, offer in enumerate(offers)})


def ours(loaded: Loaded) -> Ranking:
    """What a need's page suggests."""
    from essaim.communities.readers import Reader, fresh_reader
    from essaim.needs.queries.suggestions import people_for

    def rank(number: int) -> Sequence[int]:
        need = loaded.needs[number]
        poster = need.posted_by
        reader = fresh_reader(poster) if poster else Reader(member_id=None)
        return [loaded.numbers[one.offer_id] for one in people_for(reader, need, MORE)]

    return rank


def trigrams(
    labelled: LabelledSet, loaded: Loaded, *, behind_gates: bool = False, most: int = MORE
) -> Ranking:
    """Everybody by the letters that their words share with what is asked."""
    from django.db import connection

    texts = [f"{' '.join(one.skills)} {one.words}" for one in labelled.people]

    def rank(number: int) -> Sequence[int]:
        need = labelled.needs[number]
        asked = need.must or [f"{need.title} {need.text}"]
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT person - 1 FROM unnest(%s::text[]) WITH ORDINALITY AS said (text, person),
                    LATERAL (SELECT avg(word_similarity(essaim_unaccent(name),
                                                        essaim_unaccent(said.text))) AS likeness
                             FROM unnest(%s::text[]) AS name) AS compared
                ORDER BY likeness DESC, person
                """,
                [texts, asked],
            )
            people = [person for (person,) in cursor.fetchall()]
        if behind_gates:
            people = [one for one in people if is_possible(labelled, need, labelled.people[one])]
        return people[:most]

    return rank


def by_chance(labelled: LabelledSet) -> Ranking:
    """Anybody whom nothing speaks against."""

    def rank(number: int) -> Sequence[int]:
        need = labelled.needs[number]
        people = [one.number for one in labelled.people if is_possible(labelled, need, one)]
        random.Random(number).shuffle(people)  # noqa: S311  the same each time, not a secret
        return people[:MORE]

    return rank


def asked_above_cap(labelled: LabelledSet, rank: Ranking) -> int:
    """How often somebody is asked who has as many requests to answer as the cap, or more."""
    waiting = [person.waiting for person in labelled.people]
    above = 0
    for need in labelled.needs:
        for person in rank(need.number)[:ASKED_AT_ONCE]:
            above += waiting[person] >= CAP
            waiting[person] += 1
    return above


def asked_above_cap_by_us(labelled: LabelledSet, loaded: Loaded) -> int:
    """The same of what pages suggest once every question before is in the database; undone then.

    Who waits for whom is counted here: were there no gate, the number would tell.
    """
    from django.db import transaction

    from essaim.needs.models import Side
    from essaim.needs.tests.factories import make_match

    suggested = ours(loaded)

    def asking(number: int) -> Sequence[int]:
        best = suggested(number)[:ASKED_AT_ONCE]
        for person in best:
            make_match(loaded.needs[number], loaded.offers[person].member, asked_by=Side.NEED)
        return best

    with transaction.atomic():
        above = asked_above_cap(labelled, asking)
        transaction.set_rollback(True)
    return above


def unknown_share(labelled: LabelledSet, loaded: Loaded) -> float:
    """The share of good pairs of which one side's words are not in the vocabulary."""
    from essaim.needs.models import NeedSkill, OfferSkill

    asks = _known(NeedSkill.objects.filter(is_must=True), "need_id")
    says = _known(OfferSkill.objects.all(), "offer_id")
    unknown = [
        not (asks.get(loaded.needs[need].pk) and says.get(loaded.offers[person].pk))
        for need, person in labelled.good
    ]
    return sum(unknown) / len(unknown)


def _known(rows: Any, owner: str) -> dict[int, bool]:
    known: dict[int, bool] = {}
    for owner_id, skill in rows.values_list(owner, "skill_id"):
        known[owner_id] = known.get(owner_id, True) and skill is not None
    return known


def evaluate(labelled: LabelledSet, loaded: Loaded) -> dict[str, Quality]:
    plain = trigrams(labelled, loaded)
    gated = trigrams(labelled, loaded, behind_gates=True)
    luck = by_chance(labelled)
    return {
        "suggestions": quality(labelled, ours(loaded), asked_above_cap_by_us(labelled, loaded)),
        "trigrams": quality(labelled, plain, asked_above_cap(labelled, plain)),
        "trigrams behind gates": quality(labelled, gated, asked_above_cap(labelled, gated)),
        "by chance behind gates": quality(labelled, luck, asked_above_cap(labelled, luck)),
    }


def told(labelled: LabelledSet, loaded: Loaded, found: dict[str, Quality]) -> Iterable[str]:
    yield (
        f"{len(labelled.needs)} needs × {len(labelled.people)} people: {len(labelled.good):,} good"
        f" pairs, {labelled.near_misses:,} of the trade but out of the question;"
        f" {unknown_share(labelled, loaded):.0%} of the good ones by words that the vocabulary"
        " does not know"
    )
    yield f"{'':24}{'precision@5':>12}{'hit@10':>9}{'asked above the cap':>21}"
    for name, one in found.items():
        yield f"{name:24}{one.precision:12.2f}{one.hit:9.2f}{one.above_cap:21}"


def _moment() -> Any:
    from essaim.foundation.clock import now

    return now()


def _key(name: str) -> str:
    from essaim.foundation.text import unaccented

    return unaccented(name)


def main() -> int:
    import django

    django.setup()

    from django.db import connection, transaction

    from bench.run import make_database
    from essaim.foundation.embedded_postgres import database_running

    with database_running():
        make_database(anew=False)
        with transaction.atomic():
            labelled = matching_set.make_set()
            loaded = load(labelled)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            found = evaluate(labelled, loaded)
            print("\n".join(told(labelled, loaded, found)))
            transaction.set_rollback(True)
    best = found.pop("suggestions")
    plain, gated = found["trigrams"], found["trigrams behind gates"]
    is_better = best.precision > max(plain.precision, gated.precision) and best.hit > plain.hit
    return 0 if is_better and best.above_cap == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
