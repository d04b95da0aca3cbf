"""Gatherings that come again: the rule, and what new evenings begin with."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from essaim.communities.models import IN_OPEN_COMMUNITIES, Audience, Community
from essaim.events.models.events import Event
from essaim.events.models.words import (
    MOST_QUESTIONS,
    MOST_SEATS,
    QUESTION_LENGTH,
    SHORT_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Kind,
    Openness,
)
from essaim.events.recurrence import (
    MOST_INTERVAL,
    MOST_MINUTES,
    Frequency,
    Occurrence,
    Rule,
)
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.members.models import Member
from essaim.places.models import Place

MOST_SKIPPED = 200
# What each new evening begins with.
TEMPLATE = (
    *("kind", "openness", "title", "text", "language", "place", "address", "online_url"),
    *("capacity", "guests", "accessibility", "childcare", "rides", "questions"),
)


class SeriesQuerySet(models.QuerySet["Series"]):
    def going_on(self) -> "SeriesQuerySet":
        """Published and not ended, where something new is taken: the twin of `Series.goes_on`."""
        return self.filter(IN_OPEN_COMMUNITIES, published_at__isnull=False, ended_at__isnull=True)


@personal(
    purpose="A gathering that comes again: how often, until when, and what each one begins with.",
    subject="created_by",
    on_erasure=Erasure.ANONYMISE,
    exported="title text kind created_at",
    other="id public_id community follows frequency interval nth first_day starts minutes zone"
    " last_day holidays skipped openness language place address online_url capacity guests"
    " accessibility childcare rides questions sequence made_until published_at ended_at"
    " changed_at",
)
class Series(models.Model):
    """Its evenings are gatherings of their own, made ahead by the clock up to `made_until`.

    Its rule never changes but for its end and the days left out: what changes from one evening on
    is another series, which `follows` it. `sequence` rises with what calendars must hear of it.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="series")
    created_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="series_made"
    )
    follows = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="followed_by"
    )
    frequency = models.CharField(
        max_length=7, choices=[(one.value, one.value) for one in Frequency]
    )
    interval = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_INTERVAL)]
    )
    nth = models.SmallIntegerField(default=0)
    first_day = models.DateField()
    starts = models.TimeField()  # on the wall of its zone
    minutes = models.PositiveIntegerField()
    zone = models.CharField(max_length=40)
    last_day = models.DateField(null=True, blank=True)
    holidays = models.CharField(max_length=2, blank=True)
    skipped = ArrayField(models.DateField(), default=list, blank=True, size=MOST_SKIPPED)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.MEETING)
    openness = models.CharField(max_length=8, choices=Openness, default=Openness.EVERYONE)
    title = models.CharField(max_length=TITLE_LENGTH)
    text = models.TextField(max_length=TEXT_LENGTH, blank=True)
    language = models.CharField(max_length=2, default="fr")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    address = models.CharField(max_length=SHORT_LENGTH, blank=True)
    online_url = models.URLField(max_length=500, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    guests = models.PositiveSmallIntegerField(default=0)
    accessibility = models.CharField(max_length=SHORT_LENGTH, blank=True)
    childcare = models.CharField(max_length=SHORT_LENGTH, blank=True)
    rides = models.BooleanField(default=False)
    questions: models.Field[list[str], list[str]] = ArrayField(
        models.CharField(max_length=QUESTION_LENGTH), default=list, blank=True, size=MOST_QUESTIONS
    )
    sequence = models.PositiveIntegerField(default=0)
    made_until = models.DateField(null=True)
    created_at = models.DateTimeField(default=now)
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=now)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(interval__gte=1, interval__lte=MOST_INTERVAL),
                name="series_interval",
            ),
            models.CheckConstraint(
                condition=Q(frequency=Frequency.MONTHLY.value, nth__in=(-1, 0, 1, 2, 3, 4))
                | Q(frequency=Frequency.WEEKLY.value, nth=0),
                name="series_days",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=MOST_MINUTES), name="series_lasts"
            ),
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="series_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1, capacity__lte=MOST_SEATS),
                name="series_has_seats",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | Q(place__isnull=False)
                | ~Q(address="")
                | ~Q(online_url=""),
                name="series_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(published_at__isnull=False),
                name="series_ended_once_published",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["community", "id"], name="series_of_community"),
            models.Index(
                fields=["made_until", "id"],
                condition=Q(published_at__isnull=False, ended_at__isnull=True),
                name="series_to_go_on",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def rule(self) -> Rule:
        return Rule(
            frequency=Frequency(self.frequency),
            first=self.first_day,
            starts=self.starts,
            minutes=self.minutes,
            zone=self.zone,
            interval=self.interval,
            nth=self.nth,
            last=self.last_day,
            holidays=self.holidays,
            skipped=frozenset(self.skipped),
        )

    @property
    def audience(self) -> str:
        """Whom its evenings are for, unless one of them says otherwise."""
        return Event(openness=self.openness).audience if self.published_at else Audience.NOBODY

    @property
    def goes_on(self) -> bool:
        return bool(self.published_at and not self.ended_at and self.community.is_open)

    def evening(self, on: Occurrence, **values: Any) -> Event:
        """What it begins with on that day; not kept yet."""
        begins: dict[str, Any] = {name: getattr(self, name) for name in TEMPLATE}
        return Event(
            series=self,
            original_start=on.starts_at,
            community=self.community,
            created_by_id=self.created_by_id,
            zone=self.zone,
            starts_at=on.starts_at,
            ends_at=on.ends_at,
            **(begins | values),
        )


def rule_fields(rule: Rule) -> dict[str, Any]:
    """A rule as the columns of a series."""
    return {
        "frequency": rule.frequency.value,
        "interval": rule.interval,
        "nth": rule.nth,
        "first_day": rule.first,
        "starts": rule.starts,
        "minutes": rule.minutes,
        "zone": rule.zone,
        "last_day": rule.last,
        "holidays": rule.holidays,
        "skipped": sorted(rule.skipped),
    }


def template_of(values: dict[str, Any], names: Iterable[str] = TEMPLATE) -> dict[str, Any]:
    return {name: values[name] for name in names}


@impersonal(
    purpose="What was taken over from another calendar, so that it is taken once.",
    fields="id community key event series taken_at",
)
class Imported(models.Model):
    """`key` is a digest of what the other calendar calls it, and of which of its times it is."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    event = models.ForeignKey(
        Event, null=True, blank=True, on_delete=models.CASCADE, related_name="imported_as"
    )
    series = models.ForeignKey(
        Series, null=True, blank=True, on_delete=models.CASCADE, related_name="imported_as"
    )
    taken_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "key"], name="imported_once"),
        ]

    def __str__(self) -> str:
        return self.key


@personal(
    purpose="The secret address under which a member's calendar reads where they go.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="made_at revoked_at",
    other="id digest",
)
class CalendarAddress(models.Model):
    """Only the digest is kept: whoever reads the database cannot read a calendar."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="calendar_addresses")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=now)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(revoked_at__isnull=True), name="one_calendar_address"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} since {self.made_at:%Y-%m-%d}"
