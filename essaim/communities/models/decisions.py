from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.communities.models.audience import Audience
from essaim.communities.models.community import Community
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, personal
from essaim.members.models import Member

REASON_LENGTH = 600
APPEAL_WINDOW = timedelta(days=30)  # for asking that somebody else looks at a decision
APPEAL_DELAY = timedelta(days=7)  # within which somebody else should have looked


class Verb(models.TextChoices):
    """What was done to something that somebody else made."""

    HID = "hid", _("hidden")
    KEPT = "kept", _("left as it is")
    RESTORED = "restored", _("put back")
    CLOSED = "closed", _("closed")
    REFUSED = "refused", _("opening refused")


# Who is concerned loses something by these: they may ask for a second look.
CONTESTABLE = frozenset({Verb.HID, Verb.CLOSED, Verb.REFUSED})


class DecisionQuerySet(models.QuerySet["Decision"]):
    def in_and_below(self, community: Community) -> "DecisionQuerySet":
        """Those about what belongs to the community or to any other below it."""
        return self.filter(
            Q(community=community) | Q(community__ancestor_ids__contains=[community.pk])
        )


@personal(
    purpose="What was decided about something in a community, why, and by whom.",
    subject="concerned",
    on_erasure=Erasure.ANONYMISE,
    exported="community verb subject_kind reason word asked_at decided_at overturned_at",
    blanked="word",
    other="id public_id audience subject_id taken_by is_central",
)
class Decision(models.Model):
    """One decision about one thing, which stays for good; its reason is for whom the thing was for.

    `subject_kind` names what it is about as a package calls it ("discussions.post"), with its id.
    `concerned` made it; `word` is for their eyes only. `is_central`: taken by the power of a role
    that was entrusted above this community. `asked_at`: when somebody asked for it.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="decisions")
    audience = models.CharField(max_length=12, choices=Audience, default=Audience.PUBLIC)
    verb = models.CharField(max_length=10, choices=Verb)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    concerned = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL)
    taken_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    is_central = models.BooleanField(default=False)
    reason = models.TextField(max_length=REASON_LENGTH)
    word = models.TextField(max_length=REASON_LENGTH, blank=True)
    asked_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(default=now)
    overturned_at = models.DateTimeField(null=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="decision_says_why"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["community", "-decided_at", "-id"], name="decision_of_community"),
            models.Index(fields=["subject_kind", "subject_id"], name="decision_about"),
            models.Index(fields=["concerned", "-decided_at"], name="decision_concerning"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_kind} {self.subject_id}"


@personal(
    purpose="A request that somebody else looks at a decision, and what they found.",
    subject="member",
    on_erasure=Erasure.ANONYMISE,
    exported="decision words asked_at due_at answered_at is_upheld reason",
    blanked="words",
    other="id answered_by",
)
class DecisionAppeal(models.Model):
    """The one appeal against a decision, looked at by somebody else; `is_upheld`: it was right."""

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="appeal")
    member = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL)
    words = models.TextField(max_length=REASON_LENGTH)
    asked_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    is_upheld = models.BooleanField(null=True)
    reason = models.TextField(max_length=REASON_LENGTH, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, is_upheld__isnull=True)
                | (Q(answered_at__isnull=False, is_upheld__isnull=False) & ~Q(reason="")),
                name="decision_appeal_answered_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"appeal against {self.decision_id}"
