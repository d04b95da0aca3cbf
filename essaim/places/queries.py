"""Finding places: by name or postcode as one types, by public identifier, by nearness."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.core.exceptions import ValidationError
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from essaim.foundation.http import Page, keyset
from essaim.places.continents import continent_name, country_name
from essaim.places.great_circle import boxes_within, distance_km
from essaim.places.models import (
    SAINTS,
    DegreesBetween,
    Level,
    Place,
    PlaceQuerySet,
    Point,
    Postcode,
    place_key,
)

COMMUNES: tuple[str, ...] = (Level.COMMUNE.value,)
ANY_LEVEL: tuple[str, ...] = ()
LONGEST_TEXT = 200
SHOWN_POSTCODES = 3
SHORTEST_NEAR = 4
NEAR = 0.5  # of the three-letter pieces of both names: « bayone » has 0.6 of Bayonne's


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """A place as a list shows it: name, postcodes and what contains it, so that homonyms differ."""

    id: int
    public_id: str
    name: str
    level: str
    country: str
    code: str
    postcodes: tuple[str, ...]
    within: str  # the name of the parent, empty for a country
    population: int | None
    latitude: float | None
    longitude: float | None

    @property
    def path(self) -> str:
        """« Nay, Pyrénées-Atlantiques »."""
        return _path(self.name, self.within)

    @property
    def shown_postcodes(self) -> str:
        """« 64800 »; « 75001 … 75116 » where a line would be too long."""
        if len(self.postcodes) > SHOWN_POSTCODES:
            return f"{self.postcodes[0]} … {self.postcodes[-1]}"
        return ", ".join(self.postcodes)

    @property
    def note(self) -> str:
        """What it is, where it is not a commune: a region and its department may share a name."""
        return "" if self.level == Level.COMMUNE else str(Level(self.level).label)

    @property
    def label(self) -> str:
        """« Nay (64800), Pyrénées-Atlantiques »: what is typed for you when you choose."""
        codes = f" ({self.shown_postcodes})" if self.postcodes else ""
        within = f", {self.within}" if self.within else ""
        return f"{self.name}{codes}{within}"


@dataclass(frozen=True, slots=True)
class Near:
    place: PlaceLine
    distance_km: float


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a text asks for: « st jean », « 64800 Nay », « Nay (64800), Pyrénées-Atlantiques »."""

    keys: tuple[str, ...]  # how the name may be meant, the likeliest first
    postcodes: tuple[str, ...]  # how the words with digits may be meant
    within: str


def places_matching(
    text: str, limit: int = 10, *, levels: tuple[str, ...] = COMMUNES, country: str = ""
) -> list[PlaceLine]:
    """Places that a name or postcode may mean, the likeliest first, in two or three queries.

    Accents, capitals, apostrophes, hyphens and « st » for « saint » make no difference. A whole
    postcode brings every place it serves, however many; `limit` holds for everything else.
    """
    places = Place.objects.at_levels(levels)
    if country:
        places = places.filter(country=country)
    asked = _asked(text[:LONGEST_TEXT])
    found: list[PlaceLine] = []
    if asked.postcodes:
        found = _by_postcode(places, asked, limit)
    if not found:
        # A number may belong to a name, as in « 3e arrondissement ».
        keys = asked.keys if not asked.postcodes else (place_key(text[:LONGEST_TEXT]),)
        found = _by_name(_inside(places, asked.within), keys, limit)
    return found


def places_near(text: str, limit: int = 5) -> list[PlaceLine]:
    """Places whose name is nearly this one, typing errors and all; at most two queries."""
    key = place_key(text[:LONGEST_TEXT])
    if len(key) < SHORTEST_NEAR:
        return []
    near = (
        Place.objects.filter(key__trigram_similar=key)
        .annotate(likeness=TrigramSimilarity("key", key))
        .filter(likeness__gte=NEAR)
    )
    return _lines(near.order_by("-likeness", F("population").desc(nulls_last=True), "pk")[:limit])


def place_meant(text: str, lines: Iterable[PlaceLine]) -> PlaceLine | None:
    """The one place, among those that match, that the text can mean; None if it may be several."""
    lines = list(lines)
    if len(lines) == 1:
        return lines[0]
    keys = _asked(text).keys
    same_name = [line for line in lines if place_key(line.name) in keys]
    return same_name[0] if len(same_name) == 1 else None


