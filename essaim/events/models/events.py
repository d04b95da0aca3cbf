from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, F, Q, Value, When

from essaim.communities.models import IN_OPEN_COMMUNITIES, Audience, Community
from essaim.discussions.models import Waiting
from essaim.events.facts import Change, State
from essaim.events.models.words import (
    LONGEST,
    MOST_GUESTS,
    MOST_QUESTIONS,
    MOST_SEATS,
    QUESTION_LENGTH,
    SHORT_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Kind,
    Openness,
)
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.foundation.search import Fields, trigram_index
from essaim.members.models import Member
from essaim.places.models import Place

EVENT = "events.event"  # what a gathering is called where things of any kind are meant
SEARCHED_EVENT = Fields(title="title", body="text")


def audience_of(path: str = "") -> Case:
    """Whom a community's other readers must be to read it: the twin of `Event.audience`.

    `path` leads to the gathering (« event__ »).
    """
    return Case(
        When(
            **{f"{path}openness__in": (Openness.EVERYONE, Openness.LINK)},
            then=Value(Audience.PUBLIC.value),
        ),
        When(**{f"{path}openness": Openness.MEMBERS}, then=Value(Audience.MEMBERS.value)),
        default=Value(Audience.NOBODY.value),
    )


class EventQuerySet(models.QuerySet["Event"]):
    def told(self) -> "EventQuerySet":
        """Neither drafts nor hidden by a moderator."""
        return self.exclude(state=State.DRAFT).filter(hidden_at__isnull=True)

    def coming(self) -> "EventQuerySet":
        """Still to come or under way; one that is postponed has no day, and is not among them."""
        return self.told().filter(state=State.PUBLISHED, ends_at__gt=now())

    def open(self) -> "EventQuerySet":
        """Those one may still register for: the twin of `Event.is_open`."""
        return self.told().filter(IN_OPEN_COMMUNITIES, state=State.PUBLISHED, starts_at__gt=now())


