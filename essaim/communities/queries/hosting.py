"""For those who host: who is new, whom they asked, what waits for an answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.models import (
    NEWCOMER_FOR,
    Adoption,
    Community,
    Mandate,
    Membership,
    Merge,
    RoleOffer,
    Welcome,
)
from essaim.communities.queries.mandates import name_of
from essaim.communities.queries.sections import DeskItem
from essaim.communities.readers import Reader
from essaim.foundation.access import Verdict
from essaim.foundation.clock import now, today
from essaim.foundation.http import Page, keyset

WAITS_TOO_LONG = 3  # days without a human answer
NEWCOMERS_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who joined and whom nobody has welcomed; `reference` names them in forms."""

    reference: str
    name: str
    joined_at: datetime
    days: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class OfferLine:
    public_id: str
    name: str
    is_handover: bool
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WelcomeInBrief:
    who: str
    words: str
    community: str
    slug: str


@dataclass(frozen=True, slots=True)
class HostingPage:
    """`own_mandate` is the reader's last role that runs it, when nobody else does; else None."""

    newcomers: Page[Newcomer]
    offers: tuple[OfferLine, ...]
    own_mandate: int | None
    may_merge: bool
    may_split: bool


@dataclass(frozen=True, slots=True)
class OfferPage:
    public_id: str
    community_name: str
    community_slug: str
    asked: str
    offered_by: str
    is_handover: bool
    is_mine: bool
    expires_at: datetime
    outcome: str
    may_answer: Verdict
    may_withdraw: bool


def newcomers(community: Community) -> QuerySet[Membership]:
    """Who joined lately and was not welcomed; whoever ran it from the start is no newcomer."""
    ran = Mandate.objects.filter(
        community=OuterRef("community"), member=OuterRef("member"), role__in=rules.RUNNING_ROLES
    )
    return Membership.objects.filter(
        ~Exists(ran),
        community=community,
        left_at__isnull=True,
        joined_at__gt=now() - NEWCOMER_FOR,
        welcome__isnull=True,
        member__is_active=True,
    )


def hosting_for_page(
    reader: Reader, community: Community, *, after: str | None = None
) -> HostingPage:
    """Whoever waits longest stands first. Ask `may_host` before."""
    page: Page[Membership] = keyset(
        newcomers(community).select_related("member"),
        order=("joined_at", "id"),
        after=after,
        size=NEWCOMERS_A_PAGE,
    )
    offers = RoleOffer.objects.filter(community=community, ended_at__isnull=True)
    held = Mandate.objects.on(today()).filter(
        community=community, role__in=rules.RUNNING_ROLES, member__is_active=True
    )
    running = list(held.order_by("pk").values_list("pk", "member_id"))
    is_alone = len(running) == 1 and running[0][1] == reader.member_id
    return HostingPage(
        newcomers=page.map(_newcomer),
        offers=tuple(
            OfferLine(one.public_id, name_of(one.member.name), one.is_handover, one.expires_at)
            for one in offers.select_related("member").order_by("made_at")
        ),
        own_mandate=running[0][0] if is_alone else None,
        may_merge=community.kind in rules.MERGED_KINDS and community.parent_id is not None,
        may_split=bool(rules.may_propose_split(reader, community)),
    )


def _newcomer(membership: Membership) -> Newcomer:
    days = (now() - membership.joined_at).days
    return Newcomer(
        reference=membership.member.public_id,
        name=name_of(membership.member.name),
        joined_at=membership.joined_at,
        days=days,
        is_late=days >= WAITS_TOO_LONG,
    )


def newcomer_named(community: Community, reference: str) -> Membership | None:
    """The membership that a form names, whether it was welcomed meanwhile or not."""
    return Membership.objects.filter(
        community=community, member__public_id=reference, left_at__isnull=True
    ).first()


def offer_to_see(reader: Reader, public_id: str) -> RoleOffer | None:
    """The offer at this address, for whom it is for."""
    offer = (
        RoleOffer.objects.select_related("community", "member", "offered_by")
        .filter(public_id=public_id)
        .first()
    )
    return offer if offer and rules.may_see_offer(reader, offer) else None


def offer_for_page(reader: Reader, offer: RoleOffer) -> OfferPage:
    return OfferPage(
        public_id=offer.public_id,
        community_name=offer.community.name,
        community_slug=offer.community.slug,
        asked=name_of(offer.member.name),
        offered_by=name_of(offer.offered_by.name if offer.offered_by else ""),
        is_handover=offer.is_handover,
        is_mine=offer.member_id == reader.member_id,
        expires_at=offer.expires_at,
        outcome=offer.get_outcome_display() if offer.outcome else "",
        may_answer=rules.may_answer_offer(reader, offer),
        may_withdraw=bool(rules.may_withdraw_offer(reader, offer)),
    )


def hosting_items(reader: Reader, community: Community) -> Iterator[DeskItem]:
    """For the desk: who waits to be welcomed, what waits for a host's answer, and the tools."""
    if not rules.may_host(reader, community):
        return
    at = [community.slug]
    waiting = list(newcomers(community).order_by("joined_at").values_list("joined_at", flat=True))
    if waiting:
        yield DeskItem(
            title=_("Newcomers to welcome"),
            url=reverse("community_hosting", args=at),
            count=len(waiting),
            is_late=(now() - waiting[0]).days >= WAITS_TOO_LONG,
        )
    for adoption in Adoption.objects.filter(community=community, ended_at__isnull=True):
        yield DeskItem(
            title=_("Somebody wants to take it over: say that it is alive, or let them"),
            url=reverse("community_adoption", args=at),
            count=1,
            is_late=adoption.due_at < now(),
        )
    for merge in Merge.objects.waiting().filter(target=community).select_related("source"):
        yield DeskItem(
            title=_("%(name)s would like to merge into yours") % {"name": merge.source.name},
            url=reverse("merge", args=[merge.public_id]),
            count=1,
        )
    yield DeskItem(
        title=_("Welcome, share and hand over"),
        url=reverse("community_hosting", args=at),
        note=_("Who is new; who could host with you or after you."),
    )
    if community.kind in rules.MERGED_KINDS and community.parent_id is not None:
        yield DeskItem(
            title=_("Merge with another"),
            url=reverse("merging", args=at),
            note=_("What would happen, before it does; undone for 30 days."),
        )
    if rules.may_propose_split(reader, community):
        yield DeskItem(
            title=_("Divide it"),
            url=reverse("dividing", args=at),
            note=_("Each member chooses; who does not choose stays."),
        )


def offers_in_brief(reader: Reader, offer_ids: set[int]) -> dict[int, OfferPage]:
    """For notices; one query, only what this reader may see."""
    offers = RoleOffer.objects.filter(pk__in=offer_ids).select_related(
        "community", "member", "offered_by"
    )
    mine = Q(member=reader.member_id) | Q(offered_by=reader.member_id)
    return {one.pk: offer_for_page(reader, one) for one in offers.filter(mine)}


def welcomes_in_brief(reader: Reader, welcome_ids: set[int]) -> dict[int, WelcomeInBrief]:
    """Those said to this reader; one query."""
    welcomes = Welcome.objects.filter(pk__in=welcome_ids, member=reader.member_id).select_related(
        "welcomed_by", "membership__community"
    )
    return {
        one.pk: WelcomeInBrief(
            who=name_of(one.welcomed_by.name if one.welcomed_by else ""),
            words=one.words,
            community=one.membership.community.name,
            slug=one.membership.community.slug,
        )
        for one in welcomes
        if rules.may_see_community(reader, one.membership.community)
    }
