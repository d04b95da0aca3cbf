from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Query, Schema, Status
from pydantic import Field

from essaim.communities.readers import Reader, member_of, reader_of
from essaim.discussions.actions import report_thing, take_report_back
from essaim.discussions.models import NOTE_LENGTH, ReportReason
from essaim.foundation.http.api import Body, next_of
from essaim.foundation.http.missing import or_404
from essaim.ideas import actions, queries
from essaim.ideas.api.debates import WRITES, community_or_404, debate_or_404, thread_of
from essaim.ideas.api.lists import Asked, Language, router
from essaim.ideas.models import IDEA, Idea, length_of
from essaim.ideas.queries import IdeaLine
from essaim.places.queries import place_asked


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
    """`thread` holds what is said about it, where there are conversations. `is_supported` is about
    whoever asks.

    `merged_into` speaks for it, counts its supports and gets its answer; `is_split` into parts.
    """

    public_id: str
    debate: str
    community: str
    thread: str | None
    title: str
    text: str
    language: str
    author: str
    place: str
    category: str
    proposed_at: datetime
    withdrawn_at: datetime | None
    merged_into: str | None
    is_split: bool
    supports: int
    is_supported: bool
    source_supports: int | None
    source_supports_on: date | None
    fate: list[StepOut]
    answer: AnswerOut | None


class IdeaIn(Body):
    title: str = Field(min_length=1, max_length=length_of(Idea, "title"))
    text: str = Field(
        min_length=1, max_length=length_of(Idea, "text"), description="Markdown works."
    )
    place: str | None = Field(None, description="The public_id of the place it concerns.")
    language: Language | None = None


class IdeaChanges(Body):
    """Only what is given changes; a place that is null is taken away."""

    title: str = Field("", min_length=1, max_length=length_of(Idea, "title"))
    text: str = Field("", min_length=1, max_length=length_of(Idea, "text"))
    place: str | None = None
    language: Language = "en"


class IdeaReportIn(Body):
    reason: ReportReason
    note: str = Field("", max_length=NOTE_LENGTH, description="What the moderators should know.")


class HidingIn(Body):
    """`word` is for the author alone, `reason` for everyone."""

    reason: str = Field(min_length=1, max_length=length_of(Idea, "hiding_reason"))
    word: str = Field("", max_length=length_of(Idea, "hiding_reason"))


class HeldIdeaOut(Schema):
    """It waits for a first look of the moderators, as its author's account is new."""

    public_id: str
    title: str
    state: Literal["held"]


class SupportOut(Schema):
    idea: str
    supports: int
    is_supported: bool


@router.get(
    "/communities/{slug}/ideas",
    response=IdeasOut,
    url_name="api_ideas",
    summary="A community's ideas, newest first",
)
def list_ideas(request: HttpRequest, slug: str, asked: Query[Asked]) -> dict[str, Any]:
    reader = reader_of(request)
    community = community_or_404(reader, slug)
    page = queries.ideas_of_community(reader, community, after=asked.after, size=asked.limit)
    return {
        "items": [_idea(line) for line in page.items],
        "next": next_of(request, page.next, limit=asked.limit),
    }


@router.get(
    "/debates/{public_id}/ideas",
    response=IdeasOut,
    url_name="api_debate_ideas",
    summary="A debate's ideas, newest first",
)
def list_ideas_of_debate(
    request: HttpRequest, public_id: str, asked: Query[Asked]
) -> dict[str, Any]:
    reader = reader_of(request)
    debate = debate_or_404(reader, public_id)
    page = queries.ideas_for_list(reader, debate, order="new", after=asked.after, size=asked.limit)
    return {
        "items": [_idea(line) for line in page.items],
        "next": next_of(request, page.next, limit=asked.limit),
    }


@router.get(
    "/ideas/{public_id}",
    response=WholeIdeaOut,
    url_name="api_idea",
    summary="An idea and what became of it",
)
def one_idea(request: HttpRequest, public_id: str) -> dict[str, Any]:
    return whole_idea(reader_of(request), public_id)


@router.post(
    "/debates/{public_id}/ideas",
    response={201: WholeIdeaOut, 202: HeldIdeaOut},
    auth=WRITES,
    url_name="api_debate_ideas",
    summary="Propose an idea in an open debate",
)
def propose_idea(
    request: HttpRequest, public_id: str, idea: IdeaIn, response: HttpResponse
) -> Status[dict[str, Any]]:
    made = actions.propose_idea(
        member=member_of(request),
        debate=debate_or_404(reader_of(request), public_id),
        title=idea.title,
        text=idea.text,
        place=place_asked(idea.place),
        language=idea.language,
    )
    if made.waiting_for:
        return Status(202, {"public_id": made.public_id, "title": made.title, "state": "held"})
    response.headers["Location"] = reverse("api:api_idea", args=[made.public_id])
    return Status(201, whole_idea(reader_of(request), made.public_id))


