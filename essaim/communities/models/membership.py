from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from essaim.communities.models.community import Community
from essaim.foundation.clock import now, today
from essaim.foundation.privacy import Erasure, personal
from essaim.members.models import Member

LEAVING_REASON_LENGTH = 600


@personal(
    purpose="Who belongs to which community, since when, and why they left if they said so.",
    subject="member",
    on_erasure=Erasure.ANONYMISE,
    exported="community joined_at left_at leaving_reason",
    blanked="leaving_reason",
    other="id",
)
class Membership(models.Model):
    """Belonging to one community from `joined_at` until `left_at`; coming back makes a new row."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="memberships")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="memberships")
    joined_at = models.DateTimeField(default=now)
    left_at = models.DateTimeField(null=True)
    leaving_reason = models.TextField(blank=True, max_length=LEAVING_REASON_LENGTH)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "member"],
                condition=Q(left_at__isnull=True),
                name="membership_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["member", "community"],
                name="membership_current",
                condition=Q(left_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.community_id}"


class Role(models.TextChoices):
    """What a mandate entrusts."""

    ADMINISTRATOR = "administrator", _("administrator")
    COMMUNITY_MANAGER = "community_manager", _("community manager")
    HOST = "host", _("host")
    MODERATOR = "moderator", _("moderator")
    REFERENT = "referent", _("referent")
    FACILITATOR = "facilitator", _("facilitator")
    LEAD = "lead", _("community lead")
    INNOVATION_MANAGER = "innovation_manager", _("innovation manager")
    SPONSOR = "sponsor", _("sponsor")
    COACH = "coach", _("coach")
    DECIDER = "decider", _("decider")
    ELECTED = "elected", _("elected official")
    TREASURER = "treasurer", _("treasurer")
    COORDINATOR = "coordinator", _("chapter coordinator")
    TEAM = "team", _("team member")
    HEAD = "head", _("head of unit")


# These mandates reach every community below the one they were given in; others stay there.
REACHING_ROLES = frozenset({Role.ADMINISTRATOR, Role.COMMUNITY_MANAGER, Role.MODERATOR})


class MandateQuerySet(models.QuerySet["Mandate"]):
    def on(self, day: date) -> "MandateQuerySet":
        """Those that hold on this day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day)


class _DateRange(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


@personal(
    purpose="Who was entrusted with which role, from when to when, by whom.",
    subject="member",
    on_erasure=Erasure.ANONYMISE,
    exported="community role title starts_on ends_on",
    other="id given_by created_at",
)
class Mandate(models.Model):
    """A dated role; `ends_on` is the first day without it. `title` names the function publicly."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="mandates")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="mandates")
    role = models.CharField(max_length=20, choices=Role)
    title = models.CharField(max_length=80, blank=True)
    starts_on = models.DateField(default=today)
    ends_on = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="mandates_given"
    )
    created_at = models.DateTimeField(default=now)

    objects = MandateQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="mandate_ends_after_start",
            ),
            ExclusionConstraint(
                name="mandate_no_overlap",
                expressions=[
                    ("community", RangeOperators.EQUAL),
                    ("member", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (
                        _DateRange("starts_on", "ends_on", RangeBoundary()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.member_id} in {self.community_id}"
