from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from essaim.communities.models import Audience, Community
from essaim.discussions.models import Waiting
from essaim.foundation import ids
from essaim.foundation.clock import now, today
from essaim.foundation.privacy import Erasure, personal
from essaim.members.models import Member
from essaim.projects.models.project import Project

SUPPORT_LENGTH = 240
OBSTACLE_LENGTH = 600
EXCEPTION_LENGTH = 600


class DateRange(Func):
    """A half-open range of days out of two columns."""

    function = "DATERANGE"
    output_field = DateRangeField()


@personal(
    purpose="What a project was promised once validated, and by whom.",
    subject="owner",
    on_erasure=Erasure.ANONYMISE,
    exported="project what due_on done_at",
    other="id public_id added_by created_at",
)
class SupportLine(models.Model):
    """One line of the support plan; it is owed as a commitment until it is done."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="support_lines")
    what = models.CharField(max_length=SUPPORT_LENGTH)
    due_on = models.DateField()
    owner = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    added_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=now)
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.what


class PartyKind(models.TextChoices):
    """Whom a project touches."""

    SERVICE = "service", _("service")
    ASSOCIATION = "association", _("association")


@personal(
    purpose="Which services and associations a project touches, and whether they know.",
    subject="acknowledged_by",
    on_erasure=Erasure.ANONYMISE,
    exported="project acknowledged_at",
    other="id public_id unit name kind informed_at created_at",
)
class ProjectParty(models.Model):
    """A unit of the tree, or somebody named; informed from the start, never asked for leave."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="parties")
    unit = models.ForeignKey(
        Community, null=True, blank=True, on_delete=models.PROTECT, related_name="touched_by"
    )
    name = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=12, choices=PartyKind, default=PartyKind.ASSOCIATION)
    created_at = models.DateTimeField(default=now)
    informed_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name_plural = "project parties"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "unit"], name="party_unit_once"),
            models.UniqueConstraint(
                fields=["project", "name"], condition=~Q(name=""), name="party_name_once"
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=False, name="") | (Q(unit__isnull=True) & ~Q(name="")),
                name="party_is_a_unit_or_a_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.unit_id)


@personal(
    purpose="What somebody objects to a project, and the answer they were given.",
    subject="author",
    on_erasure=Erasure.ANONYMISE,
    exported="project words at answer answered_at",
    other="id public_id party audience answered_by hidden_at hidden_by hiding_reason waiting_for",
)
class Objection(models.Model):
    """It is owed an answer, and stops nothing."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="objections")
    party = models.ForeignKey(
        ProjectParty, null=True, blank=True, on_delete=models.SET_NULL, related_name="objections"
    )
    author = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.PUBLIC)
    words = models.TextField(max_length=OBSTACLE_LENGTH)
    at = models.DateTimeField(default=now)
    answer = models.TextField(blank=True, max_length=OBSTACLE_LENGTH)
    answered_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    hiding_reason = models.TextField(blank=True, max_length=600)
    waiting_for = models.CharField(max_length=8, choices=Waiting, blank=True)

    def __str__(self) -> str:
        return self.words[:80]


@personal(
    purpose="What stands in the way of a project, and how it was removed.",
    subject="by",
    on_erasure=Erasure.ANONYMISE,
    exported="project words at",
    other="id public_id removed_by removed_at how",
)
class Obstacle(models.Model):
    """Told by the team, or by those who run the community; removing them is what these may do."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="obstacles")
    words = models.TextField(max_length=OBSTACLE_LENGTH)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=now)
    removed_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    removed_at = models.DateTimeField(null=True)
    how = models.TextField(blank=True, max_length=OBSTACLE_LENGTH)

    def __str__(self) -> str:
        return self.words[:80]


class SponsorKind(models.TextChoices):
    """The first opens doors inside the organisation; the second is an elected official."""

    MAIN = "main", _("sponsor")
    ELECTED = "elected", _("elected sponsor")


class SponsorshipQuerySet(models.QuerySet["Sponsorship"]):
    def on(self, day: date) -> "SponsorshipQuerySet":
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day)


@personal(
    purpose="Who sponsors which project, from when to when, and by which exception.",
    subject="member",
    on_erasure=Erasure.ANONYMISE,
    exported="project kind starts_on ends_on",
    other="id public_id named_by created_at exception_reason exception_by",
)
class Sponsorship(models.Model):
    """`ends_on` is the first day without it. A trigger refuses who is in the team, and a main
    sponsor inside the project's perimeter, unless an exception says why.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="sponsorships")
    member = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="sponsorships"
    )
    kind = models.CharField(max_length=8, choices=SponsorKind, default=SponsorKind.MAIN)
    starts_on = models.DateField(default=today)
    ends_on = models.DateField(null=True, blank=True)
    named_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=now)
    exception_reason = models.TextField(blank=True, max_length=EXCEPTION_LENGTH)
    exception_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = SponsorshipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="sponsorship_ends_after_start",
            ),
            ExclusionConstraint(
                name="sponsorship_one_of_a_kind",
                expressions=[
                    ("project", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} sponsors {self.project_id}"
