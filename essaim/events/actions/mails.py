"""The mails of gatherings: a ticket, an offered seat, a change; each with its calendar part.

Members and people without an account get the same, each in their language. They are sent inside
the transaction that notes them as sent, last.
"""

from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from essaim.design.typography import moment
from essaim.events.calendar import Answer, Party, calendar_part
from essaim.events.models import (
    Announcement,
    Change,
    Event,
    Registration,
    Standing,
    State,
)
from essaim.events.queries.entries import entry_of
from essaim.events.queries.minutes import minutes_of
from essaim.events.queries.words import in_its_zone, standing_words, when_words, where_words
from essaim.foundation.clock import now
from essaim.outreach.actions.digests import one_line

_SAME_AS_BEFORE = (Change.SOON, Change.MINUTES)  # calendars need not hear of it
ANSWERS = {Standing.GOING: Answer.ACCEPTED, Standing.MAYBE: Answer.TENTATIVE}


@dataclass(frozen=True, slots=True)
class _Recipient:
    email: str
    name: str
    language: str


def recipient_of(registration: Registration) -> _Recipient | None:
    """None of somebody whose account or address is gone."""
    member = registration.member
    if member is not None:
        if not member.is_active or member.proved_at is None:
            return None
        return _Recipient(member.email, member.name, member.language)
    if registration.email is None:
        return None
    return _Recipient(registration.email, registration.name, registration.language)


def send_ticket(*, registration_id: int) -> None:
    """Where they stand, when and where it is, and the link by which they change their answer."""
    registration = _read(registration_id)
    event = registration.event
    if not (to := recipient_of(registration)):
        return
    with translation.override(to.language):
        subject = {
            Standing.WAITING: _("You are in line: %(title)s"),
            Standing.MAYBE: _("You may come: %(title)s"),
            Standing.NOT: _("You are not coming: %(title)s"),
        }.get(Standing(registration.standing), _("You are coming: %(title)s"))
        _send(
            to,
            subject % {"title": one_line(event.title)},
            [
                standing_words(registration),
                *_facts(event, registration),
                _change_words(registration),
            ],
            event,
            answer=ANSWERS.get(Standing(registration.standing)),
        )


def send_offer(*, registration_id: int) -> None:
    """A seat is free for them, until when, and where they take it."""
    registration = _read(registration_id)
    event, until = registration.event, registration.offered_until
    to = recipient_of(registration)
    if to is None or until is None:
        return
    with translation.override(to.language):
        with in_its_zone(event):
            said = _("A seat is free for you until %(moment)s. Then it goes to the next in line.")
            offered = said % {"moment": moment(until)}
        _send(
            to,
            _("A seat is free for you: %(title)s") % {"title": one_line(event.title)},
            [
                offered,
                *_facts(event, registration),
                "\n".join((_("Take it here:"), _page(registration))),
            ],
            event,
        )


def send_passed_on(*, registration_id: int) -> None:
    registration = _read(registration_id)
    event = registration.event
    if not (to := recipient_of(registration)):
        return
    with translation.override(to.language):
        _send(
            to,
            _("The seat went to the next in line: %(title)s") % {"title": one_line(event.title)},
            [
                _("No answer came in time. You are in line no more; you may register again."),
                _page(registration),
            ],
            event,
        )


def send_change(registration: Registration, told: Announcement) -> None:
    """What changed and what it is now; calendars follow by the part."""
    event = registration.event
    if not (to := recipient_of(registration)):
        return
    with translation.override(to.language):
        title = {"title": one_line(event.title)}
        subject = {
            Change.MOVED: _("It has moved: %(title)s"),
            Change.POSTPONED: _("It is postponed: %(title)s"),
            Change.CANCELLED: _("It is cancelled: %(title)s"),
            Change.SOON: _("Soon: %(title)s"),
            Change.MINUTES: _("What came of it: %(title)s"),
        }[Change(told.change)]
        _send(
            to,
            subject % title,
            [
                *_what_changed(event, told),
                *_facts(event, registration),
                _change_words(registration),
            ],
            event,
            is_cancelled=event.state in (State.CANCELLED, State.POSTPONED),
            answer=None if told.change in _SAME_AS_BEFORE else _answer(registration),
        )


