from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from essaim.communities.models import Community
from essaim.events.facts import CostKind
from essaim.events.models.events import Event
from essaim.events.models.words import TITLE_LENGTH
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, personal
from essaim.members.models import Member

CODE_OF_ACCOUNT_LENGTH = 20
MOST_CENTS = 100_000_000  # of one expense: a million
MOST_PERSON_MINUTES = 60 * 1_000_000  # of one line: the days of a plenary of all
MOST_COSTS = 500  # of one gathering
MOST_RATE = 100_000  # cents for an hour
COSTS_AROUND = timedelta(days=731)  # before or after the gathering: a year mistyped is told


@personal(
    purpose="What an hour given to a gathering is worth to a community, from which day on.",
    subject="set_by",
    on_erasure=Erasure.ANONYMISE,
    exported="community cents since set_at",
    other="id",
)
class HourRate(models.Model):
    """In force until the next one; without `cents` hours are worth nothing that is told.

    There is none before a community sets one. The value of an hour is never kept beside it: what a
    rate makes of it is computed where it is read.
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="hour_rates")
    cents = models.PositiveIntegerField(null=True, blank=True)
    since = models.DateField()
    set_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    set_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["-since"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "since"], name="hour_rate_once_a_day"),
            models.CheckConstraint(
                condition=Q(cents__isnull=True) | Q(cents__gte=1, cents__lte=MOST_RATE),
                name="hour_rate_bounded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cents} from {self.since}"


@personal(
    purpose="What a gathering cost: an expense, or hours that people gave, all of them together.",
    subject="added_by",
    on_erasure=Erasure.ANONYMISE,
    exported="event kind label account day cents minutes created_at",
    other="id public_id",
)
class CostLine(models.Model):
    """`cents` of an expense in euros; `minutes` of hours, of all people together."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="costs")
    kind = models.CharField(max_length=8, choices=CostKind)
    label = models.CharField(max_length=TITLE_LENGTH)
    account = models.CharField(max_length=CODE_OF_ACCOUNT_LENGTH, blank=True)
    day = models.DateField()
    cents = models.PositiveIntegerField(null=True, blank=True)
    minutes = models.PositiveIntegerField(null=True, blank=True)
    added_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["day", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind=CostKind.EXPENSE, cents__isnull=False, minutes__isnull=True)
                | Q(kind=CostKind.HOURS, cents__isnull=True, minutes__isnull=False),
                name="cost_money_or_time",
            ),
            models.CheckConstraint(
                condition=Q(cents__isnull=True) | Q(cents__gte=1, cents__lte=MOST_CENTS),
                name="cost_cents",
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True)
                | Q(minutes__gte=1, minutes__lte=MOST_PERSON_MINUTES),
                name="cost_minutes",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["event", "day"], name="cost_of_event")]

    def __str__(self) -> str:
        return self.label

    @property
    def amount(self) -> int:
        """Cents of an expense, minutes of hours."""
        return self.cents or self.minutes or 0
