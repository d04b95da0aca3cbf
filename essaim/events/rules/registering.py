"""Who may say that they come; seats are decided by the actions, under a lock."""

from django.utils.translation import gettext as _

from essaim.communities.readers import ANONYMOUS, Reader
from essaim.events.models import Event, Registration, Standing, State
from essaim.events.rules.seeing import may_see_event
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now


def takes(event: Event) -> Verdict:
    """Whether it takes anybody's answer at all, and if not, why."""
    if event.is_open:
        return ALLOWED
    if event.hidden_at:
        return refused(_("This gathering was hidden by a moderator."))
    reasons = {
        State.DRAFT: _("This gathering is not published yet."),
        State.POSTPONED: _("This gathering is postponed: its new day is not known yet."),
        State.CANCELLED: _("This gathering is cancelled."),
        State.HELD: _("This gathering is over."),
    }
    if event.state in reasons:
        return refused(reasons[State(event.state)])
    if event.ends_at <= now():  # its state says so only later
        return refused(reasons[State.HELD])
    if event.starts_at <= now():
        return refused(_("This gathering has begun: come to the door."))
    return refused(_("This community is closed: it takes nothing new."))


def may_register(reader: Reader, event: Event) -> Verdict:
    """As a member, in one tap: whoever may read it may come."""
    if not (seen := may_see_event(reader, event)):
        return seen
    if not reader.is_known:
        return refused(_("Sign in, or register by e-mail."))
    return takes(event)


def may_register_by_mail(reader: Reader, event: Event) -> Verdict:
    """Without an account: where it is for everyone, or for those who have the address.

    A draft says that it is one.
    """
    if not (seen := may_see_event(reader, event)):
        return seen
    if event.is_told and not may_see_event(ANONYMOUS, event):
        return refused(_("This gathering is not for everyone: sign in to register."))
    return takes(event)


def may_answer(registration: Registration) -> Verdict:
    """Change one's answer, by whoever it is of: until it starts."""
    return takes(registration.event)


def may_take_offered(registration: Registration) -> Verdict:
    """What is offered stays so until its time is over."""
    if registration.standing != Standing.OFFERED:
        return refused(_("No seat is offered to you just now."))
    if registration.offered_until is None or registration.offered_until <= now():
        return refused(_("The time to take this seat is over: it went to the next in line."))
    return takes(registration.event)
