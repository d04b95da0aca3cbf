"""When and where a gathering is, in words, as pages and mails say it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from essaim.design.typography import hour, moment, number, span
from essaim.events.models import Event, Registration, Standing


@contextmanager
def in_its_zone(event: Event) -> Iterator[None]:
    """Hours of a gathering are told as the clocks where it takes place show them."""
    with timezone.override(ZoneInfo(event.zone)):
        yield


def when_words(event: Event) -> str:
    with in_its_zone(event):
        return span(event.starts_at, event.ends_at)


def hour_words(starts: time) -> str:
    """« 19:30 », in French « 19 h 30 »."""
    return hour(datetime.combine(date.min, starts))


def where_words(event: Event) -> str:
    """« 12 rue Serviez, Pau, and online »; the link itself is for those who come."""
    here = place_words(event)
    if here and event.online_url:
        return _("%(place)s, and online") % {"place": here}
    return here or (_("online") if event.online_url else "")


def place_words(event: Event) -> str:
    """The address and the place, in one line."""
    place = event.place.name if event.place else ""
    if place and place.casefold() in event.address.casefold():
        place = ""
    return ", ".join(filter(None, (event.address, place)))


def seats_words(event: Event) -> str:
    """« 4 of 40 seats left », « full: one may wait »; nothing where they are not counted."""
    left = event.left
    if left is None:
        return ""
    if not left:
        return _("full: one may wait for a seat")
    said = ngettext("%(count)s of %(all)s seats left", "%(count)s of %(all)s seats left", left)
    return said % {"count": number(left), "all": number(event.capacity or 0)}


def standing_words(registration: Registration) -> str:
    """Where somebody stands, said to them."""
    return {
        Standing.GOING: _("You are coming."),
        Standing.MAYBE: _("You may come: say so when you know."),
        Standing.NOT: _("You are not coming."),
        Standing.WAITING: _("You wait for a seat: the first that is free is offered in order."),
        Standing.OFFERED: _("A seat is free for you."),
    }[Standing(registration.standing)]


def own_badge(standing: str) -> str:
    """The same in a few words, beside a gathering in a list."""
    return {
        Standing.GOING: pgettext("badge", "you are coming"),
        Standing.MAYBE: pgettext("badge", "you may come"),
        Standing.WAITING: pgettext("badge", "you wait for a seat"),
        Standing.OFFERED: pgettext("badge", "a seat for you"),
    }.get(Standing(standing), "")


def offered_until_words(registration: Registration, event: Event) -> str:
    """Until when a seat is offered to them; nothing where none is."""
    if registration.offered_until is None:
        return ""
    with in_its_zone(event):
        return moment(registration.offered_until)
