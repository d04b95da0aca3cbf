"""Gatherings that come again: planned once, made ahead by the clock, ended for a reason.

The row of the series is locked first, then its evenings by ascending id.
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.models import Community
from essaim.communities.readers import fresh_reader
from essaim.design.typography import number
from essaim.events import rules
from essaim.events.actions.events import can_take_place, cancelled
from essaim.events.actions.locks import locked
from essaim.events.actions.repeating import about_series, fill, held, local_day, rule_given
from essaim.events.actions.values import event_values, reason_given
from essaim.events.facts import (
    DaySkipped,
    EveningsMade,
    SeriesDeleted,
    SeriesEnded,
    SeriesPlanned,
    SeriesPublished,
)
from essaim.events.models import (
    MOST_SKIPPED,
    Event,
    Series,
    State,
    rule_fields,
    template_of,
)
from essaim.events.recurrence import is_left_out, nominal_days, occurrence_on
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member


@transaction.atomic
def plan_series(
    *,
    is_published: bool,
    member: Member,
    community: Community,
    repeat: str,
    until: date | None = None,
    holidays: str = "",
    **given: Any,
) -> Series:
    """Plan a gathering that comes again, from its first evening on; published, or a draft."""
    community = Community.objects.hold_open(community.pk)
    require(rules.may_hold(fresh_reader(member), community))
    values = event_values(**given)
    rule = rule_given(
        starts_at=values["starts_at"],
        ends_at=values["ends_at"],
        zone=community.time_zone,
        repeat=repeat,
        until=until,
        holidays=holidays,
    )
    series = Series.objects.create(
        community=community, created_by=member, **rule_fields(rule), **template_of(values)
    )
    if is_published and values["starts_at"] <= now():
        raise ValidationError({"starts_at": [_("A moment to come.")]})
    if not fill(series):
        raise ValidationError({"until": [_("No evening takes place until then.")]})
    record(SeriesPlanned(actor_id=member.pk, community_id=community.pk, series_id=series.pk))
    return publish_series(member=member, series=series) if is_published else series


@transaction.atomic
def publish_series(*, member: Member, series: Series) -> Series:
    """Its evenings can be read by those it is for, who are told once of all of them."""
    series = held(series.pk)
    require(rules.may_publish_series(fresh_reader(member), series))
    series.evenings.filter(state=State.DRAFT, starts_at__lte=now()).delete()  # nobody read of them
    series.published_at = series.changed_at = now()
    if (first := series.evenings.order_by("starts_at").first()) is not None:
        can_take_place(first)
    elif not (series.place_id or series.address or series.online_url):
        raise ValidationError(
            {"place": [_("Say where: a place, an address, a link, or several of them.")]}
        )
    series.save()
    series.evenings.filter(state=State.DRAFT).update(
        state=State.PUBLISHED, published_at=now(), changed_at=now()
    )
    fill(series)
    evenings = series.evenings.filter(state=State.PUBLISHED, starts_at__gt=now()).count()
    if not evenings:
        raise ValidationError({"until": [_("No evening takes place until then.")]})
    record(SeriesPublished(actor_id=member.pk, evenings=evenings, **about_series(series)))
    bump_generation()
    return series


@transaction.atomic
def make_evenings(series: Series) -> int:
    """By the clock: those that the horizon has reached; returns how many."""
    series = held(series.pk)
    if not (series.goes_on and rules.are_on(series.community)):
        return 0
    made = fill(series)
    if made:
        record(EveningsMade(evenings=len(made), **about_series(series)))
        bump_generation()
    return len(made)


@transaction.atomic
def skip_day(*, member: Member, series: Series, day: date, reason: str = "") -> Event | None:
    """Nothing takes place on this day of its rule.

    An evening that others could read already is cancelled, for a reason, and stays readable.
    """
    series = held(series.pk)
    require(rules.may_change_series(fresh_reader(member), series))
    rule = series.rule
    if day < local_day(now(), series.zone):
        raise ValidationError({"day": [_("A day to come.")]})
    if is_left_out(rule, day) or next(nominal_days(rule, day, day), None) is None:
        raise ValidationError({"day": [_("Nothing of this series falls on this day.")]})
    moment = occurrence_on(rule, day).starts_at
    known = series.evenings.filter(original_start=moment).values_list("pk", flat=True).first()
    if known is not None and (event := locked(known)).state != State.DRAFT:
        require(rules.may_cancel(fresh_reader(member), event))
        return cancelled(member, event, reason)
    if len(series.skipped) >= MOST_SKIPPED:
        said = ngettext("At most %(most)s day.", "At most %(most)s days.", MOST_SKIPPED)
        raise ValidationError({"day": [said % {"most": number(MOST_SKIPPED)}]})
    series.evenings.filter(original_start=moment).delete()
    series.skipped = sorted({*series.skipped, day})
    series.sequence += 1
    series.changed_at = now()
    series.save()
    fill(series)
    record(DaySkipped(actor_id=member.pk, day=day, **about_series(series)))
    bump_generation()
    return None


@transaction.atomic
def end_series(*, member: Member, series: Series, reason: str) -> int:
    """Nothing of it takes place any more; who registered for an evening is told of that one.

    Returns how many evenings are cancelled.
    """
    series = held(series.pk)
    require(rules.may_end_series(fresh_reader(member), series))
    reason_given(reason)
    over = 0
    for event in evenings_locked(series, state__in=(State.PUBLISHED, State.POSTPONED)):
        if event.starts_at > now() or event.state == State.POSTPONED:
            cancelled(member, event, reason)
            over += 1
    end(series)
    record(SeriesEnded(actor_id=member.pk, **about_series(series)))
    bump_generation()
    return over


def end(series: Series) -> None:
    """It makes no more evenings; its rule reaches to the last of those it has."""
    series.ended_at = series.changed_at = now()
    last = series.evenings.order_by("-original_start").first()
    if last is not None and last.original_start is not None:
        day = max(local_day(last.original_start, series.zone), series.first_day)
        series.last_day = min(day, series.last_day or day)
    series.sequence += 1
    series.save()


@transaction.atomic
def delete_series(*, member: Member, series: Series) -> None:
    """A draft goes away with its evenings."""
    series = held(series.pk)
    require(rules.may_delete_series(fresh_reader(member), series))
    told = about_series(series)
    series.evenings.all().delete()
    series.delete()
    record(SeriesDeleted(actor_id=member.pk, **told))


def evenings_locked(series: Series, **which: Any) -> list[Event]:
    """Those of them, ours alone until the transaction ends."""
    rows = Event.objects.select_for_update(of=("self",)).select_related("community", "place")
    return list(rows.filter(series=series, **which).order_by("pk"))
