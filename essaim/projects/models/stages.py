from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.members.models import Member
from essaim.projects.models.project import Project
from essaim.projects.models.sponsors import DateRange
from essaim.projects.models.validation import GateDecider

EVIDENCE_LENGTH = 600
GATE_LENGTH = 600
CONDITION_LENGTH = 240


class Stage(models.TextChoices):
    """Steps that any project goes through, whatever a programme calls them."""

    CALL = "call", pgettext_lazy("stage", "call")
    SELECT = "select", pgettext_lazy("stage", "selection")
    PREPARE = "prepare", pgettext_lazy("stage", "preparation")
    EXPLORE = "explore", pgettext_lazy("stage", "exploration")
    BUILD = "build", pgettext_lazy("stage", "construction")
    GROW = "grow", pgettext_lazy("stage", "growth")
    SUSTAIN = "sustain", pgettext_lazy("stage", "in lasting hands")


# A project that starts goes through these, in this order.
PATH = (Stage.EXPLORE, Stage.BUILD, Stage.GROW, Stage.SUSTAIN)


class SpellQuerySet(models.QuerySet["Spell"]):
    def on(self, day: date) -> "SpellQuerySet":
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day)


@impersonal(
    purpose="In which stage a project was, from when to when.",
    fields="id project stage starts_on ends_on",
)
class Spell(models.Model):
    """From its first day until the first day without it; at most one is open, none overlap."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="spells")
    stage = models.CharField(max_length=10, choices=Stage)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = SpellQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="spell_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["project"], condition=Q(ends_on__isnull=True), name="spell_one_open"
            ),
            models.UniqueConstraint(fields=["project", "stage", "starts_on"], name="spell_once"),
            ExclusionConstraint(
                name="spell_no_overlap",
                expressions=[
                    ("project", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} of {self.project_id}"


class GateKind(models.TextChoices):
    """Leaders appear at the first and at the last; these are never left out."""

    START = "start", _("start")
    STAGE = "stage", _("next stage")
    ACCEPTANCE = "acceptance", _("acceptance")


class GateDecision(models.TextChoices):
    """What a gate answers; empty while it has not."""

    GO = "go", pgettext_lazy("gate", "go")
    GO_WITH_CONDITIONS = "go_with_conditions", pgettext_lazy("gate", "go, with conditions")
    HOLD = "hold", pgettext_lazy("gate", "wait")
    RECYCLE = "recycle", pgettext_lazy("gate", "once more")
    STOP = "stop", pgettext_lazy("gate", "stop")


GO_OR_STOP = (GateDecision.GO, GateDecision.STOP)
GOING_ON = frozenset({GateDecision.GO, GateDecision.GO_WITH_CONDITIONS})


class GateQuerySet(models.QuerySet["Gate"]):
    def waiting(self) -> "GateQuerySet":
        return self.filter(decided_at__isnull=True)


@personal(
    purpose="What was decided at a gate of a project, by whom, on which evidence and why.",
    subject="decided_by",
    on_erasure=Erasure.ANONYMISE,
    exported="project kind decision reasons keeps decided_at",
    other="id public_id from_stage to_stage asked_by asked_at due_on evidence decider"
    " is_go_stop_only",
)
class Gate(models.Model):
    """Asked by the bearer with evidence; answered once, by the sponsor or the committee."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="gates")
    kind = models.CharField(max_length=10, choices=GateKind, default=GateKind.STAGE)
    from_stage = models.CharField(max_length=10, choices=Stage, blank=True)
    to_stage = models.CharField(max_length=10, choices=Stage)
    asked_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(default=now)
    due_on = models.DateField()
    evidence = models.TextField(max_length=EVIDENCE_LENGTH)
    decider = models.CharField(max_length=10, choices=GateDecider, default=GateDecider.SPONSOR)
    is_go_stop_only = models.BooleanField(default=False)
    decision = models.CharField(max_length=20, choices=GateDecision, blank=True)
    reasons = models.TextField(blank=True, max_length=GATE_LENGTH)
    keeps = models.TextField(blank=True, max_length=GATE_LENGTH)  # what the team keeps, whatever
    decided_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="gates_decided"
    )
    decided_at = models.DateTimeField(null=True)

    objects = GateQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project"], condition=Q(decided_at__isnull=True), name="gate_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decision="")
                | (Q(decided_at__isnull=False) & ~Q(decision="") & ~Q(reasons="")),
                name="gate_answers_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(is_go_stop_only=False)
                | Q(decision__in=["", GateDecision.GO, GateDecision.STOP]),
                name="gate_only_go_or_stop",
            ),
        ]

    def __str__(self) -> str:
        return f"gate {self.kind} of {self.project_id}"


@impersonal(
    purpose="What beneficiaries and others said of a project, told at a gate without their names.",
    fields="id gate words from_whom is_from_beneficiary",
)
class GateEvidence(models.Model):
    """`from_whom` says what they are (« a cashier of the market »), never who."""

    gate = models.ForeignKey(Gate, on_delete=models.CASCADE, related_name="evidences")
    words = models.TextField(max_length=EVIDENCE_LENGTH)
    from_whom = models.CharField(max_length=120)
    is_from_beneficiary = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "gate evidence"

    def __str__(self) -> str:
        return self.from_whom


@impersonal(
    purpose="What a gate asks for before the next one.",
    fields="id public_id gate what due_on met_at",
)
class GateCondition(models.Model):
    """Owed by the bearer as a commitment, until the decider or the team's referent sees it met."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    gate = models.ForeignKey(Gate, on_delete=models.CASCADE, related_name="conditions")
    what = models.CharField(max_length=CONDITION_LENGTH)
    due_on = models.DateField()
    met_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.what
