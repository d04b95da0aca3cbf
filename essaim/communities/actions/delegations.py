"""Letting somebody of one's team do in one's stead what a role entitles to."""

from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.actions.belonging import hold_member
from essaim.communities.facts import DelegationWithdrawn, PowerDelegated
from essaim.communities.models import Delegation, Mandate, Membership
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now, today
from essaim.foundation.ids import public_id
from essaim.members.models import Member

_LEND = """
INSERT INTO communities_delegation (public_id, mandate_id, member_id, power, given_at, ends_on)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (mandate_id, member_id, power) WHERE withdrawn_at IS NULL
DO UPDATE SET ends_on = excluded.ends_on RETURNING id
"""


@transaction.atomic
def delegate(
    *,
    member: Member,
    mandate: Mandate,
    delegate: Member,
    powers: Collection[str],
    ends_on: date | None = None,
) -> None:
    """Lend these powers of one's mandate to a member of the community; again to change the end.

    The mandate is held locked, after the person: whoever ends it at the same moment comes before
    or after.
    """
    hold_member(delegate)  # whoever is leaving right now is lent nothing
    mandate = _locked(mandate)
    reader = fresh_reader(member)
    for key in powers:
        require(rules.may_delegate(reader, mandate, key, delegate.pk))
    if not powers:
        raise ValidationError({"powers": [_("Choose what they may do.")]})
    if ends_on and ends_on <= today():
        raise ValidationError({"ends_on": [_("The end comes after today.")]})
    belongs = Membership.objects.filter(
        community=mandate.community_id, member=delegate, left_at__isnull=True
    )
    if not belongs.exists():
        raise ValidationError({"delegate": [_("Only a member of the community can be chosen.")]})
    for key in sorted(powers):
        with connection.cursor() as cursor:
            cursor.execute(_LEND, (public_id(), mandate.pk, delegate.pk, key, now(), ends_on))
            delegation_id = cursor.fetchone()[0]
        record(
            PowerDelegated(
                actor_id=member.pk,
                community_id=mandate.community_id,
                delegation_id=delegation_id,
                mandate_id=mandate.pk,
                delegate_id=delegate.pk,
                power=key,
            )
        )


@transaction.atomic
def withdraw_delegation(*, member: Member, delegation: Delegation) -> None:
    """End it at once; a second time changes nothing."""
    delegation = (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("mandate__community")
        .get(pk=delegation.pk)
    )
    require(rules.may_withdraw_delegation(fresh_reader(member), delegation))
    if delegation.withdrawn_at:
        return
    delegation.withdrawn_at = now()
    delegation.save(update_fields=["withdrawn_at"])
    record(
        DelegationWithdrawn(
            actor_id=member.pk,
            community_id=delegation.mandate.community_id,
            delegation_id=delegation.pk,
            delegate_id=delegation.member_id,
        )
    )


def _locked(mandate: Mandate) -> Mandate:
    return (
        Mandate.objects.select_for_update(of=("self",))
        .select_related("community")
        .get(pk=mandate.pk)
    )
