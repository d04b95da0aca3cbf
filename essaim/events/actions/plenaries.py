"""All members are called to a plenary: each once, without a row for each invitation."""

from django.db import transaction

from essaim.events.actions.locks import locked
from essaim.events.facts import MembersCalled
from essaim.events.models import Event
from essaim.events.queries.plenaries import members_to_call
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.outreach.actions import notify


def call_members(event: Event) -> int:
    """By the clock; returns how many were told now.

    Each lot of members is one statement and stands by itself: one that is killed half-way goes on
    from the beginning, and nobody is told twice.
    """
    told = 0
    for lot in members_to_call(event):
        told += notify(
            member_ids=lot,
            kind="events.plenary",
            key=str(event.pk),
            community_id=event.community_id,
            details={"event_id": event.pk},
        )
    _note(event.pk, told)
    return told


@transaction.atomic
def _note(event_id: int, people: int) -> None:
    event = locked(event_id)
    if event.called_at is None:
        event.called_at = now()
        event.save(update_fields=["called_at"])
        record(MembersCalled(community_id=event.community_id, event_id=event.pk, people=people))
