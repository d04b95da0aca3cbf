"""Ideas that came up at gatherings, and the debates that take more of them."""

from collections.abc import Collection
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef

from essaim.communities.models import IN_OPEN_COMMUNITIES
from essaim.communities.readers import Reader
from essaim.events.models import Event
from essaim.events.queries.born import held_in
from essaim.events.queries.events import event_named
from essaim.events.rules import events_held_by
from essaim.ideas import rules
from essaim.ideas.models import ADOPTING, IS_CARRIED, Debate
from essaim.ideas.queries.fate import Badge, badge_of
from essaim.ideas.queries.ideas import owed_of, with_owed

MOST = 100


def event_for_idea(reader: Reader, debate: Debate, public_id: str) -> Event | None:
    """The gathering of this address, where an idea of this debate may say that it came up there."""
    event = event_named(reader, public_id)
    return event if event and rules.may_name_event(reader, debate, event) else None


def ideas_born(reader: Reader, ids: Collection[int]) -> list[Any]:
    """Those that came up at these gatherings and stand, as far as the reader reads them; one query.

    With what `badge_of_born` and `may_unlink` ask for.
    """
    ideas = rules.ideas_visible_to(reader).filter(
        event__in=ids, hidden_at__isnull=True, withdrawn_at__isnull=True
    )
    held = events_held_by(reader).filter(pk=OuterRef("event"))
    rows = with_owed(ideas).select_related("answer")
    rows = rows.annotate(is_carried=IS_CARRIED("pk"), is_held=Exists(held))
    return list(rows.order_by("proposed_at", "pk")[:MOST])


def may_unlink(reader: Reader, idea: Any) -> bool:
    """The twin of the rule, for ideas that stand on the page of a gathering that is seen."""
    return reader.is_known and (idea.author_id == reader.member_id or bool(idea.is_held))


def badge_of_born(idea: Any) -> Badge | None:
    """None: it is debated."""
    return badge_of(idea, owed_of(idea))


def is_adopted(idea: Any) -> bool:
    answer = getattr(idea, "answer", None)
    return answer is not None and answer.decision in ADOPTING


def debates_taking(reader: Reader, ids: Collection[int]) -> list[Any]:
    """Open ones in which the reader may propose, of communities that hold any of these gatherings.

    One query. Each with `events`: the ids of those, and `addresses`: their public ids, in the
    same order.
    """
    held = held_in("community", ids)
    rows: Any = (
        rules.debates_visible_to(reader)
        .open()
        .filter(IN_OPEN_COMMUNITIES, Exists(held), community__in=reader.community_ids)
        .select_related("community")
        .annotate(
            events=ArraySubquery(held.values("pk")),
            addresses=ArraySubquery(held.values("public_id")),
        )
        .order_by("closes_at", "pk")
    )
    return [one for one in rows[:MOST] if rules.may_propose(reader, one)]
