"""Who could help with a need, and what somebody could help with: found by indexes, then ranked.

The database finds a few hundred by skills (the same, wider, narrower), by letters where a name is
not in the vocabulary, and by words of their text; past every gate that it can see, so that nothing
that is out of the question takes the place of something that is not. `matching` closes the gates
once more, ranks, and says why.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from essaim.communities.models import Audience, Community
from essaim.communities.readers import Reader
from essaim.communities.rules import may_read
from essaim.foundation.clock import now, today
from essaim.foundation.text import plain_excerpt
from essaim.members.models import Block
from essaim.members.queries import display_name
from essaim.needs import matching
from essaim.needs.models import (
    MOST_ASKED,
    Act,
    Match,
    MatchEvent,
    Need,
    NeedKind,
    Offer,
    OfferSkill,
    Side,
    State,
)
from essaim.needs.queries import candidates
from essaim.needs.rules import SUBPLATFORM, needs_visible_to
from essaim.places.models import Place

SHOWN = 5
NEW_FOR = timedelta(days=30)  # so long an offer is a newcomer's
ANSWERED_WITHIN = timedelta(days=7)
EXCERPT = 160
_NOBODY_KNOWN = Reader(member_id=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSuggested:
    """Somebody who could help, and why; never an address."""

    offer_id: str
    name: str
    words: str
    language: str
    minutes_a_month: int
    place: str
    reasons: tuple[matching.Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedSuggested:
    """Something one could help with, and why."""

    need_id: str
    title: str
    language: str
    community: str
    minutes: int
    place: str
    reasons: tuple[matching.Reason, ...]


def people_for(reader: Reader, need: Need, limit: int = SHOWN) -> tuple[PersonSuggested, ...]:
    """Who could help with this need, among the offers that the reader may read; eleven queries.

    Nobody is suggested for what goes to the elected: a facilitator asks them.
    """
    if need.kind != NeedKind.HELP or not need.is_open:
        return ()
    wanted = candidates.wanted_of([need])[need.pk]
    found = candidates.offers_for(
        need,
        wanted,
        _circles_of(reader, need.community),
        members_only=not may_read(
            _NOBODY_KNOWN, need.community, need.audience, subplatform=SUBPLATFORM
        ),
    )
    waiting = (
        Match.objects.filter(helper=OuterRef("member"), state=State.ASKED, asked_by=Side.NEED)
        .order_by()
        .values("helper")
        .values_list(Count("pk"))
    )
    rows = {
        offer.public_id: offer
        for offer in Offer.objects.filter(pk__in=found)
        .select_related("member", "place")
        .annotate(waiting=Coalesce(Subquery(waiting), 0))
    }
    asked = need_as_party(need, wanted)
    offers = offers_as_parties(rows.values())
    best = matching.ranked(
        ((asked, offer) for offer in offers), circumstances([asked], offers), limit
    )
    return tuple(
        PersonSuggested(
            offer_id=one.offer,
            name=display_name(rows[one.offer].member),
            language=rows[one.offer].language,
            words=plain_excerpt(rows[one.offer].words, EXCERPT),
            minutes_a_month=rows[one.offer].minutes_a_month,
            place=_place_name(rows[one.offer].place),
            reasons=one.reasons,
        )
        for one in best
    )


def needs_for(
    reader: Reader, limit: int = SHOWN, *, offer: Offer | None = None
) -> tuple[NeedSuggested, ...]:
    """What the reader could help with by their open offers, or by one of them; for their own eyes.

    Twelve queries, none for who is not known; one for who offers nothing.
    """
    if not reader.is_known:
        return ()
    mine = Offer.objects.open().filter(member=reader.member_id).select_related("place")
    offers = list(mine.filter(pk=offer.pk) if offer else mine.order_by("pk"))
    if not offers:
        return ()
    waiting = Match.objects.asked_of(offers[0].member_id or 0).count()
    parties = offers_as_parties(offers, waiting=waiting)
    found = candidates.needs_near(
        offers, [skill for party in parties for skill in party.skills], needs_visible_to(reader)
    )
    rows = {need.public_id: need for need in found}
    wanted = candidates.wanted_of(rows.values())
    answered = answer_shares({need.contact_id for need in rows.values() if need.contact_id})
    needs = [
        need_as_party(need, wanted[need.pk], answered.get(need.contact_id or 0, 0.5))
        for need in rows.values()
    ]
    within = {one.public_id: one.community_id for one in offers}
    pairs = (
        (need, party)
        for need in needs
        for party in parties
        if within[party.key] in rows[need.key].community.lineage
    )
    return tuple(
        NeedSuggested(
            need_id=one.need,
            title=rows[one.need].title,
            language=rows[one.need].language,
            community=rows[one.need].community.name,
            minutes=rows[one.need].minutes,
            place=_place_name(rows[one.need].place),
            reasons=_told_to_helper(one.reasons),
        )
        for one in matching.ranked(pairs, circumstances(needs, parties), limit)
    )


def codes_between(need: Need, offer: Offer) -> tuple[str, ...]:
    """Why the two fit, for the match to keep; empty where they would not be suggested."""
    asked = need_as_party(need, candidates.wanted_of([need])[need.pk])
    parties = offers_as_parties([offer])
    best = matching.ranked(((asked, one) for one in parties), circumstances([], []), 1)
    return best[0].codes if best else ()


def _told_to_helper(reasons: tuple[matching.Reason, ...]) -> tuple[matching.Reason, ...]:
    """They know that they are new."""
    return tuple(reason for reason in reasons if reason.code != matching.Why.NEWCOMER)


def need_as_party(
    need: Need, wanted: tuple[matching.Named, ...], responsiveness: float = 0.5
) -> matching.Need:
    """What ranking knows of a need."""
    return matching.Need(
        key=need.public_id,
        people=frozenset(id_ for id_ in (need.posted_by_id, need.contact_id) if id_),
        text=f"{need.title} {need.what_for} {need.deliverable}",
        language=need.language,
        skills=wanted,
        minutes=need.minutes,
        remote=need.remote,
        place=need.place_id,
        point=_point(need.place),
        until=min(need.expires_on, need.by_on) if need.by_on else need.expires_on,
        free=need.people - need.taken,
        responsiveness=responsiveness,
    )


def offers_as_parties(
    offers: Iterable[Offer], *, waiting: int | None = None
) -> list[matching.Offer]:
    """What ranking knows of offers; two queries for all their skills.

    `waiting` requests, of one and the same helper, or else as each row was annotated.
    """
    offers = list(offers)
    named = candidates.named_of(
        OfferSkill.objects.filter(offer__in=offers).order_by("pk"), "offer_id", "offer__language"
    )
    new_since = now() - NEW_FOR
    return [
        matching.Offer(
            key=offer.public_id,
            helper=offer.member_id,
            text=offer.words,
            wants=offer.wants,
            language=offer.language,
            languages=tuple(offer.languages) or (offer.language,),
            skills=named.get(offer.pk, ()),
            minutes_a_month=offer.minutes_a_month,
            remote=offer.remote,
            place=offer.place_id,
            point=_point(offer.place),
            radius_km=offer.radius_km,
            since=offer.since_on,
            until=offer.expires_on,
            free=offer.slots - offer.taken,
            waiting=getattr(offer, "waiting", 0) if waiting is None else waiting,
            is_new=offer.created_at > new_since,
        )
        for offer in offers
        if offer.member_id is not None
    ]


def circumstances(
    needs: Collection[matching.Need], offers: Collection[matching.Offer]
) -> matching.Circumstances:
    """The day, who blocks whom, who met over which need; two queries."""
    helpers = {offer.helper for offer in offers}
    people = {person for need in needs for person in need.people}
    apart = Q(blocker__in=people, blocked__in=helpers) | Q(blocker__in=helpers, blocked__in=people)
    blocked = Block.objects.filter(apart).values_list("blocker_id", "blocked_id")
    met = Match.objects.filter(
        need__public_id__in=[need.key for need in needs], helper__in=helpers
    ).values_list("need__public_id", "helper_id")
    return matching.Circumstances(
        day=today(),
        cap=MOST_ASKED,
        blocked=frozenset(frozenset(pair) for pair in blocked),
        met=frozenset((need, helper) for need, helper in met),
    )


def answer_shares(contacts: Collection[int]) -> dict[int, float]:
    """The share of those who offered to help that had an answer of each one’s side within a week.

    One query. Begun with one answered and one not, so that the first says little; it only ranks.
    """
    in_a_week = MatchEvent.objects.filter(
        match=OuterRef("pk"),
        act__in=(Act.ACCEPT, Act.DECLINE),
        at__gte=OuterRef("asked_at"),
        at__lte=OuterRef("asked_at") + ANSWERED_WITHIN,
    )
    has_waited = Q(state=State.ASKED, asked_at__lt=now() - ANSWERED_WITHIN) | Q(
        state__in=(State.EXPIRED, State.ACCEPTED, State.DECLINED, State.UNMATCHED, State.DONE)
    )
    counted = (
        Match.objects.filter(need__contact__in=contacts, asked_by=Side.HELPER)
        .alias(in_time=Exists(in_a_week))
        .values("need__contact")
        .annotate(
            answered=Count("pk", filter=Q(in_time=True)),
            silent=Count("pk", filter=Q(in_time=False) & has_waited),
        )
        .values_list("need__contact", "answered", "silent")
    )
    return {
        contact: (answered + 1) / (answered + silent + 2) for contact, answered, silent in counted
    }


def _circles_of(reader: Reader, community: Community) -> list[tuple[int, str]]:
    """Which offers the reader may read, by community and audience: here and above; one query."""
    lineage = Community.objects.filter(pk__in=community.lineage)
    return [
        (one.pk, audience)
        for one in lineage
        if one.is_open
        for audience in Audience.values
        if may_read(reader, one, audience, subplatform=SUBPLATFORM)
    ]


def _point(place: Place | None) -> tuple[float, float] | None:
    if place is None or place.latitude is None or place.longitude is None:
        return None
    return (place.latitude, place.longitude)


def _place_name(place: Place | None) -> str:
    return place.name if place else ""
