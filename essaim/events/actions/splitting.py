"""« This one and the following »: the series ends before an evening, another begins with it.

Evenings that somebody registered for, or that were changed by themselves, go over to the new
series: who comes stays registered, and is told of what moved as of any other move. Those of which
nobody said anything are planned anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _

from essaim.communities.readers import fresh_reader
from essaim.events import rules
from essaim.events.actions.events import cancelled, changed
from essaim.events.actions.repeating import (
    about_series,
    coming,
    ends_before,
    fill,
    held,
    local_day,
    rule_given,
)
from essaim.events.actions.series import end, evenings_locked
from essaim.events.actions.values import event_values
from essaim.events.facts import SeriesChanged
from essaim.events.models import (
    Event,
    Imported,
    Registration,
    Series,
    Standing,
    State,
    rule_fields,
    template_of,
)
from essaim.events.queries.series import AHEAD
from essaim.events.recurrence import WEEK, Frequency, Occurrence, Rule
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member

MONTH = 31


@transaction.atomic
def change_following(
    *,
    member: Member,
    event: Event,
    repeat: str,
    until: date | None = None,
    holidays: str = "",
    **given: Any,
) -> Series:
    """This evening and all that follow are otherwise from now on; returns their series."""
    old = held(_series_of(event))
    start = old.evenings.filter(pk=event.pk).values_list("original_start", flat=True).first()
    if start is None:
        raise ValidationError(_("Somebody changed this series meanwhile: look at it again."))
    following = evenings_locked(old, original_start__gte=start)
    chosen = next(one for one in following if one.pk == event.pk)
    reader = fresh_reader(member)
    require(rules.may_change_following(reader, old, chosen))
    require(rules.may_change(reader, chosen))
    values = event_values(**given)
    on = local_day(start, old.zone)
    rule = rule_given(
        starts_at=values["starts_at"],
        ends_at=values["ends_at"],
        zone=old.zone,
        repeat=repeat,
        until=until,
        holidays=holidays,
        skipped=frozenset(day for day in old.skipped if day >= on),
    )
    new = Series.objects.create(
        community=old.community,
        created_by_id=old.created_by_id,
        follows=old,
        published_at=old.published_at,
        **rule_fields(rule),
        **template_of(values),
    )
    slots = coming(rule, _reach(following, old.zone))
    if not slots:
        raise ValidationError({"until": [_("No evening takes place until then.")]})
    pairs = _Pairing(slots, on, rule, old.zone)
    pairs.take(chosen, slots[0])
    pairs.match([one for one in following if one is not chosen], untouched=_untouched(following))
    waited_for = _waited_for(following)
    for one in following:
        carried = _carry(one, pairs, new, is_chosen=one is chosen)
        if carried is not None:
            changed(member, one, values | carried, somebody_waits=one.pk in waited_for)
        elif one.pk and one.series_id is None:
            _call_off(member, one)
    fill(new)
    record(SeriesChanged(actor_id=member.pk, former_id=old.pk, **about_series(new)))
    Imported.objects.filter(series=old).update(series=new)
    _leave(old, on)
    bump_generation()
    return new


def _series_of(event: Event) -> int:
    """Of which series it is now; who asks may have read it before it went over to another one."""
    found = Event.objects.filter(pk=event.pk).values_list("series_id", flat=True).first()
    if found is None:
        raise ValidationError(_("This gathering belongs to no series."))
    return found


def _reach(following: Iterable[Event], zone: str) -> date:
    """Up to which day the new evenings are laid beside the old ones."""
    days = [local_day(one.original_start, zone) for one in following if one.original_start]
    return max([local_day(now() + AHEAD, zone), *days])


def _untouched(following: Iterable[Event]) -> frozenset[int]:
    """Those on which nothing hangs: nobody registered, was invited or wrote anything; one query."""
    fields: Any = [one for one in Event._meta.get_fields() if one.auto_created and not one.concrete]
    rows = Event.objects.filter(pk__in=[one.pk for one in following], is_exception=False)
    for one in fields:
        related = one.related_model.objects.filter(**{one.field.name: OuterRef("pk")})
        rows = rows.filter(~Exists(related))
    return frozenset(rows.values_list("pk", flat=True))


@dataclass
class _Pairing:
    """Which evening goes to which of the new times: by the same step first, then the nearest one,
    within half of the new rhythm.
    """

    slots: list[Occurrence]
    on: date
    rule: Rule
    zone: str
    taken: dict[int, Occurrence] = field(default_factory=dict)
    surplus: set[int] = field(default_factory=set)  # without a new time, and nobody minds

    def take(self, event: Event, slot: Occurrence) -> None:
        self.taken[event.pk] = slot
        self.slots = [one for one in self.slots if one is not slot]

    def match(self, events: list[Event], *, untouched: frozenset[int]) -> None:
        ordered = sorted(events, key=lambda one: (one.original_start, one.pk))
        for one in ordered:
            if slot := self._nearest(self._wanted(one), within=0):
                self.take(one, slot)
        left = [one for one in ordered if one.pk not in self.taken]
        left = [one for one in left if one.state != State.CANCELLED]  # it was about that day
        for one in sorted(left, key=lambda one: one.pk in untouched):
            if slot := self._nearest(self._wanted(one), within=self._half()):
                self.take(one, slot)
            elif one.pk in untouched:
                self.surplus.add(one.pk)

    def _wanted(self, event: Event) -> date:
        if event.original_start is None:
            raise TypeError("It is of no series.")
        return local_day(event.original_start, self.zone) + (self.rule.first - self.on)

    def _nearest(self, day: date, *, within: int) -> Occurrence | None:
        near = [one for one in self.slots if abs((one.day - day).days) <= within]
        return min(near, key=lambda one: abs((one.day - day).days), default=None)

    def _half(self) -> int:
        step = WEEK if self.rule.frequency == Frequency.WEEKLY else MONTH
        return step * self.rule.interval // 2


def _waited_for(following: Iterable[Event]) -> frozenset[int]:
    """Those in which somebody waits for a seat, or is offered one; one query."""
    waiting = Registration.objects.filter(
        event__in=[one.pk for one in following],
        standing__in=(Standing.WAITING, Standing.OFFERED),
    )
    return frozenset(waiting.values_list("event_id", flat=True))


def _carry(event: Event, pairs: _Pairing, new: Series, *, is_chosen: bool) -> dict[str, Any] | None:
    """One evening goes over, stands by itself from now on, or is planned anew.

    Returns what it is to have of the new series' times, where it is to be as the new ones are.
    """
    if event.pk in pairs.surplus:
        event.delete()
        return None
    slot = pairs.taken.get(event.pk)
    event.series, event.original_start = (new, slot.starts_at) if slot else (None, None)
    if slot and _stands(event) and (is_chosen or not event.is_exception):
        return {"starts_at": slot.starts_at, "ends_at": slot.ends_at, "is_exception": False}
    event.save(update_fields=["series", "original_start"])
    return None


def _stands(event: Event) -> bool:
    """Nothing has become of it yet: it is a draft, or planned and to come."""
    return event.state == State.DRAFT or (
        event.state == State.PUBLISHED and event.starts_at > now()
    )


def _call_off(member: Member, event: Event) -> None:
    """Somebody meant to come, and it takes place no more: those who changed it say why."""
    if event.state == State.PUBLISHED and _stands(event) and not event.is_exception:
        with translation.override(event.community.language):
            reason = _("These gatherings take place on other days from now on.")
        cancelled(member, event, reason)


def _leave(old: Series, on: date) -> None:
    """What was before stays as it was; where nothing was, the series is over."""
    before = ends_before(old.rule, on)
    if before is None:
        if old.published_at:
            end(old)
        else:
            old.delete()
        return
    for name, value in rule_fields(before).items():
        setattr(old, name, value)
    old.sequence += 1
    old.changed_at = now()
    old.save()
