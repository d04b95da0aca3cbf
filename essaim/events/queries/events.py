"""What the page of a gathering shows, and what is found by its address."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.urls import reverse

from essaim.communities.models import Community, Membership
from essaim.communities.queries.mandates import name_of
from essaim.communities.readers import ANONYMOUS, Reader
from essaim.communities.rules import communities_visible_to, may_see_community
from essaim.design.typography import hours, span, weekday
from essaim.events import rules
from essaim.events.calendar import web_address
from essaim.events.models import (
    CoHolder,
    Event,
    Openness,
    Registration,
    Session,
    Standing,
    State,
)
from essaim.events.queries.lists import EventLine, line_of, lined
from essaim.events.queries.words import (
    in_its_zone,
    offered_until_words,
    seats_words,
    standing_words,
    when_words,
    where_words,
)
from essaim.foundation.access import Verdict
from essaim.foundation.clock import now
from essaim.foundation.text import for_xml, plain_excerpt, unaccented
from essaim.members.models import Member

MOST_TO_INVITE = 60  # shown at once
MOST_CHOSEN = 200  # invited at once
SCHEMA_STATUS = {
    State.PUBLISHED: "https://schema.org/EventScheduled",
    State.HELD: "https://schema.org/EventScheduled",
    State.POSTPONED: "https://schema.org/EventPostponed",
    State.CANCELLED: "https://schema.org/EventCancelled",
}


@dataclass(frozen=True, slots=True)
class Holder:
    name: str
    slug: str
    is_asked: bool = False  # it has not answered yet
    number: int = 0


@dataclass(frozen=True, slots=True)
class SessionLine:
    """`day` is told once, before the first part of a day."""

    id: int
    title: str
    day: str
    when: str
    room: str
    speaker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MyPart:
    """Where the reader stands, in words; `online_url` only for whoever may know it."""

    standing: str
    words: str
    guests: int
    offered_until: str  # in words
    online_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many said what, and once its door was open how many came; who, only those who hold it
    read.
    """

    came: int
    going: int
    offered: int
    maybe: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    line: EventLine
    text: str
    reason: str
    when: str
    where: str
    zone: str
    openness: str
    capacity: int | None
    guests: int
    seats: str
    accessibility: str
    childcare: str
    rides: bool
    questions: tuple[str, ...]
    is_hidden: bool
    hiding_reason: str
    holders: tuple[Holder, ...]
    sessions: tuple[SessionLine, ...]
    mine: MyPart | None
    counts: Counts | None
    is_over: bool
    is_for_everyone: bool  # also without an account
    holds: bool
    takes: Verdict  # anybody’s answer
    may_register: Verdict
    may_register_by_mail: Verdict
    may_change: Verdict
    may_publish: Verdict
    may_postpone: Verdict
    may_cancel: Verdict
    may_delete: Verdict
    may_invite: Verdict
    may_report: Verdict
    linked: dict[str, Any] | None


def event_to_read(reader: Reader, public_id: str) -> Any:
    """With all that its page shows; None for what the reader may not see."""
    found = rules.events_visible_to(reader).filter(public_id=public_id)
    return lined(reader, found).first()


def event_named(reader: Reader, public_id: str) -> Event | None:
    found = rules.events_visible_to(reader).filter(public_id=public_id)
    return found.select_related("community", "place").first()


def events_read(reader: Reader, ids: Collection[int]) -> dict[int, Event]:
    """Those of these that the reader may see."""
    rows = rules.events_visible_to(reader).filter(pk__in=ids)
    return {one.pk: one for one in rows.select_related("community", "place")}


def community_of(reader: Reader, event: Event) -> Community:
    """Under which of the communities that hold it this reader sees it."""
    for one in rules.holders(event):
        if may_see_community(reader, one, subplatform=rules.SUBPLATFORM):
            return one
    return event.community