@router.patch(
    "/ideas/{public_id}",
    response=WholeIdeaOut,
    auth=WRITES,
    url_name="api_idea",
    summary="Rewrite one's own idea while its debate is open",
)
def edit_idea(request: HttpRequest, public_id: str, idea: IdeaChanges) -> dict[str, Any]:
    found = idea_or_404(reader_of(request), public_id)
    given = idea.model_dump(exclude_unset=True)
    actions.edit_idea(
        member=member_of(request),
        idea=found,
        title=given.get("title", found.title),
        text=given.get("text", found.text),
        place=place_asked(given["place"]) if "place" in given else found.place,
        language=given.get("language"),
    )
    return whole_idea(reader_of(request), public_id)


@router.delete(
    "/ideas/{public_id}",
    response={204: None},
    auth=WRITES,
    url_name="api_idea",
    summary="Withdraw one's own idea; what others built on it stays readable",
)
def withdraw_idea(request: HttpRequest, public_id: str) -> None:
    found = or_404(queries.idea_for_withdrawal(reader_of(request), public_id))
    actions.withdraw_idea(member=member_of(request), idea=found)


@router.post(
    "/ideas/{public_id}/hiding",
    response={204: None},
    auth=WRITES,
    url_name="api_hiding",
    summary="Hide an idea with a reason, for those who moderate; its author is told",
)
def hide_idea(request: HttpRequest, public_id: str, hiding: HidingIn) -> None:
    found = idea_or_404(reader_of(request), public_id)
    actions.hide_idea(member=member_of(request), idea=found, **hiding.dict())


@router.post(
    "/ideas/{public_id}/reports",
    response={204: None},
    auth=WRITES,
    url_name="api_idea_reports",
    summary="Ask the moderators to look at an idea",
)
def report_idea(request: HttpRequest, public_id: str, report: IdeaReportIn) -> None:
    found = idea_or_404(reader_of(request), public_id)
    report_thing(member=member_of(request), kind=IDEA, subject_id=found.pk, **report.dict())


@router.delete(
    "/ideas/{public_id}/reports",
    response={204: None},
    auth=WRITES,
    url_name="api_idea_reports",
    summary="Take one's report of an idea back, while nobody has decided",
)
def take_idea_report_back(request: HttpRequest, public_id: str) -> None:
    found = idea_or_404(reader_of(request), public_id)
    take_report_back(member=member_of(request), kind=IDEA, subject_id=found.pk)


@router.put(
    "/ideas/{public_id}/support",
    response=SupportOut,
    auth=WRITES,
    url_name="api_support",
    summary="Support an idea; a second time changes nothing",
)
def support_idea(request: HttpRequest, public_id: str) -> dict[str, Any]:
    found = idea_or_404(reader_of(request), public_id)
    actions.support_idea(member=member_of(request), idea=found)
    return _support(reader_of(request), public_id)


@router.delete(
    "/ideas/{public_id}/support",
    response=SupportOut,
    auth=WRITES,
    url_name="api_support",
    summary="Take one's support back while the debate is open",
)
def withdraw_support(request: HttpRequest, public_id: str) -> dict[str, Any]:
    found = idea_or_404(reader_of(request), public_id)
    actions.withdraw_support(member=member_of(request), idea=found)
    return _support(reader_of(request), public_id)


def idea_or_404(reader: Reader, public_id: str) -> Idea:
    return or_404(queries.idea_for_change(reader, public_id))


def whole_idea(reader: Reader, public_id: str) -> dict[str, Any]:
    """An idea as the answer of an operation; 404 for what the reader may not see."""
    found = or_404(queries.idea_to_read(reader, public_id))
    page = queries.idea_for_page(reader, found)
    answer = page.answer and found.answer
    survivor = queries.surviving(reader, found)
    return {
        "public_id": page.public_id,
        "debate": page.debate_public_id,
        "community": page.community_slug,
        "thread": thread_of(found),
        "title": page.title,
        "text": page.text,
        "language": page.language,
        "author": page.author,
        "place": page.place,
        "category": page.category,
        "proposed_at": page.proposed_at,
        "withdrawn_at": page.withdrawn_at,
        "merged_into": survivor.public_id if survivor != found else None,
        "is_split": found.divided_at is not None,
        "supports": page.supports,
        "is_supported": page.is_supported,
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


def _support(reader: Reader, public_id: str) -> dict[str, Any]:
    """Of the idea that speaks for it: that is where a merged one's supports are given."""
    survivor = queries.surviving(reader, idea_or_404(reader, public_id))
    idea = whole_idea(reader, survivor.public_id)
    return {
        "idea": survivor.public_id,
        "supports": idea["supports"],
        "is_supported": idea["is_supported"],
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
