"""Turns to speak: asked for on a phone or by a sign to the host, given by the host."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from essaim.communities.readers import fresh_reader
from essaim.events import rules
from essaim.events.actions.locks import locked, unseen
from essaim.events.actions.rooms import locked_round, round_of
from essaim.events.facts import TurnsSpoken
from essaim.events.models import (
    MOST_WAITING,
    PSEUDONYM_LENGTH,
    Event,
    Round,
    SpeakingTurn,
)
from essaim.foundation.access import refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.text import clean_line, unaccented
from essaim.members.models import Member
from essaim.needs.actions.values import Checks


@transaction.atomic
def ask_turn(*, opened: Round, device: str, pseudonym: str) -> SpeakingTurn:
    """By a phone; who waits already keeps their place."""
    opened = locked_round(opened.pk)
    require(rules.may_use_phone(opened))
    return _wait(opened, called(pseudonym), device)


@transaction.atomic
def leave_line(*, opened: Round, device: str) -> bool:
    """By the phone that asked: they want to speak no more."""
    opened = locked_round(opened.pk)
    require(rules.may_use_phone(opened))
    waiting = opened.turns.filter(speaker=device, started_at__isnull=True)
    deleted, _by_model = waiting.delete() if device else (0, {})
    return bool(deleted)


@transaction.atomic
def add_turn(*, member: Member, event: Event, pseudonym: str) -> SpeakingTurn:
    """By the host, for somebody who raised a hand."""
    event = locked(event.pk)
    opened = round_of(event)
    require(rules.may_lead(fresh_reader(member), event))
    if opened is None or not opened.is_open:
        require(refused(_("Open it to phones first: those who have none are added here.")))
        raise AssertionError
    name = called(pseudonym)
    key = f"{event.public_id} {unaccented(name)}"
    speaker = salted_hmac("essaim.events.turns", key, algorithm="sha256").hexdigest()
    return _wait(opened, name, speaker)


@transaction.atomic
def start_turn(*, member: Member, turn: SpeakingTurn) -> None:
    """They speak from now on; whoever spoke has ended."""
    turn = _fresh(turn)
    require(rules.may_give_turn(fresh_reader(member), turn))
    end_running(member, turn.round.event, turn.round)
    turn.started_at = now()
    turn.save(update_fields=["started_at"])


@transaction.atomic
def end_turn(*, member: Member, turn: SpeakingTurn) -> None:
    turn = _fresh(turn)
    require(rules.may_end_turn(fresh_reader(member), turn))
    _end(member, turn.round.event, turn)


@transaction.atomic
def drop_turn(*, member: Member, turn: SpeakingTurn) -> None:
    """Out of the line: they left, or said it meanwhile."""
    turn = _fresh(turn)
    require(rules.may_give_turn(fresh_reader(member), turn))
    turn.delete()


def called(pseudonym: str) -> str:
    """What somebody is called in the room."""
    checks = Checks()
    checks.text("pseudonym", pseudonym, longest=PSEUDONYM_LENGTH, clean=clean_line, needed=False)
    name = str(checks.done()["pseudonym"])
    if not name:
        raise ValidationError({"pseudonym": _("Say how you are called: a first name is enough.")})
    return name


def _wait(opened: Round, pseudonym: str, speaker: str) -> SpeakingTurn:
    waiting = opened.turns.filter(started_at__isnull=True)
    if found := waiting.filter(speaker=speaker).first():
        return found
    if waiting.count() >= MOST_WAITING:
        require(refused(_("The line is full: wait until some have spoken.")))
    return SpeakingTurn.objects.create(round=opened, pseudonym=pseudonym, speaker=speaker)


def _fresh(turn: SpeakingTurn) -> SpeakingTurn:
    event = locked(turn.round.event_id)
    opened = round_of(event)
    found = SpeakingTurn.objects.get(pk=turn.pk)
    if opened is not None:
        found.round = opened
    return found


def end_running(member: Member, event: Event, opened: Round) -> None:
    for turn in opened.turns.filter(started_at__isnull=False, ended_at__isnull=True):
        _end(member, event, turn)


def _end(member: Member, event: Event, turn: SpeakingTurn) -> None:
    if turn.started_at is None:
        return
    turn.ended_at = now()
    turn.save(update_fields=["ended_at"])
    seconds = round((turn.ended_at - turn.started_at).total_seconds())
    record(TurnsSpoken(actor_id=member.pk, seconds=seconds, **unseen(event)))
