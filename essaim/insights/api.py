"""Figures of a community, never a total without its active part; one's own place."""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from essaim.communities.readers import member_of, reader_of
from essaim.communities.rules import communities_visible_to
from essaim.insights import queries
from essaim.members.bearer import Bearer
from essaim.members.models import Scope

router = Router(tags=["figures"])
READS = Bearer(Scope.READ)


class MembersOut(Schema):
    """Active of all over 90 days; null when they are too few to be told. Others likewise."""

    active: int | None
    members: int | None
    verified: int | None
    active_28: int | None
    active_365: int | None
    regular: int | None
    dormant: int | None
    as_of: date


class LocalOut(Schema):
    """Committees and other local groups: together alive, asleep and empty are all."""

    alive: int
    asleep: int
    empty: int
    local: int


class PeriodOut(Schema):
    """A month, or several put together: `active` and `members` at its end."""

    starts: date
    ends: date
    active: int
    members: int
    active_before: int
    members_before: int
    joins: int
    returns: int
    leaves: int
    new: int
    back: int
    lapsed: int


class FiguresOut(Schema):
    people: MembersOut
    groups: LocalOut
    periods: list[PeriodOut]
    smallest: int
    definitions: int
    url: str


class RungOut(Schema):
    """`rung`: aware, interact, engage. `lapses_on`: when it will be lower, if nothing comes."""

    community: str
    rung: str
    since: datetime | None
    lapses_on: datetime | None


class OwnPlaceOut(Schema):
    """Empty for whoever declined: nothing is looked up then."""

    has_declined: bool
    rungs: list[RungOut]


@router.get(
    "/communities/{slug}/figures",
    response=FiguresOut,
    summary="Honest figures of a community, as far as they lead to nobody",
)
def read_figures(request: HttpRequest, slug: str) -> Any:
    reader = reader_of(request)
    community = get_object_or_404(communities_visible_to(reader), slug=slug)
    if community.is_archive:
        raise Http404
    return queries.figures_as_data(reader, community, request.build_absolute_uri("/"))


@router.get(
    "/me/place",
    response=OwnPlaceOut,
    auth=READS,
    openapi_extra={"x-needs-token": True},
    summary="Your own place on the ladder",
)
def read_place(request: HttpRequest) -> Any:
    member_of(request)
    place = queries.own_place(reader_of(request))
    return {
        "has_declined": place.has_declined,
        "rungs": [
            {
                "community": one.slug,
                "rung": one.rung,
                "since": one.since,
                "lapses_on": one.lapses_on,
            }
            for one in place.rungs
        ],
    }
