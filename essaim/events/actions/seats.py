"""Who gets a seat: decided while the gathering is locked, in the order in which people asked."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.design.typography import number
from essaim.events import rules
from essaim.events.actions.locks import locked
from essaim.events.actions.values import guest_values, registration_values
from essaim.events.facts import (
    LinkAskedAgain,
    OfRegistration,
    Registered,
    RegistrationCancelled,
    RegistrationChanged,
    SeatOffered,
    SeatPassedOn,
    SeatTaken,
)
from essaim.events.models import (
    OFFER_LASTS,
    SHORTEST_OFFER,
    Event,
    Registration,
    Standing,
    State,
)
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.members.models import Member

ANSWERS = (Standing.GOING, Standing.MAYBE, Standing.NOT)


@transaction.atomic
def register(
    *,
    member: Member,
    event: Event,
    answer: str = Standing.GOING,
    guests: int = 0,
    childcare: str = "",
    access: str = "",
    ride: str = "",
    ride_seats: int = 0,
    answers: Mapping[str, str] | None = None,
) -> Registration:
    """Say yes, maybe or no; yes waits in line where no seat is left. May be said again until the
    start.
    """
    event = locked(event.pk)
    require(rules.may_register(fresh_reader(member), event))
    values = registration_values(
        event,
        guests=guests,
        childcare=childcare,
        access=access,
        ride=ride,
        ride_seats=ride_seats,
        answers=answers or {},
    )
    found = Registration.objects.filter(event=event, member=member).first()
    registration = found or Registration(event=event, member=member, language=member.language)
    return _answer(registration, event, answer, values)


@transaction.atomic
def register_by_mail(
    *, event: Event, name: str, email: str, language: str, **given: Any
) -> Registration:
    """Without an account: once for each address, which is sent the link to change it.

    Who registers again with an address changes nothing of what stands: its owner has the link.
    """
    event = locked(event.pk)
    require(rules.may_register_by_mail(ANONYMOUS, event))
    name, email = guest_values(name=name, email=email)
    answer, values = _given(event, **given)
    found = Registration.objects.filter(event=event, email=email).first()
    if found and found.standing != Standing.NOT:
        record(LinkAskedAgain(**_about(found)))
        return found
    registration = found or Registration(event=event, email=email)
    registration.name, registration.language = name, language
    return _answer(registration, event, answer, values)


@transaction.atomic
def change_registration(*, registration: Registration, **given: Any) -> Registration:
    """By the secret link of whoever has no account."""
    event = locked(registration.event_id)
    registration = _fresh(registration, event)
    require(rules.may_answer(registration))
    answer, values = _given(event, **given)
    return _answer(registration, event, answer, values)


@transaction.atomic
def take_offered(*, registration: Registration, member: Member | None = None) -> Registration:
    """Take the seat that is offered, in time; `member` is whose it is, none by the secret link."""
    event = locked(registration.event_id)
    registration = _fresh(registration, event)
    if member is not None:
        require(rules.may_register(fresh_reader(member), event))
    require(rules.may_take_offered(registration))
    _stand(registration, Standing.GOING)
    record(SeatTaken(**_about(registration)))
    return registration


@transaction.atomic
def take_own_offer(*, member: Member, event: Event) -> Registration:
    """The same, of a gathering; whoever never registered is offered nothing."""
    found = Registration.objects.filter(event=event, member=member).first()
    mine = found or Registration(event=event, member=member, standing=Standing.NOT)
    if found is None:
        require(rules.may_register(fresh_reader(member), event))
        require(rules.may_take_offered(mine))
    return take_offered(registration=mine, member=member)


def offer_free(event: Event) -> None:
    """Offer what is free to those who wait, the first first, each for a while; event is locked.

    Whoever comes with more guests than there are seats is passed over, and keeps their place.
    """
    if event.capacity is None:
        _seat_everybody(event)
        return
    event.refresh_from_db(fields=["taken"])
    until = _offered_until(event)
    if until is None or not event.is_open:
        return
    for registration in event.registrations.in_line():
        if event.taken >= event.capacity:
            break
        if event.taken + registration.party > event.capacity:
            continue
        registration.standing, registration.offered_until = Standing.OFFERED, until
        registration.save(update_fields=["standing", "offered_until"])
        event.refresh_from_db(fields=["taken"])
        record(SeatOffered(**_about(registration, by_clock=True)))


@transaction.atomic
def pass_on(registration: Registration) -> bool:
    """No answer came in time: the seat goes to the next in line. By the clock."""
    event = locked(registration.event_id)
    registration = _fresh(registration, event)
    if registration.standing != Standing.OFFERED or (registration.offered_until or now()) > now():
        return False
    _stand(registration, Standing.NOT)
    record(SeatPassedOn(**_about(registration, by_clock=True)))
    offer_free(event)
    return True


def take_offers_back(event: Event) -> None:
    """What does not take place offers no seats: whoever had one offered waits again, as before."""
    offered = event.registrations.filter(standing=Standing.OFFERED)
    offered.update(standing=Standing.WAITING, offered_until=None)


def end_registration(registration: Registration) -> None:
    """Of somebody who may not come any more, or has no account any more; event is locked."""
    _stand(registration, Standing.NOT)
    record(RegistrationCancelled(**_about(registration)))


def _given(
    event: Event, *, answer: str = Standing.GOING, **given: Any
) -> tuple[str, dict[str, Any]]:
    named: dict[str, Any] = {
        "guests": 0,
        "childcare": "",
        "access": "",
        "ride": "",
        "ride_seats": 0,
        "answers": {},
    }
    return answer, registration_values(event, **(named | given))


def _answer(
    registration: Registration, event: Event, answer: str, values: dict[str, Any]
) -> Registration:
    """Give the answer its seats, or a place in line."""
    if answer not in ANSWERS:
        raise ValidationError({"answer": _("Choose one of the answers offered.")})
    is_new = registration._state.adding
    before = None if is_new else Standing(registration.standing)
    held = 0 if is_new else registration.holds_seats
    for name, value in values.items():
        setattr(registration, name, value)
    standing = Standing(answer)
    if standing == Standing.GOING:
        standing = _seat(registration, event, before, held)
    registration.changed_at = now()
    if before in (None, Standing.NOT):
        registration.registered_at = now()
        registration.told = event.announcements.order_by("-pk").first()
    _stand(registration, standing)
    _tell(registration, before, standing)
    if registration.holds_seats < held:
        offer_free(event)
        registration.refresh_from_db()
    return registration


def _seat(registration: Registration, event: Event, before: Standing | None, held: int) -> Standing:
    """Whether there is room for them, beside what they hold already."""
    if event.capacity is None:
        return Standing.GOING
    free = event.capacity - event.taken + held
    if registration.party <= free:
        return Standing.GOING
    if held:
        said = ngettext(
            "%(count)s seat is free for you and your guests.",
            "%(count)s seats are free for you and your guests.",
            free,
        )
        raise ValidationError({"guests": said % {"count": number(free)}})
    if registration.party > event.capacity:
        raise ValidationError({"guests": _("There are fewer seats than that in all.")})
    return Standing.WAITING


def _stand(registration: Registration, standing: Standing) -> None:
    registration.standing = standing
    registration.offered_until = None
    if standing == Standing.WAITING:
        registration.waiting_since = registration.waiting_since or now()
    else:
        registration.waiting_since = None
    registration.save()


def _tell(registration: Registration, before: Standing | None, standing: Standing) -> None:
    told: dict[str, Any] = _about(registration)
    if before in (None, Standing.NOT):
        if standing == Standing.NOT:
            fact: OfRegistration = RegistrationChanged(standing=standing, **told)
        else:
            fact = Registered(standing=standing, **told)
    elif standing == Standing.NOT:
        fact = RegistrationCancelled(**told)
    elif before == Standing.OFFERED and standing == Standing.GOING:
        fact = SeatTaken(**told)
    else:
        fact = RegistrationChanged(standing=standing, **told)
    record(fact)


def _offered_until(event: Event) -> datetime | None:
    """A day, less where it is near, never past the start; None where it is too near to ask."""
    remains = event.starts_at - now()
    if remains < SHORTEST_OFFER:
        return None
    lasts: timedelta = max(SHORTEST_OFFER, min(OFFER_LASTS, remains / 4))
    return now() + lasts


def _seat_everybody(event: Event) -> None:
    """Where seats are counted no longer nobody waits."""
    if event.state != State.PUBLISHED:
        return
    waiting = event.registrations.filter(standing__in=(Standing.WAITING, Standing.OFFERED))
    for registration in waiting.order_by("pk"):
        _stand(registration, Standing.GOING)
        record(SeatTaken(**_about(registration, by_clock=True)))


def _about(registration: Registration, *, by_clock: bool = False) -> dict[str, Any]:
    return {
        "actor_id": None if by_clock else registration.member_id,
        "community_id": registration.event.community_id,
        "event_id": registration.event_id,
        "registration_id": registration.pk,
    }


def _fresh(registration: Registration, event: Event) -> Registration:
    """As the database has it; under the lock of its gathering nobody else changes it."""
    found = Registration.objects.select_related("member").get(pk=registration.pk)
    found.event = event
    return found
