"""What a community's own page says of its debates."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from django.db.models import Case, F, Q, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber

from essaim.communities.readers import Reader
from essaim.foundation.clock import now
from essaim.ideas import rules
from essaim.ideas.models import IS_CARRIED, Debate, Idea
from essaim.ideas.queries.debates import DebateLine, Stage, line_of
from essaim.ideas.queries.debates import with_counts as debates_with_counts
from essaim.ideas.queries.fate import answer_of
from essaim.ideas.queries.ideas import IdeaLine, lines_of
from essaim.ideas.queries.ideas import with_counts as ideas_with_counts

OPEN_DEBATES = 2
ARCHIVED_DEBATES = 4
ANSWERED = 2
DELIVERED = 1
WAITING = 2
MOST = (WAITING, ANSWERED, DELIVERED)
# Which of them an idea is; as `_place` says it, too.
_KIND = Case(
    When(delivery_note__isnull=False, then=Value(2)),
    When(answer__isnull=False, then=Value(1)),
    default=Value(0),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a community's own page says of its debates, each a few lines."""

    community_slug: str
    debates: tuple[DebateLine, ...]
    ideas: tuple[IdeaLine, ...]


def asked_for_landing(reader: Reader, ids: Collection[int]) -> dict[int, Asked]:
    """Open debates, what waits (late first), the latest answers and deliveries; in two queries.

    An archive shows the debates in which most was said. Communities that asked nothing are left
    out.
    """
    debates, ideas = _debates(reader, ids), _ideas(reader, ids)
    return {
        pk: Asked(
            community_slug=(debates.get(pk) or ideas[pk])[0].community_slug,
            debates=debates.get(pk, ()),
            ideas=ideas.get(pk, ()),
        )
        for pk in ids
        if pk in debates or pk in ideas
    }


def _debates(reader: Reader, ids: Collection[int]) -> dict[int, tuple[DebateLine, ...]]:
    kept = Q(community__archived_at__isnull=False)
    visible = rules.debates_visible_to(reader).filter(community__in=ids)
    asked = visible.filter(kept | Q(pk__in=Debate.objects.open().filter(closes_at__gt=now())))
    said = Case(When(kept, then=F("post_count") + F("idea_count")), default=Value(0))
    placed = Window(
        RowNumber(), partition_by=F("community"), order_by=[said.desc(), "closes_at", "pk"]
    )
    first = debates_with_counts(asked).annotate(placed=placed).filter(placed__lte=ARCHIVED_DEBATES)
    shown = {}
    for pk, few in groupby(first.order_by("community", "placed"), attrgetter("community_id")):
        lines = tuple(map(line_of, few))
        open_ones = [line for line in lines if line.stage != Stage.ARCHIVED]
        shown[pk] = tuple(open_ones[:OPEN_DEBATES]) or lines
    return shown


def _ideas(reader: Reader, ids: Collection[int]) -> dict[int, tuple[IdeaLine, ...]]:
    """Some of each kind, chosen and loaded by one query."""
    waits = Q(
        is_carried=False,
        passed_threshold=True,
        answer__isnull=True,
        debate__closed_at__isnull=False,
        debate__archived_at__isnull=True,
    )
    answered = Q(answer__isnull=False, answer__group__isnull=True)
    told_at = Coalesce("delivery_note__delivered_at", "answer__answered_at")
    placed = Window(
        RowNumber(),
        partition_by=[F("debate__community"), _KIND],
        # Nothing was told yet of what waits: it is placed by its day.
        order_by=[told_at.desc(), "debate__answers_due_on", F("supporters").desc(), "pk"],
    )
    chosen = (
        rules.ideas_visible_to(reader)
        .current()
        .filter(debate__community__in=ids, debate__community__archived_at__isnull=True)
        .alias(is_carried=IS_CARRIED("pk"))
        .filter(waits | answered)
        .annotate(placed=placed)
        .filter(placed__lte=max(MOST))
        .values("pk")
    )
    found: list[Any] = list(
        ideas_with_counts(Idea.objects.filter(pk__in=chosen), reader).select_related(
            "debate__community", "delivery_note"
        )
    )
    here: Callable[[Any], int] = attrgetter("debate.community_id")
    found.sort(key=lambda idea: (here(idea), _place(idea)))
    few = [
        idea
        for (_pk, kind), some in groupby(found, lambda idea: (here(idea), _place(idea)[0]))
        for idea in islice(some, MOST[kind])
    ]
    return {pk: lines_of(reader, some) for pk, some in groupby(few, here)}


def _place(idea: Idea) -> tuple[Any, ...]:
    """What waits before what was answered, then what was delivered; the newest answers first."""
    answer, note = answer_of(idea), getattr(idea, "delivery_note", None)
    if answer is None:
        return 0, idea.debate.answers_due_on or date.max, -idea.supporters, idea.pk
    moment = note.delivered_at if note else answer.answered_at
    return 2 if note else 1, -moment.timestamp(), -idea.pk
