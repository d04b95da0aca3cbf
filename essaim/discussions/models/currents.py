from typing import ClassVar

from django.db import models

from essaim.discussions.models.threads import Post, Thread
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.members.models import Member

CURRENT_LENGTHS = {"name": 120, "summary": 1000}


@personal(
    purpose="A current of thought that a host named in a conversation.",
    subject="named_by",
    on_erasure=Erasure.ANONYMISE,
    exported="name summary named_at withdrawn_at",
    other="id public_id thread language",
)
class Current(models.Model):
    """A way of seeing things that several contributions carry, whatever their number."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="currents")
    name = models.CharField(max_length=CURRENT_LENGTHS["name"])
    summary = models.TextField(blank=True, max_length=CURRENT_LENGTHS["summary"])
    language = models.CharField(max_length=2, default="fr")
    named_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL)
    named_at = models.DateTimeField(default=now)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


@impersonal(
    purpose="A contribution that carries a current, until its author leaves it.",
    fields="id current post added_at left_at",
)
class CurrentPost(models.Model):
    """Whoever wrote the message may take it out; a host does not put it back."""

    current = models.ForeignKey(Current, on_delete=models.CASCADE, related_name="carriers")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="carries")
    added_at = models.DateTimeField(default=now)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["current", "post"], name="current_post_once"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} carries {self.current_id}"
