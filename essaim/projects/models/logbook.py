from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from essaim.discussions.models import Waiting
from essaim.foundation import ids
from essaim.foundation.clock import now, today
from essaim.foundation.models import StoredFile
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.members.models import Member
from essaim.projects.models.project import Project

LOG_ENTRY = "projects.logentry"  # what an entry is called where things of any kind are meant
ENTRY_LENGTH = 1200
ALT_LENGTH = 240
ISOLATION_LENGTH = 600
SILENCE = timedelta(days=21)


class EntryKind(models.TextChoices):
    """What a moment of a project was."""

    STEP = "step", pgettext_lazy("logbook", "step")
    DISCOVERY = "discovery", pgettext_lazy("logbook", "discovery")
    MOMENT = "moment", pgettext_lazy("logbook", "lived moment")
    SUCCESS = "success", pgettext_lazy("logbook", "success")
    FAILURE = "failure", pgettext_lazy("logbook", "failure")


class EntryAudience(models.TextChoices):
    """Nobody above the team reads what it keeps for itself: only whom it invited as a coach."""

    PUBLIC = "public", _("everyone")
    TEAM = "team", _("the team and its coaches")


class LogEntryQuerySet(models.QuerySet["LogEntry"]):
    def standing(self) -> "LogEntryQuerySet":
        """Neither withdrawn by the team nor hidden by a moderator."""
        return self.filter(withdrawn_at__isnull=True, hidden_at__isnull=True)


@personal(
    purpose="What a team tells of its project as it goes.",
    subject="author",
    on_erasure=Erasure.ANONYMISE,
    exported="project kind text picture_words happened_on created_at withdrawn_at",
    other="id public_id picture audience language edited_at hidden_at hidden_by hiding_reason"
    " waiting_for",
)
class LogEntry(models.Model):
    """A short text, with a picture if there is one; its words say the same to who cannot see it.

    Withdrawn, it keeps its words for as long as that may be undone.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="entries")
    author = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    audience = models.CharField(max_length=6, choices=EntryAudience, default=EntryAudience.PUBLIC)
    kind = models.CharField(max_length=9, choices=EntryKind, default=EntryKind.STEP)
    text = models.TextField(max_length=ENTRY_LENGTH)
    language = models.CharField(max_length=2, default="fr")
    picture = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    picture_words = models.CharField(max_length=ALT_LENGTH, blank=True)
    happened_on = models.DateField(default=today)
    created_at = models.DateTimeField(default=now)
    edited_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    hiding_reason = models.TextField(blank=True, max_length=600)
    waiting_for = models.CharField(max_length=8, choices=Waiting, blank=True)

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "log entries"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(picture__isnull=True) | ~Q(picture_words=""),
                name="entry_picture_has_words",
            ),
            models.CheckConstraint(
                condition=Q(waiting_for="") | Q(hidden_at__isnull=False),
                name="entry_waits_hidden",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["project", "-happened_on", "-id"], name="entry_of_project"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


@impersonal(
    purpose="Which silence of a project its bearer was already asked about.",
    fields="id project since at",
)
class SilenceAsked(models.Model):
    """Once for each silence: `since` is the day of the last thing the team told."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="silences")
    since = models.DateField()
    at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "silences asked"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "since"], name="silence_asked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} since {self.since}"


class Isolation(models.IntegerChoices):
    """How alone somebody feels in their project, in their own words."""

    CARRIED = 1, _("I am carried by others")
    ACCOMPANIED = 2, _("I have people to talk to")
    SOMETIMES = 3, _("I am alone with it at times")
    OFTEN = 4, _("I am alone with it often")
    ALONE = 5, _("I am alone with it, and it weighs on me")


@personal(
    purpose="How alone a person feels in a project: theirs, and of whom they choose to tell.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="project level words at shared_with shared_at",
    other="id public_id",
)
class IsolationCheck(models.Model):
    """Nobody reads it but who wrote it, and who they shared it with while they accompany the
    project. No figure is made of these.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField(choices=Isolation)
    words = models.TextField(blank=True, max_length=ISOLATION_LENGTH)
    at = models.DateTimeField(default=now)
    shared_with = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    shared_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=5), name="isolation_in_five_levels"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.project_id}"
