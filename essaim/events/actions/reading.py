from django.db import transaction

from essaim.communities.readers import fresh_reader
from essaim.events import rules
from essaim.events.facts import RegistrantsTaken
from essaim.events.models import Event
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.members.models import Member


@transaction.atomic
def record_taking(*, member: Member, event: Event) -> None:
    """Note that somebody took away, as a file or on paper, who comes: it says what they need."""
    require(rules.may_read_registrants(fresh_reader(member), event))
    record(
        RegistrantsTaken(
            actor_id=member.pk,
            community_id=event.community_id,
            event_id=event.pk,
        )
    )
