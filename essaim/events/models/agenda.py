from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Deferrable, F, Q
from django.utils.translation import pgettext_lazy

from essaim.discussions.models import Position
from essaim.events.facts import Outcome
from essaim.events.models.events import Event
from essaim.events.models.words import MOST_MINUTES
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import impersonal

ITEM_LENGTH = 200
LEAD_LENGTH = 80
MOST_ITEMS = 100


class ItemKind(models.TextChoices):
    """What a part of the agenda is."""

    TOPIC = "topic", pgettext_lazy("agenda", "topic")
    QUESTION = "question", pgettext_lazy("agenda", "question")
    BREAK = "break", pgettext_lazy("agenda", "break")


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def under_way(self) -> "AgendaItemQuerySet":
        """The one that is spoken of now, at most."""
        return self.filter(started_at__isnull=False, ended_at__isnull=True)

    def waiting(self) -> "AgendaItemQuerySet":
        """Questions nobody has said of whether they were answered."""
        return self.filter(kind=ItemKind.QUESTION, outcome="")


@impersonal(
    purpose="A part of a gathering's agenda: what, for how long, and what came of it.",
    fields="id public_id event number title minutes lead kind started_at ended_at outcome"
    " asked_at counted_at count_for count_against count_another",
)
class AgendaItem(models.Model):
    """`lead` is a name as the agenda tells it, not an account.

    Positions are taken on it while `asked_at` is set and `counted_at` is not; then three numbers
    are kept, and who chose what is forgotten.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="agenda")
    number = models.PositiveSmallIntegerField()  # its place in the order
    title = models.CharField(max_length=ITEM_LENGTH)
    minutes = models.PositiveSmallIntegerField(default=10)
    lead = models.CharField(max_length=LEAD_LENGTH, blank=True)
    kind = models.CharField(max_length=8, choices=ItemKind, default=ItemKind.TOPIC)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    count_for = models.PositiveIntegerField(default=0)
    count_against = models.PositiveIntegerField(default=0)
    count_another = models.PositiveIntegerField(default=0)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["number", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event", "number"], name="agenda_order", deferrable=Deferrable.DEFERRED
            ),
            models.UniqueConstraint(
                fields=["event"],
                condition=Q(started_at__isnull=False, ended_at__isnull=True),
                name="agenda_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=MOST_MINUTES), name="agenda_minutes"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True)
                | Q(started_at__isnull=False, ended_at__gte=F("started_at")),
                name="agenda_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(kind=ItemKind.QUESTION),
                name="agenda_questions_are_answered",
            ),
            models.CheckConstraint(
                condition=Q(counted_at__isnull=True) | Q(asked_at__isnull=False),
                name="agenda_counted_once_asked",
            ),
            models.CheckConstraint(
                condition=Q(counted_at__isnull=False)
                | Q(count_for=0, count_against=0, count_another=0),
                name="agenda_no_running_tally",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def takes_positions(self) -> bool:
        return self.asked_at is not None and self.counted_at is None

    @property
    def is_under_way(self) -> bool:
        return self.started_at is not None and self.ended_at is None

    @property
    def taken_minutes(self) -> int | None:
        """How long it really took, or has taken so far; at least one minute once it began."""
        if self.started_at is None:
            return None
        until: datetime = self.ended_at or now()
        return max(1, round((until - self.started_at).total_seconds() / 60))


@impersonal(
    purpose="What one phone chose on a part of the agenda; deleted as soon as it is counted.",
    fields="id item device position",
)
class Tap(models.Model):
    """`device` tells phones apart within one gathering, and says nothing of whose they are."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="taps")
    device = models.CharField(max_length=64)
    position = models.CharField(max_length=12, choices=Position)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "device"], name="tapped_once"),
            models.CheckConstraint(condition=~Q(device=""), name="tapped_by_a_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.position} on {self.item_id}"
