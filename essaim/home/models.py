from typing import ClassVar

from django.db import models

from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, personal
from essaim.members.models import Member


@personal(
    purpose="Acts that a member put off or does not want to see on Today.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="key until created_at",
    other="id",
)
class PutOff(models.Model):
    """One suggested act out of sight until a moment; without one, for good."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="put_off")
    key = models.CharField(max_length=80)
    until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "key"], name="put_off_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.key}"
