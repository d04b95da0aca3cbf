"""What the pages of a need and of an offer show."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from essaim.communities.models import Community, Mandate, Role
from essaim.communities.queries.mandates import name_of
from essaim.communities.readers import Reader
from essaim.communities.rules import readable
from essaim.foundation.access import Verdict
from essaim.foundation.clock import today
from essaim.members.models import Member
from essaim.members.queries import display_name
from essaim.needs import rules
from essaim.needs.models import LIVE, Help, Match, Need, NeedKind, Offer, State
from essaim.needs.queries.board import (
    NeedLine,
    OfferLine,
    line_of,
    listed_skills,
    offer_line,
    state_of,
)
from essaim.needs.queries.matches import MatchLine, match_line, my_match_over
from essaim.needs.queries.told import facilitators_for


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    public_id: str  # of its match
    text: str
    lang: str
    told_at: datetime
    is_mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedPage:
    line: NeedLine
    what_for: str
    deliverable: str
    must: tuple[str, ...]
    nice: tuple[str, ...]
    contact: str
    facilitator: str
    expires_on: date
    closing: str
    audience: str
    hiding_reason: str
    is_mine: bool
    may_help: Verdict
    may_edit: Verdict
    may_close: Verdict
    may_renew: Verdict
    may_facilitate: Verdict
    may_report: Verdict
    may_answer: Verdict
    my_match: str
    is_in_touch: bool
    facilitators: tuple[str, ...] = ()
    matches: tuple[MatchLine, ...] = ()
    stories: tuple[StoryLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPage:
    line: OfferLine
    words: str
    wants: str
    slots: int
    left: int
    radius_km: int | None
    languages: tuple[str, ...]
    since_on: date
    expires_on: date
    state: str
    community: str
    community_slug: str
    hiding_reason: str
    is_mine: bool
    is_open: bool
    may_change: Verdict
    may_report: Verdict


def need_to_read(reader: Reader, public_id: str) -> Any:
    """With all that its page shows; None for what the reader may not see."""
    found = rules.needs_visible_to(reader).filter(public_id=public_id)
    rows = found.select_related("community", "place", "contact", "facilitator", "posted_by")
    return rows.prefetch_related(listed_skills("need")).first()


def need_for_page(reader: Reader, need: Any) -> NeedPage:
    """Its matches only for those who answer for it; three or four queries."""
    answers = rules.may_answer_for(reader, need)
    matches: tuple[Any, ...] = ()
    mine = None
    if answers:
        rows = Match.objects.filter(need=need).select_related("helper", "need__community")
        matches = tuple(rows.order_by("-asked_at", "-pk")[:100])
    elif reader.is_known:
        mine = my_match_over(reader, need)
    return NeedPage(
        line=line_of(need),
        what_for=need.what_for,
        deliverable=need.deliverable,
        must=tuple(one.name for one in need.listed if one.is_must),
        nice=tuple(one.name for one in need.listed if not one.is_must),
        contact=display_name(need.contact) if need.kind == NeedKind.HELP else "",
        facilitator=display_name(need.facilitator) if need.facilitator else "",
        expires_on=need.expires_on,
        closing=need.closing,
        audience=need.audience,
        hiding_reason=need.hiding_reason,
        is_mine=rules.is_of(reader, need),
        may_help=rules.may_help(reader, need, mine),
        may_edit=rules.may_edit_need(reader, need),
        may_close=rules.may_close_need(reader, need),
        may_renew=rules.may_renew_need(reader, need),
        may_facilitate=rules.may_facilitate(reader, need),
        may_report=rules.may_report_need(reader, need),
        may_answer=answers,
        my_match=mine.public_id if mine else "",
        is_in_touch=mine is not None and mine.state in LIVE,
        facilitators=_who_may_take_on(need),
        matches=tuple(match_line(reader, one) for one in matches),
        stories=stories_of(reader, need),
    )


def _who_may_take_on(need: Need) -> tuple[str, ...]:
    """Those whom a need for the elected waits for, by name."""
    if state_of(need) != "waiting":
        return ()
    found = Member.objects.filter(pk__in=facilitators_for(need.pk)).order_by("name_key", "pk")
    return tuple(display_name(one) for one in found)


def stories_of(reader: Reader, need: Need) -> tuple[StoryLine, ...]:
    """What came of it, told for this reader; hidden ones only for those who told them."""
    shown = Q(hidden_at__isnull=True) & readable(
        reader,
        community="match__need__community",
        audience="story_audience",
        subplatform=rules.SUBPLATFORM,
    )
    if rules.is_of(reader, need):
        shown = Q()
    told = Help.objects.filter(shown, match__need=need).exclude(story="")
    return tuple(
        StoryLine(
            public_id=one.match.public_id,
            text=one.story,
            lang=need.language,
            told_at=one.story_told_at or need.created_at,
            is_mine=reader.is_known and one.confirmed_by_id == reader.member_id,
        )
        for one in told.select_related("match").order_by("story_told_at", "pk")
    )


def needs_read(reader: Reader, ids: Collection[int]) -> dict[int, Need]:
    """Those of these that the reader may see."""
    return rules.needs_visible_to(reader).in_bulk(ids)


def need_for_change(reader: Reader, public_id: str) -> Need | None:
    found = rules.needs_visible_to(reader).filter(public_id=public_id)
    return found.select_related("community", "place").first()


def offer_to_read(reader: Reader, public_id: str) -> Any:
    found = rules.offers_visible_to(reader).filter(public_id=public_id)
    rows = found.select_related("community", "place", "member")
    return rows.prefetch_related(listed_skills("offer")).first()


def offer_for_page(reader: Reader, offer: Any) -> OfferPage:
    is_mine = reader.is_known and offer.member_id == reader.member_id
    return OfferPage(
        line=offer_line(offer),
        words=offer.words,
        wants=offer.wants if is_mine else "",
        slots=offer.slots,
        left=offer.slots - offer.taken,
        radius_km=offer.radius_km,
        languages=tuple(offer.languages),
        since_on=offer.since_on,
        expires_on=offer.expires_on,
        state=_state_of(offer),
        community=offer.community.name,
        community_slug=offer.community.slug,
        hiding_reason=offer.hiding_reason,
        is_mine=is_mine,
        is_open=offer.is_open,
        may_change=rules.may_change_offer(reader, offer),
        may_report=rules.may_report_offer(reader, offer),
    )


def _state_of(offer: Offer) -> str:
    if offer.hidden_at:
        return "hidden"
    if offer.withdrawn_at:
        return "withdrawn"
    if offer.paused_at:
        return "paused"
    if offer.expires_on < today():
        return "expired"
    if offer.since_on > today():
        return "later"
    return "open" if offer.taken < offer.slots else "full"


def offer_for_change(reader: Reader, public_id: str) -> Offer | None:
    found = rules.offers_visible_to(reader).filter(public_id=public_id)
    return found.select_related("community", "place", "member").first()


def contacts_here(reader: Reader, community: Community) -> list[tuple[str, str]]:
    """Who may answer for a need: whoever posts it, and those who hold a role here."""
    people = rules.contacts_of(community).exclude(pk=reader.member_id or 0)
    others = people.order_by("name_key", "pk")[:30]
    return [
        (reader.public_id, name_of(reader.name)),
        *((one.public_id, name_of(one.name)) for one in others),
    ]


def own_offers(reader: Reader, need: Need) -> list[tuple[str, str]]:
    """Offers of the reader's that a need may be met through."""
    mine = Offer.objects.open().filter(
        member=reader.member_id or 0, community__in=need.community.lineage
    )
    return [(one.public_id, str(one)) for one in mine.order_by("-created_at", "-pk")[:10]]


