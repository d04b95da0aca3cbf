from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.models import Community
from essaim.communities.queries import DeskItem, duration_words
from essaim.communities.readers import Reader
from essaim.discussions import rules
from essaim.discussions.models import DECIDED, Case, ModerationPolicy, Outcome
from essaim.discussions.queries.cases import CaseLine, in_use, queue_for_page
from essaim.discussions.queries.policies import policy_of
from essaim.foundation.clock import now
from essaim.foundation.http import Page


@dataclass(frozen=True, slots=True)
class ModerationFigures:
    """What a community's moderation did, in numbers; `median` until half of it was decided.

    `late` counts decisions after their day, and what was released because nobody decided.
    """

    decisions: int = 0
    hidden: int = 0
    put_back: int = 0
    in_time: int = 0
    late: int = 0
    hidden_meanwhile: int = 0
    then_kept: int = 0
    held: int = 0
    released: int = 0
    median: timedelta | None = None

    @property
    def due(self) -> int:
        return self.in_time + self.late

    @property
    def median_words(self) -> str:
        """« 5 hours », from two days on « 3 days »."""
        return duration_words(self.median.total_seconds() / 3600) if self.median else ""


@dataclass(frozen=True, slots=True)
class ModerationPage:
    figures: ModerationFigures
    policy: ModerationPolicy
    waiting: Page[CaseLine] = field(default=Page((), None))
    may_moderate: bool = False
    may_set: bool = False


def moderation_for_page(
    reader: Reader, community: Community, *, waiting: str | None = None
) -> ModerationPage:
    """Figures and rules for everyone; the queue for those who decide."""
    may = bool(rules.may_moderate(reader, community))
    return ModerationPage(
        figures=moderation_figures(community),
        policy=policy_of(community),
        waiting=queue_for_page(reader, community, after=waiting) if may else Page((), None),
        may_moderate=may,
        may_set=bool(rules.may_set_moderation(reader, community)),
    )


class _Median(Aggregate):
    """Half of the values are as small as this one or smaller."""

    function = "percentile_disc"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def moderation_figures(community: Community) -> ModerationFigures:
    """Of this community alone, whoever looks: numbers, no text and no names; one query."""
    judged = Q(outcome__in=DECIDED)
    late = judged & Q(closed_at__gt=F("due_at")) | Q(outcome=Outcome.RELEASED)
    hidden = Q(outcome=Outcome.HIDDEN)
    counted: dict[str, Any] = Case.objects.filter(
        community=community, closed_at__isnull=False
    ).aggregate(
        decisions=Count("pk", filter=judged),
        hidden=Count("pk", filter=hidden),
        put_back=Count("pk", filter=hidden & Q(put_back_at__isnull=False)),
        in_time=Count("pk", filter=judged & Q(closed_at__lte=F("due_at"))),
        late=Count("pk", filter=late),
        hidden_meanwhile=Count("pk", filter=Q(is_hidden_meanwhile=True)),
        then_kept=Count("pk", filter=Q(is_hidden_meanwhile=True, outcome=Outcome.KEPT)),
        held=Count("pk", filter=Q(is_held=True)),
        released=Count("pk", filter=Q(outcome=Outcome.RELEASED)),
        median=_Median(F("closed_at") - F("opened_at"), filter=judged),
    )
    return ModerationFigures(**counted)


def moderation_desk(reader: Reader, ids: Collection[int]) -> dict[int, DeskItem]:
    """How many things wait in each community that the reader moderates; two queries."""
    waiting = (
        Case.objects.waiting()
        .filter(in_use(), community__in=ids)
        .exclude(author=reader.member_id or 0)
        .order_by()
        .values("community")
        .annotate(count=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now())))
    )
    counted = {row["community"]: (row["count"], row["late"]) for row in waiting}
    return {
        one.pk: DeskItem(
            title=_("Reports and first messages to look at"),
            url=reverse("moderation", args=[one.slug]),
            count=counted.get(one.pk, (0, 0))[0],
            is_late=counted.get(one.pk, (0, 0))[1] > 0,
        )
        for one in Community.objects.filter(pk__in=ids)
        if rules.may_moderate(reader, one)
    }
