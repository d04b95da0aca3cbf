from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from essaim.events.models.events import Event
from essaim.events.models.words import TITLE_LENGTH
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.members.models import NAME_LENGTH, Member

ACTION_POINT = "events.actionpoint"  # what one is called where things of any kind are meant
MINUTES_LENGTH = 8000
SAID_LENGTH = 300  # of one lesson, one decision, the wish
MOST_LESSONS = 8
MOST_DECISIONS = 20
MOST_POINTS = 60  # of one gathering
POINT_LENGTH = 240


@personal(
    purpose="What was said and decided at a gathering.",
    subject="written_by",
    on_erasure=Erasure.ANONYMISE,
    exported="event speaker talk text lessons decisions wish changed_at published_at",
    other="id version",
)
class Minutes(models.Model):
    """Whoever reads the gathering reads them once they are published.

    `speaker` is a name as the minutes tell it, not an account. `version` rises with each change:
    who writes on what another has changed meanwhile is told.
    """

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="minutes")
    speaker = models.CharField(max_length=NAME_LENGTH, blank=True)
    talk = models.CharField(max_length=TITLE_LENGTH, blank=True)
    text = models.TextField(max_length=MINUTES_LENGTH, blank=True)
    lessons: models.Field[list[str], list[str]] = ArrayField(
        models.CharField(max_length=SAID_LENGTH), default=list, blank=True, size=MOST_LESSONS
    )
    decisions: models.Field[list[str], list[str]] = ArrayField(
        models.CharField(max_length=SAID_LENGTH), default=list, blank=True, size=MOST_DECISIONS
    )
    wish = models.CharField(max_length=SAID_LENGTH, blank=True)
    written_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(default=now)
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "minutes"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | ~Q(text="")
                | ~Q(lessons=[])
                | ~Q(decisions=[]),
                name="minutes_say_something",
            ),
        ]

    def __str__(self) -> str:
        return f"minutes of {self.event_id}"


@impersonal(
    purpose="Which gathering an action point was agreed at; what, who and by when is a commitment.",
    fields="id public_id event made_at",
)
class ActionPoint(models.Model):
    """What is to be done, who does it and by when stands in the commitment that is about it."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="action_points")
    made_at = models.DateTimeField(default=now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["event", "id"], name="action_point_of_event")]

    def __str__(self) -> str:
        return self.public_id
