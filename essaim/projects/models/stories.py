from typing import ClassVar

from django.db import models
from django.db.models.expressions import RawSQL

from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.models import StoredFile
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.members.models import Member
from essaim.projects.models.project import Project

STORY_LENGTH = 2400
KIT_LABEL_LENGTH = 120


def descending_from(project_ids: list[int]) -> RawSQL:
    """The ids of these projects and of all that started from them, however far."""
    sql = "SELECT unnest(projects_descending(%s::bigint[]))"
    return RawSQL(sql, [project_ids])  # noqa: S611  the text above, its value as a parameter


def ascending_from(project_ids: list[int]) -> RawSQL:
    """The ids of these projects and of all that they started from."""
    sql = "SELECT unnest(projects_ascending(%s::bigint[]))"
    return RawSQL(sql, [project_ids])  # noqa: S611  the text above, its value as a parameter


@impersonal(
    purpose="What a project that works tells those who want to do the same elsewhere.",
    fields="id project what_worked what_was_hard first_step told_at withdrawn_at",
)
class Story(models.Model):
    """Told by the team; others start from it: its problem, its smallest version, its kit."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="story")
    what_worked = models.TextField(max_length=STORY_LENGTH)
    what_was_hard = models.TextField(max_length=STORY_LENGTH)
    first_step = models.TextField(max_length=STORY_LENGTH)
    told_at = models.DateTimeField(default=now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "stories"

    def __str__(self) -> str:
        return f"story of {self.project_id}"


@personal(
    purpose="Files that teams pass on to teams elsewhere; who added them.",
    subject="added_by",
    on_erasure=Erasure.ANONYMISE,
    exported="project label added_at",
    other="id public_id file",
)
class KitFile(models.Model):
    """A model of a letter, a plan, a poster: for the team, and for the teams that started here."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="kit")
    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=KIT_LABEL_LENGTH)
    added_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file"], name="kit_file_once"),
        ]

    def __str__(self) -> str:
        return self.label