def _answer(registration: Registration) -> Answer | None:
    """Whom a seat is offered to has it in no calendar yet, and hears of the change there."""
    if registration.standing == Standing.OFFERED:
        return Answer.UNKNOWN
    return ANSWERS.get(Standing(registration.standing))


def sender() -> str:
    """The address that the site sends from: it organises for its communities, no person does."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _read(registration_id: int) -> Registration:
    found = Registration.objects.select_related("event__community", "event__place", "member")
    return found.get(pk=registration_id)


def _what_changed(event: Event, told: Announcement) -> list[str]:
    if told.change == Change.MINUTES:
        return _what_came_of_it(event)
    if told.change in (Change.POSTPONED, Change.CANCELLED):
        said = (
            _("It is cancelled: %(reason)s")
            if told.change == Change.CANCELLED
            else _("It does not take place on this day. The new one is not known yet: %(reason)s")
        )
        return [said % {"reason": event.reason}]
    if told.change == Change.MOVED and told.starts_at_before and told.ends_at_before:
        if (told.starts_at_before, told.ends_at_before) != (event.starts_at, event.ends_at):
            with in_its_zone(event):
                said = _("It was to begin on %(moment)s.")
                return [said % {"moment": moment(told.starts_at_before)}]
        if told.where_before:
            return [_("It was to take place here: %(place)s.") % {"place": told.where_before}]
    return []


def _what_came_of_it(event: Event) -> list[str]:
    """The decisions of its minutes, as they stand now."""
    parts = [_("The minutes are there to read.")]
    minutes = minutes_of(event)
    if minutes and minutes.decisions:
        lines = [f"– {one_line(decision)}" for decision in minutes.decisions]
        parts.append("\n".join([_("What was decided:"), *lines]))
    return parts


def _facts(event: Event, registration: Registration) -> list[str]:
    if event.state in (State.CANCELLED, State.POSTPONED):
        return [f"{event.title}\n{when_words(event)}\n{where_words(event)}"]
    lines = [event.title, when_words(event), where_words(event)]
    if event.online_url and registration.standing == Standing.GOING and event.ends_at > now():
        lines.append(" ".join((_("The link, for you alone:"), event.online_url)))
    return ["\n".join(filter(None, lines))]


def _change_words(registration: Registration) -> str:
    event = registration.event
    if event.state in (State.CANCELLED, State.HELD) or event.starts_at <= now():
        return "\n".join((_("All about it:"), _page(registration)))
    return "\n".join((_("Change your answer, or say that you do not come:"), _page(registration)))


def _page(registration: Registration) -> str:
    """The gathering for members; for others the page behind their secret link."""
    if registration.member_id:
        path = reverse("event", args=[registration.event.public_id])
    else:
        path = reverse("registration", args=[registration.token])
    return f"{settings.SITE_URL}{path}"


def _send(
    to: _Recipient,
    subject: str,
    parts: list[str],
    event: Event,
    *,
    is_cancelled: bool = False,
    answer: Answer | None = None,
) -> None:
    """`answer` is what the recipient has said, where their calendar is to know of it."""
    hello = _("Hello %(name)s,") % {"name": one_line(to.name)} if to.name else _("Hello,")
    mail = EmailMessage(
        subject=subject,
        body="\n\n".join([hello, *parts]) + "\n",
        to=[to.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    if answer:
        method = "CANCEL" if is_cancelled else "REQUEST"
        mail.attach(
            "gathering.ics",
            calendar_part(
                entry_of(event),
                method=method,
                organizer=Party(sender(), event.community.name),
                attendee=Party(to.email, to.name, answer),
            ).decode(),
            f"text/calendar; charset=utf-8; method={method}",
        )
    mail.send()
