"""Entrusting people with roles, from a day to a day."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.actions.belonging import hold_member
from essaim.communities.actions.tree import locked, set_lines_and_texts
from essaim.communities.facts import MandateEnded, MandateGiven
from essaim.communities.models import Community, Mandate, Membership, Role
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import today
from essaim.members.models import Member


@transaction.atomic
def give_mandate(
    *,
    member: Member,
    community: Community,
    holder: Member,
    role: str,
    title: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Mandate:
    """Entrust a member of the community with a role; `ends_on` is the first day without it."""
    if role not in Role.values:
        raise ValidationError({"role": [_("This role does not exist.")]})
    community = locked(community)
    require(rules.may_give_mandate(fresh_reader(member), community, role))
    hold_member(holder)  # whoever is leaving right now does not keep a role
    if not Membership.objects.filter(
        community=community, member=holder, left_at__isnull=True
    ).exists():
        raise ValidationError({"holder": [_("Only a member of the community can hold a role.")]})
    starts_on = starts_on or today()
    if ends_on and ends_on <= starts_on:
        raise ValidationError({"ends_on": [_("The end comes after the beginning.")]})
    mandate = Mandate(
        community=community,
        member=holder,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        given_by=member,
    )
    set_lines_and_texts(mandate, {"title": title})
    return _give(member, mandate)


def _give(member: Member, mandate: Mandate) -> Mandate:
    try:
        with transaction.atomic():
            mandate.save()
    except IntegrityError as error:
        raise ValidationError(
            {"role": [_("This person already holds this role during these days.")]}
        ) from error
    record(
        MandateGiven(
            actor_id=member.pk,
            community_id=mandate.community_id,
            mandate_id=mandate.pk,
            holder_id=mandate.member_id,
            role=mandate.role,
        )
    )
    return mandate


@transaction.atomic
def end_mandate(*, member: Member, mandate: Mandate, on: date | None = None) -> Mandate:
    """End a role on a day, today if none is named; the row stays as history."""
    mandate = (
        Mandate.objects.select_for_update(of=("self",))
        .select_related("community")
        .get(pk=mandate.pk)
    )
    require(rules.may_end_mandate(fresh_reader(member), mandate))
    day = max(on or today(), mandate.starts_on)
    if mandate.ends_on and mandate.ends_on <= day:
        return mandate
    mandate.ends_on = day
    mandate.save(update_fields=["ends_on"])
    record(
        MandateEnded(
            actor_id=member.pk,
            community_id=mandate.community_id,
            mandate_id=mandate.pk,
            holder_id=mandate.member_id,
            role=mandate.role,
        )
    )
    return mandate
