"""The secret address of a member's calendar: made, shown once, revoked."""

import secrets

from django.db import models, transaction

from essaim.events.facts import CalendarAddressMade, CalendarAddressRevoked
from essaim.events.models import CalendarAddress
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.members.models import Member
from essaim.members.queries import digest_of
from essaim.members.rules import may_keep_account

RANDOM_BYTES = 32


@transaction.atomic
def make_calendar_address(*, member: Member) -> str:
    """A new secret, which nothing keeps: whoever asked sees it this once. An older one ends."""
    known = Member.objects.select_for_update().get(pk=member.pk)  # one at a time
    require(may_keep_account(known))
    _standing(known).update(revoked_at=now())
    secret = secrets.token_urlsafe(RANDOM_BYTES)
    CalendarAddress.objects.create(member=known, digest=digest_of(secret))
    record(CalendarAddressMade(actor_id=known.pk))
    return secret


@transaction.atomic
def revoke_calendar_address(*, member: Member) -> bool:
    """It opens nothing from now on; False when that was so already."""
    if not _standing(member).update(revoked_at=now()):
        return False
    record(CalendarAddressRevoked(actor_id=member.pk))
    return True


def _standing(member: Member) -> models.QuerySet[CalendarAddress]:
    return CalendarAddress.objects.filter(member=member, revoked_at__isnull=True)