def nearest(
    point: tuple[float, float],
    limit: int = 10,
    level: str = Level.COMMUNE,
    *,
    country: str = "",
    within_km: float | None = None,
) -> list[Near]:
    """The places nearest to (latitude, longitude) by great circle, nearest first."""
    places = Place.objects.filter(level=level)
    if country:
        places = places.filter(country=country)
    best = [
        (id_, km)
        for id_, km in nearest_rows(places, point, limit)
        if within_km is None or km <= within_km
    ]
    lines = place_lines(id_ for id_, _km in best)
    return [Near(lines[id_], km) for id_, km in best]


def nearest_rows(
    rows: QuerySet[Any], point: tuple[float, float], limit: int, *, path: str = ""
) -> list[tuple[int, float]]:
    """Primary keys and kilometres of the rows whose place, at `path`, is nearest by great circle.

    The index sorts by flat degrees, which stretch towards the poles and tear at the date line. So
    it first gives some near candidates (seen from both sides of that line); the farthest of the
    best `limit` tells within how many kilometres all the true ones lie; the boxes around that
    circle hold them. Two queries, two more beyond 90° east or west.
    """
    latitude, longitude = point
    columns = ("pk", f"{path}latitude", f"{path}longitude")
    rows = rows.filter(**{f"{path}latitude__isnull": False}).alias(
        point=Point(F(f"{path}longitude"), F(f"{path}latitude"))
    )

    def distances(found: Iterable[tuple[int, float | None, float | None]]) -> dict[int, float]:
        return {
            id_: distance_km(latitude, longitude, lat, lon)
            for id_, lat, lon in found
            if lat is not None and lon is not None
        }

    seen: dict[int, float] = {}
    for turn in (0, -360, 360) if abs(longitude) > _FAR_EAST else (0,):
        here = Point(Value(longitude + turn), Value(latitude))
        by_degrees = rows.order_by(DegreesBetween(F("point"), here))
        seen |= distances(by_degrees.values_list(*columns)[:limit])
    if not seen:
        return []
    reach = sorted(seen.values())[:limit][-1]
    in_boxes = Q()
    for box in boxes_within(latitude, longitude, reach):
        in_boxes |= Q(point__in_box=box)
    seen |= distances(rows.filter(in_boxes).values_list(*columns))
    return sorted(seen.items(), key=lambda pair: (pair[1], pair[0]))[:limit]


def places_within(place: Place, km: float) -> list[int]:
    """The primary keys of the places at most so far from this one, by great circle; one query.

    Of a place without a point: itself, and what it contains.
    """
    if place.latitude is None or place.longitude is None:
        inside = Q(pk=place.pk) | Q(ancestor_ids__contains=[place.pk])
        return list(Place.objects.filter(inside).values_list("pk", flat=True))
    in_boxes = Q()
    for box in boxes_within(place.latitude, place.longitude, km):
        in_boxes |= Q(point__in_box=box)
    rows = Place.objects.alias(point=Point(F("longitude"), F("latitude"))).filter(in_boxes)
    return [
        pk
        for pk, latitude, longitude in rows.values_list("pk", "latitude", "longitude")
        if latitude is not None
        and longitude is not None
        and distance_km(place.latitude, place.longitude, latitude, longitude) <= km
    ]


def place_lines(ids: Iterable[int]) -> dict[int, PlaceLine]:
    """The lines of these places by primary key, for pages that show several; two queries."""
    return {line.id: line for line in _lines(Place.objects.filter(pk__in=set(ids)))}


def place_named(public_id: str) -> Place | None:
    """The place itself, for whoever wants to say that something is there."""
    return Place.objects.filter(public_id=public_id).first()


def place_asked(public_id: str | None) -> Place | None:
    """The place that a request names; ValidationError of `place` where there is none such."""
    if public_id is None:
        return None
    if (found := place_named(public_id)) is None:
        raise ValidationError({"place": [_("We know no such place.")]})
    return found


def place_by_public_id(public_id: str) -> PlaceLine | None:
    """The place, or None; anything but letters and digits is not even asked for."""
    if not public_id.isalnum():
        return None
    return next(iter(_lines(Place.objects.filter(public_id=public_id))), None)


def places_page(
    *, after: str = "", size: int = 20, levels: tuple[str, ...] = ANY_LEVEL, country: str = ""
) -> Page[PlaceLine]:
    """All places by name, `size` at a time; three queries."""
    places = Place.objects.at_levels(levels)
    if country:
        places = places.filter(country=country)
    page = keyset(places.values("key", "id"), order=("key", "id"), after=after, size=size)
    lines = place_lines(row["id"] for row in page.items)
    return page.map(lambda row: lines[row["id"]])


