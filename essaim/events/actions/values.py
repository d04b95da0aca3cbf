"""What is typed about a gathering, as it is kept; everything that is wrong with it at once."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.design.typography import number
from essaim.events.models import (
    ANSWER_LENGTH,
    LONGEST,
    MOST_GUESTS,
    MOST_QUESTIONS,
    MOST_SEATS,
    QUESTION_LENGTH,
    SHORT_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Event,
    Kind,
    Openness,
    Ride,
)
from essaim.foundation.text import clean_line
from essaim.members.models import NAME_LENGTH
from essaim.needs.actions.values import Checks
from essaim.places.models import Place

_IS_ADDRESS = URLValidator(schemes=["https", "http"])
MOST_RIDE_SEATS = 8


def event_values(
    *,
    kind: str,
    openness: str,
    title: str,
    text: str,
    language: str,
    starts_at: datetime | None,
    ends_at: datetime | None,
    place: Place | None,
    address: str,
    online_url: str,
    capacity: int | None,
    guests: int,
    accessibility: str,
    childcare: str,
    rides: bool,
    questions: Collection[str],
) -> dict[str, Any]:
    """The values of a gathering, or a ValidationError by field."""
    checks = Checks()
    checks.one_of("kind", kind, Kind.values)
    checks.one_of("openness", openness, Openness.values)
    checks.line("title", title, longest=TITLE_LENGTH)
    checks.text("text", text, longest=TEXT_LENGTH, needed=False, is_open=False)
    checks.language(language)
    _span(checks, starts_at, ends_at)
    checks.values["place"] = place
    for name, given in (
        ("address", address),
        ("accessibility", accessibility),
        ("childcare", childcare),
    ):
        checks.text(
            name, given, longest=SHORT_LENGTH, needed=False, clean=clean_line, is_open=False
        )
    _online(checks, online_url)
    checks.values["capacity"] = capacity
    if capacity is not None:
        checks.whole("capacity", capacity, most=MOST_SEATS)
    checks.whole("guests", guests, least=0, most=MOST_GUESTS)
    checks.values["rides"] = bool(rides)
    _questions(checks, questions)
    return checks.done()


def _span(checks: Checks, starts_at: datetime | None, ends_at: datetime | None) -> None:
    if starts_at is None:
        checks.say("starts_at", _("Say when it begins."))
    if ends_at is None:
        checks.say("ends_at", _("Say when it ends."))
    if starts_at and ends_at:
        if ends_at <= starts_at:
            checks.say("ends_at", _("It ends after it begins."))
        elif ends_at - starts_at > LONGEST:
            said = ngettext("At most %(days)s day.", "At most %(days)s days.", LONGEST.days)
            checks.say("ends_at", said % {"days": number(LONGEST.days)})
    checks.values |= {"starts_at": starts_at, "ends_at": ends_at}


def _online(checks: Checks, given: str) -> None:
    """A link that a browser opens, and nothing else: it is shown as one."""
    kept = given.strip()
    checks.values["online_url"] = kept
    if not kept:
        return
    try:
        _IS_ADDRESS(kept)
    except ValidationError:
        checks.say("online_url", _("A link that begins with https://"))
        return
    parts = urlsplit(kept)
    if parts.username or parts.password or len(kept) > 500 or not kept.isascii():  # noqa: PLR2004  the column's length
        checks.say("online_url", _("A link that begins with https://"))


def _questions(checks: Checks, given: Collection[str]) -> None:
    kept: list[str] = []
    for one in given:
        try:
            line = clean_line(one).strip()
        except ValidationError as error:
            checks.errors["questions"] = list(error.messages)
            return
        if len(line) > QUESTION_LENGTH:
            said = _("At most %(most)s characters for one question.")
            checks.say("questions", said % {"most": number(QUESTION_LENGTH)})
        if line and line not in kept:
            kept.append(line)
    if len(kept) > MOST_QUESTIONS:
        said = ngettext("At most %(most)s question.", "At most %(most)s questions.", MOST_QUESTIONS)
        checks.say("questions", said % {"most": number(MOST_QUESTIONS)})
    checks.values["questions"] = kept


def registration_values(
    event: Event,
    *,
    guests: int,
    childcare: str,
    access: str,
    ride: str,
    ride_seats: int,
    answers: Mapping[str, str],
) -> dict[str, Any]:
    """What somebody says of how they come: answers to what is asked, all of it as they like."""
    checks = Checks()
    checks.whole("guests", guests, least=0, most=MOST_GUESTS)
    if 0 <= guests <= MOST_GUESTS and guests > event.guests:
        said = (
            ngettext(
                "At most %(count)s guest each.", "At most %(count)s guests each.", event.guests
            )
            % {"count": number(event.guests)}
            if event.guests
            else _("Each comes alone here: guests register themselves.")
        )
        checks.say("guests", said)
    for name, given in (("childcare", childcare), ("access", access)):
        checks.text(
            name, given, longest=SHORT_LENGTH, needed=False, clean=clean_line, is_open=False
        )
    checks.one_of("ride", ride if event.rides else "", Ride.values)
    seats = ride_seats if checks.values["ride"] == Ride.OFFERS else 0
    checks.whole("ride_seats", seats, least=0, most=MOST_RIDE_SEATS)
    said_of: dict[str, str] = {}
    for position, question in enumerate(event.questions):
        name = f"answer_{position}"
        given = answers.get(question, "")
        checks.text(name, given, longest=ANSWER_LENGTH, needed=False, is_open=False)
        if kept := checks.values.pop(name, ""):
            said_of[question] = kept
    checks.values["answers"] = said_of or None
    return checks.done()


def guest_values(*, name: str, email: str) -> tuple[str, str]:
    """The name and the address of somebody without an account."""
    checks = Checks()
    checks.text("name", name, longest=NAME_LENGTH, clean=clean_line, is_open=False)
    kept = email.strip().lower()
    try:
        validate_email(kept)
    except ValidationError:
        checks.say("email", _("Enter an e-mail address, such as name@example.org."))
    values = checks.done()
    return values["name"], kept


def reason_given(reason: str) -> str:
    """Why it does not take place as it was planned: everyone registered reads it."""
    checks = Checks()
    checks.text("reason", reason, longest=SHORT_LENGTH, clean=clean_line, is_open=False)
    return str(checks.done()["reason"])
