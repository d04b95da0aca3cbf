"""Lists of gatherings: what is to come, what was; of a community, of all, around a place."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When, Window
from django.db.models.functions import RowNumber

from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.events import rules
from essaim.events.models import (
    LONGEST,
    CoHolder,
    Event,
    EventQuerySet,
    Invitation,
    Kind,
    Registration,
    Standing,
    State,
)
from essaim.events.queries.words import (
    own_badge,
    place_words,
    seats_words,
    when_words,
    where_words,
)
from essaim.foundation.clock import now
from essaim.foundation.counting import count_of
from essaim.foundation.http import Page, keyset
from essaim.foundation.text import plain_excerpt
from essaim.places.queries import place_named, places_within

PAGE = 20
EXCERPT = 110
COMING_ORDER, PAST_ORDER = ("starts_at", "id"), ("-starts_at", "-id")
PAST = "past"
AHEAD = timedelta(days=21)
MOST_ASKED = 4
# To whom it says nothing how many seats are left: they have one, or wait in line.
HAVE_A_PLACE = (Standing.GOING, Standing.OFFERED, Standing.WAITING)
FAR = 30  # kilometres around a place, unless another distance is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What is looked for; empty ones look for everything to come."""

    kind: str = ""
    place: str = ""  # its public_id
    km: int = FAR
    online: bool = False
    when: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """`standing` is the reader's own, empty where they said nothing. `meta` says when, where and
    how many seats are left; `badge` what one must know first, in `tone`. It may stand for `more`
    later evenings of its `series`.
    """

    public_id: str
    title: str
    lang: str
    excerpt: str
    community: str
    community_slug: str
    kind: str
    kind_label: str
    starts_at: datetime
    ends_at: datetime
    when: str
    where: str
    is_online: bool
    state: str
    left: int | None
    standing: str
    meta: str
    badge: str = ""
    tone: str = "plain"
    more: int = 0
    series: str = ""


def events_page(
    reader: Reader,
    community: Community | None,
    filters: Filters,
    *,
    after: str | None = None,
    size: int = PAGE,
    is_short: bool = False,
) -> Page[EventLine]:
    """One page of a community's, those below it and those it holds too, or of all; one query, one
    more where a place is asked for. `is_short`: of each series the next evening alone.
    """
    found = _around(rules.events_listed(reader), filters)
    if community:
        found = found.filter(here(community))
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.when == PAST:
        gone = found.filter(ends_at__lte=now(), starts_at__lte=now())  # the latter for the index
        found, order = gone.exclude(state=State.POSTPONED), PAST_ORDER
    else:
        found, order = found.filter(_to_come()), COMING_ORDER
    rows = lined(reader, found)
    if is_short and filters.when != PAST:
        rows = _next_of_series(reader, found, rows)
    page = keyset(rows, order=order, after=after, size=size)
    return page.map(lambda one: line_of(one, with_community=one.community != community))


def _next_of_series(reader: Reader, found: EventQuerySet, rows: Any) -> Any:
    """Without the evenings before which another one of their series is listed, and with how many of
    these there are. What is cancelled stays: somebody may look for it.
    """
    same = found.filter(series=OuterRef("series"), state=State.PUBLISHED)
    is_later = Q(starts_at=OuterRef("starts_at"), pk__gt=OuterRef("pk"))
    later = same.filter(is_later | Q(starts_at__gt=OuterRef("starts_at")))
    is_earlier = Q(starts_at=OuterRef("starts_at"), pk__lt=OuterRef("pk"))
    earlier = same.filter(is_earlier | Q(starts_at__lt=OuterRef("starts_at")))
    series = rules.series_visible_to(reader).filter(pk=OuterRef("series")).values("public_id")
    alone = Q(series__isnull=True) | ~Q(state=State.PUBLISHED)
    return rows.filter(alone | ~Exists(earlier)).annotate(
        later_ones=Case(When(alone, then=0), default=count_of(later)),
        series_address=Subquery(series[:1]),
    )


def here(community: Community) -> Q:
    """Its own, those of the communities below it, and those that it holds too."""
    together = CoHolder.objects.filter(community=community, accepted_at__isnull=False)
    return (
        Q(community=community)
        | Q(community__ancestor_ids__contains=[community.pk])
        | Q(pk__in=together.values("event"))
    )


def _to_come() -> Q:
    """Cancelled ones stay until their day is over: somebody may look for them."""
    stands = Q(state__in=(State.PUBLISHED, State.CANCELLED), ends_at__gt=now())
    return stands & Q(starts_at__gt=now() - LONGEST)  # said for the index


def _around(found: EventQuerySet, filters: Filters) -> EventQuerySet:
    if filters.online:
        return found.exclude(online_url="")
    if filters.place and (place := place_named(filters.place)):
        return found.filter(place__in=places_within(place, filters.km))
    return found