@personal(
    purpose="A gathering: what it is for, when and where, who holds it.",
    subject="created_by",
    on_erasure=Erasure.ANONYMISE,
    exported="title text kind starts_at ends_at created_at",
    other="id public_id community openness state reason zone place address online_url capacity"
    " guests taken attended headcount counted_at language accessibility childcare rides questions"
    " sequence published_at changed_at hidden_at hidden_by hiding_reason waiting_for"
    " series original_start is_exception called_at",
)
class Event(models.Model):
    """One gathering, on one day or over several.

    `taken` counts the seats that are promised or offered, guests included: triggers count them, so
    the database refuses one too many, whoever writes. `sequence` rises with what calendars must
    hear: its time, its place, whether it takes place. One of a series knows when its rule had it
    begin (`original_start`), and whether it was changed by itself (`is_exception`). `called_at`:
    all members have been told of this plenary.

    Triggers count at the door, too: `attended` those who had registered, with their guests,
    `headcount` all others; one less may arrive before one more, so that it may lie below nothing.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="events")
    created_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="events_made"
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.MEETING)
    openness = models.CharField(max_length=8, choices=Openness, default=Openness.EVERYONE)
    title = models.CharField(max_length=TITLE_LENGTH)
    text = models.TextField(max_length=TEXT_LENGTH, blank=True)
    language = models.CharField(max_length=2, default="fr")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    zone = models.CharField(max_length=40)  # in which its hour is meant
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    address = models.CharField(max_length=SHORT_LENGTH, blank=True)
    online_url = models.URLField(max_length=500, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    guests = models.PositiveSmallIntegerField(default=0)  # that each may bring, at most
    taken = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    attended = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    headcount = models.IntegerField(default=0, db_default=0, editable=False)
    counted_at = models.DateTimeField(null=True, editable=False)  # its door is closed for good
    accessibility = models.CharField(max_length=SHORT_LENGTH, blank=True)
    childcare = models.CharField(max_length=SHORT_LENGTH, blank=True)
    rides = models.BooleanField(default=False)
    questions: models.Field[list[str], list[str]] = ArrayField(
        models.CharField(max_length=QUESTION_LENGTH), default=list, blank=True, size=MOST_QUESTIONS
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    reason = models.CharField(max_length=SHORT_LENGTH, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now)
    published_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=now)
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    hiding_reason = models.TextField(blank=True, max_length=600)
    waiting_for = models.CharField(max_length=8, choices=Waiting, blank=True)
    series = models.ForeignKey(
        "events.Series",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="evenings",
    )
    original_start = models.DateTimeField(null=True, blank=True)
    is_exception = models.BooleanField(default=False, db_default=False)
    called_at = models.DateTimeField(null=True, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"))
                & Q(ends_at__lte=F("starts_at") + Value(LONGEST, models.DurationField())),
                name="event_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1, capacity__lte=MOST_SEATS),
                name="event_has_seats",
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(taken__lte=F("capacity")),
                name="event_seats",
            ),
            models.CheckConstraint(condition=Q(guests__lte=MOST_GUESTS), name="event_few_guests"),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT)
                | Q(place__isnull=False)
                | ~Q(address="")
                | ~Q(online_url=""),
                name="event_somewhere",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(State.POSTPONED, State.CANCELLED)) | ~Q(reason=""),
                name="event_called_off_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT) | Q(published_at__isnull=False),
                name="event_published_once",
            ),
            models.CheckConstraint(
                condition=Q(waiting_for="") | Q(hidden_at__isnull=False),
                name="event_waits_hidden",
            ),
            models.UniqueConstraint(
                fields=["series", "original_start"], name="event_of_series_once"
            ),
            models.CheckConstraint(
                condition=Q(series__isnull=True, original_start__isnull=True)
                | Q(series__isnull=False, original_start__isnull=False),
                name="event_of_a_series_began_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["community", "starts_at", "id"], name="event_of_community"),
            models.Index(
                fields=["starts_at", "id"],
                condition=~Q(state=State.DRAFT) & Q(hidden_at__isnull=True),
                name="event_told",
            ),
            models.Index(
                fields=["ends_at"], condition=Q(state=State.PUBLISHED), name="event_to_end"
            ),
            models.Index(fields=["place", "starts_at"], name="event_at_place"),
            GinIndex(SEARCHED_EVENT.document, name="event_searched"),
            trigram_index("title", name="event_title_letters"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def audience(self) -> str:
        """Whom its community's things of this sort are for; who is invited reads it besides."""
        return {
            Openness.EVERYONE: Audience.PUBLIC,
            Openness.LINK: Audience.PUBLIC,
            Openness.MEMBERS: Audience.MEMBERS,
            Openness.INVITED: Audience.NOBODY,
        }[Openness(self.openness)].value

    @property
    def is_told(self) -> bool:
        return self.state != State.DRAFT and self.hidden_at is None

    @property
    def is_open(self) -> bool:
        """One may still say that one comes: planned, not begun, in a community that is open."""
        return (
            self.is_told
            and self.state == State.PUBLISHED
            and self.starts_at > now()
            and self.community.is_open
        )

    @property
    def present(self) -> int:
        """How many people came, whether they had registered or not."""
        return self.attended + max(0, self.headcount)

    @property
    def left(self) -> int | None:
        """Free seats; None where they are not counted."""
        return None if self.capacity is None else self.capacity - self.taken


@impersonal(
    purpose="Another community that holds a gathering too.",
    fields="id event community asked_at accepted_at",
)
class CoHolder(models.Model):
    """Asked by the gathering's own people, and one of its holders once its people have said yes."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="co_holders")
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=now)
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "community"], name="event_held_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["community", "event"], name="event_co_held"),
        ]

    def __str__(self) -> str:
        return f"{self.community_id} with {self.event_id}"


@impersonal(
    purpose="A part of a gathering that lasts: what, when, where, with whom.",
    fields="id event title starts_at ends_at room speaker",
)
class Session(models.Model):
    """`speaker` is a name as the programme tells it, not an account."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sessions")
    title = models.CharField(max_length=TITLE_LENGTH)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    room = models.CharField(max_length=80, blank=True)
    speaker = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering: ClassVar = ["starts_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return self.title


@impersonal(
    purpose="What everybody registered for a gathering is to be told, once.",
    fields="id event change at sequence starts_at_before ends_at_before where_before done_at",
)
class Announcement(models.Model):
    """A change as it was made: each registration notes the last one that it was told.

    `done_at`: everyone has been.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="announcements")
    change = models.CharField(max_length=10, choices=Change)
    at = models.DateTimeField(default=now)
    sequence = models.PositiveIntegerField()
    starts_at_before = models.DateTimeField(null=True)
    ends_at_before = models.DateTimeField(null=True)
    where_before = models.CharField(max_length=SHORT_LENGTH, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["id"], condition=Q(done_at__isnull=True), name="announcement_to_tell"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change} of {self.event_id}"