def event_for_page(reader: Reader, event: Any) -> EventPage:
    """A handful of queries, as many for any number of people."""
    holds = rules.holds(reader, event)
    registration = my_registration(reader, event)
    return EventPage(
        line=line_of(event),
        text=event.text,
        reason=event.reason,
        when=when_words(event),
        where=where_words(event),
        zone=event.zone,
        openness=event.openness,
        capacity=event.capacity,
        guests=event.guests,
        seats=seats_words(event) if event.is_open else "",
        accessibility=event.accessibility,
        childcare=event.childcare,
        rides=event.rides,
        questions=tuple(event.questions),
        is_hidden=event.hidden_at is not None,
        hiding_reason=event.hiding_reason,
        holders=_holders(reader, event, with_asked=holds),
        sessions=_sessions(event),
        mine=_my_part(reader, event, registration),
        counts=counts_of(event) if holds else None,
        is_over=event.ends_at <= now(),
        is_for_everyone=bool(rules.may_see_event(ANONYMOUS, event)),
        holds=holds,
        takes=rules.takes(event),
        may_register=rules.may_register(reader, event),
        may_register_by_mail=rules.may_register_by_mail(reader, event),
        may_change=rules.may_change(reader, event),
        may_publish=rules.may_publish(reader, event),
        may_postpone=rules.may_postpone(reader, event),
        may_cancel=rules.may_cancel(reader, event),
        may_delete=_may_delete(reader, event),
        may_invite=rules.may_invite(reader, event),
        may_report=rules.may_report_event(reader, event),
        linked=_linked(event),
    )


def _may_delete(reader: Reader, event: Event) -> Verdict:
    """A draft alone, and only while nothing is noted of what it cost."""
    if not (may := rules.may_delete(reader, event)):
        return may
    return rules.without_costs(is_empty=not event.costs.exists())


def my_registration(reader: Reader, event: Event) -> Registration | None:
    if not reader.is_known:
        return None
    return event.registrations.filter(member=reader.member_id).first()


def _my_part(reader: Reader, event: Event, mine: Registration | None) -> MyPart | None:
    url = web_address(event.online_url) if rules.may_read_where(reader, event, mine) else ""
    if mine is None:
        if not url:
            return None
        return MyPart(standing="", words="", guests=0, offered_until="", online_url=url)
    return MyPart(
        standing=mine.standing,
        words=standing_words(mine),
        guests=mine.guests,
        offered_until=offered_until_words(mine, event),
        online_url=url,
    )


def counts_of(event: Event) -> Counts:
    """People, guests included; one query."""
    rows = event.registrations.values("standing").annotate(people=Count("pk"), more=Sum("guests"))
    found = {row["standing"]: row["people"] + (row["more"] or 0) for row in rows.order_by()}
    return Counts(
        came=event.attended + event.headcount,
        going=found.get(Standing.GOING, 0),
        offered=found.get(Standing.OFFERED, 0),
        maybe=found.get(Standing.MAYBE, 0),
        waiting=found.get(Standing.WAITING, 0),
    )


def _holders(reader: Reader, event: Event, *, with_asked: bool) -> tuple[Holder, ...]:
    """Those that the reader may know of; whoever holds it also sees who was asked."""
    rows = CoHolder.objects.filter(event=event).select_related("community").order_by("pk")
    found = [
        Holder(event.community.name, event.community.slug)
        for _one in (1,)
        if may_see_community(reader, event.community)
    ]
    found += [
        Holder(one.community.name, one.community.slug, one.accepted_at is None, one.pk)
        for one in rows
        if (one.accepted_at or with_asked) and may_see_community(reader, one.community)
    ]
    return tuple(found)


def _sessions(event: Event) -> tuple[SessionLine, ...]:
    lines, day_before = [], ""
    with in_its_zone(event):
        for one in Session.objects.filter(event=event):
            day = weekday(one.starts_at)
            ends_then = weekday(one.ends_at) == day
            when = (
                hours(one.starts_at, one.ends_at) if ends_then else span(one.starts_at, one.ends_at)
            )
            told = day if day != day_before else ""
            lines.append(SessionLine(one.pk, one.title, told, when, one.room, one.speaker))
            day_before = day
    return tuple(lines)


