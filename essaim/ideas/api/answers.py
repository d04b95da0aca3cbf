from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Schema
from pydantic import Field

from essaim.commitments.models import Commitment
from essaim.communities.models import Role
from essaim.communities.readers import member_of, reader_of
from essaim.foundation.http.api import Body
from essaim.ideas import actions
from essaim.ideas.actions import CONTEST_LENGTH, DeliveryPromise
from essaim.ideas.api.debates import WRITES
from essaim.ideas.api.ideas import WholeIdeaOut, idea_or_404, whole_idea
from essaim.ideas.api.lists import router
from essaim.ideas.models import Answer, Decision, length_of


class PromiseIn(Body):
    """What is promised with an adoption: what, by which role, until which day."""

    promise: str = Field(min_length=1, max_length=length_of(Commitment, "promise"))
    owner_role: Role
    owner_title: str = Field(min_length=1, max_length=length_of(Commitment, "owner_title"))
    due_on: date


class AnswerIn(Body):
    """An adoption, whole or in part, needs a `delivery`; any other answer has none."""

    decision: Decision
    reasons: str = Field(min_length=1, max_length=length_of(Answer, "reasons"))
    delivery: PromiseIn | None = None


class AppealIn(Body):
    reasons: str = Field(min_length=1, max_length=CONTEST_LENGTH)


class AppealOut(Schema):
    """Someone other than who answered first looks again, until `due_on`."""

    idea: str
    reasons: str
    made_at: datetime
    due_on: date


@router.post(
    "/ideas/{public_id}/answer",
    response={201: WholeIdeaOut},
    auth=WRITES,
    url_name="api_answer",
    summary="Answer an idea, with reasons, for whoever holds the answering role",
)
def answer_idea(
    request: HttpRequest, public_id: str, answer: AnswerIn, response: HttpResponse
) -> dict[str, Any]:
    promised = answer.delivery
    actions.answer_idea(
        member=member_of(request),
        idea=idea_or_404(reader_of(request), public_id),
        decision=answer.decision,
        reasons=answer.reasons,
        delivery=DeliveryPromise(**promised.model_dump()) if promised else None,
    )
    response.headers["Location"] = reverse("api:api_idea", args=[public_id])
    return whole_idea(reader_of(request), public_id)


@router.post(
    "/ideas/{public_id}/appeal",
    response={201: AppealOut},
    auth=WRITES,
    url_name="api_appeal",
    summary="Contest an answer, once, with reasons",
)
def contest_answer(request: HttpRequest, public_id: str, appeal: AppealIn) -> dict[str, Any]:
    found = idea_or_404(reader_of(request), public_id)
    made = actions.contest_answer(member=member_of(request), idea=found, reasons=appeal.reasons)
    return {
        "idea": public_id,
        "reasons": made.reasons,
        "made_at": made.made_at,
        "due_on": made.due_on,
    }


@router.delete(
    "/ideas/{public_id}/appeal",
    response={204: None},
    auth=WRITES,
    url_name="api_appeal",
    summary="Take one's appeal back before it is decided",
)
def withdraw_appeal(request: HttpRequest, public_id: str) -> None:
    found = idea_or_404(reader_of(request), public_id)
    actions.withdraw_appeal(member=member_of(request), idea=found)
