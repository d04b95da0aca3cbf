from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from essaim.foundation import ids
from essaim.foundation.clock import now, today
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.members.models import Member
from essaim.projects.models.project import Project
from essaim.projects.models.sponsors import DateRange

LINE_LENGTH = 160
EFFECT_LENGTH = 600
UNIT_LENGTH = 40
DIGITS, DECIMALS = 14, 2


class Confidence(models.TextChoices):
    """What stands behind a number."""

    DECLARED = "declared", pgettext_lazy("a number", "declared")
    DOCUMENTED = "documented", pgettext_lazy("a number", "documented")
    AUDITED = "audited", pgettext_lazy("a number", "audited")


class Period(models.TextChoices):
    """How often an indicator is measured."""

    ONCE = "once", pgettext_lazy("period", "once")
    MONTH = "month", pgettext_lazy("period", "each month")
    QUARTER = "quarter", pgettext_lazy("period", "each quarter")
    YEAR = "year", pgettext_lazy("period", "each year")


@impersonal(
    purpose="What a project says of its effects beside the numbers.",
    fields="id project without_it contribution risks edited_at",
)
class EffectWords(models.Model):
    """`without_it`: what would have happened anyway; without that no effect is one."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="effect_words")
    without_it = models.TextField(blank=True, max_length=EFFECT_LENGTH)
    contribution = models.TextField(blank=True, max_length=EFFECT_LENGTH)
    risks = models.TextField(blank=True, max_length=EFFECT_LENGTH)
    edited_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "effect words"

    def __str__(self) -> str:
        return f"effects of {self.project_id}"


@impersonal(
    purpose="Who gains from a project, all along the chain: kinds of people, nobody by name.",
    fields="id public_id project name part gains position removed_at",
)
class ActorGroup(models.Model):
    """Farmers, saleswomen, children…: what part they have in it and what they gain by it."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="actor_groups")
    name = models.CharField(max_length=80)
    part = models.CharField(max_length=LINE_LENGTH, blank=True)
    gains = models.CharField(max_length=LINE_LENGTH, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "name"],
                condition=Q(removed_at__isnull=True),
                name="actor_group_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@impersonal(
    purpose="What a project measures, and how: numbers about no person.",
    fields="id public_id project name unit definition who_counts baseline baseline_on target"
    " target_on period source created_at removed_at",
)
class Indicator(models.Model):
    """A number with its definition: without who counts, how and from where it is none."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="indicators")
    name = models.CharField(max_length=LINE_LENGTH)
    unit = models.CharField(max_length=UNIT_LENGTH)
    definition = models.TextField(max_length=EFFECT_LENGTH)
    who_counts = models.CharField(max_length=LINE_LENGTH)
    baseline = models.DecimalField(
        max_digits=DIGITS, decimal_places=DECIMALS, null=True, blank=True
    )
    baseline_on = models.DateField(null=True, blank=True)
    target = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS, null=True, blank=True)
    target_on = models.DateField(null=True, blank=True)
    period = models.CharField(max_length=8, choices=Period, default=Period.MONTH)
    source = models.CharField(max_length=LINE_LENGTH)
    created_at = models.DateTimeField(default=now)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "name"],
                condition=Q(removed_at__isnull=True),
                name="indicator_once",
            ),
            models.CheckConstraint(
                condition=Q(baseline__isnull=True, baseline_on__isnull=True)
                | Q(baseline__isnull=False, baseline_on__isnull=False),
                name="indicator_baseline_dated",
            ),
            models.CheckConstraint(
                condition=Q(target__isnull=True, target_on__isnull=True)
                | Q(target__isnull=False, target_on__isnull=False),
                name="indicator_target_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MeasureQuerySet(models.QuerySet["Measure"]):
    def standing(self) -> "MeasureQuerySet":
        """Not withdrawn, and of an indicator that is measured."""
        return self.filter(withdrawn_at__isnull=True, indicator__removed_at__isnull=True)


@personal(
    purpose="What was measured, by whom it was entered, and what proves it.",
    subject="recorded_by",
    on_erasure=Erasure.ANONYMISE,
    exported="indicator starts_on ends_on value evidence confidence recorded_at withdrawn_at",
    other="id public_id",
)
class Measure(models.Model):
    """A value over a period, from its first day until the first day after it.

    Those that stand never overlap: two numbers for one day would be no measure.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="measures")
    starts_on = models.DateField()
    ends_on = models.DateField()
    value = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS)
    evidence = models.TextField(blank=True, max_length=EFFECT_LENGTH)
    confidence = models.CharField(max_length=10, choices=Confidence, default=Confidence.DECLARED)
    recorded_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_at = models.DateTimeField(default=now)
    withdrawn_at = models.DateTimeField(null=True)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="measure_over_a_period"
            ),
            models.CheckConstraint(
                condition=Q(confidence=Confidence.DECLARED) | ~Q(evidence=""),
                name="measure_more_than_declared_has_evidence",
            ),
            ExclusionConstraint(
                name="measure_no_overlap",
                expressions=[
                    ("indicator", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} in {self.indicator_id}"


class Reach(models.TextChoices):
    """Whether a project meets those who gain, or they gain through others."""

    DIRECT = "direct", pgettext_lazy("beneficiaries", "direct")
    INDIRECT = "indirect", pgettext_lazy("beneficiaries", "indirect")


class BeneficiariesQuerySet(models.QuerySet["Beneficiaries"]):
    def standing(self) -> "BeneficiariesQuerySet":
        """Not withdrawn, and of a group that is still named."""
        return self.filter(withdrawn_at__isnull=True, group__removed_at__isnull=True)


@personal(
    purpose="How many people gained from a project in a period; who entered it.",
    subject="recorded_by",
    on_erasure=Erasure.ANONYMISE,
    exported="project group reach starts_on ends_on people method evidence confidence recorded_at"
    " withdrawn_at",
    other="id public_id",
)
class Beneficiaries(models.Model):
    """Distinct people of one group in one period. Periods are never added up: who came in March
    may be who came in April. No visits, no households times so many.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="beneficiaries")
    group = models.ForeignKey(ActorGroup, on_delete=models.PROTECT, related_name="counts")
    reach = models.CharField(max_length=8, choices=Reach, default=Reach.DIRECT)
    starts_on = models.DateField()
    ends_on = models.DateField()
    people = models.PositiveIntegerField()
    method = models.TextField(max_length=EFFECT_LENGTH)
    evidence = models.TextField(blank=True, max_length=EFFECT_LENGTH)
    confidence = models.CharField(max_length=10, choices=Confidence, default=Confidence.DECLARED)
    recorded_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_at = models.DateTimeField(default=now)
    withdrawn_at = models.DateTimeField(null=True)

    objects = BeneficiariesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "beneficiaries"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="beneficiaries_over_a_period"
            ),
            models.CheckConstraint(condition=~Q(method=""), name="beneficiaries_say_how"),
            models.CheckConstraint(
                condition=Q(confidence=Confidence.DECLARED) | ~Q(evidence=""),
                name="beneficiaries_more_than_declared_has_evidence",
            ),
            models.UniqueConstraint(
                fields=["group", "reach", "starts_on", "ends_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="beneficiaries_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.people} in {self.group_id}"


@personal(
    purpose="How many people around a team take part; who counted them.",
    subject="recorded_by",
    on_erasure=Erasure.ANONYMISE,
    exported="project people who counted_on recorded_at withdrawn_at",
    other="id public_id",
)
class PeopleAround(models.Model):
    """Colleagues, partners, neighbours carried along: distinct people on one day."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="around")
    people = models.PositiveIntegerField()
    who = models.CharField(max_length=LINE_LENGTH)
    counted_on = models.DateField(default=today)
    recorded_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_at = models.DateTimeField(default=now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "people around"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "counted_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="people_around_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.people} around {self.project_id}"


class RecognitionKind(models.TextChoices):
    PRIZE = "prize", _("prize")
    FUND = "fund", _("funding")
    PRESS = "press", _("press")
    OTHER = "other", pgettext_lazy("recognition", "other")


@personal(
    purpose="What others gave or said of a project, with its source; who entered it.",
    subject="added_by",
    on_erasure=Erasure.ANONYMISE,
    exported="project kind title given_by given_on amount_cents currency source_url added_at"
    " withdrawn_at",
    other="id public_id",
)
class Recognition(models.Model):
    """Nothing without a source that anybody can open. Amounts in cents."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="recognitions")
    kind = models.CharField(max_length=6, choices=RecognitionKind)
    title = models.CharField(max_length=LINE_LENGTH)
    given_by = models.CharField(max_length=LINE_LENGTH)
    given_on = models.DateField()
    amount_cents = models.PositiveBigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    source_url = models.URLField(max_length=300)
    added_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField(default=now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(source_url=""), name="recognition_has_a_source"),
            models.CheckConstraint(
                condition=Q(amount_cents__isnull=True, currency="")
                | (Q(amount_cents__isnull=False) & ~Q(currency="")),
                name="recognition_amount_in_a_currency",
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__isnull=True)
                | Q(kind__in=[RecognitionKind.PRIZE, RecognitionKind.FUND]),
                name="recognition_money_of_prizes_and_funds",
            ),
            models.UniqueConstraint(
                fields=["project", "kind", "title", "given_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="recognition_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title
