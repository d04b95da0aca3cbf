"""The page « my help »: everything of the reader’s own, and nobody else’s."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Q

from essaim.communities.readers import Reader
from essaim.foundation.http import Page
from essaim.members.models import Block, Member
from essaim.members.queries import display_name
from essaim.needs import rules
from essaim.needs.models import LIVE, Help, Match, Need, Offer, State
from essaim.needs.queries.board import (
    NeedLine,
    OfferLine,
    line_of,
    listed_skills,
    offer_line,
)
from essaim.needs.queries.matches import (
    Hours,
    MatchLine,
    Responsiveness,
    hours_of,
    matches_of,
    responsiveness_of,
)
from essaim.needs.queries.searches import SearchLine, searches_of

MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class MyHelp:
    live: Page[MatchLine]
    past: tuple[MatchLine, ...]
    needs: tuple[NeedLine, ...]
    offers: tuple[OfferLine, ...]
    hours: Hours
    responsiveness: Responsiveness
    searches: tuple[SearchLine, ...]
    blocked: tuple[tuple[str, str], ...]


def my_help(reader: Reader, *, after: str | None = None) -> MyHelp:
    me = reader.member_id or 0
    needs: Any = Need.objects.filter(Q(posted_by=me) | Q(contact=me), closed_at__isnull=True)
    needs = needs.select_related("community", "place").prefetch_related(listed_skills("need"))
    offers: Any = Offer.objects.filter(member=me, withdrawn_at__isnull=True)
    offers = offers.select_related("member", "place").prefetch_related(listed_skills("offer"))
    blocked = Block.objects.filter(blocker=me).select_related("blocked").order_by("pk")
    past = [state for state in State if state not in LIVE]
    return MyHelp(
        live=matches_of(reader, after=after),
        past=tuple(matches_of(reader, states=past, size=10).items),
        needs=tuple(line_of(one) for one in needs.order_by("-created_at", "-pk")[:MOST]),
        offers=tuple(offer_line(one) for one in offers.order_by("-created_at", "-pk")[:MOST]),
        hours=hours_of(reader),
        responsiveness=responsiveness_of(me),
        searches=tuple(searches_of(reader)),
        blocked=tuple((one.blocked.public_id, display_name(one.blocked)) for one in blocked),
    )


@dataclass(frozen=True, slots=True)
class MyPart:
    """Whether somebody gives or receives any help."""

    has_matches: bool
    has_offers: bool


def my_part(reader: Reader) -> MyPart:
    """One query, of which most people’s day needs no other."""
    offers = Offer.objects.open().filter(member=reader.member_id or 0)
    told = Member.objects.filter(pk=reader.member_id or 0).values_list(
        Exists(rules.matches_visible_to(reader)), Exists(offers)
    )
    has_matches, has_offers = told.first() or (False, False)
    return MyPart(bool(has_matches), bool(has_offers))


def my_offers(reader: Reader, ids: Collection[int]) -> dict[int, Offer]:
    """The reader’s own among these, that stand."""
    return Offer.objects.standing().filter(member=reader.member_id or 0).in_bulk(ids)


def blocked_named(reader: Reader, public_id: str) -> Member | None:
    """Somebody whom the reader keeps away."""
    return Member.objects.filter(
        public_id=public_id, blocked_by__blocker=reader.member_id or 0
    ).first()


def said_minutes(match: Match) -> int | None:
    said = Help.objects.filter(match=match).values_list("said_minutes", flat=True)
    return said.first()


def story_values(match: Match) -> dict[str, Any]:
    help_ = Help.objects.get(match=match)
    return {"story": help_.story, "audience": help_.story_audience}
