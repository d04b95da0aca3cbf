"""Welcoming newcomers; sharing, handing over and taking over the hosting of a community."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.actions.belonging import hold_member
from essaim.communities.actions.mandates import end, give
from essaim.communities.actions.tree import locked, set_lines_and_texts
from essaim.communities.facts import (
    AdoptionAsked,
    AdoptionEnded,
    CommunityAdopted,
    HostingAnswered,
    HostingOffered,
    HostingOfferWithdrawn,
    NewcomerWelcomed,
)
from essaim.communities.models import (
    ADOPTION_DELAY,
    OFFER_HOLDS,
    Adoption,
    AdoptionOutcome,
    Community,
    Mandate,
    Membership,
    OfferOutcome,
    Role,
    RoleOffer,
    Welcome,
)
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now, today
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member


@transaction.atomic
def welcome_newcomer(*, member: Member, membership: Membership, words: str = "") -> Welcome:
    """Say that somebody has seen who joined; the first host to say it is the one who did."""
    membership = Membership.objects.select_related("community").get(pk=membership.pk)
    require(rules.may_welcome(fresh_reader(member), membership))
    welcome = Welcome(membership=membership, member=membership.member, welcomed_by=member)
    set_lines_and_texts(welcome, {"words": words})
    try:
        with transaction.atomic():
            welcome.save()
    except IntegrityError:
        return Welcome.objects.get(membership=membership)
    record(
        NewcomerWelcomed(
            actor_id=member.pk,
            community_id=membership.community_id,
            welcome_id=welcome.pk,
            membership_id=membership.pk,
            newcomer_id=membership.member_id,
        )
    )
    return welcome


@transaction.atomic
def offer_hosting(
    *, member: Member, community: Community, asked: Member, is_handover: bool = False
) -> RoleOffer:
    """Ask another member to host it too, or in one's own place; they say yes or no."""
    community = locked(community)
    require(rules.may_offer_hosting(fresh_reader(member), community, asked.pk))
    if not Membership.objects.filter(
        community=community, member=asked, left_at__isnull=True
    ).exists():
        raise ValidationError({"asked": [_("Only a member of the community can hold a role.")]})
    open_ones = RoleOffer.objects.filter(community=community, member=asked, ended_at__isnull=True)
    open_ones.filter(expires_at__lte=now()).update(ended_at=now(), outcome=OfferOutcome.EXPIRED)
    offer = RoleOffer(
        community=community,
        member=asked,
        offered_by=member,
        is_handover=is_handover,
        expires_at=now() + OFFER_HOLDS,
    )
    try:
        with transaction.atomic():
            offer.save()
    except IntegrityError as error:
        raise ValidationError(
            {"asked": [_("This person was asked already: their answer is awaited.")]}
        ) from error
    record(
        HostingOffered(
            actor_id=member.pk,
            community_id=community.pk,
            offer_id=offer.pk,
            asked_id=asked.pk,
            is_handover=is_handover,
        )
    )
    return offer


@transaction.atomic
def answer_offer(*, member: Member, offer: RoleOffer, accepts: bool) -> RoleOffer:
    """Say yes or no. With a yes one's role begins, and where it was handed over theirs ends.

    Whoever offered must be entitled still, or have been the last: then nobody else runs it.
    """
    offer = _locked_offer(offer)
    hold_member(member)
    require(rules.may_answer_offer(fresh_reader(member), offer))
    if accepts:
        _begin_hosting(member, offer)
    _end_offer(offer, OfferOutcome.ACCEPTED if accepts else OfferOutcome.DECLINED)
    record(
        HostingAnswered(
            actor_id=member.pk,
            community_id=offer.community_id,
            offer_id=offer.pk,
            offered_by_id=offer.offered_by_id,
            is_accepted=accepts,
        )
    )
    return offer


def _begin_hosting(member: Member, offer: RoleOffer) -> None:
    community, giver = offer.community, offer.offered_by
    if not rules.is_run(community):  # the last host asked, and has gone since
        entrust(giver, member, community, Role.HOST)
        bump_generation()
        return
    if giver is None or not rules.may_give_mandate(fresh_reader(giver), community, Role.HOST):
        raise Refused(_("Whoever asked you may not give this role any more."))
    own = []
    if offer.is_handover:
        held = Mandate.objects.on(today()).filter(
            community=community, member=giver, role__in=rules.RUNNING_ROLES
        )
        own = list(held.select_for_update(of=("self",)).order_by("pk"))
    for role in sorted({Role.HOST, *(one.role for one in own)}):
        if rules.may_give_mandate(fresh_reader(giver), community, role):
            entrust(giver, member, community, role)
    for mandate in own:
        end(giver, mandate, today())
    bump_generation()  # whoever handed it over is not named any more


def entrust(giver: Member | None, holder: Member, community: Community, role: str) -> bool:
    """Give a role without an end to whoever does not hold it yet."""
    held = Mandate.objects.filter(community=community, member=holder, role=role)
    if held.exclude(ends_on__lte=today()).exists():
        return False
    give(giver, Mandate(community=community, member=holder, role=role, given_by=giver))
    return True


