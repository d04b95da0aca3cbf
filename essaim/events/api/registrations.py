from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from essaim.communities.readers import member_of, reader_of
from essaim.events import actions
from essaim.events.api.events import event_or_404
from essaim.events.api.lists import WRITES, router
from essaim.events.models import MOST_GUESTS, SHORT_LENGTH, Registration
from essaim.foundation.http.api import Body


class RegistrationOut(Schema):
    """Where one stands: going, maybe, not, waiting in line, or offered a seat until then."""

    event: str
    standing: str
    guests: int
    offered_until: datetime | None


class RegistrationIn(Body):
    """One’s answer; `answers` are by question, in the words in which it is asked."""

    answer: Literal["going", "maybe", "not"] = "going"
    guests: int = Field(0, ge=0, le=MOST_GUESTS)
    childcare: str = Field("", max_length=SHORT_LENGTH)
    access: str = Field("", max_length=SHORT_LENGTH)
    ride: Literal["", "offers", "needs"] = ""
    ride_seats: int = Field(0, ge=0, le=8)
    answers: dict[str, str] = {}


@router.put(
    "/events/{public_id}/registration",
    response=RegistrationOut,
    auth=WRITES,
    url_name="api_registration",
    summary="Say yes, maybe or no; yes waits in line where no seat is left",
)
def register(request: HttpRequest, public_id: str, registration: RegistrationIn) -> dict[str, Any]:
    found = event_or_404(reader_of(request), public_id)
    made = actions.register(member=member_of(request), event=found, **registration.model_dump())
    return _out(public_id, made)


@router.post(
    "/events/{public_id}/seat",
    response=RegistrationOut,
    auth=WRITES,
    url_name="api_seat",
    summary="Take the seat that is offered, in time",
)
def take_seat(request: HttpRequest, public_id: str) -> dict[str, Any]:
    found = event_or_404(reader_of(request), public_id)
    made = actions.take_own_offer(member=member_of(request), event=found)
    return _out(public_id, made)


def _out(public_id: str, made: Registration) -> dict[str, Any]:
    return {
        "event": public_id,
        "standing": made.standing,
        "guests": made.guests,
        "offered_until": made.offered_until,
    }
