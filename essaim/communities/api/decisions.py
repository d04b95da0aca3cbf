"""Decisions about what people made: read by everyone, contested by whom they concern."""

from datetime import datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from essaim.communities import actions, queries
from essaim.communities.api.communities import MOST, WRITES, router
from essaim.communities.models import REASON_LENGTH, Decision
from essaim.communities.readers import member_of, reader_of
from essaim.communities.rules import communities_visible_to
from essaim.foundation.http.api import Body, next_of

Limit = Annotated[int, Query(ge=1, le=MOST)]


class DecisionOut(Schema):
    """`about` is the kind of thing; `second_look` is empty when nobody asked for one."""

    public_id: str
    community: str
    verb: str
    about: str
    reason: str
    decided_at: datetime
    is_central: bool
    second_look: str
    second_reason: str


class DecisionFiguresOut(Schema):
    """Over a year; `upheld` of `appeals` overturned what was decided."""

    decided: int
    central: int
    appeals: int
    upheld: int
    waiting: int
    late: int


class DecisionsOut(Schema):
    items: list[DecisionOut]
    next: str | None


class DecisionAppealIn(Body):
    words: str = Field(max_length=REASON_LENGTH)


class DecisionLookIn(Body):
    overturn: bool
    reason: str = Field(max_length=REASON_LENGTH, description="Everyone reads it.")


@router.get(
    "/communities/{slug}/decisions",
    response=DecisionsOut,
    summary="What was hidden, closed or refused in a community and below it, with the reasons",
)
def list_decisions(request: HttpRequest, slug: str, after: str = "", limit: Limit = 20) -> Any:
    reader = reader_of(request)
    community = get_object_or_404(communities_visible_to(reader), slug=slug)
    page = queries.decisions_for_page(reader, community, after=after, size=limit)
    return {
        "items": [
            {
                "public_id": one.public_id,
                "community": one.slug,
                "verb": one.verb,
                "about": one.about,
                "reason": one.reason,
                "decided_at": one.decided_at,
                "is_central": one.is_central,
                "second_look": one.appeal,
                "second_reason": one.second_reason,
            }
            for one in page.lines.items
        ],
        "next": next_of(request, page.lines.next, limit=limit),
    }


@router.get(
    "/communities/{slug}/decisions/figures",
    response=DecisionFiguresOut,
    summary="How many decisions were taken over a year, from above, contested, overturned, late",
)
def count_decisions(request: HttpRequest, slug: str) -> Any:
    reader = reader_of(request)
    community = get_object_or_404(communities_visible_to(reader), slug=slug)
    return queries.decisions_for_page(reader, community).figures


@router.post(
    "/decisions/{public_id}/appeal",
    response={204: None},
    auth=WRITES,
    summary="Ask, once, that somebody else looks at a decision that concerns you",
)
def contest_decision(request: HttpRequest, public_id: str, appeal: DecisionAppealIn) -> None:
    actions.appeal_decision(
        member=member_of(request), decision=_found(request, public_id), words=appeal.words
    )


@router.post(
    "/decisions/{public_id}/appeal/answer",
    response={204: None},
    auth=WRITES,
    summary="The second look at a decision: confirm it or overturn it, with a reason",
)
def answer_appeal(request: HttpRequest, public_id: str, look: DecisionLookIn) -> None:
    actions.answer_appeal(
        member=member_of(request),
        decision=_found(request, public_id),
        is_upheld=look.overturn,
        reason=look.reason,
    )


def _found(request: HttpRequest, public_id: str) -> Decision:
    found = queries.decision_to_see(reader_of(request), public_id)
    if found is None:
        raise Http404
    return found
