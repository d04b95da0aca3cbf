"""How much joy a gathering gave: a number among others, and a mark that somebody has answered."""

from django.db import transaction

from essaim.communities.readers import fresh_reader
from essaim.events import rules
from essaim.events.actions.locks import locked
from essaim.events.joy import TOP
from essaim.events.models import Event, JoyTally, Registration
from essaim.events.queries.joy import has_door, registration_of
from essaim.foundation.access import require
from essaim.members.models import Member
from essaim.needs.actions.values import Checks


@transaction.atomic
def tell_joy(*, member: Member, event: Event, joy: int | None) -> None:
    """From 0 to 10, once, by somebody who came; whoever never registered is not asked."""
    event = locked(event.pk)
    require(rules.may_see_event(fresh_reader(member), event))
    _count(event, registration_of(event, member.pk), joy)


@transaction.atomic
def tell_joy_by_link(*, registration: Registration, joy: int | None) -> None:
    """The same, by the secret link of whoever has no account."""
    event = locked(registration.event_id)
    _count(event, event.registrations.get(pk=registration.pk), joy)


def _count(event: Event, registration: Registration, joy: int | None) -> None:
    """The gathering is locked. One more of this score, and the mark; nothing else is written.

    No fact: the moment at which somebody answered would say too much.
    """
    registration.event = event
    require(rules.may_tell_joy(registration, has_door=has_door(event)))
    checks = Checks()
    checks.whole("joy", joy, least=0, most=TOP)
    checks.done()
    JoyTally.objects.get_or_create(event=event)
    tally = JoyTally.objects.select_for_update().get(event=event)
    tally.counts[joy or 0] += 1
    tally.save(update_fields=["counts"])
    registration.has_told_joy = True
    registration.save(update_fields=["has_told_joy"])
