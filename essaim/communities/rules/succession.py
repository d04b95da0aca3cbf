"""Hosts: whom they welcome, to whom they offer their role, what they leave behind."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from essaim.communities.models import (
    LOCAL_KINDS,
    SELF_STANDING_KINDS,
    Community,
    Mandate,
    Membership,
    RoleOffer,
)
from essaim.communities.readers import Reader
from essaim.communities.rules.running import HOST, RUNNING_ROLES
from essaim.communities.rules.seeing import may_see_community
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now, today


def may_host(reader: Reader, community: Community) -> Verdict:
    """Whether the pages for those who run it are for this reader."""
    if community.is_open and reader.may(community, HOST):
        return ALLOWED
    return refused(_("Only those who run %(name)s can do this.") % {"name": community.name})


def may_welcome(reader: Reader, membership: Membership) -> Verdict:
    if not (verdict := may_host(reader, membership.community)):
        return verdict
    if membership.left_at:
        return refused(_("This person has left again."))
    if membership.member_id == reader.member_id:
        return refused(_("Somebody else welcomes you."))
    return ALLOWED


def may_offer_hosting(reader: Reader, community: Community, asked_id: int) -> Verdict:
    """Share the role or hand it over: to another member, who says yes or no."""
    if not (verdict := may_host(reader, community)):
        return verdict
    if community.kind in SELF_STANDING_KINDS:
        return refused(_("In a project people take part by invitation: on its own page."))
    if asked_id == reader.member_id:
        return refused(_("You host it already."))
    return ALLOWED


def may_see_offer(reader: Reader, offer: RoleOffer) -> Verdict:
    """Whoever is asked, while they see the community, and those who run it."""
    is_asked = reader.is_known and reader.member_id == offer.member_id
    sees = may_see_community(reader, offer.community)
    if (is_asked and sees) or reader.may(offer.community, HOST):
        return ALLOWED
    return refused(_("This page does not exist."))


def may_answer_offer(reader: Reader, offer: RoleOffer) -> Verdict:
    if not reader.is_known or reader.member_id != offer.member_id:
        return refused(_("Only the person who was asked can answer."))
    if offer.ended_at:
        return refused(_("This offer has ended."))
    if now() > offer.expires_at:
        return refused(_("This offer is too old: ask for another one."))
    if not offer.community.is_open:
        return refused(_("%(name)s is closed.") % {"name": offer.community.name})
    if not reader.belongs_to(offer.community_id):
        return refused(_("Only a member of the community can hold a role."))
    return ALLOWED


def may_withdraw_offer(reader: Reader, offer: RoleOffer) -> Verdict:
    if offer.ended_at:
        return refused(_("This offer has ended."))
    return may_host(reader, offer.community)


def left_alone(member_id: int, community_ids: Collection[int]) -> list[Community]:
    """Of these, the open ones that this member runs and nobody else does; by name."""
    running = Mandate.objects.on(today()).filter(community=OuterRef("pk"), role__in=RUNNING_ROLES)
    return list(
        Community.objects.filter(
            Exists(running.filter(member=member_id)),
            ~Exists(running.filter(member__is_active=True).exclude(member=member_id)),
            pk__in=community_ids,
            opened_at__isnull=False,
            closed_at__isnull=True,
            archived_at__isnull=True,
        ).order_by("name_key", "id")
    )


def is_last_running(mandate: Mandate) -> bool:
    """Whether nobody would run the community any more without it: no other such role is held."""
    if mandate.role not in RUNNING_ROLES or not mandate.community.is_open:
        return False
    others = Mandate.objects.on(today()).filter(
        community=mandate.community_id, role__in=RUNNING_ROLES, member__is_active=True
    )
    return mandate.starts_on <= today() and not others.exclude(pk=mandate.pk).exists()


def can_be_adopted(community: Community) -> bool:
    """Of a kind that lives by its own people and stands under something."""
    return community.is_open and community.kind in LOCAL_KINDS and community.parent_id is not None
