from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.foundation import ids
from essaim.foundation.privacy import Erasure, personal
from essaim.members.models import Member
from essaim.projects.models.project import Project

FOLLOW_UP = "follow_up"  # what commitments call it
FOLLOW_UP_MONTHS = (1, 3, 6, 12)
NEWS_LENGTH = 600


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that is too short."""
    year, month = divmod(day.month - 1 + months, 12)
    first_after = date(day.year + year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = (first_after - date.resolution).day
    return date(day.year + year, month + 1, min(day.day, last))


class CountsFrom(models.TextChoices):
    """From which day the months of a follow-up are counted."""

    START = "start", _("since its start")
    END = "end", _("since its end")


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def owed(self) -> "FollowUpQuerySet":
        return self.filter(done_at__isnull=True, cancelled_at__isnull=True)


@personal(
    purpose="Whether a project was still alive after some months, and who said so.",
    subject="done_by",
    on_erasure=Erasure.ANONYMISE,
    exported="project months is_alive words done_at",
    other="id public_id counts_from due_on cancelled_at",
)
class FollowUp(models.Model):
    """News owed 1, 3, 6 and 12 months after a start, and after an end, of whatever kind it was.

    It is owed as a commitment. Those counted from the start go when a project ends: those counted
    from its end take their place.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="follow_ups")
    counts_from = models.CharField(max_length=5, choices=CountsFrom)
    months = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    is_alive = models.BooleanField(null=True)
    words = models.TextField(blank=True, max_length=NEWS_LENGTH)
    done_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    done_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "counts_from", "months"],
                condition=Q(cancelled_at__isnull=True),
                name="follow_up_once",
            ),
            models.CheckConstraint(
                condition=Q(months__in=FOLLOW_UP_MONTHS), name="follow_up_after_known_months"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, is_alive__isnull=True)
                | Q(done_at__isnull=False, is_alive__isnull=False),
                name="follow_up_done_says_whether_alive",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="follow_up_done_or_cancelled",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_on"],
                condition=Q(done_at__isnull=True, cancelled_at__isnull=True),
                name="follow_up_owed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.months} months of {self.project_id}"
