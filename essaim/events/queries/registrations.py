"""Who comes: one's own answer behind a secret link, and the list for those who hold it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Coalesce

from essaim.communities.queries.mandates import name_of
from essaim.communities.readers import Reader
from essaim.communities.rules import on
from essaim.events import rules
from essaim.events.calendar import web_address
from essaim.events.models import Event, Registration, Ride, Standing
from essaim.events.queries.lists import EventLine, line_of
from essaim.events.queries.words import (
    offered_until_words,
    seats_words,
    standing_words,
    when_words,
    where_words,
)
from essaim.foundation.access import Verdict
from essaim.foundation.http import Page, keyset
from essaim.foundation.search import Unaccented
from essaim.members.queries import display_name

PEOPLE_A_PAGE = 100
LONGEST_TOKEN = 64
# In the order in which those who hold it want to know: who comes first.
STANDINGS = (
    Standing.GOING,
    Standing.OFFERED,
    Standing.WAITING,
    Standing.MAYBE,
    Standing.NOT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationPage:
    """One's own registration, without an account; `online_url` once one comes."""

    line: EventLine
    token: str
    name: str
    when: str
    where: str
    words: str
    standing: str
    guests: int
    offered_until: str  # in words
    online_url: str
    reason: str
    seats: str
    may_answer: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """`says` is what they answered and need, in lines."""

    name: str
    standing: str
    label: str
    guests: int
    childcare: str
    access: str
    ride: str
    ride_seats: int
    answers: tuple[tuple[str, str], ...]
    has_account: bool
    registered_at: datetime


def registration_by_token(token: str) -> Registration | None:
    """By the secret of whoever has no account; of a member none: they sign in.

    None either while its community does without gatherings.
    """
    if len(token) > LONGEST_TOKEN:
        return None
    found = Registration.objects.filter(
        on(rules.SUBPLATFORM, path="event__community__"),
        token=token,
        member__isnull=True,
        email__isnull=False,
    )
    return found.select_related("event__community", "event__place").first()


def registration_for_page(registration: Registration) -> RegistrationPage:
    event = registration.event
    is_going = registration.standing == Standing.GOING
    return RegistrationPage(
        line=line_of(event),
        token=registration.token,
        name=registration.name,
        when=when_words(event),
        where=where_words(event),
        words=standing_words(registration),
        standing=registration.standing,
        guests=registration.guests,
        offered_until=offered_until_words(registration, event),
        online_url=web_address(event.online_url) if is_going and event.is_told else "",
        reason=event.reason,
        seats=seats_words(event) if event.is_open else "",
        may_answer=rules.may_answer(registration),
    )


def people_page(event: Event, *, after: str | None = None) -> Page[PersonLine]:
    """Those who said something, by name; one query."""
    page = keyset(_by_name(event), order=("by_name", "id"), after=after, size=PEOPLE_A_PAGE)
    return page.map(_person)


def everybody(event: Event) -> list[PersonLine]:
    """For the file that those who hold it take away: who comes first, then by name."""
    people = [_person(one) for one in _by_name(event).order_by("by_name", "pk")]
    order = {standing: position for position, standing in enumerate(STANDINGS)}
    return sorted(people, key=lambda one: order[Standing(one.standing)])


def _by_name(event: Event) -> Any:
    """With the key of their names, whether they have an account or not."""
    key = Coalesce("member__name_key", Unaccented("name"), output_field=TextField())
    return event.registrations.select_related("member").annotate(by_name=key)


def _person(one: Registration) -> PersonLine:
    member = one.member
    return PersonLine(
        name=display_name(member) if member else name_of(one.name),
        standing=one.standing,
        label=str(Standing(one.standing).label),
        guests=one.guests,
        childcare=one.childcare,
        access=one.access,
        ride=one.ride,
        ride_seats=one.ride_seats if one.ride == Ride.OFFERS else 0,
        answers=tuple((one.answers or {}).items()),
        has_account=member is not None,
        registered_at=one.registered_at,
    )


def own_registration(reader: Reader, event: Event) -> Registration | None:
    if not reader.is_known:
        return None
    found = Registration.objects.filter(event=event, member=reader.member_id)
    return found.select_related("event").first()
