from typing import ClassVar

from django.db import models

from essaim.communities.models import Community
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, personal
from essaim.members.models import Member

MOST_SEARCHES = 10


@personal(
    purpose="What a member wants to be told of when it comes to the board.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="community params created_at",
    other="id public_id told_until",
)
class SavedSearch(models.Model):
    """A board's filters, kept: what is new is told in the daily mail, from `told_until` on."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="saved_searches")
    community = models.ForeignKey(
        Community, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    params = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=now)
    told_until = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member", "community", "params"],
                nulls_distinct=False,
                name="saved_search_once",
            ),
        ]

    def __str__(self) -> str:
        return f"search of {self.member_id}"