def _linked(event: Event) -> dict[str, Any] | None:
    """schema.org/Event for what everyone may read; the link of what is online is not in it."""
    if event.openness != Openness.EVERYONE or not event.is_told:
        return None
    here = bool(event.place or event.address)
    mode = "Mixed" if here and event.online_url else "Offline" if here else "Online"
    url = settings.SITE_URL + reverse("event", args=[event.public_id])
    found: dict[str, Any] = {
        "name": for_xml(event.title),
        "startDate": event.starts_at.isoformat(),
        "endDate": event.ends_at.isoformat(),
        "eventStatus": SCHEMA_STATUS[State(event.state)],
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
        "url": url,
        "inLanguage": event.language,
        "description": for_xml(plain_excerpt(event.text, 300)),
        "organizer": {"@type": "Organization", "name": for_xml(event.community.name)},
        "location": _location(event, url) if here else {"@type": "VirtualLocation", "url": url},
    }
    if event.capacity is not None:
        found |= {
            "maximumAttendeeCapacity": event.capacity,
            "remainingAttendeeCapacity": event.left,
        }
    return found


def _location(event: Event, url: str) -> dict[str, Any]:
    place = event.place
    found: dict[str, Any] = {
        "@type": "Place",
        "name": for_xml(place.name if place else event.address),
        "address": for_xml(event.address or (place.name if place else "")),
    }
    if place and place.latitude is not None:
        found["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": place.latitude,
            "longitude": place.longitude,
        }
    return found


def members_to_invite(
    event: Event, *, but: Collection[int] = (), who: str = "", chosen: Collection[str] | None = None
) -> list[tuple[str, str]]:
    """Members of the communities that hold it, by name: neither invited nor registered yet; the
    first so many, of those a word of whose name begins with `who`; or all of those `chosen`.
    """
    here = Membership.objects.filter(community__in=rules.holders(event), left_at__isnull=True)
    people = Member.objects.filter(pk__in=here.values("member"), is_active=True)
    said = event.registrations.expected().filter(member__isnull=False)
    people = people.exclude(gathering_invitations__event=event).exclude(pk__in=but)
    people = people.exclude(pk__in=said.values("member"))
    if key := unaccented(" ".join(who.split())):
        people = people.filter(Q(name_key__startswith=key) | Q(name_key__contains=f" {key}"))
    if chosen is not None:
        people = people.filter(public_id__in=chosen)
    most = MOST_TO_INVITE if chosen is None else MOST_CHOSEN
    rows = people.order_by("name_key", "pk")[:most]
    return [(one.public_id, name_of(one.name)) for one in rows]


def members_named(public_ids: Collection[str]) -> list[Member]:
    return list(Member.objects.filter(public_id__in=public_ids, is_active=True))


def community_to_ask(reader: Reader, slug: str) -> Community | None:
    """Another community that can be asked to hold something too, as far as the reader sees it."""
    visible = communities_visible_to(reader, subplatform=rules.SUBPLATFORM)
    return visible.filter(slug=slug).first()


@dataclass(frozen=True, slots=True)
class HoldingPage:
    """What a community is asked, or holds already."""

    line: EventLine
    community: str
    is_accepted: bool


def holding_asked(reader: Reader, slug: str, number: int) -> CoHolder | None:
    """What the people of this community are asked, or asked of others; None for anybody else."""
    rows = CoHolder.objects.select_related("community", "event__community", "event__place")
    asked = rows.filter(pk=number, community__slug=slug).first()
    if asked is None or not rules.may_end_holding(reader, asked):
        return None
    return asked


def holding_for_page(asked: CoHolder) -> HoldingPage:
    return HoldingPage(
        line=line_of(asked.event),
        community=asked.community.name,
        is_accepted=asked.accepted_at is not None,
    )


def holdings_named(reader: Reader, ids: Collection[int]) -> dict[int, CoHolder]:
    """Those of these that the reader may answer."""
    rows = CoHolder.objects.filter(
        rules.entitled_to_hold(reader), pk__in=ids, accepted_at__isnull=True
    )
    return {one.pk: one for one in rows.select_related("community", "event")}
