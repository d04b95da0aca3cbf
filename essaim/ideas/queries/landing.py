"""What a community's own page says of its debates."""

from datetime import date
from typing import Any

from django.db.models import Case, F, Q, Value, When

from essaim.communities.readers import Reader
from essaim.foundation.clock import now
from essaim.ideas import rules
from essaim.ideas.models import Debate, Idea
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


def asked_for_landing(
    reader: Reader, community_id: int
) -> tuple[tuple[DebateLine, ...], tuple[IdeaLine, ...]]:
    """Open debates, what waits (late first), the latest answers and deliveries; in two queries.

    An archive shows the debates in which most was said.
    """
    return _debates(reader, community_id), _ideas(reader, community_id)


def _debates(reader: Reader, community_id: int) -> tuple[DebateLine, ...]:
    kept = Q(community__archived_at__isnull=False)
    visible = rules.debates_visible_to(reader).filter(community=community_id)
    asked = visible.filter(kept | Q(pk__in=Debate.objects.open().filter(closes_at__gt=now())))
    said = Case(When(kept, then=F("post_count") + F("idea_count")), default=Value(0))
    debates = debates_with_counts(asked).order_by(said.desc(), "closes_at", "pk")
    lines = tuple(map(line_of, debates[:ARCHIVED_DEBATES]))
    open_ones = [line for line in lines if line.stage != Stage.ARCHIVED]
    return tuple(open_ones[:OPEN_DEBATES]) or lines


def _ideas(reader: Reader, community_id: int) -> tuple[IdeaLine, ...]:
    """Some of each kind, chosen and loaded by one query."""
    ideas = (
        rules.ideas_visible_to(reader)
        .current()
        .filter(debate__community=community_id, debate__community__archived_at__isnull=True)
    )
    waiting = (
        ideas.staying()
        .filter(
            passed_threshold=True,
            answer__isnull=True,
            debate__closed_at__isnull=False,
            debate__archived_at__isnull=True,
        )
        .order_by("debate__answers_due_on", "-supporters", "pk")[:WAITING]
    )
    answered = ideas.filter(answer__isnull=False, answer__group__isnull=True)
    latest = answered.filter(delivery_note__isnull=True).order_by("-answer__answered_at", "-pk")
    delivered = answered.filter(delivery_note__isnull=False).order_by(
        "-delivery_note__delivered_at", "-pk"
    )
    chosen = waiting.values("pk").union(
        latest.values("pk")[:ANSWERED], delivered.values("pk")[:DELIVERED]
    )
    found: list[Any] = list(
        ideas_with_counts(Idea.objects.filter(pk__in=chosen), reader).select_related(
            "debate__community", "delivery_note"
        )
    )
    return lines_of(reader, sorted(found, key=_place))


def _place(idea: Idea) -> tuple[Any, ...]:
    """What waits before what was answered, then what was delivered; the newest answers first."""
    answer, note = answer_of(idea), getattr(idea, "delivery_note", None)
    if answer is None:
        return 0, idea.debate.answers_due_on or date.max, -idea.supporters, idea.pk
    moment = note.delivered_at if note else answer.answered_at
    return 2 if note else 1, -moment.timestamp(), -idea.pk
