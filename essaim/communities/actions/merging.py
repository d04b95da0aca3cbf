"""Two communities become one, and are two again when that is undone.

Whoever belonged to the source still does, so that they read what it keeps; they belong to the
target besides, since the earlier of both days. Nothing of the source's own memberships changes.
Order of locks: the tree, communities by ascending id, people by ascending id.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.actions.belonging import end_mandates, give_back
from essaim.communities.actions.carrying import carry_into
from essaim.communities.actions.mandates import end
from essaim.communities.actions.succession import drop_what_waits, entrust
from essaim.communities.actions.tree import lock_tree, place_under, void_asks
from essaim.communities.facts import (
    CommunitiesMerged,
    CommunityMoved,
    LastHostLeft,
    MandateGiven,
    MembershipCarriedBack,
    MergeDropped,
    MergeProposed,
    MergeUndone,
)
from essaim.communities.models import (
    PROPOSAL_HOLDS,
    Community,
    Mandate,
    Membership,
    Merge,
    MergedChild,
    MergedMandate,
    MergedMembership,
    Role,
    Split,
)
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now, today
from essaim.foundation.http.cache import bump_generation
from essaim.members.actions import withdraw_consent
from essaim.members.models import Member, Purpose


@transaction.atomic
def propose_merge(*, member: Member, source: Community, target: Community) -> Merge:
    """Ask the other side to take this one in; asking again while that waits returns the same."""
    lock_tree()
    source, target = _held(source, target)
    reader = fresh_reader(member)
    require(rules.may_propose_merge(reader, source, target))
    waiting = Merge.objects.waiting().filter(source=source, target=target)
    waiting.filter(proposed_at__lte=now() - PROPOSAL_HOLDS).update(ended_at=now())
    if same := waiting.first():
        return same
    merge = Merge.objects.create(
        source=source,
        target=target,
        proposed_by=member,
        moves_hosts=reader.may(source, rules.UNITE),
    )
    record(
        MergeProposed(
            actor_id=member.pk,
            community_id=source.pk,
            merge_id=merge.pk,
            target_id=target.pk,
        )
    )
    return merge


@transaction.atomic
def drop_merge(*, member: Member, merge: Merge) -> Merge:
    """Decline it, or take it back: nothing happens."""
    merge = _locked(merge)
    require(rules.may_drop_merge(fresh_reader(member), merge))
    merge.ended_at = now()
    merge.save(update_fields=["ended_at"])
    record(
        MergeDropped(
            actor_id=member.pk,
            community_id=merge.source_id,
            merge_id=merge.pk,
            target_id=merge.target_id,
        )
    )
    return merge


@transaction.atomic
def accept_merge(*, member: Member, merge: Merge) -> Merge:
    """Do it: people, roles and what stood below arrive in the target, the source closes."""
    lock_tree()
    merge = _locked(merge)
    source, target = merge.source, merge.target
    require(rules.may_accept_merge(fresh_reader(member), merge))
    proposer = merge.proposed_by
    if proposer is None or not rules.may_merge_from(fresh_reader(proposer), source):
        raise Refused(_("Whoever proposed this may not do so any more: it has to be made again."))
    merge.accepted_by, merge.done_at = member, now()
    merge.save(update_fields=["accepted_by", "done_at"])
    belongs = Membership.objects.filter(community=source, left_at__isnull=True)
    _hold_people(belongs.values_list("member_id", flat=True))  # before their roles, as who leaves
    hosts = _end_roles(member, merge)
    arrived, in_both = carry_into(merge)
    for ended in hosts:
        _host_too(member, merge, ended)
    _move_children(merge)
    source.closed_at, source.merged_into = merge.done_at, target
    source.save(update_fields=["closed_at", "merged_into"])
    drop_what_waits(source)
    Split.objects.filter(community=source, ended_at__isnull=True).update(ended_at=now())
    Merge.objects.waiting().filter(Q(source=source) | Q(target=source)).update(ended_at=now())
    bump_generation()
    record(
        CommunitiesMerged(
            actor_id=member.pk,
            community_id=source.pk,
            merge_id=merge.pk,
            target_id=target.pk,
            arrived=arrived,
            in_both=in_both,
        )
    )
    return merge


def _end_roles(member: Member, merge: Merge) -> list[MergedMandate]:
    """Nobody holds a role in what is closed; returns those of hosts who go on in the target."""
    kept = []
    mandates = Mandate.objects.filter(community=merge.source).exclude(ends_on__lte=today())
    for mandate in mandates.select_for_update(of=("self",)).select_related("member").order_by("pk"):
        ended = MergedMandate.objects.create(
            merge=merge, member=mandate.member, ended=mandate, ends_on=mandate.ends_on
        )
        is_held = mandate.starts_on <= today()
        end(member, mandate, today())
        if merge.moves_hosts and is_held and mandate.role == Role.HOST:
            kept.append(ended)
    return kept


def _host_too(member: Member, merge: Merge, ended: MergedMandate) -> None:
    """Both sides have agreed that who hosted the source hosts the target too."""
    if not fresh_reader(ended.member).belongs_to(merge.target_id):
        return  # an account that was closed a moment ago
    if entrust(member, ended.member, merge.target, Role.HOST):
        ended.made = Mandate.objects.get(
            community=merge.target, member=ended.member, role=Role.HOST, ends_on__isnull=True
        )
        ended.save(update_fields=["made"])


def _move_children(merge: Merge) -> None:
    for child in Community.objects.filter(parent=merge.source).order_by("pk"):
        MergedChild.objects.create(merge=merge, community=child)
        _put(child, merge.target, merge)


def _put(child: Community, parent: Community, merge: Merge) -> None:
    before = child.parent_id
    by = merge.undone_by or merge.accepted_by
    void_asks(child, by)
    place_under(child, parent)
    record(
        CommunityMoved(
            actor_id=by.pk if by else None,
            community_id=child.pk,
            from_parent_id=before,
            to_parent_id=parent.pk,
        )
    )


@transaction.atomic
def undo_merge(*, member: Member, merge: Merge) -> Merge:
    """Two again, as they were. What people did since stays: who joined, left or moved on.

    Roles come back to who still belongs; dates are those from before; what was moved below and
    stands there still goes back.
    """
    lock_tree()
    merge = _locked(merge)
    source, target = merge.source, merge.target
    require(rules.may_undo_merge(fresh_reader(member), merge))
    merge.undone_by, merge.undone_at = member, now()
    merge.save(update_fields=["undone_by", "undone_at"])
    source.closed_at = source.merged_into = None
    source.save(update_fields=["closed_at", "merged_into"])
    _bring_back_children(merge)
    _bring_back_roles(member, merge)
    _bring_back_dates(merge)
    bump_generation()
    record(
        MergeUndone(
            actor_id=member.pk,
            community_id=source.pk,
            merge_id=merge.pk,
            target_id=target.pk,
        )
    )
    for one in (source, target):
        if not rules.is_run(one):
            record(LastHostLeft(actor_id=member.pk, community_id=one.pk))
    return merge


def _bring_back_children(merge: Merge) -> None:
    """Those that still stand where the merge put them; never one above the source by now."""
    for moved in merge.children.select_related("community").order_by("community_id"):
        child = Community.objects.get(pk=moved.community_id)
        source = Community.objects.get(pk=merge.source_id)
        if child.parent_id == merge.target_id and child.pk not in source.ancestor_ids:
            _put(child, source, merge)


def _bring_back_roles(member: Member, merge: Merge) -> None:
    belong = set(
        Membership.objects.filter(
            community=merge.source, left_at__isnull=True, member__is_active=True
        ).values_list("member_id", flat=True)
    )
    ended = merge.mandates.select_related("ended", "made", "member").order_by("pk")
    for one in ended.select_for_update(of=("self",)):
        was_laid_down = one.made is not None and not _holds(one.made)
        if one.made is not None and _holds(one.made):
            end(member, one.made, today())
        if was_laid_down or one.member_id not in belong:
            continue
        one.ended.ends_on = one.ends_on
        one.ended.save(update_fields=["ends_on"])
        record(
            MandateGiven(
                actor_id=member.pk,
                community_id=merge.source_id,
                mandate_id=one.ended_id,
                holder_id=one.member_id,
                role=one.ended.role,
            )
        )


def _holds(mandate: Mandate) -> bool:
    return mandate.ends_on is None or mandate.ends_on > today()


def _bring_back_dates(merge: Merge) -> None:
    """The lowest communities first: whoever stays in one of them stays above it."""
    legs = list(merge.memberships.select_related("membership__community", "member", "source"))
    _hold_people(leg.member_id for leg in legs)
    for leg in sorted(legs, key=lambda leg: (-len(leg.membership.community.ancestor_ids), leg.pk)):
        _bring_back(merge, leg)


def _bring_back(merge: Merge, leg: MergedMembership) -> None:
    membership = Membership.objects.get(pk=leg.membership_id)
    others = [
        other.source.joined_at
        for other in MergedMembership.objects.filter(
            membership=membership, merge__done_at__isnull=False, merge__undone_at__isnull=True
        ).select_related("source")
    ]
    own = [leg.own_joined_at] if leg.own_joined_at else []
    if own or others:
        membership.joined_at = min(own + others)
        membership.save(update_fields=["joined_at"])
        return
    if membership.left_at:
        membership.joined_at = leg.entered_at or membership.joined_at
        membership.save(update_fields=["joined_at"])
        return
    if not leg.source.left_at and leg.member.is_active and not _stays(leg):
        _carry_back(merge, leg, membership)


def _stays(leg: MergedMembership) -> bool:
    """They belong to something below since: they went further in, by their own choice."""
    return Membership.objects.filter(
        pk__gt=leg.membership_id,
        member=leg.member,
        left_at__isnull=True,
        community__ancestor_ids__contains=[leg.membership.community_id],
    ).exists()


def _carry_back(merge: Merge, leg: MergedMembership, membership: Membership) -> None:
    """It lasted from the merge to its undoing; with it end the roles given there meanwhile."""
    community = leg.membership.community
    end_mandates(leg.member, community)
    give_back(leg.member, community)
    membership.joined_at = leg.entered_at or membership.joined_at
    membership.left_at = now()
    membership.save(update_fields=["joined_at", "left_at"])
    withdraw_consent(member=leg.member, purpose=Purpose.MEMBERSHIP, about=community.slug)
    record(
        MembershipCarriedBack(
            actor_id=leg.member_id,
            community_id=community.pk,
            membership_id=membership.pk,
            to_community_id=merge.source_id,
        )
    )


def _hold_people(member_ids: Iterable[int]) -> None:
    people = Member.objects.filter(pk__in=set(member_ids)).order_by("pk")
    list(people.select_for_update(no_key=True).values_list("pk"))


def _held(source: Community, target: Community) -> tuple[Community, Community]:
    """Both as they are now, with all below them, held until the transaction ends."""
    below = Q(ancestor_ids__contains=[source.pk]) | Q(ancestor_ids__contains=[target.pk])
    held = {
        one.pk: one
        for one in Community.objects.select_for_update(no_key=True, of=("self",))
        .filter(Q(pk__in=[source.pk, target.pk]) | below)
        .order_by("pk")
    }
    return held[source.pk], held[target.pk]


def _locked(merge: Merge) -> Merge:
    source, target = _held(merge.source, merge.target)
    merge = (
        Merge.objects.select_for_update(of=("self",)).select_related("proposed_by").get(pk=merge.pk)
    )
    merge.source, merge.target = source, target
    return merge
