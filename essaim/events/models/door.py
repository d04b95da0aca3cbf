"""Who came: a log of what was done at the door, which only grows, and what follows from it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar, Protocol, TypeVar

from django.db import models
from django.db.models import Q

from essaim.events.models.events import Event
from essaim.events.models.registrations import Registration
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.members.models import NAME_LENGTH, Member

DOOR_OPENS = timedelta(hours=12)  # before the start
DOOR_CLOSES = timedelta(hours=12)  # after the end
LINK_LASTS = timedelta(days=1)  # after the end: what waited in a telephone is still sent
KEY_LENGTH = 40
MOST_AT_ONCE = 9  # whom one tap counts, at most
MOST_LINKS = 20


class How(models.TextChoices):
    """What was done at the door."""

    SCAN = "scan", "scan"
    NAME = "name", "name"
    WALK_IN = "walk_in", "walk-in"
    COUNT = "count", "count"
    UNDO = "undo", "undo"


class Admission(models.TextChoices):
    """What was answered, once: the same again when the same comes again."""

    ACCEPTED = "accepted", "accepted"
    DUPLICATE = "duplicate", "duplicate"
    CONFLICT = "conflict", "conflict"
    REFUSED = "refused", "refused"


class Why(models.TextChoices):
    """Why somebody was not let in."""

    NONE = "", ""
    UNKNOWN = "unknown", "unknown"
    CANCELLED = "cancelled", "cancelled"
    ELSEWHERE = "elsewhere", "elsewhere"
    EARLY = "early", "early"
    LATE = "late", "late"


IN_PERSON = (How.SCAN, How.NAME)  # what says of one registration that they are here
ON_NO_LIST = (How.WALK_IN, How.COUNT)


@personal(
    purpose="A link by which somebody without a role checks people in at one door.",
    subject="made_by",
    on_erasure=Erasure.ANONYMISE,
    exported="event label made_at revoked_at",
    other="id public_id token",
)
class DoorLink(models.Model):
    """`token` is the secret: whoever has the link checks in, on that day, and does nothing else."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="door_links")
    token = models.CharField(max_length=64, unique=True, default=ids.secret_token)
    label = models.CharField(max_length=NAME_LENGTH, blank=True)  # which door, or whose hand
    made_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=now)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["event", "id"], name="door_link_of_event")]

    def __str__(self) -> str:
        return f"door of {self.event_id}"


@impersonal(
    purpose="What was done at a door; the name of whoever was not registered is emptied later.",
    fields="id event registration link how nonce device name people was_offline scanned_at"
    " received_at outcome why first_at undoes",
)
class CheckIn(models.Model):
    """One act at a door, as it was received and answered; triggers refuse to change it.

    `nonce` is the act's own, so that it may come twice; `device` a random text of a browser, not a
    person. `scanned_at` is when it happened, `first_at` when the ticket had been used before.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="check_ins")
    registration = models.ForeignKey(
        Registration, null=True, on_delete=models.PROTECT, related_name="check_ins"
    )
    link = models.ForeignKey(DoorLink, null=True, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=8, choices=How)
    nonce = models.CharField(max_length=KEY_LENGTH)
    device = models.CharField(max_length=KEY_LENGTH, blank=True)
    name = models.CharField(max_length=NAME_LENGTH, blank=True)
    people = models.SmallIntegerField(default=0)
    was_offline = models.BooleanField(default=False)
    scanned_at = models.DateTimeField()
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Admission)
    why = models.CharField(max_length=10, choices=Why, blank=True)
    first_at = models.DateTimeField(null=True)
    undoes = models.CharField(max_length=KEY_LENGTH, blank=True)  # the nonce of a walk-in

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "nonce"], name="checked_in_once"),
            models.CheckConstraint(
                condition=Q(people__gte=-MOST_AT_ONCE, people__lte=MOST_AT_ONCE + 1),
                name="check_in_of_few",
            ),
            models.CheckConstraint(
                condition=Q(scanned_at__lte=models.F("received_at")),
                name="check_in_before_it_is_told",
            ),
            models.CheckConstraint(
                condition=~Q(
                    how__in=IN_PERSON, outcome__in=(Admission.ACCEPTED, Admission.CONFLICT)
                )
                | Q(registration__isnull=False),
                name="check_in_of_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["registration", "scanned_at"], name="check_in_of_registration"),
            models.Index(
                fields=["event", "undoes"], condition=~Q(undoes=""), name="check_in_undone"
            ),
            models.Index(
                fields=["event"], condition=Q(how__in=ON_NO_LIST), name="check_in_counted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.how} at {self.event_id}"


class Act(Protocol):
    """What matters of a row of the log when it is told who is here."""

    how: str
    outcome: str
    nonce: str
    device: str
    was_offline: bool
    scanned_at: datetime


A = TypeVar("A", bound=Act)


def standing_acts(acts: Iterable[A]) -> list[A]:
    """Those of one registration that still say that they are here, the first first.

    It follows from the acts alone, not from the order in which they arrived: an undoing ends all
    that happened before it, and the first by its time lets somebody in.
    """
    said = [one for one in acts if one.outcome != Admission.REFUSED]
    undone = max((one.scanned_at for one in said if one.how == How.UNDO), default=None)
    here = (one for one in said if one.how in IN_PERSON)
    return sorted(
        (one for one in here if undone is None or one.scanned_at > undone),
        key=lambda one: (one.scanned_at, one.nonce),
    )


def contradict(first: Act, other: Act) -> bool:
    """Whether the other was let in, too, by a door that did not know of the first."""
    is_same = first.device == other.device and bool(first.device)
    return not is_same and (other.was_offline or other.outcome == Admission.ACCEPTED)
