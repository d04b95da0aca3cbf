"""Which gathering an idea may say that it came up at, and who takes that back."""

from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.events.models import Event
from essaim.events.rules import holds, is_holder, may_say_born, may_see_event
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.ideas.models import Debate, Idea
from essaim.ideas.rules.ideas import may_see_idea


def may_name_event(reader: Reader, debate: Debate, event: Event) -> Verdict:
    """One that the reader may see, that has begun, and that the debate's community holds."""
    if not (may := may_say_born(reader, event)):
        return may
    if not is_holder(event, debate.community_id):
        return refused(_("The community of this debate does not hold this gathering."))
    return ALLOWED


def may_unlink_idea(reader: Reader, idea: Idea) -> Verdict:
    """Say that it was not born there: its author, and those who hold the gathering; for good.

    Others hear the same whether it is linked or not: they may not know of the gathering.
    """
    event = idea.event
    if reader.is_known and idea.author_id == reader.member_id:
        return ALLOWED if event else refused(_("This idea is linked to no gathering."))
    is_theirs = event is not None and holds(reader, event) and may_see_event(reader, event)
    if is_theirs and may_see_idea(reader, idea):
        return ALLOWED
    return refused(_("This is for whoever proposed it, and for those who hold the gathering."))
