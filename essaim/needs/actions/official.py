"""What people need of the elected goes through a facilitator."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.communities.actions import record_decision
from essaim.communities.models import Audience, Verb
from essaim.communities.queries import people_who_may
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.members.models import Member
from essaim.needs import rules
from essaim.needs.actions.answers import about_need
from essaim.needs.actions.needs import can_be_read, close, locked
from essaim.needs.facts import NeedHandedBack, NeedTakenOn
from essaim.needs.models import NEED, Closing, Need, NeedKind


@transaction.atomic
def take_on(*, member: Member, need: Need) -> Need:
    """A facilitator carries it: from now on it is read by all it is for."""
    need = locked(need.pk)
    require(rules.may_facilitate(fresh_reader(member), need))
    need.facilitator, need.approved_at = member, now()
    need.save(update_fields=["facilitator", "approved_at"])
    can_be_read(need)
    record(NeedTakenOn(actor_id=member.pk, **about_need(need)))
    return need


@transaction.atomic
def refuse_need(*, member: Member, need: Need, reason: str, word: str = "") -> Need:
    """Say why it is not carried to the elected: a decision that can be contested once."""
    need = locked(need.pk)
    require(rules.may_facilitate(fresh_reader(member), need))
    if not reason.strip():
        raise ValidationError({"reason": [_("Say why.")]})
    record_decision(
        member=member,
        community=need.community,
        verb=Verb.REFUSED,
        subject=(NEED, need.pk),
        reason=reason,
        word=word,
        concerned=need.posted_by,
        asked_at=need.created_at,
        audience=Audience.ROLE_HOLDERS,
    )
    close(need, Closing.REFUSED, member)
    return need


def carried() -> list[int]:
    """Open needs that a facilitator took on."""
    taken = Need.objects.filter(kind=NeedKind.OFFICIAL, closed_at=None, approved_at__isnull=False)
    return list(taken.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def hand_back(need_id: int) -> None:
    """Whoever carries it is a facilitator no longer, or is gone: it waits for another."""
    need = locked(need_id)
    if need.closed_at or need.approved_at is None:
        return
    poster = tuple(one for one in (need.posted_by_id,) if one)
    if need.facilitator_id in people_who_may(
        need.community, rules.FACILITATE, in_stead_of_none=poster
    ):
        return
    need.facilitator = need.approved_at = None
    need.save(update_fields=["facilitator", "approved_at"])
    record(NeedHandedBack(actor_id=None, **about_need(need)))


@transaction.atomic
def reopen_refused(*, need_id: int) -> None:
    """A second look overturned the refusal: it waits for a facilitator again."""
    need = locked(need_id)
    if need.closing == Closing.REFUSED:
        need.closed_at, need.closing = None, ""
        need.save(update_fields=["closed_at", "closing"])
