"""Who may stand at the door of a gathering, and when it is open."""

from datetime import datetime

from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.events.models import (
    DOOR_CLOSES,
    DOOR_OPENS,
    LINK_LASTS,
    TAKES_PLACE,
    DoorLink,
    Event,
    Registration,
    Standing,
    State,
    Why,
)
from essaim.events.rules.seeing import are_on, holds
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now


def may_keep_door(reader: Reader, event: Event) -> Verdict:
    """Those who hold it; for all others there is no door to see."""
    if not are_on(event.community) or not holds(reader, event):
        return refused(_("This page does not exist."))
    return _has_a_door(event)


def may_use_link(link: DoorLink) -> Verdict:
    """Whoever has the link, until a day after the end, or until it is taken back."""
    event = link.event
    if link.revoked_at is not None or event.hidden_at or not are_on(event.community):
        return refused(_("This page does not exist."))
    if event.state not in TAKES_PLACE or event.ends_at + LINK_LASTS <= now():
        return refused(_("This page does not exist."))
    return ALLOWED


def door_is_open(event: Event, at: datetime) -> Why:
    """Whether somebody could come in at that moment: nothing, or why not."""
    if at < event.starts_at - DOOR_OPENS:
        return Why.EARLY
    if at > event.ends_at + DOOR_CLOSES:
        return Why.LATE
    return Why.NONE


def shows_names(event: Event) -> bool:
    """To who has a link: not before the door opens."""
    return door_is_open(event, now()) != Why.EARLY


def may_have_ticket(registration: Registration) -> Verdict:
    """A ticket comes with a seat."""
    event = registration.event
    if event.state == State.CANCELLED:
        return refused(_("This gathering is cancelled."))
    if event.state == State.POSTPONED:
        return refused(_("This gathering is postponed: your ticket waits for its new day."))
    if registration.standing == Standing.GOING:
        return ALLOWED
    reasons = {
        Standing.MAYBE: _("You may come: say that you do, and your ticket is here."),
        Standing.NOT: _("You are not coming: change your answer, and your ticket is here."),
        Standing.WAITING: _("You wait for a seat: your ticket comes with it."),
        Standing.OFFERED: _("A seat is free for you: take it, and your ticket is here."),
    }
    return refused(reasons[Standing(registration.standing)])


def _has_a_door(event: Event) -> Verdict:
    if event.hidden_at:
        return refused(_("This gathering was hidden by a moderator."))
    if event.state == State.DRAFT:
        return refused(_("This gathering is not published yet: its door opens with it."))
    if event.state not in TAKES_PLACE:
        return refused(_("This gathering does not take place: nobody comes in."))
    return ALLOWED
