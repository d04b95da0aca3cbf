from datetime import date, datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest
from ninja import Schema
from pydantic import Field

from essaim.communities.readers import Reader, member_of, reader_of
from essaim.foundation.http.api import Body
from essaim.ideas import actions, rules
from essaim.ideas.api.answers import PromiseIn, promised
from essaim.ideas.api.debates import WRITES
from essaim.ideas.api.ideas import idea_or_404
from essaim.ideas.api.lists import router
from essaim.ideas.models import Appeal, Decision, Outcome, length_of
from essaim.ideas.queries.appeals import second_look_for_page


class AppealIn(Body):
    reasons: str = Field(min_length=1, max_length=length_of(Appeal, "reasons"))


class SecondLookIn(Body):
    """Whoever changes an answer says what it is now, as when answering; else it stands."""

    outcome: Outcome
    reasons: str = Field(min_length=1, max_length=length_of(Appeal, "decision_reasons"))
    decision: Decision | None = None
    delivery: PromiseIn | None = None


class AppealOut(Schema):
    """Someone other than who answered first looks again, until `due_on`; what they decided
    is the idea's answer from then on. Withdrawn or hidden reasons say so in `state`."""

    idea: str
    reasons: str
    state: Literal["shown", "withdrawn", "hidden"]
    made_at: datetime
    is_by_author: bool
    is_mine: bool
    withdrawn_at: datetime | None
    due_on: date
    first_decision: Decision
    first_reasons: str
    first_answered_at: datetime
    outcome: Outcome | None
    decision_reasons: str
    decided_by: str
    decided_at: datetime | None


@router.get(
    "/ideas/{public_id}/appeal",
    response=AppealOut,
    url_name="api_appeal",
    summary="What was contested in an idea's answer, and what a second look came to",
)
def one_appeal(request: HttpRequest, public_id: str) -> dict[str, Any]:
    return whole_appeal(reader_of(request), public_id)


@router.post(
    "/ideas/{public_id}/appeal",
    response={201: AppealOut},
    auth=WRITES,
    url_name="api_appeal",
    summary="Contest an answer, once, with reasons",
)
def contest_answer(request: HttpRequest, public_id: str, appeal: AppealIn) -> dict[str, Any]:
    found = idea_or_404(reader_of(request), public_id)
    actions.contest_answer(member=member_of(request), idea=found, reasons=appeal.reasons)
    return whole_appeal(reader_of(request), public_id)


@router.delete(
    "/ideas/{public_id}/appeal",
    response={204: None},
    auth=WRITES,
    url_name="api_appeal",
    summary="Take one's appeal back; once it is decided, its words",
)
def withdraw_appeal(request: HttpRequest, public_id: str) -> None:
    found = idea_or_404(reader_of(request), public_id)
    actions.withdraw_appeal(member=member_of(request), idea=found)


@router.post(
    "/ideas/{public_id}/appeal/decision",
    response=AppealOut,
    auth=WRITES,
    url_name="api_appeal_decision",
    summary="Decide about a contested answer: it stands, or another takes its place",
)
def decide_appeal(request: HttpRequest, public_id: str, decided: SecondLookIn) -> dict[str, Any]:
    actions.decide_appeal(
        member=member_of(request),
        idea=idea_or_404(reader_of(request), public_id),
        outcome=decided.outcome,
        reasons=decided.reasons,
        decision=decided.decision or "",
        delivery=promised(decided.delivery),
    )
    return whole_appeal(reader_of(request), public_id)


def whole_appeal(reader: Reader, public_id: str) -> dict[str, Any]:
    """The appeal as the answer of an operation; 404 where nobody contested anything."""
    found = idea_or_404(reader, public_id)
    appeal, look = rules.appeal_against(found), second_look_for_page(reader, found, None)
    if appeal is None or look is None:
        raise Http404
    was_withdrawn = look.withdrawn_at or look.words_withdrawn_at
    return {
        "idea": public_id,
        "reasons": look.reasons,
        "state": "withdrawn" if was_withdrawn else "hidden" if look.hidden_at else "shown",
        "made_at": appeal.made_at,
        "is_by_author": look.is_by_author,
        "is_mine": look.is_mine,
        "withdrawn_at": appeal.withdrawn_at,
        "due_on": appeal.due_on,
        "first_decision": appeal.first_decision,
        "first_reasons": appeal.first_reasons,
        "first_answered_at": appeal.first_answered_at,
        "outcome": appeal.outcome or None,
        "decision_reasons": appeal.decision_reasons,
        "decided_by": look.decided_by,
        "decided_at": appeal.decided_at,
    }
