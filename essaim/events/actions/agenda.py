"""The agenda of a gathering, before it and during it; in one order, one part at a time."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from essaim.communities.readers import fresh_reader
from essaim.design.typography import number
from essaim.events import rules
from essaim.events.actions.locks import about, locked
from essaim.events.actions.rooms import fresh_item
from essaim.events.facts import (
    AgendaChanged,
    AgendaItemEnded,
    AgendaItemStarted,
    AgendaQuestionClosed,
    Outcome,
)
from essaim.events.models import (
    ITEM_LENGTH,
    LEAD_LENGTH,
    MOST_ITEMS,
    MOST_MINUTES,
    AgendaItem,
    Event,
    ItemKind,
)
from essaim.events.queries.templates import beginning_of
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_line
from essaim.members.models import Member
from essaim.needs.actions.values import Checks


@transaction.atomic
def begin_from_template(*, member: Member, event: Event) -> int:
    """The agenda that gatherings of this kind begin with; returns how many parts it has."""
    event = locked(event.pk)
    is_empty = not event.agenda.exists()
    require(rules.may_begin_from_template(fresh_reader(member), event, is_empty=is_empty))
    beginning = beginning_of(event.community, event.kind)
    with override(event.language):
        made = [
            AgendaItem(
                event=event,
                number=place,
                title=str(part.title),
                minutes=part.minutes,
                kind=part.kind,
            )
            for place, part in enumerate(beginning.agenda, start=1)
        ]
    AgendaItem.objects.bulk_create(made)
    _changed(member, event)
    return len(made)


@transaction.atomic
def add_item(*, member: Member, event: Event, **given: Any) -> AgendaItem:
    event = locked(event.pk)
    require(rules.may_plan_agenda(fresh_reader(member), event))
    values = item_values(**given)
    (item,) = add_at_end(event, [values])
    _changed(member, event)
    return item


@transaction.atomic
def change_item(*, member: Member, item: AgendaItem, **given: Any) -> AgendaItem:
    event = locked(item.event_id)
    require(rules.may_plan_agenda(fresh_reader(member), event))
    item = fresh_item(item, event)
    values = item_values(**given)
    if values["kind"] != ItemKind.QUESTION and item.outcome:
        raise ValidationError({"kind": _("It is a question that was closed: open it again first.")})
    for name, value in values.items():
        setattr(item, name, value)
    item.save(update_fields=list(values))
    _changed(member, event)
    return item


@transaction.atomic
def move_item(*, member: Member, item: AgendaItem, is_up: bool) -> None:
    """One place up or down; at either end nothing changes."""
    event = locked(item.event_id)
    require(rules.may_plan_agenda(fresh_reader(member), event))
    items = list(event.agenda.all())
    at = next(place for place, one in enumerate(items) if one.pk == item.pk)
    to = at - 1 if is_up else at + 1
    if not 0 <= to < len(items):
        return
    one, other = items[at], items[to]
    one.number, other.number = other.number, one.number
    AgendaItem.objects.bulk_update([one, other], ["number"])
    _changed(member, event)


@transaction.atomic
def remove_item(*, member: Member, item: AgendaItem) -> None:
    """What was asked by somebody waits to be taken again."""
    event = locked(item.event_id)
    item = fresh_item(item, event)
    require(rules.may_remove_item(fresh_reader(member), item))
    item.delete()
    _changed(member, event)


@transaction.atomic
def merge_items(*, member: Member, item: AgendaItem, into: AgendaItem) -> AgendaItem:
    """Two that ask the same become one, with everything that was asked behind them."""
    event = locked(item.event_id)
    item, kept = fresh_item(item, event), fresh_item(into, event)
    require(rules.may_remove_item(fresh_reader(member), item))
    if item.pk == kept.pk:
        raise ValidationError({"into": _("Choose another part than this one.")})
    item.lines.update(item=kept)
    item.delete()
    _changed(member, event)
    return kept


@transaction.atomic
def start_item(*, member: Member, item: AgendaItem) -> None:
    """It is spoken of from now on; what was under way is over."""
    event = locked(item.event_id)
    item = fresh_item(item, event)
    require(rules.may_start_item(fresh_reader(member), item))
    for before in event.agenda.under_way():
        _end(member, event, before)
    item.started_at = now()
    item.save(update_fields=["started_at"])
    record(AgendaItemStarted(actor_id=member.pk, item_id=item.pk, **about(event)))


@transaction.atomic
def end_item(*, member: Member, item: AgendaItem) -> None:
    event = locked(item.event_id)
    item = fresh_item(item, event)
    require(rules.may_end_item(fresh_reader(member), item))
    _end(member, event, item)


@transaction.atomic
def close_question(*, member: Member, item: AgendaItem, outcome: str) -> None:
    """Answered, not answered, or neither yet (empty)."""
    event = locked(item.event_id)
    item = fresh_item(item, event)
    require(rules.may_close_question(fresh_reader(member), item))
    if outcome not in ("", *Outcome.values):
        raise ValidationError({"outcome": _("Choose one of the answers offered.")})
    if item.outcome == outcome:
        return
    item.outcome = outcome
    item.save(update_fields=["outcome"])
    said = Outcome(outcome) if outcome else None
    record(AgendaQuestionClosed(actor_id=member.pk, item_id=item.pk, outcome=said, **about(event)))


def item_values(*, title: str, minutes: int | None, lead: str, kind: str) -> dict[str, Any]:
    """The values of a part, or a ValidationError by field."""
    checks = Checks()
    checks.text("title", title, longest=ITEM_LENGTH, clean=clean_line, is_open=False)
    checks.whole("minutes", minutes, most=MOST_MINUTES)
    checks.line("lead", lead, longest=LEAD_LENGTH, needed=False)
    checks.one_of("kind", kind, ItemKind.values)
    return checks.done()


def add_at_end(event: Event, parts: list[dict[str, Any]]) -> list[AgendaItem]:
    """Behind what is there, the gathering being locked."""
    said = event.agenda.aggregate(last=Max("number"))
    if event.agenda.count() + len(parts) > MOST_ITEMS:
        words = ngettext("At most %(most)s part.", "At most %(most)s parts.", MOST_ITEMS)
        raise ValidationError(words % {"most": number(MOST_ITEMS)})
    first = (said["last"] or 0) + 1
    return AgendaItem.objects.bulk_create(
        AgendaItem(event=event, number=place, **values)
        for place, values in enumerate(parts, start=first)
    )


def _end(member: Member, event: Event, item: AgendaItem) -> None:
    item.ended_at = now()
    item.save(update_fields=["ended_at"])
    minutes = item.taken_minutes or 1
    record(AgendaItemEnded(actor_id=member.pk, item_id=item.pk, minutes=minutes, **about(event)))


def _changed(member: Member, event: Event) -> None:
    total = event.agenda.aggregate(minutes=Sum("minutes"))["minutes"] or 0
    items = event.agenda.count()
    record(AgendaChanged(actor_id=member.pk, items=items, minutes=total, **about(event)))
    bump_generation()
