from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from essaim.communities.models.community import Community
from essaim.foundation.clock import now, today
from essaim.foundation.privacy import impersonal


@impersonal(
    purpose="How many belong, act and live in a large community, day by day: numbers, nobody.",
    fields="id community day counted_at version members verified active_28 active active_365"
    " regular dormant local alive asleep empty alive_ids",
)
class Tally(models.Model):
    """What was counted of a large community on a day; the last count of the day stands.

    Small communities have none: they are counted when asked. `version` is the definition's.
    `alive_ids` are kept in the newest row only.
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="tallies")
    day = models.DateField(default=today)
    counted_at = models.DateTimeField(default=now)
    version = models.PositiveSmallIntegerField()
    members = models.PositiveIntegerField()
    verified = models.PositiveIntegerField()
    active_28 = models.PositiveIntegerField()
    active = models.PositiveIntegerField()
    active_365 = models.PositiveIntegerField()
    regular = models.PositiveIntegerField()
    dormant = models.PositiveIntegerField()
    local = models.PositiveIntegerField()
    alive = models.PositiveIntegerField()
    asleep = models.PositiveIntegerField()
    empty = models.PositiveIntegerField()
    alive_ids: models.Field[list[int], list[int]] = ArrayField(
        models.BigIntegerField(), default=list
    )

    class Meta:
        verbose_name_plural = "tallies"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "day"], name="tally_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.community_id} on {self.day}"
