from typing import Any, ClassVar

from django.db import models

from essaim.communities.models import Community
from essaim.foundation.clock import now, today
from essaim.foundation.privacy import impersonal


class What(models.TextChoices):
    """What is counted at length, and so is kept for large communities."""

    MONTHS = "months"
    LADDER = "ladder"


@impersonal(
    purpose="Figures that take long to count in a large community: numbers, nobody.",
    fields="id community what day counted_at version numbers",
)
class Kept(models.Model):
    """What was counted of one community on a day; of months long past the last one stays."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=12, choices=What)
    day = models.DateField(default=today)
    counted_at = models.DateTimeField(default=now)
    version = models.PositiveSmallIntegerField()
    numbers: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()

    class Meta:
        verbose_name_plural = "kept figures"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "what", "day"], name="kept_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.what} of {self.community_id} on {self.day}"
