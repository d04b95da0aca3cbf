from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from essaim.communities.models import Community
from essaim.events.models.words import SHORT_LENGTH, Kind
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, personal
from essaim.members.models import Member

MOST_PARTS = 40
MOST_TOLD = 12  # roles, and things to do afterwards


@personal(
    purpose="What a community makes its gatherings of a kind begin with.",
    subject="changed_by",
    on_erasure=Erasure.ANONYMISE,
    exported="community kind purpose agenda asked roles follow_up changed_at",
    other="id",
)
class KindTemplate(models.Model):
    """Instead of what stands in `essaim/events/kinds.py`; for the communities below it, too.

    `agenda`: {"title", "minutes", "kind"} of each part; `asked`: {"text", "is_agenda"} of each
    question. Lists that are read and written whole, by one function each.
    """

    community = models.ForeignKey(
        Community, on_delete=models.CASCADE, related_name="kind_templates"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    purpose = models.CharField(max_length=SHORT_LENGTH)
    agenda: models.Field[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField()
    asked: models.Field[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField()
    roles: models.Field[list[str], list[str]] = ArrayField(
        models.CharField(max_length=SHORT_LENGTH), default=list, blank=True, size=MOST_TOLD
    )
    follow_up: models.Field[list[str], list[str]] = ArrayField(
        models.CharField(max_length=SHORT_LENGTH), default=list, blank=True, size=MOST_TOLD
    )
    changed_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "kind"], name="kind_template_once"),
            models.CheckConstraint(
                condition=~Q(agenda=[]) & ~Q(asked=[]), name="kind_template_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.community_id}"
