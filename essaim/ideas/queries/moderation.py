"""Ideas and appeals as moderators and authors read them; what is left of hidden ones."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from essaim.communities.readers import Reader
from essaim.discussions.models import Waiting
from essaim.discussions.queries import ThingShown, last_case_about
from essaim.foundation.text import render_markdown
from essaim.ideas import rules
from essaim.ideas.models import IDEA, Appeal, Idea
from essaim.ideas.queries.ideas import author_name
from essaim.members.queries import display_name


@dataclass(frozen=True, slots=True)
class HiddenIdea:
    """What stands where an idea was, for those who could read it; its author reads what waits.

    `is_held`: it waits for a first look, and nobody but its author knows of it yet.
    """

    public_id: str
    title: str
    text: str
    lang: str
    question: str
    debate_public_id: str
    slug: str
    hidden_at: datetime
    reason: str
    is_pending: bool
    is_held: bool
    case_href: str


def ideas_moderated(reader: Reader, ids: Collection[int]) -> dict[int, ThingShown]:
    """In one query; also what is hidden or withdrawn."""
    seen = Q(author=reader.member_id or 0) | Q(pk__in=rules.ideas_visible_to(reader).values("pk"))
    ideas = Idea.objects.filter(seen, pk__in=ids).select_related("author", "debate__community")
    return {idea.pk: _idea_shown(idea) for idea in ideas}


def _idea_shown(idea: Any) -> ThingShown:
    return ThingShown(
        name=idea.title,
        stands_in=idea.debate.question,
        url=reverse("idea", args=[idea.public_id]),
        author=author_name(idea),
        source=idea.text,
        text=render_markdown(idea.text),
        lang=idea.language,
        written_at=idea.proposed_at,
    )


def appeals_moderated(reader: Reader, ids: Collection[int]) -> dict[int, ThingShown]:
    """Why answers were contested; who contested is not told to those who decide about the words."""
    ideas = rules.ideas_visible_to(reader).values("pk")
    seen = Q(appellant=reader.member_id or 0) | Q(answer__idea__in=ideas)
    appeals = Appeal.objects.filter(seen, pk__in=ids).select_related("answer__idea", "appellant")
    return {one.pk: _appeal_shown(reader, one) for one in appeals}


def _appeal_shown(reader: Reader, appeal: Appeal) -> ThingShown:
    idea = appeal.answer.idea
    is_mine = reader.is_known and appeal.appellant_id == reader.member_id
    return ThingShown(
        name=idea.title,
        stands_in=idea.title,
        url=reverse("idea", args=[idea.public_id]) + "#answer",
        author=display_name(appeal.appellant) if is_mine else "",
        source=appeal.reasons,
        text=render_markdown(appeal.reasons),
        lang=idea.language,
        written_at=appeal.made_at,
    )


def hidden_idea(reader: Reader, public_id: str) -> HiddenIdea | None:
    """Of an idea that moderators hid, for whoever could read it before, and for its author."""
    ideas = Idea.objects.select_related("debate__community").exclude(title="")
    idea = ideas.filter(public_id=public_id, hidden_at__isnull=False).first()
    if idea is None or idea.hidden_at is None:
        return None
    is_mine = reader.is_known and idea.author_id == reader.member_id
    is_held = idea.waiting_for == Waiting.LOOK
    if not (is_mine or (rules.may_see_debate(reader, idea.debate) and not is_held)):
        return None
    case = last_case_about(reader, IDEA, idea.pk) if is_mine else None
    return HiddenIdea(
        public_id=idea.public_id,
        # Once it is decided, its author reads it with the decision.
        title=idea.title if is_mine and idea.waiting_for else "",
        text=idea.text if is_mine and idea.waiting_for else "",
        lang=idea.language,
        question=idea.debate.question if rules.may_see_debate(reader, idea.debate) else "",
        debate_public_id=idea.debate.public_id,
        slug=idea.debate.community.slug,
        hidden_at=idea.hidden_at,
        reason=idea.hiding_reason,
        is_pending=idea.waiting_for == Waiting.DECISION,
        is_held=is_held,
        case_href=reverse("case", args=[case.public_id]) if case else "",
    )
