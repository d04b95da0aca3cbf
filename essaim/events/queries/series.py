"""Gatherings that come again: how often in words, which evenings, whom they concern."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from essaim.communities.queries import people_of_community
from essaim.communities.readers import Reader
from essaim.communities.rules import on
from essaim.design.typography import day as day_words
from essaim.events import rules
from essaim.events.models import CADENCES, Event, Kind, Openness, Series, State
from essaim.events.queries.lists import EventLine, line_of, lined
from essaim.events.queries.words import hour_words
from essaim.events.recurrence import BY_DAY_OF_MONTH, Frequency, is_left_out, nominal_days
from essaim.foundation.access import Verdict
from essaim.foundation.clock import now

AHEAD = timedelta(days=120)  # how far evenings are made; one at least, however far it is
SHOWN = 12
SKIPPABLE = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesNote:
    """What the page of one evening tells of its series; `next` is the next one, if another."""

    public_id: str
    words: str
    next: str
    is_ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPage:
    public_id: str
    title: str
    lang: str
    text: str
    words: str
    community: str
    community_slug: str
    is_draft: bool
    is_ended: bool
    evenings: tuple[EventLine, ...]
    skipped: tuple[str, ...]
    first: str  # the public_id of the evening to change, to change all that follow
    may_change: Verdict
    may_publish: Verdict
    may_end: Verdict
    may_delete: Verdict


def series_to_read(reader: Reader, public_id: str) -> Series | None:
    found = rules.series_visible_to(reader).filter(public_id=public_id)
    return found.select_related("community", "place").first()


def series_read(reader: Reader, ids: Collection[int]) -> dict[int, Series]:
    """Those of these that the reader may see; one query."""
    rows = rules.series_visible_to(reader).filter(pk__in=ids)
    return {one.pk: one for one in rows.select_related("community")}


def series_of(reader: Reader, event: Event) -> Series | None:
    """The one that this evening is of, if the reader may see it."""
    return series_read(reader, [event.series_id]).get(event.series_id) if event.series_id else None


def first_evening(series: Series) -> Event | None:
    return series.evenings.order_by("starts_at", "pk").first()


def series_for_page(reader: Reader, series: Series) -> SeriesPage:
    """Its evenings to come that the reader may see; a handful of queries."""
    found = rules.events_visible_to(reader).filter(series=series, ends_at__gt=now())
    rows = lined(reader, found).order_by("starts_at", "pk")[:SHOWN]
    evenings = tuple(line_of(one, with_community=False) for one in rows)
    takes_place = (one for one in evenings if one.state != State.CANCELLED)
    first = next(takes_place, None)
    with timezone.override(ZoneInfo(series.zone)):
        skipped = tuple(
            day_words(one) for one in series.skipped if one >= timezone.localdate(now())
        )
    return SeriesPage(
        public_id=series.public_id,
        title=series.title,
        lang=series.language,
        text=series.text,
        words=repeat_words(series),
        community=series.community.name,
        community_slug=series.community.slug,
        is_draft=series.published_at is None,
        is_ended=series.ended_at is not None,
        evenings=evenings,
        skipped=skipped,
        first=first.public_id if first else "",
        may_change=rules.may_change_series(reader, series),
        may_publish=rules.may_publish_series(reader, series),
        may_end=rules.may_end_series(reader, series),
        may_delete=rules.may_delete_series(reader, series),
    )


def series_note(reader: Reader, event: Event) -> SeriesNote | None:
    """Of one that comes again, for its page; two queries, none for what takes place once."""
    series = series_of(reader, event)
    if series is None:
        return None
    others = rules.events_listed(reader).coming().filter(series=series).exclude(pk=event.pk)
    following = others.order_by("starts_at", "pk").first()
    return SeriesNote(
        public_id=series.public_id,
        words=repeat_words(series),
        next=_day_in(following.starts_at, following.zone) if following else "",
        is_ended=series.ended_at is not None,
    )


def _day_in(moment: datetime, zone: str) -> str:
    return day_words(moment.astimezone(ZoneInfo(zone)).date())


def repeat_of(series: Series) -> str:
    """How the form calls its rhythm; nothing for one that the form does not know."""
    is_by_date = series.frequency == Frequency.MONTHLY and series.nth == BY_DAY_OF_MONTH
    cadence = (Frequency(series.frequency), series.interval, not is_by_date)
    return next((one.value for one, its in CADENCES.items() if its == cadence), "")


def repeat_words(series: Series) -> str:
    """« Every second Thursday, 19:30, until 3 June 2027, not on public holidays »."""
    weekday = format_date(series.first_day, "EEEE", locale=(get_language() or "en")[:2])
    said = {"weekday": weekday, "nth": _nth(series.nth), "count": series.interval}
    said["day"] = series.first_day.day
    if series.frequency == Frequency.WEEKLY:
        words = {
            1: _("Every %(weekday)s"),
            2: _("Every second %(weekday)s"),
        }.get(series.interval, _("Every %(count)s weeks, on a %(weekday)s"))
    elif series.nth == BY_DAY_OF_MONTH:
        words = pgettext("gathering", "Every month, on day %(day)s")
    elif series.interval == 1:
        words = pgettext("gathering", "The %(nth)s %(weekday)s of each month")
    else:
        words = pgettext("gathering", "The %(nth)s %(weekday)s, every %(count)s months")
    parts = [words % said, hour_words(series.starts)]
    if series.last_day:
        parts.append(_("until %(day)s") % {"day": day_words(series.last_day)})
    if series.holidays:
        parts.append(_("not on public holidays"))
    return ", ".join(parts)


def _nth(nth: int) -> str:
    return {
        1: pgettext("weekday of a month", "first"),
        2: pgettext("weekday of a month", "second"),
        3: pgettext("weekday of a month", "third"),
        4: pgettext("weekday of a month", "fourth"),
        -1: pgettext("weekday of a month", "last"),
    }.get(nth, "")


def days_to_skip(series: Series) -> list[date]:
    """On which days of its rule something takes place, for whoever leaves one out."""
    rule, today = series.rule, timezone.localdate(now(), ZoneInfo(series.zone))
    days = nominal_days(rule, today, today + SKIPPABLE)
    cancelled = series.evenings.filter(state=State.CANCELLED)
    gone = {one.original_start for one in cancelled if one.original_start}
    gone_days = {one.astimezone(ZoneInfo(series.zone)).date() for one in gone}
    return [day for day in days if not is_left_out(rule, day) and day not in gone_days]


def to_go_on() -> list[Series]:
    """Those of which the horizon may have reached evenings that are not made yet."""
    horizon = timezone.localdate(now()) + AHEAD
    not_yet = Q(made_until__isnull=True) | Q(made_until__lt=horizon)
    goes_on = (
        Q(last_day__isnull=True) | Q(made_until__isnull=True) | Q(last_day__gt=F("made_until"))
    )
    rows = Series.objects.going_on().filter(
        not_yet, goes_on, on(rules.SUBPLATFORM, path="community__")
    )
    return list(rows.order_by("made_until", "pk")[:5000])


def members_to_tell(series_id: int) -> set[int]:
    """Members of the community of a series that is for all of them."""
    found = Series.objects.filter(
        pk=series_id, openness__in=(Openness.EVERYONE, Openness.MEMBERS)
    ).exclude(kind=Kind.PLENARY)  # each plenary is told of by itself, to all below too
    series = found.first()
    return people_of_community(series.community_id) if series else set()
