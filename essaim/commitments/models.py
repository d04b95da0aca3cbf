from datetime import date
from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from essaim.communities.models import Audience, Community, Role
from essaim.foundation import ids
from essaim.foundation.clock import now, today
from essaim.foundation.privacy import Erasure, personal
from essaim.members.models import Member


class CommitmentKind(models.TextChoices):
    """What is owed."""

    ANSWER = "answer", _("an answer")
    GROUPED_ANSWER = "grouped_answer", _("a grouped answer")
    DELIVERY = "delivery", _("what was promised")
    APPEAL = "appeal", _("a second look")
    VALIDATION = "validation", _("a validation")
    SUPPORT = "support", pgettext_lazy("commitment", "support")
    OBJECTION = "objection", _("an answer to an objection")
    GATE = "gate", _("an answer at a gate")
    CONDITION = "condition", _("a condition of a gate")
    FOLLOW_UP = "follow_up", _("news of a project")
    HOURS = "hours", _("hours of help")
    TASK = "task", pgettext_lazy("commitment", "something to do")


class State(StrEnum):
    """Where a commitment stands on a given day."""

    DUE = "due"
    LATE = "late"
    KEPT = "kept"
    KEPT_LATE = "kept_late"
    CANCELLED = "cancelled"


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def standing(self) -> "CommitmentQuerySet":
        """Still owed."""
        return self.filter(kept_at__isnull=True, cancelled_at__isnull=True)

    def late(self) -> "CommitmentQuerySet":
        return self.standing().filter(due_on__lt=today())


@personal(
    purpose="Who owes what by when; public by the role, the person only as its holder.",
    subject="owner",
    on_erasure=Erasure.ANONYMISE,
    exported="community kind promise due_on made_at kept_at kept_on cancelled_at",
    other="id public_id owner_role owner_title subject_kind subject_id audience cancelling_reason",
)
class Commitment(models.Model):
    """One thing owed by a role (and its holder, once known) about one subject, by a date.

    The subject is named by kind and id only: what it is, an upper floor knows.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="commitments")
    kind = models.CharField(max_length=20, choices=CommitmentKind)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    promise = models.TextField(blank=True, max_length=600)
    owner = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL)
    owner_role = models.CharField(max_length=20, choices=Role)
    owner_title = models.CharField(max_length=80, blank=True)
    due_on = models.DateField()
    made_at = models.DateTimeField(default=now)
    kept_at = models.DateTimeField(null=True)
    kept_on = models.DateField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelling_reason = models.TextField(blank=True, max_length=600)
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.PUBLIC)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "subject_kind", "subject_id"],
                condition=Q(cancelled_at__isnull=True),
                name="commitment_once",
            ),
            models.CheckConstraint(
                condition=Q(kept_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="commitment_kept_or_cancelled",
            ),
            models.CheckConstraint(
                condition=Q(kept_at__isnull=True, kept_on__isnull=True)
                | Q(kept_at__isnull=False, kept_on__isnull=False),
                name="commitment_kept_on_a_day",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["community", "due_on"], name="commitment_of_community"),
            models.Index(fields=["subject_kind", "subject_id"], name="commitment_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.due_on}"

    @property
    def subject_key(self) -> tuple[str, int]:
        """As upper floors are asked for its subject."""
        return self.subject_kind, self.pk

    def state_on(self, day: date) -> State:
        """Due through its day, late from the next one."""
        if self.cancelled_at:
            return State.CANCELLED
        if self.kept_on:
            return State.KEPT if self.kept_on <= self.due_on else State.KEPT_LATE
        return State.LATE if self.due_on < day else State.DUE
