from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from essaim.communities.models import Community
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.members.models import Member
from essaim.projects.models.project import Project

REASONS_LENGTH = 600
WORDS_LENGTH = 600
DAYS_TO_VALIDATE = 21
DAYS_AT_A_GATE = 21


class GateDecider(models.TextChoices):
    """Who answers at the gates of a community's projects."""

    SPONSOR = "sponsor", _("the sponsor of the project")
    COMMITTEE = "committee", _("the deciders of the community")


class CriterionSet(models.TextChoices):
    """Criteria that a community may start from, and then change."""

    AIM = "aim", _("social or environmental aim")
    PEOPLE = "people", _("for people in difficulty")


@impersonal(
    purpose="How a community validates projects and answers at their gates.",
    fields="id community needs_validation needs_second_validator validation_days is_go_stop_only"
    " gate_decider gate_days",
)
class ProjectPolicy(models.Model):
    """What a community asks of the projects it hosts; without a row, what is written here."""

    community = models.OneToOneField(
        Community, on_delete=models.CASCADE, related_name="project_policy"
    )
    needs_validation = models.BooleanField(default=True)
    needs_second_validator = models.BooleanField(default=False)
    validation_days = models.PositiveSmallIntegerField(default=DAYS_TO_VALIDATE)
    is_go_stop_only = models.BooleanField(default=False)
    gate_decider = models.CharField(max_length=10, choices=GateDecider, default=GateDecider.SPONSOR)
    gate_days = models.PositiveSmallIntegerField(default=DAYS_AT_A_GATE)

    class Meta:
        verbose_name_plural = "project policies"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(validation_days__gte=1, gate_days__gte=1), name="policy_gives_days"
            ),
        ]

    def __str__(self) -> str:
        return f"projects of {self.community_id}"


class CriterionQuerySet(models.QuerySet["Criterion"]):
    def asked(self) -> "CriterionQuerySet":
        return self.filter(retired_at__isnull=True).order_by("position", "pk")


@impersonal(
    purpose="What a community asks of a project before it validates it.",
    fields="id policy key question position is_required retired_at",
)
class Criterion(models.Model):
    """One question that each validator answers; a retired one stays with the answers it had."""

    policy = models.ForeignKey(ProjectPolicy, on_delete=models.CASCADE, related_name="criteria")
    key = models.CharField(max_length=40)
    question = models.CharField(max_length=240)
    position = models.PositiveSmallIntegerField(default=0)
    is_required = models.BooleanField(default=True)
    retired_at = models.DateTimeField(null=True)

    objects = CriterionQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "criteria"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["policy", "key"],
                condition=Q(retired_at__isnull=True),
                name="criterion_once",
            ),
        ]

    def __str__(self) -> str:
        return self.question


class ValidationDecision(models.TextChoices):
    """What validators said; empty while they have not."""

    VALIDATED = "validated", _("validated")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn before an answer")


class ValidationQuerySet(models.QuerySet["Validation"]):
    def waiting(self) -> "ValidationQuerySet":
        return self.filter(decision="")


@personal(
    purpose="Who validated a project, or did not, and why.",
    subject="decided_by",
    on_erasure=Erasure.ANONYMISE,
    exported="project decision reasons decided_at",
    other="id number submitted_at due_on seconded_by seconded_at needs_second",
)
class Validation(models.Model):
    """One request for validation; `seconded_by` is somebody else than who decided first."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="validations")
    number = models.PositiveSmallIntegerField(default=1)
    submitted_at = models.DateTimeField(default=now)
    due_on = models.DateField()
    needs_second = models.BooleanField(default=False)
    decision = models.CharField(max_length=10, choices=ValidationDecision, blank=True)
    reasons = models.TextField(blank=True, max_length=REASONS_LENGTH)
    decided_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    seconded_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    seconded_at = models.DateTimeField(null=True)

    objects = ValidationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "number"], name="validation_numbered"),
            models.UniqueConstraint(
                fields=["project"], condition=Q(decision=""), name="validation_one_waits"
            ),
            models.CheckConstraint(
                condition=~Q(decision=ValidationDecision.REFUSED) | ~Q(reasons=""),
                name="validation_refused_says_why",
            ),
            models.CheckConstraint(
                condition=Q(seconded_by__isnull=True) | ~Q(seconded_by=F("decided_by")),
                name="validation_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"validation {self.number} of {self.project_id}"


@personal(
    purpose="How a validator answered one criterion of a community about one project.",
    subject="validator",
    on_erasure=Erasure.ANONYMISE,
    exported="validation criterion is_met words answered_at",
    other="id",
)
class CriterionAnswer(models.Model):
    """One validator's answer to one criterion, with words where it is not met."""

    validation = models.ForeignKey(Validation, on_delete=models.CASCADE, related_name="answers")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="answers")
    validator = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    is_met = models.BooleanField()
    words = models.TextField(blank=True, max_length=WORDS_LENGTH)
    answered_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["validation", "criterion", "validator"], name="criterion_answered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.is_met}"
