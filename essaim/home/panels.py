from collections.abc import Collection

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from markupsafe import Markup

from essaim.communities.queries import SEARCH, Asked, Hit, Hits
from essaim.communities.readers import Reader
from essaim.places.models import Level
from essaim.places.queries import ANY_LEVEL, PlaceLine, places_matching, places_near


@SEARCH.fills(subplatform="home", order=60)
def places_searched(reader: Reader, ids: Collection[Asked]) -> dict[Asked, list[Hits]]:
    """Places by name or postcode; each leads to what concerns it."""
    return {asked: [_places(asked)] for asked in ids if _may_be_a_place(asked)}


def _may_be_a_place(asked: Asked) -> bool:
    limited = asked.community_id or asked.language
    return bool(asked.text) and asked.wants("place") and not limited


def _places(asked: Asked) -> Hits:
    found = places_matching(asked.text, asked.size, levels=ANY_LEVEL)
    near = [] if found else places_near(asked.text, asked.size)
    return Hits(
        kind="place",
        label=_("Places"),
        hits=tuple(_hit(place) for place in found[: asked.size]),
        near=tuple(_hit(place) for place in near),
    )


def _hit(place: PlaceLine) -> Hit:
    return Hit(
        title=Markup.escape(place.label),
        url=f"{reverse('search')}?{urlencode({'place': place.public_id})}",
        meta=str(Level(place.level).label),
    )
