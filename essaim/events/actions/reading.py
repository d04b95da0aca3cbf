from django.db import transaction

from essaim.communities.readers import fresh_reader
from essaim.events import rules
from essaim.events.facts import RegistrantsRead
from essaim.events.models import Event
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.members.models import Member


@transaction.atomic
def record_reading(*, member: Member, event: Event, is_export: bool = False) -> None:
    """Note that somebody read, or took away, who comes: it says what people think and need."""
    require(rules.may_read_registrants(fresh_reader(member), event))
    record(
        RegistrantsRead(
            actor_id=member.pk,
            community_id=event.community_id,
            event_id=event.pk,
            is_export=is_export,
        )
    )
