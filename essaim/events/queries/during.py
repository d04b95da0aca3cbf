"""What the addresses of a gathering under way name, as far as who asks may see it."""

from django.utils.crypto import salted_hmac

from essaim.events import rules
from essaim.events.models import (
    AgendaItem,
    Event,
    Round,
    RoundLine,
    SpeakingTurn,
)
from essaim.foundation import ids


def item_of(event: Event, public_id: str) -> AgendaItem | None:
    return AgendaItem.objects.filter(event=event, public_id=public_id).first()


def line_of(event: Event, public_id: str) -> RoundLine | None:
    lines = RoundLine.objects.select_related("round")
    return lines.filter(round__event=event, public_id=public_id).first()


def turn_of(event: Event, public_id: str) -> SpeakingTurn | None:
    turns = SpeakingTurn.objects.select_related("round")
    return turns.filter(round__event=event, public_id=public_id).first()


def round_of(event: Event) -> Round | None:
    found = Round.objects.filter(event=event).first()
    if found is not None:
        found.event = event
    return found


def round_by_code(typed: str) -> Round | None:
    """The one whose code was typed, with or without spaces, hyphens and capitals; none of what
    nobody was ever shown.
    """
    code = "".join(letter for letter in typed.lower() if letter in ids.ALPHABET)
    found = (
        Round.objects.select_related("event__community")
        .filter(code=code, opened_at__isnull=False)
        .first()
        if code
        else None
    )
    if found is None or not rules.are_on(found.event.community) or not found.event.is_told:
        return None
    return found


def device_key(opened: Round, token: str) -> str:
    """What a phone is known by at one gathering, and at no other."""
    key = f"{opened.event.public_id} {token}"
    return salted_hmac("essaim.events.phones", key, algorithm="sha256").hexdigest()


def code_words(code: str) -> str:
    """« k7mp q3xz »: easier to type in two halves."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}"
