"""What ends soon, and what is new for saved searches."""

from datetime import timedelta

from essaim.foundation.clock import today
from essaim.needs.models import Need, Offer

TOLD_BEFORE = timedelta(days=7)


def needs_to_warn() -> list[tuple[int, int, list[int], str]]:
    """Each as (id, community, whom, a key that tells one last day from another)."""
    soon = Need.objects.filter(
        closed_at__isnull=True,
        filled_at__isnull=True,
        expires_on__gte=today(),
        expires_on__lte=today() + TOLD_BEFORE,
    ).order_by("pk")
    return [
        (
            one.pk,
            one.community_id,
            sorted({who for who in (one.posted_by_id, one.contact_id) if who}),
            f"{one.pk}:{one.expires_on}",
        )
        for one in soon
    ]


def offers_to_warn() -> list[tuple[int, int, list[int], str]]:
    soon = Offer.objects.standing().filter(
        member__isnull=False,
        paused_at__isnull=True,
        expires_on__gte=today(),
        expires_on__lte=today() + TOLD_BEFORE,
    )
    return [
        (one.pk, one.community_id, [one.member_id or 0], f"{one.pk}:{one.expires_on}")
        for one in soon.order_by("pk")
    ]
