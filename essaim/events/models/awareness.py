from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import DateField, ExpressionWrapper, F, Q

from essaim.communities.models import Community
from essaim.events.facts import State
from essaim.events.models.events import Event
from essaim.events.models.words import SHORT_LENGTH, TAKES_PLACE, TITLE_LENGTH, Kind
from essaim.foundation import ids
from essaim.foundation.clock import now, today
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.members.models import Member

MOST_STEPS = 20  # of one plan
MOST_PLANS = 10  # of a community, at the same time
MOST_WEEKS = 52
MOST_TO_REACH = 100_000
FURTHEST_LAUNCH = timedelta(days=3 * 366)


class AwarenessPlanQuerySet(models.QuerySet["AwarenessPlan"]):
    def open(self) -> "AwarenessPlanQuerySet":
        return self.filter(ended_at__isnull=True)


@personal(
    purpose="What a community makes known before it begins: what, and from which day on it is.",
    subject="created_by",
    on_erasure=Erasure.ANONYMISE,
    exported="community title why launches_on language created_at",
    other="id public_id changed_at ended_at",
)
class AwarenessPlan(models.Model):
    """The work before something begins, among people who have little time for it.

    `title` is what begins, `why` what everybody should know of it.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    community = models.ForeignKey(
        Community, on_delete=models.CASCADE, related_name="awareness_plans"
    )
    title = models.CharField(max_length=TITLE_LENGTH)
    why = models.CharField(max_length=SHORT_LENGTH)
    launches_on = models.DateField()
    language = models.CharField(max_length=2, default="fr")
    created_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AwarenessPlanQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(why=""), name="awareness_plan_said"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("created_at")),
                name="awareness_plan_ends_later",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["community", "launches_on"],
                condition=Q(ended_at__isnull=True),
                name="awareness_plan_open",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


@impersonal(
    purpose="Whom such a plan must reach, in what kind of gathering, and which one it became.",
    fields="id public_id plan whom kind weeks_before to_reach event",
)
class AwarenessStep(models.Model):
    """`to_reach`: how many people should come. A draft that is deleted leaves its step free."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    plan = models.ForeignKey(AwarenessPlan, on_delete=models.CASCADE, related_name="steps")
    whom = models.CharField(max_length=SHORT_LENGTH)
    kind = models.CharField(max_length=10, choices=Kind)
    weeks_before = models.PositiveSmallIntegerField()
    to_reach = models.PositiveIntegerField(null=True, blank=True)
    event = models.OneToOneField(
        Event, null=True, blank=True, on_delete=models.SET_NULL, related_name="awareness_step"
    )

    class Meta:
        ordering: ClassVar = ["-weeks_before", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(whom=""), name="awareness_step_of_somebody"),
            models.CheckConstraint(
                condition=Q(weeks_before__lte=MOST_WEEKS), name="awareness_step_within_a_year"
            ),
            models.CheckConstraint(
                condition=Q(to_reach__isnull=True)
                | Q(to_reach__gte=1, to_reach__lte=MOST_TO_REACH),
                name="awareness_step_to_reach",
            ),
        ]

    def __str__(self) -> str:
        return self.whom

    @property
    def due_on(self) -> date:
        """The day by which they should have heard of it."""
        return self.plan.launches_on - timedelta(weeks=self.weeks_before)

    @property
    def is_free(self) -> bool:
        """Nothing stands for it that can still take place, or that did."""
        event = self.event
        return event is None or event.hidden_at is not None or event.state == State.CANCELLED

    @property
    def is_held(self) -> bool:
        """The twin of `held_steps`."""
        event = self.event
        if event is None or event.hidden_at is not None:
            return False
        return event.state in TAKES_PLACE and event.ends_at <= now()

    @property
    def is_late(self) -> bool:
        """Its day has passed, and no gathering took place or is announced."""
        event = self.event
        is_announced = event is not None and event.state in TAKES_PLACE and not self.is_free
        return not is_announced and self.due_on < today()


def held_steps(path: str = "") -> Q:
    """Those whose gathering has taken place; `path` leads to the step (« steps__ »)."""
    return Q(
        **{
            f"{path}event__state__in": TAKES_PLACE,
            f"{path}event__hidden_at__isnull": True,
            f"{path}event__ends_at__lte": now(),
        }
    )


def late_steps() -> models.QuerySet[AwarenessStep]:
    """The twin of `AwarenessStep.is_late`."""
    due = ExpressionWrapper(
        F("plan__launches_on") - F("weeks_before") * 7, output_field=DateField()
    )
    announced = Q(event__state__in=TAKES_PLACE, event__hidden_at__isnull=True)
    return AwarenessStep.objects.alias(due=due).filter(due__lt=today()).exclude(announced)
