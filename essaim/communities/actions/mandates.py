"""Entrusting people with roles, from a day to a day."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.actions.belonging import LastHost, hold_member
from essaim.communities.actions.tree import locked, set_lines_and_texts
from essaim.communities.facts import LastHostLeft, MandateEnded, MandateGiven
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
    return give(member, mandate)


def give(member: Member | None, mandate: Mandate) -> Mandate:
    """Keep a mandate that a rule allowed; ValidationError when it is held already."""
    try:
        with transaction.atomic():
            mandate.save()
    except IntegrityError as error:
        raise ValidationError(
            {"role": [_("This person already holds this role during these days.")]}
        ) from error
    record(
        MandateGiven(
            actor_id=member.pk if member else None,
            community_id=mandate.community_id,
            mandate_id=mandate.pk,
            holder_id=mandate.member_id,
            role=mandate.role,
        )
    )
    return mandate


@transaction.atomic
def end_mandate(
    *, member: Member, mandate: Mandate, on: date | None = None, without_host: bool = False
) -> Mandate:
    """End a role on a day, today if none is named; the row stays as history.

    Whoever lays down the last role that runs the community says `without_host`, else LastHost.
    """
    community = locked(mandate.community)  # last hosts take turns
    mandate = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    mandate.community = community
    require(rules.may_end_mandate(fresh_reader(member), mandate))
    day = max(on or today(), mandate.starts_on)
    if mandate.ends_on and mandate.ends_on <= day:
        return mandate
    is_last = day <= today() and rules.is_last_running(mandate)
    if is_last and not without_host and mandate.member_id == member.pk:
        raise LastHost([community])
    end(member, mandate, day)
    if is_last:
        record(LastHostLeft(actor_id=member.pk, community_id=community.pk))
    return mandate


def end(member: Member | None, mandate: Mandate, day: date) -> None:
    """Set the first day without it."""
    mandate.ends_on = max(day, mandate.starts_on)
    mandate.save(update_fields=["ends_on"])
    record(
        MandateEnded(
            actor_id=member.pk if member else None,
            community_id=mandate.community_id,
            mandate_id=mandate.pk,
            holder_id=mandate.member_id,
            role=mandate.role,
        )
    )
