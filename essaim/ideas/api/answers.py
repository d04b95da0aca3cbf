from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from pydantic import Field

from essaim.commitments.models import Commitment
from essaim.communities.models import Role
from essaim.communities.readers import member_of, reader_of
from essaim.foundation.http.api import Body
from essaim.ideas import actions
from essaim.ideas.actions import DeliveryPromise
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
    actions.answer_idea(
        member=member_of(request),
        idea=idea_or_404(reader_of(request), public_id),
        decision=answer.decision,
        reasons=answer.reasons,
        delivery=promised(answer.delivery),
    )
    response.headers["Location"] = reverse("api:api_idea", args=[public_id])
    return whole_idea(reader_of(request), public_id)


def promised(delivery: PromiseIn | None) -> DeliveryPromise | None:
    return DeliveryPromise(**delivery.model_dump()) if delivery else None
