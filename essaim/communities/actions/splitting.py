"""A community divides: each member chooses, who does not choose stays."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.actions.belonging import end_memberships, lock_member
from essaim.communities.actions.carrying import carry
from essaim.communities.actions.succession import entrust
from essaim.communities.actions.tree import (
    free_slug,
    lock_tree,
    locked,
    set_lines_and_texts,
    set_name,
    set_texts,
)
from essaim.communities.facts import (
    CommunityFounded,
    CommunityOpened,
    CommunitySplit,
    SplitDropped,
    SplitProposed,
)
from essaim.communities.models import (
    CHOOSING_TIME,
    SPLIT_NEEDS,
    Community,
    Membership,
    Role,
    Split,
    SplitChoice,
)
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member
from essaim.places.models import Place


@transaction.atomic
def propose_split(
    *,
    member: Member,
    community: Community,
    name: str,
    purpose: str,
    host: Member,
    place: Place | None = None,
    days: int = CHOOSING_TIME.days,
) -> Split:
    """Let members choose to go to a new community beside this one, which `host` would run.

    Whoever names themselves has chosen; anybody else named says so by choosing to go.
    """
    community = locked(community)
    require(rules.may_propose_split(fresh_reader(member), community))
    if not fresh_reader(host).belongs_to(community.pk):
        raise ValidationError({"host": [_("Only a member of the community can hold a role.")]})
    split = Split(
        community=community,
        place=place,
        host=host,
        proposed_by=member,
        closes_at=now() + timedelta(days=days),
    )
    set_lines_and_texts(split, {"purpose": purpose})
    set_name(split, name)
    if missing := [field for field in ("name", "purpose") if not getattr(split, field).strip()]:
        raise ValidationError({field: [_("Fill this in.")] for field in missing})
    try:
        with transaction.atomic():
            split.save()
    except IntegrityError as error:
        raise Refused(_("Its members are choosing already.")) from error
    if host.pk == member.pk:
        SplitChoice.objects.create(split=split, member=member)
    record(
        SplitProposed(
            actor_id=member.pk,
            community_id=community.pk,
            split_id=split.pk,
            closes_on=split.closes_at.date(),
        )
    )
    return split


@transaction.atomic
def choose_side(*, member: Member, split: Split, goes: bool) -> None:
    """Go or stay, as often as one likes until it closes."""
    lock_member(member)
    split = (
        Split.objects.select_for_update(of=("self",)).select_related("community").get(pk=split.pk)
    )
    require(rules.may_choose_side(fresh_reader(member), split))
    if goes:
        SplitChoice.objects.get_or_create(split=split, member=member)
    else:
        SplitChoice.objects.filter(split=split, member=member).delete()


@transaction.atomic
def call_off_split(*, member: Member, split: Split) -> None:
    split = _locked(split)
    require(rules.may_call_off_split(fresh_reader(member), split))
    _drop(split, member)


@transaction.atomic
def complete_split(*, split: Split) -> Community | None:
    """What the clock does when the time for choosing is over: None when too few go."""
    lock_tree()
    split = _locked(split)
    if split.ended_at or now() < split.closes_at:
        return split.made
    source = split.community
    goers = _goers(split)
    can_found = source.parent and rules.may_found(
        fresh_reader(split.host), source.kind, source.parent
    )
    if (
        not source.is_open
        or not can_found
        or len(goers) < SPLIT_NEEDS
        or split.host_id not in {one.member_id for one in goers}
    ):
        _drop(split, None)
        return None
    made = _found(split)
    carry(goers, source, made)
    for role in (Role.ADMINISTRATOR, Role.HOST):
        entrust(split.host, split.host, made, role)
    among = list(Community.objects.with_merged(source).values_list("pk", flat=True))
    for one in goers:
        end_memberships(one.member, Membership.objects.filter(community__in=among))
    split.ended_at, split.made = now(), made
    split.save(update_fields=["ended_at", "made"])
    split.choices.all().delete()
    bump_generation()
    record(
        CommunitySplit(
            actor_id=split.host_id,
            community_id=source.pk,
            split_id=split.pk,
            made_id=made.pk,
            went=len(goers),
        )
    )
    return made


def _goers(split: Split) -> list[Membership]:
    """Who chose to go and belongs still, held by ascending id."""
    chosen = split.choices.values("member_id")
    people = Member.objects.select_for_update(no_key=True).filter(pk__in=chosen, is_active=True)
    held = {one.pk for one in people.order_by("pk")}
    belonging = Membership.objects.filter(
        community=split.community, member__in=held, left_at__isnull=True
    )
    return list(belonging.select_related("member").order_by("member_id"))


def _found(split: Split) -> Community:
    """Beside the one that divides, as it is, and open."""
    source = split.community
    made = Community(
        kind=source.kind,
        parent=source.parent,
        ancestor_ids=list(source.ancestor_ids),
        place=split.place or source.place,
        language=source.language,
        time_zone=source.time_zone,
        visibility=source.visibility,
        is_political=source.is_political,
        switched_off=list(source.switched_off),
        opened_at=now(),
    )
    set_texts(made, name=split.name, tagline="", purpose=split.purpose)
    made.slug = free_slug(made.name)
    made.save()
    record(
        CommunityFounded(
            actor_id=split.host_id,
            community_id=made.pk,
            kind=made.kind,
            parent_id=made.parent_id,
        )
    )
    record(CommunityOpened(actor_id=split.host_id, community_id=made.pk, kind=made.kind))
    return made


def _drop(split: Split, member: Member | None) -> None:
    split.ended_at = now()
    split.save(update_fields=["ended_at"])
    split.choices.all().delete()
    record(
        SplitDropped(
            actor_id=member.pk if member else None,
            community_id=split.community_id,
            split_id=split.pk,
        )
    )


def _locked(split: Split) -> Split:
    community = locked(split.community)
    split = Split.objects.select_for_update(of=("self",)).select_related("host").get(pk=split.pk)
    split.community = community
    return split
