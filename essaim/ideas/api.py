"""Debates and ideas as JSON: what everyone may read, whoever asks."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from essaim.communities.readers import ANONYMOUS
from essaim.communities.rules import communities_visible_to
from essaim.ideas import queries
from essaim.ideas.queries import DebateLine, IdeaLine
from essaim.ideas.queries.programme import ItemShown, programme_for_page

MOST = 100

router = Router(tags=["ideas"])


class Asked(Schema):
    after: str = ""
    limit: int = Field(20, ge=1, le=MOST)


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


class IdeaOut(Schema):
    """`source_supports` was counted by an archive's source; it is never part of `supports`."""

    public_id: str
    debate: str
    title: str
    excerpt: str
    language: str
    author: str
    place: str
    category: str
    proposed_at: datetime
    supports: int
    messages: int
    source_supports: int | None
    source_supports_on: date | None
    decision: str | None
    answered_at: datetime | None


class IdeasOut(Schema):
    items: list[IdeaOut]
    next: str | None


class StepOut(Schema):
    label: str
    state: str
    meta: str


class AnswerOut(Schema):
    decision: str
    reasons: str
    by: str
    on: datetime
    is_grouped: bool


class WholeIdeaOut(Schema):
    public_id: str
    debate: str
    community: str
    title: str
    text: str
    language: str
    author: str
    place: str
    category: str
    proposed_at: datetime
    supports: int
    source_supports: int | None
    source_supports_on: date | None
    fate: list[StepOut]
    answer: AnswerOut | None


class SourceOut(Schema):
    """Without a `url` the contribution is not for everyone: neither are its words."""

    label: str
    url: str


class SentenceOut(Schema):
    text: str
    reason: str
    sources: list[SourceOut]


class ItemOut(Schema):
    number: int
    title: str
    sentences: list[SentenceOut]


class SectionOut(Schema):
    title: str
    items: list[ItemOut]


class ProgrammeOut(Schema):
    community: str
    version: int
    published_at: datetime
    summary: str
    language: str
    sections: list[SectionOut]


@router.get(
    "/communities/{slug}/debates",
    response=DebatesOut,
    url_name="api_debates",
    summary="A community's debates: open ones first, then closed, then archived",
)
def list_debates(request: HttpRequest, slug: str, asked: Query[Asked]) -> dict[str, Any]:
    community = get_object_or_404(communities_visible_to(ANONYMOUS), slug=slug)
    page = queries.debates_for_list(ANONYMOUS, community, after=asked.after, size=asked.limit)
    return {
        "items": [_debate(line) for line in page.items],
        "next": _next(request, page.next, asked.limit),
    }


@router.get(
    "/communities/{slug}/ideas",
    response=IdeasOut,
    url_name="api_ideas",
    summary="A community's ideas, newest first",
)
def list_ideas(request: HttpRequest, slug: str, asked: Query[Asked]) -> dict[str, Any]:
    community = get_object_or_404(communities_visible_to(ANONYMOUS), slug=slug)
    page = queries.ideas_of_community(ANONYMOUS, community, after=asked.after, size=asked.limit)
    return {
        "items": [_idea(line) for line in page.items],
        "next": _next(request, page.next, asked.limit),
    }


@router.get(
    "/ideas/{public_id}",
    response=WholeIdeaOut,
    url_name="api_idea",
    summary="An idea and what became of it",
)
def one_idea(request: HttpRequest, public_id: str) -> dict[str, Any]:
    found = queries.idea_for_change(ANONYMOUS, public_id)
    if found is None:
        raise Http404
    page = queries.idea_for_page(ANONYMOUS, found)
    answer = page.answer and found.answer
    return {
        "public_id": page.public_id,
        "debate": page.debate_public_id,
        "community": page.community_slug,
        "title": page.title,
        "text": page.text,
        "language": page.language,
        "author": page.author,
        "place": page.place,
        "category": page.category,
        "proposed_at": page.proposed_at,
        "supports": page.supports,
        "source_supports": page.source_supports,
        "source_supports_on": page.source_supports_on,
        "fate": [
            {"label": step.label, "state": step.state, "meta": step.meta} for step in page.fate
        ],
        "answer": answer
        and {
            "decision": answer.decision,
            "reasons": answer.reasons,
            "by": page.answer.by if page.answer else "",
            "on": answer.answered_at,
            "is_grouped": answer.group_id is not None,
        },
    }


@router.get(
    "/communities/{slug}/programme",
    response=ProgrammeOut,
    url_name="api_programme",
    summary="A community's programme: its newest version, each sentence with its sources",
)
def read_programme(request: HttpRequest, slug: str) -> dict[str, Any]:
    community = get_object_or_404(communities_visible_to(ANONYMOUS), slug=slug)
    page = programme_for_page(ANONYMOUS, community)
    if page is None or page.published_at is None:
        raise Http404
    return {
        "community": slug,
        "version": page.number,
        "published_at": page.published_at,
        "summary": page.summary,
        "language": page.language,
        "sections": [
            {"title": section.title, "items": [_item(request, item) for item in section.items]}
            for section in page.sections
        ],
    }


def _item(request: HttpRequest, item: ItemShown) -> dict[str, Any]:
    return {
        "number": item.number,
        "title": item.title,
        "sentences": [
            {
                "text": sentence.text,
                "reason": sentence.reason,
                "sources": [
                    {
                        "label": source.label,
                        "url": request.build_absolute_uri(source.href) if source.href else "",
                    }
                    for source in sentence.sources
                ],
            }
            for sentence in item.sentences
        ],
    }


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


def _idea(line: IdeaLine) -> dict[str, Any]:
    return {
        "public_id": line.public_id,
        "debate": line.debate_public_id,
        "title": line.title,
        "excerpt": line.excerpt,
        "language": line.language,
        "author": line.author,
        "place": line.place,
        "category": line.category,
        "proposed_at": line.proposed_at,
        "supports": line.supports,
        "messages": line.posts,
        "source_supports": line.source_supports,
        "source_supports_on": line.source_supports_on,
        "decision": line.decision or None,
        "answered_at": line.answered_at,
    }


def _next(request: HttpRequest, cursor: str | None, limit: int) -> str | None:
    if cursor is None:
        return None
    address = request.path + "?" + urlencode({"limit": limit, "after": cursor})
    return request.build_absolute_uri(address)
