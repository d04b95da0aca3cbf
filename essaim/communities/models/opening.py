from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from essaim.communities.models.community import Community, Kind
from essaim.communities.models.decisions import Decision
from essaim.communities.models.membership import Role
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, personal
from essaim.members.models import Member

CHECKED_KINDS = frozenset({Kind.COMMITTEE, Kind.CHAPTER, Kind.PRACTICE})  # circles open at once
CHECK_DAYS, MOST_CHECK_DAYS = 7, 30


@personal(
    purpose="Whether what begins in a community is looked at before it opens, by whom, how fast.",
    subject="referent",
    on_erasure=Erasure.ANONYMISE,
    exported="community days",
    other="id is_checked",
)
class OpeningPolicy(models.Model):
    """Said by those who run a community; one that never said so opens everything at once.

    The check belongs to `referent` while they hold a role there, else to those who run it.
    """

    community = models.OneToOneField(
        Community, on_delete=models.CASCADE, related_name="opening_policy"
    )
    is_checked = models.BooleanField(default=False)
    days = models.PositiveSmallIntegerField(
        default=CHECK_DAYS, validators=[MinValueValidator(1), MaxValueValidator(MOST_CHECK_DAYS)]
    )
    referent = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(days__range=(1, MOST_CHECK_DAYS)), name="opening_within_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community_id}: {self.days if self.is_checked else 0} days"


class AskState(models.TextChoices):
    """From « asked » one way only; a later try is another ask."""

    ASKED = "asked", _("waiting for the check")
    OPENED = "opened", _("opened by the check")
    SILENT = "silent", _("opened by silence")
    REFUSED = "refused", _("refused")
    WON = "won", _("opened by the second look")
    WITHDRAWN = "withdrawn", _("withdrawn")


class OpeningAskQuerySet(models.QuerySet["OpeningAsk"]):
    def waiting(self) -> "OpeningAskQuerySet":
        return self.filter(state=AskState.ASKED)

    def to_open(self) -> "OpeningAskQuerySet":
        """Those whose day has come without an answer."""
        return self.waiting().filter(due_at__lte=now())


@personal(
    purpose="A request that a community be allowed to open, and what became of it.",
    subject="asked_by",
    on_erasure=Erasure.ANONYMISE,
    exported="community parent asked_at due_at state ended_at",
    other="id public_id days ended_by ended_role decision",
)
class OpeningAsk(models.Model):
    """One try to open `community` under `parent`, within the days its policy had then.

    `ended_by` is nobody where silence or a second look opened it; a refusal is a `decision`.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="asks")
    parent = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="asked_of")
    asked_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(default=now)
    days = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=AskState, default=AskState.ASKED)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_role = models.CharField(max_length=20, choices=Role, blank=True)
    decision = models.OneToOneField(
        Decision, null=True, on_delete=models.PROTECT, related_name="opening"
    )

    objects = OpeningAskQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community"], condition=Q(state=AskState.ASKED), name="opening_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(state=AskState.ASKED, ended_at__isnull=True)
                | (~Q(state=AskState.ASKED) & Q(ended_at__isnull=False)),
                name="opening_ends_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=AskState.REFUSED) | Q(decision__isnull=False),
                name="opening_refused_by_decision",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("asked_at")), name="opening_due_after_asked"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["parent", "due_at"],
                name="opening_waiting",
                condition=Q(state=AskState.ASKED),
            ),
            models.Index(fields=["community", "-asked_at", "-id"], name="opening_of_community"),
        ]

    def __str__(self) -> str:
        return f"{self.community_id} in {self.parent_id}: {self.state}"


class Step(models.TextChoices):
    """The kit of first steps; most are seen in what was done, the others are ticked by hosts."""

    PURPOSE = "purpose", _("Say in a few sentences what you gather for")
    INVITE = "invite", _("Invite two people to begin with you")
    WELCOME = "welcome", _("Write a word of welcome for newcomers")
    MEETING = "meeting", _("Choose a date and a place for the first meeting")
    SHARE = "share", _("Share the role: find a second host")


TICKED_BY_HAND = frozenset({Step.WELCOME, Step.MEETING})


@personal(
    purpose="Which first steps of a community its hosts have ticked.",
    subject="done_by",
    on_erasure=Erasure.ANONYMISE,
    exported="community step done_at",
    other="id",
)
class KitStep(models.Model):
    """A step that somebody ticked; taking the tick away deletes the row."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="kit")
    step = models.CharField(max_length=10, choices=Step)
    done_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    done_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "step"], name="kit_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.community_id}: {self.step}"
