"""Figures that take long: kept by the clock for large communities, counted now for small ones."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from essaim.communities.models import Community
from essaim.foundation.clock import now, today
from essaim.insights.models import Kept, What
from essaim.insights.queries.ladder import count_ladder
from essaim.insights.queries.months import count_months

COUNTS: dict[What, Callable[[int], dict[str, Any]]] = {
    What.MONTHS: count_months,
    What.LADDER: count_ladder,
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was counted, and on which day."""

    told: dict[str, Any]
    on: date


def numbers_of(community: Community, what: What) -> Numbers:
    """The newest that is kept, else counted now."""
    kept = Kept.objects.filter(community=community, what=what, counted_at__lte=now())
    newest = kept.order_by("-day").values_list("numbers", "counted_at").first()
    if newest:
        return Numbers(newest[0], timezone.localdate(newest[1]))
    return Numbers(COUNTS[what](community.pk), today())
