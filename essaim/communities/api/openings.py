"""What begins inside a community: the nearest ones, starting one, asking to open it, the check."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Schema, Status
from pydantic import Field

from essaim.communities import actions, queries
from essaim.communities.api.communities import READS, WRITES, router
from essaim.communities.models import Community
from essaim.communities.readers import member_of, reader_of
from essaim.communities.rules import communities_visible_to, may_see_openings, may_start
from essaim.foundation.access import require
from essaim.foundation.http.api import Body
from essaim.places.queries import place_named


class NearOut(Schema):
    """`is_alive` by the acts of the last 90 days; `distance_km` as the crow flies."""

    slug: str
    name: str
    kind: str
    place: str
    distance_km: int
    is_alive: bool | None
    hosts: list[str]
    url: str


class NearbyOut(Schema):
    """At most twelve: what is nearest has no next page."""

    nearest: list[NearOut]


class StartIn(Body):
    kind: Literal["committee", "chapter"] = "committee"
    name: str = Field(max_length=80)
    purpose: str = Field(max_length=2000)
    place: str = Field(description="The `public_id` of a place.")
    agrees: Literal[True] = Field(description="Yes to being named as its founder.")


class OpeningOut(Schema):
    """`answer_by`: until when the check answers; without an answer it opens then by itself."""

    community: str
    is_open: bool
    state: str
    asked_at: datetime | None
    answer_by: datetime | None
    reason: str


class WaitingOut(Schema):
    id: str
    name: str
    kind: str
    place: str
    purpose: str
    asked_at: datetime
    answer_by: datetime


class QueueOut(Schema):
    """The oldest hundred: what is answered makes room."""

    waiting: list[WaitingOut]


class CheckIn(Body):
    opens: bool
    reason: str = Field("", description="Why not; everyone reads it. Needed to refuse.")


Latitude = Annotated[float, Query(ge=-90, le=90)]
Longitude = Annotated[float, Query(ge=-180, le=180)]


@router.get(
    "/communities/{slug}/nearest",
    response=NearbyOut,
    summary="The open committees and chapters below a community that are nearest to a point",
)
def list_nearest(request: HttpRequest, slug: str, latitude: Latitude, longitude: Longitude) -> Any:
    reader = reader_of(request)
    community = get_object_or_404(communities_visible_to(reader), slug=slug)
    return {
        "nearest": [
            {
                "slug": near.line.slug,
                "name": near.line.name,
                "kind": near.line.kind_value,
                "place": near.line.where,
                "distance_km": near.distance,
                "is_alive": near.line.is_alive,
                "hosts": near.line.hosts,
                "url": request.build_absolute_uri(reverse("community", args=[near.line.slug])),
            }
            for near in queries.near_lines(reader, community, latitude, longitude)
        ]
    }


@router.post(
    "/communities/{slug}/groups",
    response={201: OpeningOut},
    auth=WRITES,
    summary="Start a committee or chapter; nobody else sees it before it opens",
)
def start_group(request: HttpRequest, slug: str, group: StartIn) -> Any:
    reader = reader_of(request)
    above = get_object_or_404(communities_visible_to(reader), slug=slug)
    require(may_start(reader, group.kind, above))
    place = place_named(group.place)
    if place is None:
        raise ValidationError({"place": [_("There is no such place.")]})
    begun = actions.found_community(
        member=member_of(request),
        kind=group.kind,
        parent=above,
        name=group.name,
        purpose=group.purpose,
        place=place,
        language=reader.language,
    )
    return Status(201, _opening_out(request, begun))


@router.put(
    "/communities/{slug}/opening",
    response=OpeningOut,
    auth=WRITES,
    url_name="api_opening",
    summary="Open what one began, or ask for the check that its parent wants",
)
def open_group(request: HttpRequest, slug: str) -> Any:
    community = get_object_or_404(communities_visible_to(reader_of(request)), slug=slug)
    opened = actions.open_community(member=member_of(request), community=community)
    return _opening_out(request, opened)


@router.get(
    "/communities/{slug}/openings",
    response=QueueOut,
    auth=READS,
    openapi_extra={"x-needs-token": True},
    summary="What waits for the check, for those who check",
)
def list_openings(request: HttpRequest, slug: str) -> Any:
    reader = reader_of(request)
    community = get_object_or_404(communities_visible_to(reader), slug=slug)
    if not may_see_openings(reader, community):
        raise Http404
    return {
        "waiting": [
            {
                "id": one.public_id,
                "name": one.name,
                "kind": one.kind_value,
                "place": one.place,
                "purpose": one.purpose,
                "asked_at": one.asked_at,
                "answer_by": one.due_at,
            }
            for one in queries.openings_for_page(reader, community).waiting
        ]
    }


@router.put(
    "/openings/{public_id}/answer",
    response=OpeningOut,
    auth=WRITES,
    summary="Say yes to what asks to open, or no with a reason",
)
def answer_opening(request: HttpRequest, public_id: str, check: CheckIn) -> Any:
    ask = queries.ask_to_see(reader_of(request), public_id)
    if ask is None:
        raise Http404
    member = member_of(request)
    if check.opens:
        ask = actions.grant_opening(member=member, ask=ask)
    else:
        ask = actions.refuse_opening(member=member, ask=ask, reason=check.reason)
    return _opening_out(request, ask.community)


def _opening_out(request: HttpRequest, community: Community) -> dict[str, Any]:
    last = queries.last_try(reader_of(request), community)
    return {
        "community": community.slug,
        "is_open": community.is_open,
        "state": last.state if last else "",
        "asked_at": last.asked_at if last else None,
        "answer_by": last.due_at if last and last.state == "asked" else None,
        "reason": last.reason if last else "",
    }
