"""Who is asked how much joy a gathering gave, and when what they said is told."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from essaim.events.models import TAKES_PLACE, Event, Registration, Standing
from essaim.events.rules.seeing import are_on
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now

JOY_STAYS_OPEN = timedelta(days=14)  # after the end


def joy_closes_at(event: Event) -> datetime:
    return event.ends_at + JOY_STAYS_OPEN


def asks_joy(event: Event) -> Verdict:
    """From its end on, for two weeks."""
    if not event.is_told or event.state not in TAKES_PLACE or not are_on(event.community):
        return refused(_("This page does not exist."))
    if now() < event.ends_at:
        return refused(_("You are asked once it is over."))
    if now() >= joy_closes_at(event):
        return refused(_("The time to answer is over."))
    return ALLOWED


def tells_joy(event: Event) -> bool:
    """Once nobody answers any more: of two numbers told at two times one answer would follow."""
    is_known = event.is_told and event.state in TAKES_PLACE
    return is_known and now() >= joy_closes_at(event)


def may_tell_joy(registration: Registration, *, has_door: bool) -> Verdict:
    """Whoever came, once. `has_door`: somebody was checked in; then those who were are asked,
    else all who said that they come.
    """
    if not (verdict := asks_joy(registration.event)):
        return verdict
    if registration.standing != Standing.GOING:
        return refused(_("Those who came are asked."))
    if has_door and registration.checked_in_at is None:
        return refused(_("Those who were let in at the door are asked."))
    if registration.has_told_joy:
        return refused(_("You have answered. It cannot be found again, so it cannot be changed."))
    return ALLOWED
