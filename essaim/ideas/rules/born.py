"""Which gathering an idea may say that it came up at."""

from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.events.models import Event
from essaim.events.rules import is_holder, may_say_born
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.ideas.models import Debate


def may_name_event(reader: Reader, debate: Debate, event: Event) -> Verdict:
    """One that the reader may see, that has begun, and that the debate's community holds."""
    if not (may := may_say_born(reader, event)):
        return may
    if not is_holder(event, debate.community_id):
        return refused(_("The community of this debate does not hold this gathering."))
    return ALLOWED