def lined(reader: Reader, found: EventQuerySet) -> Any:
    """With all that a line shows, the reader's own standing too."""
    rows: Any = found.select_related("community", "place")
    if not reader.is_known:
        return rows
    mine = Registration.objects.filter(event=OuterRef("pk"), member=reader.member_id)
    return rows.annotate(my_standing=Subquery(mine.values("standing")[:1]))


def _is_named_after_place(event: Any) -> bool:
    """« Billère · Billère » says nothing more than « Billère »."""
    return event.place is not None and event.place.name == event.community.name


def line_of(event: Any, *, with_community: bool = True) -> EventLine:
    when = when_words(event)
    standing = getattr(event, "my_standing", None) or ""
    badge, tone = _badge(event, standing)
    said = [when, where_words(event)]
    if event.is_open and standing not in HAVE_A_PLACE:
        said.append(seats_words(event))
    if with_community and not _is_named_after_place(event):
        said.append(event.community.name)
    return EventLine(
        public_id=event.public_id,
        title=event.title,
        lang=event.language,
        excerpt=plain_excerpt(event.text, EXCERPT),
        community=event.community.name,
        community_slug=event.community.slug,
        kind=event.kind,
        kind_label=str(Kind(event.kind).label),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        when=when,
        where=place_words(event),
        is_online=bool(event.online_url),
        state=event.state,
        left=event.left,
        standing=standing,
        meta=" · ".join(filter(None, said)),
        badge=badge,
        tone=tone,
        more=getattr(event, "later_ones", 0),
        series=getattr(event, "series_address", None) or "",
    )


def _badge(event: Event, standing: str) -> tuple[str, str]:
    if event.state == State.CANCELLED:
        return str(State.CANCELLED.label), "late"
    if event.state in (State.POSTPONED, State.DRAFT):
        return str(State(event.state).label), "now"
    if event.ends_at <= now():  # no word of the reader's “is coming” to what was
        return "", "plain"
    said = own_badge(standing) if standing else ""
    if not said:
        return "", "plain"
    return said, "good" if standing == Standing.GOING else "now"


def coming_of(reader: Reader, ids: Collection[int], *, most: int = 3) -> dict[int, list[EventLine]]:
    """The next gatherings of each of these very communities, of each series the next evening alone;
    one query.
    """
    if not ids:
        return {}
    placed = Window(
        RowNumber(), partition_by=F("community"), order_by=[F("starts_at").asc(), F("pk").asc()]
    )
    coming = rules.events_listed(reader).coming().filter(community__in=ids)
    rows = _next_of_series(reader, coming, lined(reader, coming))
    rows = rows.annotate(placed=placed).filter(placed__lte=most)
    found: dict[int, list[EventLine]] = {}
    for event in rows.order_by("community_id", "placed"):
        line = line_of(event, with_community=False)
        found.setdefault(event.community_id, []).append(line)
    return found


def my_events(reader: Reader, *, most: int = 50) -> list[EventLine]:
    """Those to come that the reader comes to, may come to or waits for; one query."""
    mine = Registration.objects.expected().filter(member=reader.member_id)
    found = rules.events_visible_to(reader).told().filter(pk__in=mine.values("event"))
    rows = lined(reader, found.filter(ends_at__gt=now()))
    return [line_of(one) for one in rows.order_by("starts_at", "pk")[:most]]


def my_past_events(reader: Reader, *, most: int = 20) -> list[EventLine]:
    came = Registration.objects.filter(member=reader.member_id, standing=Standing.GOING)
    found = rules.events_visible_to(reader).told().filter(pk__in=came.values("event"))
    rows = lined(reader, found.filter(ends_at__lte=now()))
    return [line_of(one) for one in rows.order_by("-starts_at", "-pk")[:most]]


def held_events(reader: Reader, community: Community) -> list[EventLine]:
    """What those who hold gatherings here still have to publish or to find a day for."""
    waiting = Event.objects.filter(
        community=community, state__in=(State.DRAFT, State.POSTPONED), hidden_at__isnull=True
    )
    rows = lined(reader, waiting).order_by("starts_at", "pk")[:50]
    return [line_of(one, with_community=False) for one in rows]


def asks_of(reader: Reader) -> list[EventLine]:
    """What waits for the reader’s word: seats offered to them first, then what is soon in their
    own communities, or that they are invited to, and that they have said nothing of; one query.
    """
    said = Registration.objects.filter(event=OuterRef("pk"), member=reader.member_id)
    offered = said.filter(standing=Standing.OFFERED, offered_until__gt=now())
    invited = Invitation.objects.filter(event=OuterRef("pk"), member=reader.member_id)
    near = Q(community__in=sorted(reader.community_ids)) | Exists(invited)
    found = (
        rules.events_listed(reader)
        .open()
        .annotate(is_offered=Exists(offered))
        .filter(Q(is_offered=True) | (near & ~Exists(said) & Q(starts_at__lte=now() + AHEAD)))
    )
    rows = lined(reader, found).order_by("-is_offered", "starts_at", "pk")
    return [line_of(one) for one in rows[:MOST_ASKED]]
