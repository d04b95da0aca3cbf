from typing import Any, ClassVar

from django.db import models

from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, impersonal, personal


@personal(
    purpose="The log of what happened: audit, feed, delivery to listeners, honest figures.",
    subject="actor_id",
    on_erasure=Erasure.KEEP,
    reason="Holds ids only: once the person's own row is anonymous, so is this one.",
    exported="kind happened_at community_id",
    other="id rung audience details",
)
class FactRow(models.Model):
    """One act, told once. The database refuses to change or delete a row."""

    kind = models.CharField(max_length=80)
    rung = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    community_id = models.BigIntegerField(null=True)
    audience = models.CharField(max_length=20)
    details: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    happened_at = models.DateTimeField(default=now)

    class Meta:
        db_table = "foundation_fact"
        indexes: ClassVar = [
            # With all that figures are counted from: none of the facts themselves is read.
            models.Index(
                fields=["community_id", "happened_at"],
                include=["actor_id", "rung"],
                name="fact_in_community",
            ),
            models.Index(fields=["actor_id", "happened_at"], name="fact_actor"),
            models.Index(fields=["kind", "happened_at"], name="fact_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


@impersonal(
    purpose="Which listener has heard which fact.",
    fields="id fact listener attempts next_try_at done_at last_error",
)
class Delivery(models.Model):
    """One fact for one listener, inserted with the fact and worked off by the queue."""

    fact = models.ForeignKey(FactRow, on_delete=models.PROTECT, related_name="deliveries")
    listener = models.CharField(max_length=200)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=now)
    done_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        db_table = "foundation_delivery"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fact", "listener"], name="delivery_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_try_at", "id"],
                name="delivery_pending",
                condition=models.Q(done_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listener} ← {self.fact_id}"
