"""The committees and chapters nearest to a place, and what starts one there."""

from dataclasses import dataclass

from essaim.communities import rules
from essaim.communities.models import LOCAL_KINDS, Community
from essaim.communities.queries.figures import figures_of_page
from essaim.communities.queries.lists import CommunityLine, line_of
from essaim.communities.queries.mandates import hosts_of
from essaim.communities.readers import Reader
from essaim.places.models import Place
from essaim.places.queries import nearest_rows

NEAREST, FAR_KM = 12, 30


@dataclass(frozen=True, slots=True)
class NearCommunity:
    """An open local community with its place loaded, and how far it is."""

    community: Community
    distance_km: float


@dataclass(frozen=True, slots=True)
class NearLine:
    """A near community as a list and a map show it; `distance` in whole kilometres."""

    line: CommunityLine
    distance: int
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class NearPage:
    """What is near a place; `has_near` when the first of it is within half an hour's way."""

    place: str
    place_public_id: str
    latitude: float
    longitude: float
    lines: tuple[NearLine, ...]
    has_near: bool


def nearest_communities(
    reader: Reader, community: Community, latitude: float, longitude: float, size: int = NEAREST
) -> list[NearCommunity]:
    """The open committees, chapters and practices below it that are nearest, nearest first.

    Three queries, whatever their number: two by the index on the places' points, and theirs.
    """
    visible = rules.communities_visible_to(reader).filter(
        ancestor_ids__contains=[community.pk],
        kind__in=LOCAL_KINDS,
        opened_at__isnull=False,
        closed_at__isnull=True,
        archived_at__isnull=True,
    )
    found = nearest_rows(visible, (latitude, longitude), size, path="place__")
    ids = [pk for pk, _km in found]
    loaded = Community.objects.select_related("place").in_bulk(ids) if ids else {}
    return [NearCommunity(loaded[pk], km) for pk, km in found]


def near_for_page(reader: Reader, community: Community, place: Place) -> NearPage | None:
    """The nearest ones as lines; None for a place whose point nobody knows. Five queries."""
    if place.latitude is None or place.longitude is None:
        return None
    lines = near_lines(reader, community, place.latitude, place.longitude)
    return NearPage(
        place=place.name,
        place_public_id=place.public_id,
        latitude=place.latitude,
        longitude=place.longitude,
        lines=lines,
        has_near=bool(lines) and lines[0].distance <= FAR_KM,
    )


def near_lines(
    reader: Reader, community: Community, latitude: float, longitude: float
) -> tuple[NearLine, ...]:
    """The nearest ones with who hosts them and whether they are alive; two more queries."""
    found = nearest_communities(reader, community, latitude, longitude)
    if not found:
        return ()
    ones = [near.community for near in found]
    figures, alive = figures_of_page(reader, ones, community)
    hosts = hosts_of([one.pk for one in ones])
    return tuple(
        NearLine(
            line=line_of(reader, one, figures[one.pk], hosts.get(one.pk, ()), alive.alive_ids),
            distance=round(near.distance_km),
            latitude=one.place.latitude,
            longitude=one.place.longitude,
        )
        for near, one in zip(found, ones, strict=True)
        if one.place and one.place.latitude is not None and one.place.longitude is not None
    )
