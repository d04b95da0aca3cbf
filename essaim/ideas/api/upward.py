from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from essaim.communities.readers import member_of, reader_of
from essaim.foundation.access import require
from essaim.foundation.http.api import Body
from essaim.ideas import actions, queries, rules
from essaim.ideas.actions.upward import MOST_CARRIED
from essaim.ideas.api.debates import WRITES, debate_or_404
from essaim.ideas.api.lists import router
from essaim.ideas.api.regrouping import named_ideas
from essaim.ideas.models.upward import SYNTHESIS_LENGTH


class SynthesisIn(Body):
    """`target` is an open debate of a community above; each idea becomes a new one there."""

    target: str = Field(description="The public_id of that debate.")
    ideas: list[str] = Field(min_length=1, max_length=MOST_CARRIED)
    synthesis: str = Field(min_length=1, max_length=SYNTHESIS_LENGTH)


class SynthesisOut(Schema):
    """`ideas` are those that it made in the debate above."""

    debate: str
    target: str
    ideas: list[str]
    synthesis: str
    language: str
    sent_at: datetime


@router.post(
    "/debates/{public_id}/syntheses",
    response={201: SynthesisOut},
    auth=WRITES,
    url_name="api_syntheses",
    summary="Send chosen ideas of a closed debate, with its synthesis, to a debate above, once",
)
def send_upward(request: HttpRequest, public_id: str, sent: SynthesisIn) -> dict[str, Any]:
    reader = reader_of(request)
    debate = debate_or_404(reader, public_id)
    require(rules.may_send_upward(reader, debate))
    target = rules.debates_visible_to(reader).filter(public_id=sent.target).first()
    if target is None:
        said = _("Ideas are sent to a debate of a community above this one.")
        raise ValidationError({"target": [said]})
    made = actions.send_upward(
        member=member_of(request),
        debate=debate,
        target=target,
        ideas=named_ideas(reader, debate, "ideas", sent.ideas),
        synthesis=sent.synthesis,
    )
    return {
        "debate": public_id,
        "target": target.public_id,
        "ideas": queries.carried_by(made),
        "synthesis": made.text,
        "language": made.language,
        "sent_at": made.sent_at,
    }
