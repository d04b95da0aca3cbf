import logging
from datetime import timedelta

from django.db import transaction

from essaim.foundation.activity.facts import all_kinds
from essaim.foundation.activity.listeners import listener_named
from essaim.foundation.clock import now
from essaim.foundation.models import Delivery

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 12
LONGEST_WAIT = timedelta(hours=6)


def deliver_pending(*, limit: int = 10_000) -> int:
    """Work off waiting deliveries, oldest first; returns how many were heard.

    Each runs in one transaction with its listener's effects, so that it happens wholly or not at
    all; several workers share the queue by SKIP LOCKED.
    """
    heard = 0
    for _ in range(limit):
        outcome = _deliver_one()
        if outcome is None:
            break
        heard += outcome
    return heard


@transaction.atomic
def _deliver_one() -> bool | None:
    """Deliver the next one: True when heard, False when its listener failed, None: none waits."""
    delivery = (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("fact")
        .filter(done_at__isnull=True, next_try_at__lte=now(), attempts__lt=MOST_ATTEMPTS)
        .order_by("next_try_at", "id")
        .first()
    )
    if delivery is None:
        return None
    listener = listener_named(delivery.listener)
    kind = all_kinds().get(delivery.fact.kind)
    if listener is None or kind is None:
        # A sub-platform that was taken away no longer listens.
        delivery.done_at, delivery.last_error = now(), "no such listener"
        delivery.save(update_fields=["done_at", "last_error"])
        return False
    try:
        with transaction.atomic():
            listener(kind.from_row(delivery.fact))
    except Exception as error:
        log.exception("%s failed on fact %s", delivery.listener, delivery.fact_id)
        delivery.attempts += 1
        delivery.next_try_at = now() + min(
            LONGEST_WAIT, timedelta(seconds=10 * 4**delivery.attempts)
        )
        delivery.last_error = type(error).__name__
        delivery.save(update_fields=["attempts", "next_try_at", "last_error"])
        return False
    delivery.done_at = now()
    delivery.save(update_fields=["done_at"])
    return True
