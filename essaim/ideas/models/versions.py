from typing import ClassVar

from django.db import models

from essaim.foundation.privacy import Erasure, personal
from essaim.ideas.models.ideas import TEXT_LENGTH, TITLE_LENGTH, Idea
from essaim.members.models import Member


@personal(
    purpose="What an idea said before its author rewrote it, so that supporters see what changed.",
    subject="author",
    on_erasure=Erasure.ANONYMISE,
    exported="title text written_at",
    other="id idea number language replaced_at",
)
class IdeaVersion(models.Model):
    """A wording that was replaced; the present one stands in the idea, under the next number."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    author = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL)
    title = models.CharField(max_length=TITLE_LENGTH)
    text = models.TextField(max_length=TEXT_LENGTH)
    language = models.CharField(max_length=2, default="fr")
    written_at = models.DateTimeField()
    replaced_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["idea", "number"], name="idea_version_number"),
        ]

    def __str__(self) -> str:
        return f"{self.idea_id} v{self.number}"
