"""What the clock does, so that nobody waits in silence."""

from django.db import transaction
from django.db.models import F

from essaim.foundation.clock import now, today
from essaim.needs.actions import answers, needs
from essaim.needs.models import (
    REMINDED_AFTER,
    SILENT_AFTER,
    Act,
    Closing,
    Match,
    MatchEvent,
    Need,
    Side,
    State,
)


@transaction.atomic
def remind(match: Match) -> int:
    """How many reminders of this question are due by now; 0 when none is new."""
    match = Match.objects.select_for_update(of=("self",)).get(pk=match.pk)
    due = sum(1 for one in REMINDED_AFTER if match.asked_at + one <= now())
    if match.state != State.ASKED or due <= match.reminders:
        return 0
    match.reminders = due
    match.save(update_fields=["reminders"])
    return due


@transaction.atomic
def end_silence(match: Match) -> None:
    """Nobody answered: the question ends, and with it a need whose side never answered anybody."""
    need = needs.locked(match.need_id)
    fresh = Match.objects.get(pk=match.pk)
    if fresh.state != State.ASKED or fresh.asked_at + SILENT_AFTER > now():
        return
    if fresh.asked_by == Side.NEED or need.closed_at or _is_answered(need):
        answers.expire_match(fresh)
    else:
        needs.close(need, Closing.UNANSWERED, None)


def _is_answered(need: Need) -> bool:
    """Whether its side ever answered somebody who offered, or somebody waits since less."""
    if need.matches.waiting().filter(asked_at__gt=now() - SILENT_AFTER).exists():
        return True
    said = MatchEvent.objects.filter(match__need=need, undoing__isnull=True)
    declined = said.filter(act=Act.DECLINE).exclude(actor=F("match__helper"))
    return said.filter(act=Act.ACCEPT).exists() or declined.exists()


@transaction.atomic
def close_expired(need_id: int) -> None:
    need = needs.locked(need_id)
    if need.closed_at is None and need.expires_on < today():
        needs.close(need, Closing.EXPIRED, None)


def to_remind() -> list[Match]:
    """Questions that wait for a third, and for a seventh day."""
    first = REMINDED_AFTER[0]
    waiting = Match.objects.waiting().filter(
        asked_at__lte=now() - first, reminders__lt=len(REMINDED_AFTER)
    )
    return list(waiting.select_related("need").order_by("asked_at", "pk"))


def silent() -> list[Match]:
    waiting = Match.objects.waiting().filter(asked_at__lte=now() - SILENT_AFTER)
    return list(waiting.order_by("asked_at", "pk"))


def expired() -> list[int]:
    over = Need.objects.filter(closed_at__isnull=True, expires_on__lt=today())
    return list(over.order_by("expires_on", "pk").values_list("pk", flat=True))
