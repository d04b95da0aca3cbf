"""How often a gathering comes again, as it is typed and as it is kept; the evenings that follow."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from essaim.events.models import CADENCES, Event, Repeat, Series, State
from essaim.events.queries.series import AHEAD
from essaim.events.recurrence import (
    BY_DAY_OF_MONTH,
    EVERY_MONTH_HAS,
    LAST,
    WEEK,
    Fault,
    Frequency,
    Occurrence,
    Rule,
    RuleError,
    is_left_out,
    nominal_days,
    occurrence_on,
)
from essaim.foundation.clock import now

MOST_AT_ONCE = 60
FOURTH = 4


def held(series_id: int) -> Series:
    """The series as the database has it, ours alone until the transaction ends.

    It is locked before its evenings: whoever makes, moves or ends several of them waits here.
    """
    rows = Series.objects.select_for_update(of=("self",)).select_related("community", "place")
    return rows.get(pk=series_id)


def about_series(series: Series) -> dict[str, Any]:
    return {
        "community_id": series.community_id,
        "series_id": series.pk,
        "audience": str(series.audience),
    }


def rule_given(
    *,
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
    repeat: str,
    until: date | None,
    holidays: str,
    skipped: frozenset[date] = frozenset(),
) -> Rule:
    """The rule that begins with this evening, or a ValidationError by field."""
    if repeat not in Repeat.values:
        raise ValidationError({"repeat": [_("Choose one of the answers offered.")]})
    frequency, interval, keeps_weekday = CADENCES[Repeat(repeat)]
    local = starts_at.astimezone(ZoneInfo(zone))
    if not keeps_weekday and local.day > EVERY_MONTH_HAS:
        said = _(
            "Not every month has a day %(day)s: begin on day %(last)s at the latest, or keep the"
            " weekday."
        )
        raise ValidationError({"repeat": [said % {"day": local.day, "last": EVERY_MONTH_HAS}]})
    by_weekday = keeps_weekday and frequency == Frequency.MONTHLY
    nth = nth_of(local.date()) if by_weekday else BY_DAY_OF_MONTH
    try:
        return Rule(
            frequency=frequency,
            first=local.date(),
            starts=local.time().replace(second=0, microsecond=0, fold=0),
            minutes=int((ends_at - starts_at).total_seconds() // 60),
            zone=zone,
            interval=interval,
            nth=nth,
            last=until,
            holidays=holidays,
            skipped=skipped,
        )
    except RuleError as error:
        raise ValidationError(_faults(error.code)) from error


def nth_of(day: date) -> int:
    """Which such weekday of its month it is; a fifth one is the last."""
    nth = (day.day - 1) // WEEK + 1
    return nth if nth <= FOURTH else LAST


def _faults(code: Fault) -> dict[str, list[str]]:
    said = {
        Fault.ENDS_BEFORE_IT_BEGINS: ("until", _("After the first evening.")),
        Fault.COUNTRY: ("holidays", _("We do not know the public holidays of this country.")),
        Fault.DURATION: ("ends_at", _("What comes again lasts seven days at most.")),
        Fault.YEAR: ("until", _("Within this century.")),
    }
    field, words = said.get(code, ("repeat", _("This does not come again: choose another rhythm.")))
    return {field: [words]}


def local_day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def coming(rule: Rule, until: date, *, since: date = date.min, least: int = 1) -> list[Occurrence]:
    """Those to come up to this day, `least` of them however far they are; 60 at most."""
    found: list[Occurrence] = []
    for day in nominal_days(rule, max(rule.first, since, local_day(now(), rule.zone))):
        if len(found) >= MOST_AT_ONCE or (day > until and len(found) >= least):
            break
        one = occurrence_on(rule, day)
        if one.starts_at > now() and not is_left_out(rule, day):
            found.append(one)
    return found


def fill(series: Series) -> list[Event]:
    """Make the evenings that are missing up to the horizon, of a series that is locked.

    What was made once is not made again. A draft has its first evening alone.
    """
    rule = series.rule
    horizon = local_day(now() + AHEAD, series.zone)
    known = set(series.evenings.values_list("original_start", flat=True))
    if not series.published_at:
        horizon = rule.first
    since = series.made_until + timedelta(days=1) if series.made_until else rule.first
    has_one = any(moment is not None and moment > now() for moment in known)
    slots = coming(rule, horizon, since=since, least=0 if has_one else 1)
    made = [
        series.evening(
            one,
            state=State.PUBLISHED if series.published_at else State.DRAFT,
            published_at=now() if series.published_at else None,
        )
        for one in slots
        if one.starts_at not in known
    ]
    Event.objects.bulk_create(made)
    if series.published_at:
        series.made_until = max([horizon, *(one.day for one in slots)])
        series.save(update_fields=["made_until"])
    return made


def ends_before(rule: Rule, on: date) -> Rule | None:
    """The same up to the day before; None where nothing is left of it."""
    last = on - timedelta(days=1)
    if last < rule.first:
        return None
    return replace(rule, last=last, skipped=frozenset(day for day in rule.skipped if day <= last))
