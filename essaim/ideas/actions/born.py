"""That an idea came up at a gathering, taken back."""

from django.db import transaction

from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.http.cache import bump_generation
from essaim.ideas import rules
from essaim.ideas.actions.ideas import about
from essaim.ideas.facts import IdeaNotBornHere
from essaim.ideas.models import Idea
from essaim.members.models import Member


@transaction.atomic
def unlink_idea(*, member: Member, idea: Idea) -> None:
    """The idea itself stays, word for word; of two who say it at once one does it."""
    found = Idea.objects.select_for_update(of=("self",))
    idea = found.select_related("debate__community", "event__community").get(pk=idea.pk)
    require(rules.may_unlink_idea(fresh_reader(member), idea))
    if idea.event_id is not None:
        told = about(idea) | {"audience": "nobody"}
        record(IdeaNotBornHere(actor_id=member.pk, event_id=idea.event_id, **told))
    idea.event = None
    idea.save(update_fields=["event"])
    bump_generation()
