from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Query, Schema
from pydantic import AwareDatetime, Field, StrictInt

from essaim.communities.models import Community, Role
from essaim.communities.readers import Reader, member_of, reader_of
from essaim.communities.rules import communities_visible_to
from essaim.discussions.rules import has_conversations
from essaim.foundation.http.api import Body, next_of
from essaim.ideas import actions, queries, rules
from essaim.ideas.actions.debates import HIGHEST_THRESHOLD, LONGEST_DELAY
from essaim.ideas.api.lists import Asked, Language, router
from essaim.ideas.models import Debate, Idea, length_of
from essaim.ideas.queries.debates import DebateLine, stage_of
from essaim.members.bearer import Bearer
from essaim.members.models import Scope

WRITES = Bearer(Scope.IDEAS)


class DebateOut(Schema):
    public_id: str
    question: str
    language: str
    stage: str
    ideas: int
    closes_at: datetime | None
    answers_due_on: date | None


class DebatesOut(Schema):
    items: list[DebateOut]
    next: str | None


class WholeDebateOut(Schema):
    """`thread` holds what is said about it; none where the community does without conversations."""

    public_id: str
    community: str
    thread: str | None
    question: str
    introduction: str
    language: str
    audience: str
    stage: str
    opened_at: datetime | None
    closes_at: datetime | None
    support_threshold: int | None
    answer_delay_days: int | None
    answering_role: str
    answering_title: str
    answers_due_on: date | None


class DebateIn(Body):
    """A draft may miss parts of its promise; opening it may not."""

    question: str = Field(min_length=1, max_length=length_of(Debate, "question"))
    introduction: str = Field("", max_length=length_of(Debate, "introduction"))
    language: Language | None = None
    audience: Literal["public", "members"] = "public"
    closes_at: AwareDatetime | None = None
    support_threshold: StrictInt | None = Field(None, ge=1, le=HIGHEST_THRESHOLD)
    answer_delay_days: StrictInt | None = Field(None, ge=1, le=LONGEST_DELAY)
    answering_role: Role | None = None
    answering_title: str = Field("", max_length=length_of(Debate, "answering_title"))


@router.get(
    "/communities/{slug}/debates",
    response=DebatesOut,
    url_name="api_debates",
    summary="A community's debates: open ones first, then closed, then archived",
)
def list_debates(request: HttpRequest, slug: str, asked: Query[Asked]) -> dict[str, Any]:
    reader = reader_of(request)
    community = community_or_404(reader, slug)
    page = queries.debates_for_list(reader, community, after=asked.after, size=asked.limit)
    return {
        "items": [_debate(line) for line in page.items],
        "next": next_of(request, page.next, limit=asked.limit),
    }


@router.get(
    "/debates/{public_id}",
    response=WholeDebateOut,
    url_name="api_debate",
    summary="A debate: its question, its dates and what it promises",
)
def one_debate(request: HttpRequest, public_id: str) -> dict[str, Any]:
    return whole_debate(reader_of(request), public_id)


@router.post(
    "/communities/{slug}/debates",
    response={201: WholeDebateOut},
    auth=WRITES,
    url_name="api_debates",
    summary="Ask a debate: a draft, for those who run the community",
)
def ask_debate(
    request: HttpRequest, slug: str, debate: DebateIn, response: HttpResponse
) -> dict[str, Any]:
    community = community_or_404(reader_of(request), slug)
    given = debate.model_dump()
    made = actions.ask_debate(
        member=member_of(request),
        community=community,
        **given | {"answering_role": given["answering_role"] or ""},
    )
    response.headers["Location"] = reverse("api:api_debate", args=[made.public_id])
    return whole_debate(reader_of(request), made.public_id)


@router.post(
    "/debates/{public_id}/opening",
    response=WholeDebateOut,
    auth=WRITES,
    url_name="api_debate_opening",
    summary="Open a debate: from here on its question, dates and promise stand",
)
def open_debate(request: HttpRequest, public_id: str) -> dict[str, Any]:
    found = debate_or_404(reader_of(request), public_id)
    actions.open_debate(member=member_of(request), debate=found)
    return whole_debate(reader_of(request), public_id)


@router.post(
    "/debates/{public_id}/closing",
    response=WholeDebateOut,
    auth=WRITES,
    url_name="api_debate_closing",
    summary="Close a debate whose last moment has passed; its answers are owed from here on",
)
def close_debate(request: HttpRequest, public_id: str) -> dict[str, Any]:
    found = debate_or_404(reader_of(request), public_id)
    actions.close_debate(member=member_of(request), debate=found)
    return whole_debate(reader_of(request), public_id)


def community_or_404(
    reader: Reader, slug: str, *, subplatform: str = rules.SUBPLATFORM
) -> Community:
    """A community that the reader may see, and that has what is asked for."""
    visible = communities_visible_to(reader, subplatform=subplatform)
    return get_object_or_404(visible, slug=slug)


def debate_or_404(reader: Reader, public_id: str) -> Debate:
    visible = rules.debates_visible_to(reader).select_related("community", "thread__community")
    return get_object_or_404(visible, public_id=public_id)


def whole_debate(reader: Reader, public_id: str) -> dict[str, Any]:
    found = debate_or_404(reader, public_id)
    return {
        "public_id": found.public_id,
        "community": found.community.slug,
        "thread": thread_of(found),
        "question": found.question,
        "introduction": found.introduction,
        "language": found.language,
        "audience": found.audience,
        "stage": stage_of(found),
        "opened_at": found.opened_at,
        "closes_at": found.closes_at,
        "support_threshold": found.support_threshold,
        "answer_delay_days": found.answer_delay_days,
        "answering_role": found.answering_role,
        "answering_title": found.answering_title,
        "answers_due_on": found.answers_due_on,
    }


def thread_of(thing: Debate | Idea) -> str | None:
    """The conversation about it, where there are conversations."""
    thread = thing.thread
    return thread.public_id if has_conversations(thread.community) else None


def _debate(line: DebateLine) -> dict[str, Any]:
    return {
        "public_id": line.public_id,
        "question": line.question,
        "language": line.language,
        "stage": line.stage,
        "ideas": line.ideas,
        "closes_at": line.closes_at,
        "answers_due_on": line.answers_due_on,
    }
