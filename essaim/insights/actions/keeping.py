"""What takes long is counted at night, of large communities, and thinned with time."""

from datetime import timedelta

from django.db.models import Max
from django.db.models.functions import TruncMonth
from django.utils import timezone

from essaim.communities.queries import DEFINITIONS_VERSION
from essaim.communities.queries.counted import large_ones
from essaim.foundation.clock import now, today
from essaim.foundation.counting import counting_all
from essaim.insights.models import Kept
from essaim.insights.queries import COUNTS

DAYS_KEPT = timedelta(days=62)  # older ones: the last of each month


def keep_numbers(*, ids: list[int] | None = None) -> int:
    """Count the large communities, or these, each in a transaction of its own; returns how many."""
    ids = large_ones() if ids is None else ids
    for community_id in ids:
        with counting_all():
            for what, count in COUNTS.items():
                Kept.objects.update_or_create(
                    community_id=community_id,
                    what=what,
                    day=timezone.localdate(now()),
                    defaults={
                        "counted_at": now(),
                        "version": DEFINITIONS_VERSION,
                        "numbers": count(community_id),
                    },
                )
    return len(ids)


def thin_numbers() -> int:
    """Of months long past only the last count stays."""
    old = Kept.objects.filter(day__lt=today() - DAYS_KEPT)
    last = old.values("community", "what", month=TruncMonth("day")).annotate(last=Max("day"))
    kept = {(row["community"], row["what"], row["last"]) for row in last}
    keys = old.values_list("pk", "community", "what", "day")
    gone = [pk for pk, *key in keys if tuple(key) not in kept]
    return Kept.objects.filter(pk__in=gone).delete()[0]
