"""Places as JSON: they are public."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema

from essaim.places.queries import (
    ANY_LEVEL,
    PlaceLine,
    place_by_public_id,
    places_matching,
    places_page,
)

MOST = 100

router = Router(tags=["places"])


class PlaceOut(Schema):
    public_id: str
    name: str
    path: str
    level: str
    country: str
    code: str
    postcodes: list[str]
    population: int | None
    latitude: float | None
    longitude: float | None


class PlacesOut(Schema):
    items: list[PlaceOut]
    next: str | None


class PlacesAsked(Schema):
    q: str = ""
    country: str = ""
    level: str = ""
    after: str = ""
    limit: int = 20


@router.get("/places", response=PlacesOut, url_name="api_places", summary="Places, all or by name")
def list_places(request: HttpRequest, asked: Query[PlacesAsked]) -> dict[str, Any]:
    """With `q`: the places that match, the likeliest first. Without: all, by name."""
    limit = max(1, min(asked.limit, MOST))
    levels = (asked.level,) if asked.level else ANY_LEVEL
    country = asked.country.upper()
    if asked.q:
        lines = places_matching(asked.q, limit, levels=levels, country=country)
        return {"items": lines, "next": None}
    page = places_page(after=asked.after, size=limit, levels=levels, country=country)
    following = None
    if page.next:
        given = {"country": country, "level": asked.level, "limit": limit, "after": page.next}
        query = urlencode({name: value for name, value in given.items() if value})
        following = request.build_absolute_uri(f"{request.path}?{query}")
    return {"items": page.items, "next": following}


@router.get("/places/{public_id}", response=PlaceOut, url_name="api_place", summary="One place")
def get_place(request: HttpRequest, public_id: str) -> PlaceLine:
    line = place_by_public_id(public_id)
    if line is None:
        raise Http404
    return line
