from typing import ClassVar

from django.db import models
from django.db.models import Q

from essaim.events.facts import Standing
from essaim.events.models.events import Announcement, Event
from essaim.events.models.words import MOST_GUESTS, SHORT_LENGTH
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, personal
from essaim.members.models import NAME_LENGTH, Member

SEATED = (Standing.GOING, Standing.OFFERED)  # whose seats are counted


class Ride(models.TextChoices):
    """What a shared ride is to somebody."""

    NONE = "", ""
    OFFERS = "offers", "offers"
    NEEDS = "needs", "needs"


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def seated(self) -> "RegistrationQuerySet":
        """Those who come, and those to whom a seat is offered."""
        return self.filter(standing__in=SEATED)

    def expected(self) -> "RegistrationQuerySet":
        """Those to whom it matters whether it takes place: all but who said no."""
        return self.exclude(standing=Standing.NOT)

    def in_line(self) -> "RegistrationQuerySet":
        """Those who wait for a seat, the first first."""
        return self.filter(standing=Standing.WAITING).order_by("waiting_since", "pk")


@personal(
    purpose="Who comes to a gathering, may come, waits for a seat or said no.",
    subject="member",
    on_erasure=Erasure.ANONYMISE,
    exported="event standing guests childcare ride ride_seats access answers registered_at"
    " changed_at checked_in_at has_told_joy",
    blanked="name email childcare access answers",
    other="id public_id token ticket came language waiting_since offered_until told forgotten_at",
)
class Registration(models.Model):
    """One person, once: a member, or somebody without an account who gave a name and an address.

    `token` is the secret of the link by which the latter change their answer; what they gave is
    forgotten some months after (`forgotten_at`). `told` is the last announcement they were told.
    `ticket` is another secret, which the door reads and which no list shows; triggers keep when
    they came, and how many of them (`checked_in_at`, `came`), from what was done at the door.
    `has_told_joy` says that they have answered how it was; what they said is in no row of theirs.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="registrations")
    member = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="registrations"
    )
    name = models.CharField(max_length=NAME_LENGTH, blank=True)
    email = models.EmailField(null=True, blank=True)
    token = models.CharField(max_length=64, unique=True, default=ids.secret_token)
    ticket = models.CharField(max_length=24, unique=True, default=ids.ticket)
    language = models.CharField(max_length=2, default="fr")
    standing = models.CharField(max_length=8, choices=Standing)
    guests = models.PositiveSmallIntegerField(default=0)
    childcare = models.CharField(max_length=SHORT_LENGTH, blank=True)  # for whom, in their words
    access = models.CharField(max_length=SHORT_LENGTH, blank=True)  # what they need to take part
    # By question, in the words in which it was asked.
    answers: models.Field[dict[str, str] | None, dict[str, str] | None] = models.JSONField(
        null=True, blank=True
    )
    ride = models.CharField(max_length=6, choices=Ride, blank=True)
    ride_seats = models.PositiveSmallIntegerField(default=0)
    registered_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)
    waiting_since = models.DateTimeField(null=True)
    offered_until = models.DateTimeField(null=True)
    told = models.ForeignKey(
        Announcement, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    forgotten_at = models.DateTimeField(null=True)
    checked_in_at = models.DateTimeField(null=True, editable=False)
    came = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    has_told_joy = models.BooleanField(default=False, db_default=False, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "member"], name="registered_once"),
            models.UniqueConstraint(fields=["event", "email"], name="registered_once_by_mail"),
            models.CheckConstraint(
                condition=Q(member__isnull=True) | Q(email__isnull=True),
                name="registered_in_one_way",
            ),
            models.CheckConstraint(
                condition=Q(guests__lte=MOST_GUESTS), name="registered_with_few_guests"
            ),
            models.CheckConstraint(
                condition=Q(waiting_since__isnull=False) | ~Q(standing=Standing.WAITING),
                name="registration_waits_since",
            ),
            models.CheckConstraint(
                condition=(Q(standing=Standing.OFFERED) & Q(offered_until__isnull=False))
                | (~Q(standing=Standing.OFFERED) & Q(offered_until__isnull=True)),
                name="seat_offered_until",
            ),
            models.CheckConstraint(
                condition=Q(ride_seats=0) | Q(ride=Ride.OFFERS), name="ride_seats_are_offered"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["event", "standing", "id"], name="registration_of_event"),
            models.Index(fields=["member", "event"], name="registration_of_member"),
            models.Index(
                fields=["event", "waiting_since", "id"],
                condition=Q(standing=Standing.WAITING),
                name="registration_in_line",
            ),
            models.Index(
                fields=["offered_until"],
                condition=Q(standing=Standing.OFFERED),
                name="seat_offers_to_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standing} at {self.event_id}"

    @property
    def party(self) -> int:
        """How many seats they need."""
        return 1 + self.guests

    @property
    def holds_seats(self) -> int:
        return self.party if self.standing in SEATED else 0


@personal(
    purpose="Who was invited to a gathering that is for those invited.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="event invited_at",
    other="id invited_by",
)
class Invitation(models.Model):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="invitations")
    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="gathering_invitations"
    )
    invited_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    invited_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "member"], name="invited_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["member", "event"], name="invited_member")]

    def __str__(self) -> str:
        return f"{self.member_id} to {self.event_id}"
