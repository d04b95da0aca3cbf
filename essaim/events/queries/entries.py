"""What a calendar tells of gatherings; never who comes.

The link of what is online stands in the calendar of those who come alone.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from essaim.events.calendar import Entry, Status
from essaim.events.models import Event, Series, State
from essaim.events.queries.words import where_words
from essaim.events.recurrence import (
    MONTHS,
    is_left_out,
    left_out,
    nominal_days,
    occurrence_on,
)
from essaim.foundation.clock import now

UID_HOST = "essaim"
TOLD_YEARS = 3  # for which days left out of a rule without end are told
STATUSES = {
    State.CANCELLED: Status.CANCELLED,
    State.POSTPONED: Status.CANCELLED,
}


def entry_of(event: Event, *, with_link: bool = False) -> Entry:
    """One gathering, with its community loaded; what is postponed takes place on no day.

    `with_link`: for whoever may know where it is online.
    """
    place = event.place
    link = event.online_url if with_link else ""
    return Entry(
        uid=f"{event.public_id}@{UID_HOST}",
        sequence=event.sequence,
        title=event.title,
        description="\n".join(filter(None, (event.reason, link))),
        place=where_words(event),
        url=settings.SITE_URL + reverse("event", args=[event.public_id]),
        community=event.community.name,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.zone,
        status=STATUSES.get(State(event.state), Status.CONFIRMED),
        created=event.created_at,
        last_modified=event.changed_at,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
    )


def series_entries(series: Series, evenings: Iterable[Event]) -> list[Entry]:
    """A series as one entry with its rule, and each evening that differs from it as its own.

    `evenings` are all it has. Those that the rule does not have begin when they did stand by
    themselves: no calendar could tell of which time they take the place.
    """
    rule, zone = series.rule, ZoneInfo(series.zone)
    found: list[Entry] = []
    told: set[date] = set()
    first: Event | None = None
    for event in evenings:
        day = event.original_start.astimezone(zone).date() if event.original_start else None
        if day is None or not _is_of_rule(event, series, day):
            found.append(entry_of(event))
            continue
        told.add(day)
        first = first or event
        entry = entry_of(event)
        if event.is_exception or entry.status != Status.CONFIRMED:
            found.append(
                replace(
                    entry,
                    uid=uid_of(series),
                    sequence=series.sequence + event.sequence,
                    recurrence_id=event.original_start,
                )
            )
    if first is None:
        return found
    until = series.last_day or date(now().year + TOLD_YEARS, MONTHS, 31)
    made = nominal_days(rule, rule.first, series.made_until or rule.first)
    gone = {*left_out(rule, until), *(day for day in made if day not in told)}
    return [_master(series, tuple(sorted(gone))), *found]


def uid_of(series: Series) -> str:
    return f"{series.public_id}@{UID_HOST}"


def _is_of_rule(event: Event, series: Series, day: date) -> bool:
    """Whether the rule has it begin when it was to; not in an hour that clocks jump over, either,
    which programs write in different ways.
    """
    rule = series.rule
    if is_left_out(rule, day) or next(nominal_days(rule, day, day), None) is None:
        return False
    moment = occurrence_on(rule, day).starts_at
    wall = moment.astimezone(ZoneInfo(series.zone)).time()
    return event.original_start == moment and wall == rule.starts


def _master(series: Series, exdates: tuple[date, ...]) -> Entry:
    rule = series.rule
    begins = series.evening(occurrence_on(rule, rule.first))
    entry = entry_of(begins)
    return replace(
        entry,
        uid=uid_of(series),
        sequence=series.sequence,
        url=settings.SITE_URL + reverse("series", args=[series.public_id]),
        created=series.created_at,
        last_modified=series.changed_at,
        rule=rule,
        exdates=exdates,
    )
