from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from essaim.communities.readers import Reader, fresh_reader
from essaim.communities.rules import communities_visible_to
from essaim.foundation.clock import now
from essaim.needs.models import SavedSearch
from essaim.needs.queries.board import (
    HALF,
    HOUR,
    LONGER,
    OFFERS,
    OFFICIAL,
    Filters,
    needs_of_board,
)
from essaim.places.queries import place_lines, place_named


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLine:
    public_id: str
    words: str


def searches_kept() -> Iterator[SavedSearch]:
    rows = SavedSearch.objects.filter(member__is_active=True).select_related("member", "community")
    return rows.order_by("member_id", "pk").iterator()


def news_of(search: SavedSearch) -> tuple[int, datetime]:
    """How many needs are new to whoever keeps it, and up to which moment that is."""
    until = now()
    reader = fresh_reader(search.member)
    found = needs_of_board(reader, search.community, Filters.of(search.params))
    new = found.filter(readable_at__gt=search.told_until, readable_at__lte=until)
    return new.exclude(posted_by=search.member_id).count(), until


def my_searches(reader: Reader, ids: Collection[int]) -> dict[int, SavedSearch]:
    """The reader’s own among these, where they still see the community."""
    return _searches(reader).filter(_seen(reader)).in_bulk(ids)


def searches_of(reader: Reader) -> list[SearchLine]:
    """All of the reader’s own; communities that they no longer see have no name."""
    rows = _searches(reader).annotate(is_seen=_seen(reader)).order_by("pk")
    nameless = _("a community that you no longer see")
    return [
        SearchLine(public_id=one.public_id, words=words_of(one, "" if one.is_seen else nameless))
        for one in rows
    ]


def _searches(reader: Reader) -> QuerySet[SavedSearch]:
    mine = SavedSearch.objects.filter(member=reader.member_id or 0)
    return mine.select_related("community")


def _seen(reader: Reader) -> Q:
    seen = communities_visible_to(reader).values("pk")
    return Q(community__isnull=True) | Q(community__in=seen)


def address_of(search: SavedSearch) -> str:
    """The board as this search filters it."""
    community = search.community
    board = reverse("needs", args=[community.slug]) if community else reverse("needs_all")
    filters = Filters.of(search.params)
    asked = filters.params
    if asked.pop("place", "") and (place := place_named(filters.place)):
        asked |= {"place": place_lines([place.pk])[place.pk].label, "place_id": place.public_id}
    return f"{board}?{urlencode(asked)}" if asked else board


def words_of(search: SavedSearch, nameless: str = "") -> str:
    """« driving, under an hour, Pau »: what is looked for, in words.

    `nameless` stands for the community where its name is not for the reader.
    """
    filters = Filters.of(search.params)
    place = place_named(filters.place) if filters.place else None
    said = [
        nameless or (search.community.name if search.community else ""),
        {OFFICIAL: _("for the elected"), OFFERS: _("offers")}.get(filters.kind, ""),
        filters.skill,
        place.name if place else "",
        {HOUR: _("an hour at most"), HALF: _("half a day at most"), LONGER: _("longer")}.get(
            filters.length, ""
        ),
        _("from home") if filters.remote else "",
    ]
    return ", ".join(filter(None, said)) or _("everything")
