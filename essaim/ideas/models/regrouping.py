from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.ideas.models.debates import Debate
from essaim.ideas.models.ideas import Idea
from essaim.members.models import Member

REGROUPING_UNDO = timedelta(days=30)


class Way(models.TextChoices):
    """Several into one, or one into several."""

    MERGE = "merge", _("merged")
    SPLIT = "split", _("split")


@personal(
    purpose="Which ideas a host merged or split, why and when; how it is undone.",
    subject="made_by",
    on_erasure=Erasure.ANONYMISE,
    exported="way reason made_at undone_at",
    other="id public_id debate idea undone_by",
)
class Regrouping(models.Model):
    """A host's act. `idea` is the one that survives a merge, or the one that was split.

    It can be undone within `REGROUPING_UNDO`; who left a group before stays out of it. Without
    anyone who made it, it is the consequence of another act: the idea that spoke for the group
    went.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    debate = models.ForeignKey(Debate, on_delete=models.PROTECT, related_name="regroupings")
    way = models.CharField(max_length=5, choices=Way)
    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="regroupings")
    reason = models.TextField(blank=True, max_length=600)
    made_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=now)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["debate", "-made_at"], name="regrouping_of_debate"),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.public_id}"


@impersonal(
    purpose="An idea that a merge took in, or a part that a split made.",
    fields="id regrouping idea ended_at",
)
class RegroupedIdea(models.Model):
    """A merge ties the idea to the act's own until `ended_at`; undone, taken out or left, it ends.

    The part of a split stands by itself, so its line begins ended; undoing the split ties it. An
    idea has one line that holds, at most, and is `merged_into` the idea on top of these lines.
    """

    regrouping = models.ForeignKey(Regrouping, on_delete=models.CASCADE, related_name="lines")
    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="regrouped")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["idea"], condition=Q(ended_at__isnull=True), name="idea_in_one_group"
            ),
            models.UniqueConstraint(fields=["regrouping", "idea"], name="idea_regrouped_once"),
        ]

    def __str__(self) -> str:
        return f"{self.idea_id} in {self.regrouping_id}"
