"""Refusals, contested answers and delays: counted from the answers themselves, in one query."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Func, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Coalesce, TruncDate

from essaim.commitments.queries import AnswerFigure, answers_counted, figures_in
from essaim.communities.readers import Reader
from essaim.communities.rules import readable
from essaim.foundation.clock import today
from essaim.ideas import rules
from essaim.ideas.models import Answer, Decision, Outcome

# Who contested and what came of it; an appeal that was taken back is none.
_STANDING = Q(appeal__isnull=False, appeal__withdrawn_at__isnull=True)
_WAITING = _STANDING & Q(appeal__decided_at__isnull=True)

_NO_DAYS = Value(None, output_field=IntegerField())


@dataclass(slots=True)
class AnswersFigure:
    """Answers given in a community and below it. `late` second looks are not `waiting` any more."""

    given: int = 0
    refused: int = 0
    contested: int = 0
    changed: int = 0
    upheld: int = 0
    waiting: int = 0
    late: int = 0
    delays: Counter[int] = field(default_factory=Counter)  # days after the closing: how many

    @property
    def median_days(self) -> int | None:
        """Half of the answers were given within so many days after their debate closed."""
        passed = 0
        for days in sorted(self.delays):
            passed += self.delays[days]
            if 2 * passed >= self.given:
                return max(0, days)
        return None

    def add(self, days: int, counts: Iterable[int]) -> None:
        given, refused, contested, changed, upheld, waiting, late = counts
        self.given += given
        self.refused += refused
        self.contested += contested
        self.changed += changed
        self.upheld += upheld
        self.waiting += waiting
        self.late += late
        self.delays[days] += given


def answers_figures(
    reader: Reader, ids: Collection[int]
) -> tuple[dict[int, AnswerFigure], dict[int, AnswersFigure]]:
    """What was due and what was given, for each community with those below it; one query.

    A row without a delay counts what was due. The delay is the first answer's, contested or not.
    """
    nothing = {f"nothing_{n}": Value(0) for n in range(4)}
    due = answers_counted(reader, ids).annotate(days=_NO_DAYS, **nothing)
    columns = ("community_id", "community__ancestor_ids", "days", "due", "on_time", "late")
    rows = list(_given(reader, ids).union(due.values_list(*columns, *nothing), all=True))
    given = {pk: AnswersFigure() for pk in ids}
    for community_id, ancestor_ids, delay, *counts in rows:
        for pk in {community_id, *ancestor_ids} & given.keys() if delay is not None else ():
            given[pk].add(delay, counts)
    owed = [(row[0], row[1], *row[3:6]) for row in rows if row[2] is None]
    return figures_in(owed, ids), given


def _given(reader: Reader, ids: Collection[int]) -> QuerySet[Answer, Any]:
    first = Coalesce(F("appeal__first_answered_at"), F("answered_at"))
    days = Func(
        TruncDate(first),
        TruncDate(F("idea__debate__closes_at")),
        template="(%(expressions)s)",
        arg_joiner=" - ",
        output_field=IntegerField(),
    )
    place = "idea__debate__community"
    return (
        Answer.objects.filter(
            readable(
                reader, community=place, audience="idea__audience", subplatform=rules.SUBPLATFORM
            ),
            Q(**{f"{place}__in": ids}) | Q(**{f"{place}__ancestor_ids__overlap": list(ids)}),
            idea__debate__closes_at__isnull=False,
        )
        .annotate(days=days)
        .values_list(f"{place}_id", f"{place}__ancestor_ids", "days")
        .annotate(
            given=Count("id"),
            refused=Count("id", filter=Q(decision=Decision.NOT_ADOPTED)),
            contested=Count("id", filter=_STANDING),
            changed=Count("id", filter=Q(appeal__outcome=Outcome.CHANGED)),
            upheld=Count("id", filter=Q(appeal__outcome=Outcome.UPHELD)),
            waiting=Count("id", filter=_WAITING & Q(appeal__due_on__gte=today())),
            late=Count("id", filter=_WAITING & Q(appeal__due_on__lt=today())),
        )
        .order_by()
    )
