from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from essaim.communities.circles import USUAL_SIZES
from essaim.communities.models.community import Community
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.members.models import Member

ANSWER_LENGTH = 60
MOST_ANSWERS = 40  # to choose from, for one attribute
MOST_WISHES = 3  # of each kind, for one person
QUESTION_LENGTH = 300
CIRCLE_SYNTHESIS_LENGTH = 2000
DRAFT_KEPT = timedelta(days=1)
SWAP_OPEN = timedelta(days=7)


class WorkAttribute(models.TextChoices):
    """What circles may be mixed by: where people work and at what. The list is closed.

    Nothing of what article 9 of the GDPR protects, and neither sex nor age, can stand here.
    """

    SERVICE = "service", _("Service")
    FUNCTION = "function", _("Function")
    TRADE = "trade", _("Trade")
    ZONE = "zone", _("Zone")
    BUSINESS_LINE = "business_line", _("Business line")
    SIDE = "side", _("Inside or outside")


@impersonal(
    purpose="By which attributes of work a community mixes its circles, and what can be answered.",
    fields="id community attribute answers",
)
class CircleAttribute(models.Model):
    community = models.ForeignKey(
        Community, on_delete=models.CASCADE, related_name="circle_attributes"
    )
    attribute = models.CharField(max_length=20, choices=WorkAttribute)
    answers: models.Field[list[str], list[str]] = ArrayField(
        models.CharField(max_length=ANSWER_LENGTH), default=list
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "attribute"], name="circle_attribute_once"
            ),
            models.CheckConstraint(
                condition=Q(attribute__in=WorkAttribute.values), name="circle_attribute_of_work"
            ),
        ]

    def __str__(self) -> str:
        return self.attribute


@personal(
    purpose="What somebody said of their work so that circles are mixed; used for nothing else.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="community service function trade zone business_line side sits_out",
    other="id",
)
class CircleAnswer(models.Model):
    """One person's answers in one community, "" where they gave none; nobody else reads them."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    service = models.CharField(max_length=ANSWER_LENGTH, blank=True)
    function = models.CharField(max_length=ANSWER_LENGTH, blank=True)
    trade = models.CharField(max_length=ANSWER_LENGTH, blank=True)
    zone = models.CharField(max_length=ANSWER_LENGTH, blank=True)
    business_line = models.CharField(max_length=ANSWER_LENGTH, blank=True)
    side = models.CharField(max_length=ANSWER_LENGTH, blank=True)
    sits_out = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "member"], name="circle_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.community_id}"


@personal(
    purpose="With whom somebody would like to sit or not to sit; only they read it.",
    subject="author",
    on_erasure=Erasure.DELETE,
    exported="community other is_with",
    other="id",
)
class CircleWish(models.Model):
    """`other` never learns of it; without `is_with` nobody but its author does."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    is_with = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "author", "other"], name="circle_wish_once"
            ),
            models.CheckConstraint(
                condition=~Q(author=F("other")), name="circle_wish_about_somebody_else"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["other"], name="circle_wish_about")]

    def __str__(self) -> str:
        return str(self.pk)  # never whom it is about


class DivisionQuerySet(models.QuerySet["CircleDivision"]):
    def in_force(self) -> "DivisionQuerySet":
        return self.filter(confirmed_at__isnull=False, ended_at__isnull=True)

    def drafts(self) -> "DivisionQuerySet":
        return self.filter(confirmed_at__isnull=True)


@personal(
    purpose="Who divided a community into circles, when, how large, and how well it mixed people.",
    subject="divided_by",
    on_erasure=Erasure.ANONYMISE,
    exported="community question wished_size drafted_at confirmed_at ended_at",
    other="id public_id seed people circles attributes shares shares_at_random chances"
    " broken_with broken_not_with",
)
class CircleDivision(models.Model):
    """A community in circles: a draft until it is confirmed, in force until it ends.

    `shares` are in the order of `attributes`, each of the highest that could be reached; -1 where
    too few answers are known. The same seed, people, answers and wishes give the same circles.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="divisions")
    divided_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    question = models.CharField(max_length=QUESTION_LENGTH, blank=True)
    wished_size = models.PositiveSmallIntegerField(default=USUAL_SIZES[0])
    seed = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    circles = models.PositiveIntegerField()
    attributes: models.Field[list[str], list[str]] = ArrayField(
        models.CharField(max_length=20), default=list
    )
    shares: models.Field[list[float], list[float]] = ArrayField(models.FloatField(), default=list)
    shares_at_random: models.Field[list[float], list[float]] = ArrayField(
        models.FloatField(), default=list
    )
    chances: models.Field[list[float], list[float]] = ArrayField(models.FloatField(), default=list)
    broken_with = models.PositiveIntegerField(default=0)
    broken_not_with = models.PositiveIntegerField(default=0)
    drafted_at = models.DateTimeField(default=now)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = DivisionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community"],
                condition=Q(confirmed_at__isnull=False, ended_at__isnull=True),
                name="circle_division_one_in_force",
            ),
            models.UniqueConstraint(
                fields=["community"],
                condition=Q(confirmed_at__isnull=True),
                name="circle_division_one_draft",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(confirmed_at__isnull=False),
                name="circle_division_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


@personal(
    purpose="Who would sit where in a draft of circles; gone once it is confirmed or a day old.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="number",
    other="id division",
)
class DraftSeat(models.Model):
    division = models.ForeignKey(CircleDivision, on_delete=models.CASCADE, related_name="seats")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["division", "member"], name="draft_seat_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.number}"


@personal(
    purpose="A circle of a division, and what it says to all once it has talked.",
    subject="written_by",
    on_erasure=Erasure.ANONYMISE,
    exported="circle synthesis written_at",
    other="id division number",
)
class DividedCircle(models.Model):
    """Ties a community of kind circle to its division; `synthesis` is read by the whole community.

    A synthesis is the circle's word, not its writer's: it stays when the writer is erased.
    """

    division = models.ForeignKey(CircleDivision, on_delete=models.CASCADE, related_name="parts")
    circle = models.OneToOneField(Community, on_delete=models.CASCADE, related_name="divided")
    number = models.PositiveSmallIntegerField()
    synthesis = models.TextField(max_length=CIRCLE_SYNTHESIS_LENGTH, blank=True)
    written_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["division", "number"], name="divided_circle_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class SwapQuerySet(models.QuerySet["CircleSwap"]):
    def waiting(self) -> "SwapQuerySet":
        return self.filter(answered_at__isnull=True, expires_at__gt=now())


@personal(
    purpose="Somebody asked another to exchange their seats in two circles.",
    subject="asker",
    on_erasure=Erasure.DELETE,
    exported="asked_at expires_at answered_at is_accepted",
    other="id public_id division other asker_circle other_circle",
)
class CircleSwap(models.Model):
    """One question at a time for each asker; it holds for the two circles they sat in then."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    division = models.ForeignKey(CircleDivision, on_delete=models.CASCADE, related_name="swaps")
    asker = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    asker_circle = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    other_circle = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    is_accepted = models.BooleanField(null=True)

    objects = SwapQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["division", "asker"],
                condition=Q(answered_at__isnull=True),
                name="circle_swap_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(asker=F("other")), name="circle_swap_with_somebody_else"
            ),
            models.CheckConstraint(
                condition=~Q(asker_circle=F("other_circle")), name="circle_swap_of_two_circles"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["other"],
                name="circle_swap_asked",
                condition=Q(answered_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
