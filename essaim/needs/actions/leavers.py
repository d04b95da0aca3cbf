"""Whoever leaves a community takes back what they asked and offered there."""

from django.db import transaction
from django.db.models import Q

from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.members.actions import block_member
from essaim.members.models import Member
from essaim.needs import rules
from essaim.needs.actions import answers, needs, offers
from essaim.needs.models import LIVE, Closing, Match, Need, Offer


@transaction.atomic
def leave_needs(*, member_id: int, community_id: int | None = None) -> None:
    """Without a community: whose account is closed goes everywhere.

    Needs that somebody else answers for stay with them; where the one who answered goes, its
    poster does from now on, if they are still there.
    """
    member = Member.objects.filter(pk=member_id).first()
    if member is None:
        return
    here = Q(community=community_id) if community_id else Q()
    if community_id and fresh_reader(member).belongs_to(community_id):
        return  # they came back before this was heard
    for need_id in _needs_of(member, here):
        need = needs.locked(need_id)
        if need.contact_id not in (member.pk, None) or need.closed_at:
            continue
        if _poster_stays(need, member):
            needs.pass_on(need, member)
        else:
            for match in Match.objects.filter(need=need, state__in=LIVE).order_by("pk"):
                answers.leave_match(match, member)
            needs.close(need, Closing.LEFT, member)
    there = Q(need__community=community_id) if community_id else Q()
    for match in Match.objects.filter(there, helper=member, state__in=LIVE).order_by("need", "pk"):
        answers.leave_match(match, member)
    for offer in Offer.objects.filter(here, member=member, withdrawn_at__isnull=True):
        offers.take_back(offers.locked(offer.pk), member)


def _needs_of(member: Member, here: Q) -> list[int]:
    mine = Need.objects.filter(here, Q(posted_by=member) | Q(contact=member))
    return list(mine.filter(closed_at__isnull=True).order_by("pk").values_list("pk", flat=True))


def _poster_stays(need: Need, leaver: Member) -> bool:
    if need.posted_by is None or need.posted_by == leaver:
        return False
    return rules.is_here(fresh_reader(need.posted_by), need.community)


@transaction.atomic
def end_without_helper() -> None:
    """What an erased account had agreed to: its rows name nobody any more."""
    orphans = Match.objects.filter(helper__isnull=True, state__in=LIVE)
    for match in orphans.order_by("need", "pk"):
        answers.leave_match(match, None)


@transaction.atomic
def keep_away(*, member: Member, match: Match) -> None:
    """Keep the other side of a match away, all who answer for it: what is between them ends."""
    match = answers.locked_match(match)
    require(rules.may_keep_away(fresh_reader(member), match))
    ids = sorted(rules.others_of(member.pk, match))
    for other in Member.objects.filter(pk__in=ids).order_by("pk"):
        block_member(member=member, other=other)
    helps = Match.objects.filter(helper=member).answered_by(ids)
    is_helped = Match.objects.filter(helper__in=ids).answered_by([member.pk])
    for one in (helps | is_helped).filter(state__in=LIVE).order_by("need", "pk"):
        answers.leave_match(one, member)
