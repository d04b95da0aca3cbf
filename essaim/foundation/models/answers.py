from typing import Any

from django.db import models

from essaim.foundation.privacy import Erasure, personal


@personal(
    purpose="The answer to a request, kept a day: whoever sends it again gets the same one.",
    subject="actor_id",
    on_erasure=Erasure.DELETE,
    other="key request status headers content is_told seen_as expires_at",
)
class KeptAnswer(models.Model):
    """One row for each person and key. `key` and `request` are digests of what was sent.

    `seen_as` is one of what its person might read then: its words are told while that is so.
    """

    key = models.CharField(max_length=64, primary_key=True)
    request = models.CharField(max_length=64)
    actor_id = models.BigIntegerField(null=True, db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    headers: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    content = models.BinaryField(default=bytes)
    is_told = models.BooleanField(default=True)  # false: it was too long, or not to be kept
    seen_as = models.CharField(max_length=64, blank=True)  # none where there are no words
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
