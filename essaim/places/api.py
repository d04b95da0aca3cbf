"""Places as JSON: they are public."""

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from essaim.foundation.http.api import next_of
from essaim.places.models import Level
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
    country: str = Field("", pattern=r"^([A-Za-z]{2})?$", description="ISO 3166, two letters")
    level: Level | None = None
    after: str = Field("", description="where the page before ended: taken from its `next`")
    limit: int = Field(20, ge=1, le=MOST)


@router.get("/places", response=PlacesOut, url_name="api_places", summary="Places, all or by name")
def list_places(request: HttpRequest, asked: Query[PlacesAsked]) -> dict[str, Any]:
    """With `q`: the places that match, the likeliest first. Without: all, by name."""
    levels = (asked.level.value,) if asked.level else ANY_LEVEL
    country = asked.country.upper()
    if asked.q:
        lines = places_matching(asked.q, asked.limit, levels=levels, country=country)
        return {"items": lines, "next": None}
    page = places_page(after=asked.after, size=asked.limit, levels=levels, country=country)
    given = asked.model_dump(mode="json", exclude_defaults=True, exclude={"after"})
    return {"items": page.items, "next": next_of(request, page.next, **given)}


@router.get("/places/{public_id}", response=PlaceOut, url_name="api_place", summary="One place")
def get_place(request: HttpRequest, public_id: str) -> PlaceLine:
    line = place_by_public_id(public_id)
    if line is None:
        raise Http404
    return line
