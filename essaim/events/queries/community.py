"""What a community has of gatherings: for its landing, its desk, its switching off, its leavers."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet

from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.events import rules
from essaim.events.models import CoHolder, Event, Registration, State
from essaim.foundation.clock import now
from essaim.foundation.counting import count_of


def all_events() -> QuerySet[Event]:
    """Those of which a community’s page may tell something."""
    return Event.objects.all()


@dataclass(frozen=True, slots=True)
class HeldEvents:
    """What a community that switches gatherings off has of them; `coming` are promised."""

    events: int
    coming: int


def held_by(ids: Collection[int]) -> dict[int, HeldEvents]:
    """One query."""
    here = Event.objects.filter(community=OuterRef("pk")).exclude(state=State.DRAFT)
    rows: QuerySet[Any] = Community.objects.filter(pk__in=ids).annotate(
        held=count_of(here), ahead=count_of(here.filter(state=State.PUBLISHED, ends_at__gt=now()))
    )
    return {one.pk: HeldEvents(one.held, one.ahead) for one in rows}


def events_ahead(ids: Collection[int]) -> dict[int, int]:
    """How many are still to come, where there are any; one query."""
    coming = Event.objects.coming().filter(community__in=ids)
    rows = coming.values("community").annotate(n=Count("pk")).order_by()
    return {row["community"]: row["n"] for row in rows}


def mine_in(reader: Reader, ids: Collection[int]) -> dict[int, int]:
    """To how many to come there that are not for everyone the reader is registered; one query."""
    mine = Registration.objects.expected().filter(
        member=reader.member_id or 0, event__community__in=ids, event__starts_at__gt=now()
    )
    narrow = mine.filter(
        ~Q(event__openness__in=("everyone", "link")) | Q(event__community__visibility="members")
    )
    rows = narrow.values("event__community").annotate(n=Count("pk")).order_by()
    return {row["event__community"]: row["n"] for row in rows}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a community is asked to hold with another one."""

    community_id: int
    slug: str
    number: int
    title: str


def holding_asked_of(reader: Reader, ids: Collection[int]) -> list[Asked]:
    """Where the reader may answer; no query for those who hold no role."""
    if not (reader.roles or reader.delegated):
        return []
    rows = CoHolder.objects.filter(
        rules.entitled_to_hold(reader), community__in=ids, accepted_at__isnull=True
    )
    open_ones = rows.filter(event__ends_at__gt=now()).select_related("community", "event")
    return [
        Asked(one.community_id, one.community.slug, one.pk, one.event.title)
        for one in open_ones.order_by("asked_at", "pk")[:50]
    ]
