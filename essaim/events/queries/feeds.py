"""Calendars to subscribe to: of a community, the same for everyone; of a member, for them alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Value, When
from django.utils.translation import gettext as _

from essaim.communities.models import Community
from essaim.communities.readers import ANONYMOUS, Reader, fresh_reader
from essaim.communities.rules import communities_visible_to, may_see_community
from essaim.events import rules
from essaim.events.calendar import Entry, calendar_text
from essaim.events.models import (
    CalendarAddress,
    Event,
    EventQuerySet,
    Openness,
    Registration,
    Series,
    Standing,
)
from essaim.events.queries.entries import entry_of, series_entries
from essaim.events.queries.lists import here
from essaim.foundation.clock import now
from essaim.members.models import Member
from essaim.members.queries import digest_of

KEPT = timedelta(days=90)  # what was stays in a calendar for so long
MOST = 500
LONGEST_TOKEN = 100


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """Whether one's address stands, and since when; what it is nobody knows any more."""

    since: datetime | None


def has_calendar(community: Community) -> bool:
    return bool(may_see_community(ANONYMOUS, community, subplatform=rules.SUBPLATFORM))


def community_for_calendar(slug: str) -> Community | None:
    visible = communities_visible_to(ANONYMOUS, subplatform=rules.SUBPLATFORM)
    return visible.filter(slug=slug).first()


def community_calendar(community: Community) -> bytes:
    """What everyone may read of it, of those below it and of those it holds too; three queries."""
    events = _lately(rules.events_listed(ANONYMOUS).filter(here(community)))
    name = _("Gatherings of %(name)s") % {"name": community.name}
    return calendar_text(name, _with_series(events))


def event_calendar(event: Event) -> bytes:
    """One gathering, as it stands by itself."""
    return calendar_text(event.title, [entry_of(event)])


def member_calendar(member: Member) -> bytes:
    """Where they go, may go or wait for a seat, as far as they may read of it now; four queries."""
    reader = fresh_reader(member)
    mine = Registration.objects.expected().filter(member=member.pk)
    standings = dict(mine.values_list("event_id", "standing"))
    found = rules.events_visible_to(reader).told().filter(pk__in=list(standings))
    entries = [
        entry_of(one, with_link=standings[one.pk] == Standing.GOING) for one in _lately(found)
    ]
    return calendar_text(_("Where you go"), entries)


def member_of_calendar(token: str) -> Member | None:
    """Whose calendar this secret opens, while their account and the address stand."""
    if len(token) > LONGEST_TOKEN or not token.isascii():
        return None
    found = CalendarAddress.objects.filter(
        digest=digest_of(token), revoked_at__isnull=True, member__is_active=True
    )
    address = found.select_related("member").first()
    return address.member if address else None


def calendar_for_page(reader: Reader) -> CalendarPage:
    standing = CalendarAddress.objects.filter(member=reader.member_id, revoked_at__isnull=True)
    return CalendarPage(since=standing.values_list("made_at", flat=True).first())


def _lately(found: EventQuerySet) -> list[Event]:
    """In the order in which they begin; where there are more than we tell, those to come."""
    rows = found.filter(ends_at__gt=now() - KEPT).select_related("community", "place", "series")
    is_over = Case(When(ends_at__gt=now(), then=Value(0)), default=Value(1))
    return sorted(rows.order_by(is_over, "starts_at", "pk")[:MOST], key=_begins)


def _begins(event: Event) -> tuple[datetime, int]:
    return event.starts_at, event.pk


def _with_series(events: list[Event]) -> list[Entry]:
    """A series of which everyone may read each evening is told by its rule, with all it has;
    of others each evening is told by itself.
    """
    ids = {one.series_id for one in events if one.series_id}
    whole = _read_by_everyone(ids)
    entries = [entry_of(one) for one in events if one.series_id not in whole]
    for series, evenings in whole.values():
        entries += series_entries(series, evenings)
    return entries


def _read_by_everyone(ids: set[int]) -> dict[int, tuple[Series, list[Event]]]:
    """The series of which no evening is hidden, for fewer people or under another community."""
    if not ids:
        return {}
    rows = Series.objects.filter(
        pk__in=ids, published_at__isnull=False, openness=Openness.EVERYONE
    ).select_related("community", "place")
    found: dict[int, tuple[Series, list[Event]]] = {one.pk: (one, []) for one in rows}
    seen = set(rules.events_listed(ANONYMOUS).filter(series__in=ids).values_list("pk", flat=True))
    all_of_them = Event.objects.filter(series__in=ids).select_related("community", "place")
    for event in all_of_them.order_by("starts_at", "pk"):
        if event.series_id not in found:
            continue
        if event.pk in seen:
            found[event.series_id][1].append(event)
        else:
            del found[event.series_id]
    return found
