from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.models import Community
from essaim.communities.readers import fresh_reader
from essaim.design.typography import number
from essaim.events import rules
from essaim.events.actions import seats
from essaim.events.actions.locks import about, locked
from essaim.events.actions.points import show_points_again
from essaim.events.actions.values import event_values, reason_given
from essaim.events.facts import (
    DraftDeleted,
    EventCancelled,
    EventDrafted,
    EventEdited,
    EventHeld,
    EventMoved,
    EventPostponed,
    EventPublished,
)
from essaim.events.models import Announcement, Change, Event, Minutes, Openness, State
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member

FURTHEST = timedelta(days=3653)
TIME_AND_PLACE = ("starts_at", "ends_at", "place", "address", "online_url")


@transaction.atomic
def draft_event(*, member: Member, community: Community, **given: Any) -> Event:
    """Plan a gathering; nobody else than those who hold it reads it before it is published."""
    community = Community.objects.hold_open(community.pk)
    require(rules.may_hold(fresh_reader(member), community))
    values = event_values(**given)
    event = Event.objects.create(
        community=community, created_by=member, zone=community.time_zone, **values
    )
    record(EventDrafted(actor_id=member.pk, community_id=community.pk, event_id=event.pk))
    return event


@transaction.atomic
def plan_event(*, is_published: bool, member: Member, community: Community, **given: Any) -> Event:
    """Plan it and publish it in one act, or keep it as a draft."""
    made = draft_event(member=member, community=community, **given)
    return publish_event(member=member, event=made) if is_published else made


@transaction.atomic
def edit_event(*, member: Member, event: Event, **given: Any) -> Event:
    """Say it better, or move it: then everybody registered is told once.

    Seats never fall below those promised, and it is for nobody fewer once somebody registered.
    """
    event = locked(event.pk)
    require(rules.may_change(fresh_reader(member), event))
    values = event_values(**given)
    if event.series_id:
        values["is_exception"] = True
    return changed(member, event, values)


def changed(
    member: Member, event: Event, values: dict[str, Any], *, somebody_waits: bool = True
) -> Event:
    """A gathering that the transaction has locked, with other values; who comes is told of a move.

    `values` may hold columns beside those of `event_values`. Where it is known that nobody waits
    for a seat nobody is looked for.
    """
    _fits_those_registered(event, values)
    _stays_begun(event, values)
    before = {name: getattr(event, name) for name in TIME_AND_PLACE}
    where_before, openness_before = where_of(event), event.openness
    for name, value in values.items():
        setattr(event, name, value)
    event.changed_at = now()
    is_moved = event.state == State.PUBLISHED and any(
        before[name] != getattr(event, name) for name in TIME_AND_PLACE
    )
    if event.state == State.PUBLISHED:
        can_take_place(event, is_same_hour=event.starts_at == before["starts_at"])
        event.sequence += is_moved
    event.save()
    if event.openness != openness_before:
        show_points_again(event)
    if event.starts_at != before["starts_at"]:
        by = event.starts_at - before["starts_at"]
        event.sessions.update(starts_at=F("starts_at") + by, ends_at=F("ends_at") + by)
    if is_moved:
        told = _announce(
            event,
            Change.MOVED,
            starts_at_before=before["starts_at"],
            ends_at_before=before["ends_at"],
            where_before=where_before,
        )
        record(EventMoved(actor_id=member.pk, announcement_id=told.pk, **about(event)))
    else:
        record(EventEdited(actor_id=member.pk, **about(event)))
    if somebody_waits:
        seats.offer_free(event)
    bump_generation()
    return event


@transaction.atomic
def publish_event(*, member: Member, event: Event) -> Event:
    """Whom it is for can read it; what was postponed has its new day, and everyone is told."""
    event = locked(event.pk)
    require(rules.may_publish(fresh_reader(member), event))
    can_take_place(event)
    was_postponed = event.state == State.POSTPONED
    event.state, event.reason = State.PUBLISHED, ""
    event.changed_at = now()
    event.published_at = event.published_at or now()
    event.sequence += was_postponed
    event.save()
    if was_postponed:
        told = _announce(event, Change.MOVED)
        record(EventMoved(actor_id=member.pk, announcement_id=told.pk, **about(event)))
        seats.offer_free(event)
    else:
        record(EventPublished(actor_id=member.pk, **about(event)))
    bump_generation()
    return event


@transaction.atomic
def change_and_publish(*, member: Member, event: Event, **given: Any) -> Event:
    """A draft put right, or the new day of what was postponed, and published with it."""
    return publish_event(member=member, event=edit_event(member=member, event=event, **given))


