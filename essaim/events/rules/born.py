"""What came up at a gathering: said by whoever may see it, once it has begun."""

from django.utils.translation import gettext as _

from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.events.models import Event
from essaim.events.rules.seeing import has_begun, holders, holds, may_see_event
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.needs.models import Need
from essaim.needs.rules import may_post, may_see_need


def may_say_born(reader: Reader, event: Event) -> Verdict:
    if not (seen := may_see_event(reader, event)):
        return seen
    if not reader.is_known:
        return refused(_("Sign in to say what came up here."))
    return has_begun(event)


def may_ask_help(reader: Reader, event: Event, community: Community) -> Verdict:
    """Post what came up as a need of one of the communities that hold it."""
    if not (may := may_say_born(reader, event)):
        return may
    if not is_holder(event, community.pk):
        return refused(_("This community does not hold this gathering."))
    return may_post(reader, community)


def may_link_need(reader: Reader, event: Event, need: Need) -> Verdict:
    """What is looked for already, by who posted it or who holds the gathering."""
    if not (may := may_say_born(reader, event) and _is_theirs(reader, event, need)):
        return may
    if not is_holder(event, need.community_id):
        return refused(_("This need belongs to a community that does not hold this gathering."))
    if not need.is_open:
        return refused(_("Nobody is looked for here any more: only open needs are linked."))
    return ALLOWED


def may_unlink_need(reader: Reader, event: Event, need: Need) -> Verdict:
    """Also when it is over, or the need is."""
    return may_see_event(reader, event) and _is_theirs(reader, event, need)


def is_holder(event: Event, community_id: int) -> bool:
    return any(one.pk == community_id for one in holders(event))


def _is_theirs(reader: Reader, event: Event, need: Need) -> Verdict:
    if not (seen := may_see_need(reader, need)):
        return seen
    if holds(reader, event) or (reader.is_known and need.posted_by_id == reader.member_id):
        return ALLOWED
    return refused(_("This is for whoever posted the need, and for those who hold the gathering."))
