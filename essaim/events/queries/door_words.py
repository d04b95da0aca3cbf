"""What the door answers, in sentences; names, never addresses."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from essaim.design.typography import hour, number, short_day
from essaim.events import rules
from essaim.events.models import Admission, CheckIn, Event, How, Registration, Why
from essaim.events.queries.words import in_its_zone
from essaim.foundation.clock import now


@dataclass(frozen=True, slots=True)
class Told:
    """What is answered to one act, and what the list shows of whom it was about."""

    nonce: str
    outcome: str
    words: str
    tone: str
    person: str = ""
    here: str = ""


def told(event: Event, act: CheckIn) -> Told:
    with in_its_zone(event):
        person = act.registration
        is_let_in = act.outcome == Admission.ACCEPTED
        since = act.first_at or act.scanned_at
        is_here = person is not None and act.outcome != Admission.REFUSED and act.how != How.UNDO
        return Told(
            nonce=act.nonce,
            outcome=act.outcome,
            words=_words(act),
            tone="good" if is_let_in else "late",
            person=person.public_id if person else "",
            here=hour_words(since) if is_here else "",
        )


def opens_words(event: Event) -> str:
    why = rules.door_is_open(event, now())
    return _REASONS[why]() if why else ""


def name_of(registration: Registration) -> str:
    member = registration.member
    name = member.name if member else registration.name
    return name or pgettext("gathering", "Somebody")


def guests_words(guests: int) -> str:
    if not guests:
        return ""
    said = ngettext("with %(count)s guest", "with %(count)s guests", guests)
    return said % {"count": number(guests)}


def hour_words(at: datetime) -> str:
    """« 19:02 », with the day where it was not today."""
    is_today = timezone.localtime(at).date() == timezone.localtime(now()).date()
    return hour(at) if is_today else f"{short_day(at)}, {hour(at)}"


def _words(act: CheckIn) -> str:
    if act.outcome == Admission.REFUSED:
        return _REASONS[Why(act.why)]()
    if act.registration is None:
        return _words_of_others(act)
    at = {"name": name_of(act.registration), "hour": hour_words(act.first_at or act.scanned_at)}
    if act.how == How.UNDO:
        return _("%(name)s is not here: taken back.") % at
    if act.outcome == Admission.CONFLICT:
        return _("%(name)s came in by another door at %(hour)s: ask who they are.") % at
    if act.outcome == Admission.DUPLICATE:
        return _("%(name)s is here already, since %(hour)s.") % at
    return _welcome(at["name"], act.people - 1)


def _welcome(name: str, guests: int) -> str:
    if guests < 1:
        return _("Welcome, %(name)s.") % {"name": name}
    said = ngettext(
        "Welcome, %(name)s, and %(count)s guest.",
        "Welcome, %(name)s, and %(count)s guests.",
        guests,
    )
    return said % {"name": name, "count": number(guests)}


def _words_of_others(act: CheckIn) -> str:
    if act.how == How.UNDO:
        return _("Taken back.")
    if act.how == How.WALK_IN:
        return _welcome(act.name, 0) if act.name else _("Welcome.")
    return _("One more counted.") if act.people > 0 else _("One fewer counted.")


_REASONS = {
    Why.UNKNOWN: lambda: _("Nobody has this ticket: look for their name, or let them in without."),
    Why.CANCELLED: lambda: _(
        "They had said that they would not come: let them in without registration if there is room."
    ),
    Why.ELSEWHERE: lambda: _("This ticket is for another gathering."),
    Why.EARLY: lambda: _("Too early: the door opens twelve hours before the start."),
    Why.LATE: lambda: _("Too late: the door closed twelve hours after the end."),
}