@transaction.atomic
def postpone_event(*, member: Member, event: Event, reason: str) -> Event:
    """It does not take place on its day; the new one is not known yet."""
    event = locked(event.pk)
    require(rules.may_postpone(fresh_reader(member), event))
    told = _call_off(event, State.POSTPONED, Change.POSTPONED, reason)
    record(EventPostponed(actor_id=member.pk, announcement_id=told.pk, **about(event)))
    return event


@transaction.atomic
def cancel_event(*, member: Member, event: Event, reason: str) -> Event:
    """It does not take place at all; it stays readable, and in everybody's calendar as such."""
    event = locked(event.pk)
    require(rules.may_cancel(fresh_reader(member), event))
    return cancelled(member, event, reason)


def cancelled(member: Member, event: Event, reason: str) -> Event:
    """A gathering that the transaction has locked, called off for good."""
    told = _call_off(event, State.CANCELLED, Change.CANCELLED, reason)
    record(EventCancelled(actor_id=member.pk, announcement_id=told.pk, **about(event)))
    return event


@transaction.atomic
def delete_draft(*, member: Member, event: Event) -> None:
    event = locked(event.pk)
    require(rules.may_delete(fresh_reader(member), event))
    told = about(event)
    require(rules.without_costs(is_empty=not event.costs.exists()))
    event.delete()
    record(DraftDeleted(actor_id=member.pk, **told))


@transaction.atomic
def say_held(event: Event) -> bool:
    """By the clock, once its end has passed; False where that changed meanwhile."""
    event = locked(event.pk)
    if event.state != State.PUBLISHED or event.ends_at > now():
        return False
    event.state = State.HELD
    event.save(update_fields=["state"])
    record(EventHeld(**about(event)))
    bump_generation()
    return True


@transaction.atomic
def remind_of(event: Event) -> bool:
    """Announce, once for each day that it has, that it is soon; by the clock."""
    event = locked(event.pk)
    if not event.is_open:
        return False
    if event.announcements.filter(change=Change.SOON, sequence=event.sequence).exists():
        return False
    _announce(event, Change.SOON)
    return True


def where_of(event: Event) -> str:
    """In one line, for those who know it by its former place; the link of what is online is not."""
    place = event.place.name if event.place else ""
    return ", ".join(filter(None, (event.address, place)))


def _announce(event: Event, change: Change, **before: Any) -> Announcement:
    """What everybody registered is told by the clock, each once."""
    return Announcement.objects.create(
        event=event, change=change, sequence=event.sequence, **before
    )


def _call_off(event: Event, state: State, change: Change, reason: str) -> Announcement:
    event.reason = reason_given(reason)
    event.state, event.changed_at = state, now()
    event.sequence += 1
    event.save()
    seats.take_offers_back(event)
    bump_generation()
    return _announce(event, change)


def can_take_place(event: Event, *, is_same_hour: bool = False) -> None:
    """What is published has a day to come and somewhere to go to; one under way has an end."""
    errors = {}
    if event.starts_at <= now() and not is_same_hour:
        errors["starts_at"] = _("A moment to come.")
    if event.ends_at <= now():
        errors["ends_at"] = _("A moment to come.")
    if event.starts_at > now() + FURTHEST:
        errors["starts_at"] = _("Within ten years.")
    if not (event.place or event.address or event.online_url):
        errors["place"] = _("Say where: a place, an address, a link, or several of them.")
    if errors:
        raise ValidationError(errors)


def _stays_begun(event: Event, values: dict[str, Any]) -> None:
    """What was written down of a gathering, promised or shown, does not come before it."""
    if not event.starts_at <= now() < values["starts_at"]:
        return
    came = (event.action_points, event.pictures, Minutes.objects.filter(event=event))
    if any(found.exists() for found in came):
        raise ValidationError(
            {"starts_at": _("It has begun, and something came of it: plan another one.")}
        )


def _fits_those_registered(event: Event, values: dict[str, Any]) -> None:
    capacity = values["capacity"]
    if capacity is not None and capacity < event.taken:
        said = ngettext(
            "%(count)s seat is promised already.",
            "%(count)s seats are promised already.",
            event.taken,
        )
        raise ValidationError({"capacity": said % {"count": number(event.taken)}})
    wide = (Openness.EVERYONE, Openness.LINK)
    narrows = values["openness"] != event.openness and not (
        values["openness"] in wide and event.openness in wide
    )
    if (
        narrows
        and values["openness"] != Openness.EVERYONE
        and event.registrations.expected().exists()
    ):
        raise ValidationError(
            {"openness": _("Some have registered: it can be opened wider, not for fewer.")}
        )
