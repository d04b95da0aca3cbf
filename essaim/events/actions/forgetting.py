from datetime import timedelta

from django.db import transaction
from django.db.models import F

from essaim.events.actions.locks import locked
from essaim.events.actions.positions import count
from essaim.events.actions.rooms import round_of
from essaim.events.models import Round
from essaim.foundation.clock import now

KEPT = timedelta(days=1)  # after the end of the gathering
AT_ONCE = 200


def forget_rounds() -> int:
    """A day after a gathering: its code, what people were called and which phone wrote what.

    What was said, how long people spoke and what was counted stays. Returns for how many.
    """
    over = Round.objects.filter(code__isnull=False, event__ends_at__lt=now() - KEPT)
    ids = list(over.order_by("pk").values_list("event_id", flat=True)[:AT_ONCE])
    return sum(_forget(event_id) for event_id in ids)


@transaction.atomic
def _forget(event_id: int) -> bool:
    event = locked(event_id)
    opened = round_of(event)
    if opened is None or opened.code is None or event.ends_at >= now() - KEPT:
        return False
    for item in event.agenda.filter(asked_at__isnull=False, counted_at__isnull=True):
        count(event, item)
    opened.lines.exclude(device="").update(device="")
    opened.turns.filter(started_at__isnull=True).delete()
    opened.turns.filter(ended_at__isnull=True).update(ended_at=F("started_at"))
    opened.turns.update(pseudonym="", speaker="")
    opened.code = None
    if opened.opened_at:
        opened.closed_at = opened.closed_at or now()
    opened.save()
    return True
