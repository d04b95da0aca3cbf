"""What the operations of this sub-platform share."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from essaim.communities.models import Community
from essaim.communities.readers import Reader, reader_of
from essaim.communities.rules import communities_visible_to
from essaim.events import rules
from essaim.events.queries.lists import FAR, EventLine, Filters, events_page
from essaim.foundation.http.api import next_of
from essaim.foundation.http.missing import or_404
from essaim.members.bearer import Bearer
from essaim.members.models import Scope
from essaim.places.queries import place_asked

MOST = 100
KindWord = Literal[
    "",
    "meeting",
    "workshop",
    "debate",
    "plenary",
    "seminar",
    "talk",
    "outing",
    "open_door",
    "lessons",
    "online",
]
Language = Literal["fr", "en"]
WRITES = Bearer(Scope.EVENTS)

router = Router(tags=["events"])


class EventsAsked(Schema):
    """The filters of a list; `place` is a public_id, `km` how far around it."""

    after: str = ""
    limit: int = Field(20, ge=1, le=MOST)
    kind: KindWord = ""
    place: str = Field("", max_length=12)
    km: int = Field(FAR, ge=1, le=200)
    online: bool = False
    when: Literal["", "past"] = ""

    @property
    def filters(self) -> Filters:
        """ValidationError where nobody knows the place: nothing is listed then."""
        place_asked(self.place or None)
        return Filters(
            kind=self.kind, place=self.place, km=self.km, online=self.online, when=self.when
        )

    @property
    def params(self) -> dict[str, Any]:
        asked = self.model_dump(exclude={"after", "limit"})
        return {name: value for name, value in asked.items() if value}


class EventOut(Schema):
    """`left` free seats, null where they are not counted; `standing` is one’s own answer."""

    public_id: str
    community: str
    title: str
    excerpt: str
    language: str
    kind: str
    state: str
    starts_at: datetime
    ends_at: datetime
    where: str
    is_online: bool
    left: int | None
    standing: str


class EventsOut(Schema):
    items: list[EventOut]
    next: str | None


@router.get(
    "/events",
    response=EventsOut,
    url_name="api_all_events",
    summary="Gatherings to come, or past ones, of all communities",
)
def list_all_events(request: HttpRequest, asked: Query[EventsAsked]) -> dict[str, Any]:
    return _list(request, None, asked)


@router.get(
    "/communities/{slug}/events",
    response=EventsOut,
    url_name="api_events",
    summary="Gatherings of a community, of those below it, and those it holds with others",
)
def list_events(request: HttpRequest, slug: str, asked: Query[EventsAsked]) -> dict[str, Any]:
    return _list(request, community_or_404(reader_of(request), slug), asked)


def _list(request: HttpRequest, community: Community | None, asked: EventsAsked) -> dict[str, Any]:
    page = events_page(
        reader_of(request), community, asked.filters, after=asked.after, size=asked.limit
    )
    return {
        "items": [line_out(one) for one in page.items],
        "next": next_of(request, page.next, limit=asked.limit, **asked.params),
    }


def community_or_404(reader: Reader, slug: str) -> Community:
    visible = communities_visible_to(reader, subplatform=rules.SUBPLATFORM)
    return or_404(visible.filter(slug=slug).select_related("place").first())


def line_out(one: EventLine) -> dict[str, Any]:
    return {
        "public_id": one.public_id,
        "community": one.community_slug,
        "title": one.title,
        "excerpt": one.excerpt,
        "language": one.lang,
        "kind": one.kind,
        "state": one.state,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "where": one.where,
        "is_online": one.is_online,
        "left": one.left,
        "standing": one.standing,
    }
