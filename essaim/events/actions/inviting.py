"""Who is asked to come, and which other communities are asked to hold it too."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.communities.models import Community, Membership
from essaim.communities.readers import fresh_reader
from essaim.events import rules
from essaim.events.actions.locks import locked
from essaim.events.facts import HoldingAccepted, HoldingAsked, HoldingEnded, MembersInvited
from essaim.events.models import CoHolder, Event, Invitation
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member

MOST_HOLDERS = 12


@transaction.atomic
def invite(*, member: Member, event: Event, people: Collection[Member]) -> int:
    """Invite members of the communities that hold it; returns how many had not been yet.

    Nobody of elsewhere is: whom one cannot see as a member, one does not find by inviting.
    """
    event = locked(event.pk)
    require(rules.may_invite(fresh_reader(member), event))
    here = Membership.objects.filter(
        community__in=rules.holders(event), left_at__isnull=True, member__is_active=True
    )
    ids = {one.pk for one in people}
    if ids - set(here.filter(member__in=ids).values_list("member_id", flat=True)):
        raise ValidationError(
            {"people": [_("Only members of the communities that hold it can be invited.")]}
        )
    known = set(event.invitations.values_list("member_id", flat=True))
    new = sorted(ids - known)
    Invitation.objects.bulk_create(
        [Invitation(event=event, member_id=one, invited_by=member) for one in new]
    )
    if new:
        record(
            MembersInvited(
                actor_id=member.pk,
                community_id=event.community_id,
                event_id=event.pk,
                people=len(new),
            )
        )
    return len(new)


@transaction.atomic
def ask_to_hold(*, member: Member, event: Event, community: Community) -> CoHolder:
    """Ask another community to hold it too; where one runs both, it does at once."""
    event = locked(event.pk)
    community = Community.objects.hold_open(community.pk)
    reader = fresh_reader(member)
    require(rules.may_ask_holder(reader, event, community))
    if event.co_holders.filter(community=community).exists():
        raise ValidationError({"community": [_("This community holds it, or was asked, already.")]})
    if event.co_holders.count() >= MOST_HOLDERS:
        raise ValidationError({"community": [_("Enough communities hold it.")]})
    asked = CoHolder.objects.create(event=event, community=community)
    if rules.may_answer_holding(reader, asked):
        _accept(member, asked)
    else:
        record(
            HoldingAsked(
                actor_id=member.pk,
                community_id=community.pk,
                event_id=event.pk,
                holder_id=asked.pk,
            )
        )
    return asked


@transaction.atomic
def accept_holding(*, member: Member, asked: CoHolder) -> CoHolder:
    asked = _locked(asked)
    require(rules.may_answer_holding(fresh_reader(member), asked))
    if asked.accepted_at is None:
        _accept(member, asked)
    return asked


@transaction.atomic
def end_holding(*, member: Member, asked: CoHolder) -> None:
    """Decline, withdraw, or, by those who asked, take it back."""
    asked = _locked(asked)
    require(rules.may_end_holding(fresh_reader(member), asked))
    record(
        HoldingEnded(
            actor_id=member.pk,
            community_id=asked.community_id,
            event_id=asked.event_id,
            holder_id=asked.pk,
        )
    )
    asked.delete()
    bump_generation()


def _accept(member: Member, asked: CoHolder) -> None:
    asked.accepted_at = now()
    asked.save(update_fields=["accepted_at"])
    record(
        HoldingAccepted(
            actor_id=member.pk,
            community_id=asked.community_id,
            audience=asked.event.audience if asked.event.is_told else "nobody",
            event_id=asked.event_id,
            holder_id=asked.pk,
        )
    )
    bump_generation()


def _locked(asked: CoHolder) -> CoHolder:
    """With its gathering, which is locked first."""
    event = locked(asked.event_id)
    found = CoHolder.objects.select_related("community").get(pk=asked.pk)
    found.event = event
    return found
