"""What ends soon."""

from dataclasses import dataclass
from datetime import date, timedelta

from essaim.foundation.clock import today
from essaim.needs.models import Need, Offer

TOLD_BEFORE = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A need or an offer, its last day, and whom to tell of it."""

    pk: int
    community_id: int
    on: date
    people: list[int]


def needs_to_warn() -> list[Ending]:
    """What a moderator hid cannot be renewed."""
    soon = Need.objects.filter(
        hidden_at__isnull=True,
        closed_at__isnull=True,
        filled_at__isnull=True,
        expires_on__gte=today(),
        expires_on__lte=today() + TOLD_BEFORE,
    )
    return [_ending(one, one.posted_by_id, one.contact_id) for one in soon.order_by("pk")]


def offers_to_warn() -> list[Ending]:
    soon = Offer.objects.standing().filter(
        member__isnull=False,
        paused_at__isnull=True,
        expires_on__gte=today(),
        expires_on__lte=today() + TOLD_BEFORE,
    )
    return [_ending(one, one.member_id) for one in soon.order_by("pk")]


def _ending(one: Need | Offer, *people: int | None) -> Ending:
    return Ending(
        pk=one.pk,
        community_id=one.community_id,
        on=one.expires_on,
        people=sorted({who for who in people if who}),
    )