@transaction.atomic
def withdraw_offer(*, member: Member, offer: RoleOffer) -> None:
    """Take it back before it is answered; any of those who run the community may."""
    offer = _locked_offer(offer)
    require(rules.may_withdraw_offer(fresh_reader(member), offer))
    _end_offer(offer, OfferOutcome.WITHDRAWN)
    record(
        HostingOfferWithdrawn(
            actor_id=member.pk, community_id=offer.community_id, offer_id=offer.pk
        )
    )


def end_old_offers() -> int:
    """Those that nobody answered in time; every night. Returns how many."""
    return RoleOffer.objects.filter(ended_at__isnull=True, expires_at__lte=now()).update(
        ended_at=now(), outcome=OfferOutcome.EXPIRED
    )


def _locked_offer(offer: RoleOffer) -> RoleOffer:
    community = locked(offer.community)
    offer = (
        RoleOffer.objects.select_for_update(of=("self",))
        .select_related("offered_by")
        .get(pk=offer.pk)
    )
    offer.community = community
    return offer


def _end_offer(offer: RoleOffer, outcome: str) -> None:
    offer.ended_at, offer.outcome = now(), outcome
    offer.save(update_fields=["ended_at", "outcome"])


@transaction.atomic
def adopt_community(*, member: Member, community: Community) -> Adoption:
    """Take it over: at once where nobody runs it, else unless its hosts answer in time."""
    community = locked(community)
    hold_member(member)
    require(rules.may_adopt(fresh_reader(member), community))
    adoption = Adoption.objects.filter(community=community, ended_at__isnull=True).first()
    if adoption is None:
        adoption = Adoption.objects.create(
            community=community, member=member, due_at=now() + ADOPTION_DELAY
        )
    elif adoption.member_id != member.pk:
        raise Refused(_("Somebody else asked before you: you can share it with them."))
    if not rules.is_run(community):
        _adopt(adoption, by=member)
    else:
        record(
            AdoptionAsked(
                actor_id=member.pk,
                community_id=community.pk,
                adoption_id=adoption.pk,
                due_on=adoption.due_at.date(),
            )
        )
    return adoption


@transaction.atomic
def say_alive(*, member: Member, adoption: Adoption) -> None:
    """A host is there: it stays in their hands."""
    adoption = _locked_adoption(adoption)
    require(rules.may_say_alive(fresh_reader(member), adoption))
    _end_adoption(adoption, AdoptionOutcome.ALIVE, by=member)


@transaction.atomic
def withdraw_adoption(*, member: Member, adoption: Adoption) -> None:
    adoption = _locked_adoption(adoption)
    require(rules.may_withdraw_adoption(fresh_reader(member), adoption))
    _end_adoption(adoption, AdoptionOutcome.WITHDRAWN, by=member)


@transaction.atomic
def settle_adoption(*, adoption: Adoption) -> Adoption:
    """What the clock does: effective when its hosts were silent, or when there is none any more."""
    adoption = _locked_adoption(adoption)
    if adoption.ended_at:
        return adoption
    community, is_run = adoption.community, rules.is_run(adoption.community)
    if is_run and now() < adoption.due_at:
        return adoption
    adopter = fresh_reader(adoption.member)
    if not community.is_open or not adopter.belongs_to(community.pk):
        _end_adoption(adoption, AdoptionOutcome.WITHDRAWN, by=None)
    elif is_run and rules.hosts_acted(community, adoption.asked_at):
        _end_adoption(adoption, AdoptionOutcome.ALIVE, by=None)
    else:
        hold_member(adoption.member)
        _adopt(adoption, by=None)
    return adoption


def _adopt(adoption: Adoption, *, by: Member | None) -> None:
    """The adopter hosts it; whoever was silent keeps a role that the new host may end, openly."""
    entrust(None, adoption.member, adoption.community, Role.HOST)
    adoption.ended_at, adoption.outcome = now(), AdoptionOutcome.ADOPTED
    adoption.save(update_fields=["ended_at", "outcome"])
    bump_generation()
    record(
        CommunityAdopted(
            actor_id=by.pk if by else None,
            community_id=adoption.community_id,
            adoption_id=adoption.pk,
            adopter_id=adoption.member_id,
        )
    )


def _end_adoption(adoption: Adoption, outcome: str, *, by: Member | None) -> None:
    adoption.ended_at, adoption.ended_by, adoption.outcome = now(), by, outcome
    adoption.save(update_fields=["ended_at", "ended_by", "outcome"])
    record(
        AdoptionEnded(
            actor_id=by.pk if by else None,
            community_id=adoption.community_id,
            adoption_id=adoption.pk,
            adopter_id=adoption.member_id,
            is_alive=outcome == AdoptionOutcome.ALIVE,
        )
    )


def _locked_adoption(adoption: Adoption) -> Adoption:
    community = locked(adoption.community)
    adoption = (
        Adoption.objects.select_for_update(of=("self",))
        .select_related("member")
        .get(pk=adoption.pk)
    )
    adoption.community = community
    return adoption


def drop_what_waits(community: Community) -> None:
    """It is closing: offers and wishes to adopt it lead nowhere any more."""
    RoleOffer.objects.filter(community=community, ended_at__isnull=True).update(
        ended_at=now(), outcome=OfferOutcome.WITHDRAWN
    )
    Adoption.objects.filter(community=community, ended_at__isnull=True).update(
        ended_at=now(), outcome=AdoptionOutcome.WITHDRAWN
    )