def place_path(place: Place | PlaceLine) -> str:
    """« Nay, Pyrénées-Atlantiques »; no query where `select_related("parent")` came before."""
    if isinstance(place, PlaceLine):
        return place.path
    return _path(place.name, place.parent.name if place.parent else "")


def place_in_world(place: Place) -> str:
    """« Montréal, Canada, America »: for what stands in many countries."""
    parts = [place.name, country_name(place.country), continent_name(place.country)]
    return ", ".join(dict.fromkeys(part for part in parts if part))


_FAR_EAST = 90  # degrees: from here on, what is near may lie across the date line


def _path(name: str, within: str) -> str:
    return name if not within or within == name else f"{name}, {within}"


def _asked(text: str) -> _Asked:
    head, _comma, tail = text.partition(",")
    words = re.findall(r"\w+", text)
    coded = [word.upper() for word in words if any(sign.isdigit() for sign in word)]
    postcodes = tuple(dict.fromkeys([" ".join(coded), *coded])) if coded else ()

    def named(part: str) -> str:
        return " ".join(
            word for word in place_key(part).split() if not any(sign.isdigit() for sign in word)
        )

    key = named(head)
    last = words[-1].lower() if words and text[-1:].isalnum() else ""
    # « st » while one is still typing may become Strasbourg, « ste » Stenay.
    typing = [key.removesuffix(place_key(last)) + last] if last in SAINTS else []
    return _Asked(tuple(k for k in [key, *typing] if k), postcodes, named(tail))


def _inside(places: PlaceQuerySet, within: str) -> PlaceQuerySet:
    """Those whose department, region or country has a name that starts so."""
    if not within:
        return places
    above = Place.objects.filter(key__startswith=within).exclude(level=Level.COMMUNE)
    return places.filter(ancestor_ids__overlap=list(above.values_list("pk", flat=True)))


def _words(keys: tuple[str, ...]) -> Q:
    """Names in which a word starts with each word of one of the keys."""
    meant = Q()
    for key in keys:
        every = Q()
        for word in key.split():
            every &= Q(key__startswith=word) | Q(key__contains=f" {word}")
        meant |= every
    return meant


def _rank(keys: tuple[str, ...]) -> Case:
    """The very name, then names that begin so, then those with these words in this order."""
    starts, inside = Q(), Q()
    for key in keys:
        starts |= Q(key__startswith=key)
        inside |= Q(key__contains=f" {key}")
    return Case(When(key__in=keys, then=0), When(starts, then=1), When(inside, then=2), default=3)


def _by_name(places: PlaceQuerySet, keys: tuple[str, ...], limit: int) -> list[PlaceLine]:
    if not any(keys):
        return []
    by_name = places.filter(_words(keys)).order_by(
        _rank(keys), F("population").desc(nulls_last=True), "key", "pk"
    )
    return _lines(by_name[:limit])


def _by_postcode(places: PlaceQuerySet, asked: _Asked, limit: int) -> list[PlaceLine]:
    """Whatever the département: a postcode's digits say nothing about it."""
    places = places.filter(_words(asked.keys))
    served = Postcode.objects.filter(place=OuterRef("pk"))
    whole = places.filter(Exists(served.filter(code__in=asked.postcodes)))
    by_name = (_rank(asked.keys),) if asked.keys else ()
    found = _lines(whole.order_by(*by_name, "key", "pk"))
    if found:
        return found
    begun = places.filter(Exists(served.filter(code__startswith=asked.postcodes[0])))
    by_size = _inside(begun, asked.within).order_by(
        F("population").desc(nulls_last=True), "key", "pk"
    )
    return _lines(by_size[:limit])


def _lines(places: QuerySet[Place]) -> list[PlaceLine]:
    """Two queries: the places with their parents, and all their postcodes."""
    return [
        PlaceLine(
            id=place.pk,
            public_id=place.public_id,
            name=place.name,
            level=place.level,
            country=place.country,
            code=place.code,
            postcodes=tuple(sorted(postcode.code for postcode in place.postcodes.all())),
            within=place.parent.name if place.parent else "",
            population=place.population,
            latitude=place.latitude,
            longitude=place.longitude,
        )
        for place in places.select_related("parent").prefetch_related("postcodes")
    ]
