from typing import ClassVar

from django.db import models

from essaim.communities.models import Audience, Community
from essaim.discussions.models import Waiting
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, personal
from essaim.members.models import Member
from essaim.places.models import Place

OBSERVATION = "projects.observation"
OBSERVATION_LENGTH = 600


class ObservationQuerySet(models.QuerySet["Observation"]):
    def standing(self) -> "ObservationQuerySet":
        return self.filter(withdrawn_at__isnull=True, hidden_at__isnull=True)


@personal(
    purpose="A need that a member saw around them, which anybody may take up.",
    subject="author",
    on_erasure=Erasure.ANONYMISE,
    exported="community what for_whom place created_at withdrawn_at",
    other="id public_id audience language hidden_at hidden_by hiding_reason waiting_for",
)
class Observation(models.Model):
    """A need seen here, without any project yet: who walks the street sees it first."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="observations")
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.PUBLIC)
    author = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="observations"
    )
    what = models.TextField(max_length=OBSERVATION_LENGTH)
    for_whom = models.CharField(max_length=160, blank=True)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    language = models.CharField(max_length=2, default="fr")
    created_at = models.DateTimeField(default=now)
    withdrawn_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    hiding_reason = models.TextField(blank=True, max_length=600)
    waiting_for = models.CharField(max_length=8, choices=Waiting, blank=True)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["community", "-created_at", "-id"], name="observation_of_community"
            ),
        ]

    def __str__(self) -> str:
        return self.what[:80]