def own_open_needs(reader: Reader, offer: Offer) -> list[tuple[str, str]]:
    """Needs that the reader may ask this offer for, where it counts: the newest first."""
    me, where = reader.member_id or 0, offer.community_id
    found = (
        Need.objects.open()
        .filter(Q(posted_by=me) | Q(contact=me), kind=NeedKind.HELP)
        .filter(Q(community=where) | Q(community__ancestor_ids__contains=[where]))
        .exclude(matches__helper=offer.member_id, matches__state__in=(State.ASKED, State.ACCEPTED))
    )
    rows = found.order_by("-created_at", "-pk").values_list("public_id", "title")
    return list(rows[:20])


def officials_for(need: Need) -> list[tuple[str, str]]:
    """Those elected here or above, whom its facilitator may ask."""
    held = (
        Mandate.objects.on(today())
        .filter(role=Role.ELECTED, community__in=need.community.lineage)
        .exclude(member__in=[one for one in (need.posted_by_id, need.contact_id) if one])
        .select_related("member")
        .order_by("member__name_key", "member_id")
    )
    found: dict[str, str] = {}
    for one in held[:50]:
        title = f" ({one.title})" if one.title else ""
        found.setdefault(one.member.public_id, f"{name_of(one.member.name)}{title}")
    return list(found.items())


def member_named(public_id: str) -> Member | None:
    return Member.objects.filter(public_id=public_id, is_active=True).first()
