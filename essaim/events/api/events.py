from dataclasses import asdict
from datetime import date
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Schema, Status
from pydantic import AwareDatetime, Field

from essaim.communities.readers import Reader, member_of, reader_of
from essaim.events import actions
from essaim.events.api.lists import (
    WRITES,
    EventOut,
    KindWord,
    Language,
    community_or_404,
    line_out,
    router,
)
from essaim.events.models import (
    MOST_GUESTS,
    MOST_QUESTIONS,
    MOST_SEATS,
    QUESTION_LENGTH,
    SHORT_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Event,
)
from essaim.events.queries import events as queries
from essaim.events.queries.minutes import minutes_shown
from essaim.foundation.http.api import Body
from essaim.foundation.http.missing import or_404
from essaim.places.queries import place_asked


class MinutesOut(Schema):
    """`published_on` is null as long as nobody but those who hold the gathering reads them."""

    speaker: str
    talk: str
    text: str
    lessons: list[str]
    decisions: list[str]
    wish: str
    published_on: date | None


class WholeEventOut(EventOut):
    """`online_url` for whoever comes, and for those who hold it; empty for others."""

    text: str
    zone: str
    openness: str
    reason: str
    capacity: int | None
    guests: int
    accessibility: str
    childcare: str
    rides: bool
    questions: list[str]
    holders: list[str]
    online_url: str
    minutes: MinutesOut | None


class EventIn(Body):
    """`place` is a public_id; times carry their offset. A draft unless it `is_published`."""

    title: str = Field(min_length=1, max_length=TITLE_LENGTH)
    kind: KindWord = "meeting"
    openness: Literal["everyone", "members", "invited", "link"] = "everyone"
    text: str = Field("", max_length=TEXT_LENGTH, description="Markdown works.")
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    place: str | None = None
    address: str = Field("", max_length=SHORT_LENGTH)
    online_url: str = Field("", max_length=500)
    capacity: int | None = Field(None, ge=1, le=MOST_SEATS)
    guests: int = Field(0, ge=0, le=MOST_GUESTS)
    accessibility: str = Field("", max_length=SHORT_LENGTH)
    childcare: str = Field("", max_length=SHORT_LENGTH)
    rides: bool = False
    questions: list[str] = Field(
        default=[], max_length=MOST_QUESTIONS, description=f"Of {QUESTION_LENGTH} at most."
    )
    language: Language | None = None
    is_published: bool = False


class CallingOffIn(Body):
    """Why, in one sentence: everybody registered reads it."""

    reason: str = Field(min_length=1, max_length=SHORT_LENGTH)


@router.get(
    "/events/{public_id}", response=WholeEventOut, url_name="api_event", summary="A gathering"
)
def one_event(request: HttpRequest, public_id: str) -> dict[str, Any]:
    return whole_event(reader_of(request), public_id)


@router.post(
    "/communities/{slug}/events",
    response={201: WholeEventOut},
    auth=WRITES,
    url_name="api_events",
    summary="Plan a gathering, and publish it",
)
def plan_event(
    request: HttpRequest, slug: str, event: EventIn, response: HttpResponse
) -> Status[dict[str, Any]]:
    community = community_or_404(reader_of(request), slug)
    member = member_of(request)
    given = event.model_dump(exclude={"is_published"})
    given["place"] = place_asked(given["place"])
    given["language"] = given["language"] or community.language
    made = actions.plan_event(
        member=member, community=community, is_published=event.is_published, **given
    )
    response.headers["Location"] = reverse("api:api_event", args=[made.public_id])
    return Status(201, whole_event(reader_of(request), made.public_id))


@router.post(
    "/events/{public_id}/publication",
    response=WholeEventOut,
    auth=WRITES,
    url_name="api_event_publication",
    summary="Publish a draft, or what was postponed, with the day it has",
)
def publish_event(request: HttpRequest, public_id: str) -> dict[str, Any]:
    found = event_or_404(reader_of(request), public_id)
    actions.publish_event(member=member_of(request), event=found)
    return whole_event(reader_of(request), public_id)


@router.post(
    "/events/{public_id}/postponement",
    response=WholeEventOut,
    auth=WRITES,
    url_name="api_event_postponement",
    summary="Say that it does not take place on its day: everybody registered is told",
)
def postpone_event(request: HttpRequest, public_id: str, calling_off: CallingOffIn) -> Any:
    found = event_or_404(reader_of(request), public_id)
    actions.postpone_event(member=member_of(request), event=found, reason=calling_off.reason)
    return whole_event(reader_of(request), public_id)


@router.post(
    "/events/{public_id}/cancellation",
    response=WholeEventOut,
    auth=WRITES,
    url_name="api_event_cancellation",
    summary="Cancel it: everybody registered is told",
)
def cancel_event(request: HttpRequest, public_id: str, calling_off: CallingOffIn) -> Any:
    found = event_or_404(reader_of(request), public_id)
    actions.cancel_event(member=member_of(request), event=found, reason=calling_off.reason)
    return whole_event(reader_of(request), public_id)


def event_or_404(reader: Reader, public_id: str) -> Event:
    return or_404(queries.event_named(reader, public_id))


def whole_event(reader: Reader, public_id: str) -> dict[str, Any]:
    """A gathering as the answer of an operation; 404 for what the reader may not see."""
    event = or_404(queries.event_to_read(reader, public_id))
    page = queries.event_for_page(reader, event)
    minutes = minutes_shown(reader, event)
    return {
        **line_out(page.line),
        "text": page.text,
        "zone": page.zone,
        "openness": page.openness,
        "reason": page.reason,
        "capacity": page.capacity,
        "guests": page.guests,
        "accessibility": page.accessibility,
        "childcare": page.childcare,
        "rides": page.rides,
        "questions": page.questions,
        "holders": [one.slug for one in page.holders if not one.is_asked],
        "online_url": page.mine.online_url if page.mine else "",
        "minutes": asdict(minutes) if minutes else None,
    }
