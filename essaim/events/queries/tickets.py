"""One's own ticket: the square that is read at the door."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from essaim.communities.readers import Reader
from essaim.design.qr_code import QrCode, qr_code
from essaim.events import rules
from essaim.events.models import Registration
from essaim.events.queries.door_words import guests_words, name_of
from essaim.events.queries.words import when_words, where_words


@dataclass(frozen=True, slots=True)
class TicketPage:
    title: str
    lang: str
    name: str
    when: str
    where: str
    party: str
    code: str = ""
    square: QrCode | None = None
    because: str = ""


def registration_of_ticket(code: str) -> Registration | None:
    return _registrations().filter(ticket=code).first()


def ticket_of(reader: Reader, public_id: str) -> Registration | None:
    """One's own."""
    found = (
        _registrations().filter(event__public_id=public_id, member=reader.member_id or 0).first()
    )
    return found if found and rules.may_see_event(reader, found.event) else None


def ticket_by_token(token: str) -> Registration | None:
    found = _registrations().filter(token=token, member__isnull=True, email__isnull=False).first()
    return found if found and found.event.is_told and rules.are_on(found.event.community) else None


def ticket_page(registration: Registration) -> TicketPage:
    event = registration.event
    may = rules.may_have_ticket(registration)
    address = settings.SITE_URL + reverse("door_code", args=[registration.ticket])
    code = registration.ticket
    return TicketPage(
        title=event.title,
        lang=event.language,
        name=name_of(registration),
        when=when_words(event),
        where=where_words(event),
        party=guests_words(registration.guests),
        code=" ".join(code[at : at + 4] for at in range(0, len(code), 4)) if may else "",
        square=qr_code(address) if may else None,
        because=str(may.reason),
    )


def _registrations() -> QuerySet[Registration]:
    return Registration.objects.select_related("event__community", "event__place", "member")
