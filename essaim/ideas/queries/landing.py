"""What a community's own page says of its debates."""

from typing import Any

from django.db.models import F

from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.foundation.clock import now
from essaim.ideas import rules
from essaim.ideas.queries.debates import DebateLine, line_of
from essaim.ideas.queries.debates import with_counts as debates_with_counts
from essaim.ideas.queries.ideas import IdeaLine, lines_of
from essaim.ideas.queries.ideas import with_counts as ideas_with_counts

OPEN_DEBATES = 2
ARCHIVED_DEBATES = 4
ANSWERED = 2
DELIVERED = 1
WAITING = 2


def asked_for_landing(
    reader: Reader, community: Community
) -> tuple[tuple[DebateLine, ...], tuple[IdeaLine, ...]]:
    """Open debates, what waits (late first), the latest answers and deliveries; in seven queries.

    An archive shows the debates in which most was said.
    """
    visible = rules.debates_visible_to(reader).filter(community=community)
    if community.archived_at:
        kept = (
            debates_with_counts(visible).order_by(F("post_count") + F("idea_count"), "pk").reverse()
        )
        return tuple(line_of(debate) for debate in kept[:ARCHIVED_DEBATES]), ()
    opened = debates_with_counts(visible.open().filter(closes_at__gt=now()))
    opened = opened.order_by("closes_at", "pk")
    standing = rules.ideas_visible_to(reader).current()
    ideas = ideas_with_counts(standing.filter(debate__community=community), reader)
    waiting = ideas.filter(
        passed_threshold=True, answer__isnull=True, debate__closed_at__isnull=False
    ).order_by("debate__answers_due_on", "-support_count", "pk")
    answered = ideas.filter(answer__isnull=False, answer__group__isnull=True)
    latest = answered.filter(delivery_note__isnull=True).order_by("-answer__answered_at", "-pk")
    delivered = answered.filter(delivery_note__isnull=False).order_by(
        "-delivery_note__delivered_at", "-pk"
    )
    chosen: list[Any] = [*waiting[:WAITING], *latest[:ANSWERED], *delivered[:DELIVERED]]
    return tuple(line_of(debate) for debate in opened[:OPEN_DEBATES]), lines_of(reader, chosen)
