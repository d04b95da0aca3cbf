from dataclasses import dataclass

from django.db.models import Exists

from essaim.communities.readers import Reader
from essaim.events.queries.awareness import steps_late
from essaim.events.queries.joy import events_to_ask
from essaim.events.queries.minutes import tasks_owed
from essaim.members.models import Member


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for one reader before and after gatherings."""

    has_tasks: bool
    is_asked: bool
    is_late: bool


def what_waits(reader: Reader) -> Waiting:
    """One query, of which most people’s day needs no other."""
    told = Member.objects.filter(pk=reader.member_id or 0).values_list(
        Exists(tasks_owed(reader)), Exists(events_to_ask(reader)), Exists(steps_late(reader))
    )
    return Waiting(*(told.first() or (False, False, False)))
