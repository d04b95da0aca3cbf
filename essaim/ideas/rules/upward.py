from django.utils.translation import gettext as _

from essaim.communities.models import Audience, Visibility
from essaim.communities.readers import Reader
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.ideas.models import Debate, Idea, Synthesis
from essaim.ideas.rules.debates import ASK, are_on, may_propose, may_see_debate
from essaim.ideas.rules.ideas import is_by_itself


def may_send_upward(reader: Reader, debate: Debate) -> Verdict:
    """A closed debate, by those who run its very community: nobody from above speaks for it."""
    community = debate.community
    if not (used := are_on(community)):
        return used
    if not community.ancestor_ids:
        return refused(_("No community stands above this one."))
    if not reader.may(community, ASK):
        return refused(_("Only those who run this community send its debates upward."))
    if not community.is_open:
        return refused(_("This community is closed: its debates stay where they are."))
    if not debate.is_closed or debate.withdrawn_at:
        return refused(_("A debate is sent upward once it is closed: its supports are counted."))
    return ALLOWED


def may_send_to(reader: Reader, debate: Debate, target: Debate) -> Verdict:
    """Into an open debate of a community above, in which the reader may propose."""
    if not (sends := may_send_upward(reader, debate)):
        return sends
    if target.community_id not in debate.community.ancestor_ids:
        return refused(_("Ideas are sent to a debate of a community above this one."))
    if not may_see_debate(reader, target):
        return refused(_("This page does not exist."))
    return may_propose(reader, target)


def may_withdraw_synthesis(reader: Reader, synthesis: Synthesis) -> Verdict:
    """By whoever wrote it, and by those who run the community in whose name it was written."""
    if synthesis.withdrawn_at:
        return refused(_("This synthesis was withdrawn."))
    wrote_it = reader.is_known and synthesis.sent_by_id == reader.member_id
    if not (wrote_it or reader.may(synthesis.debate.community, ASK)):
        return refused(_("Only who wrote this synthesis, or who runs its community, withdraws it."))
    return ALLOWED


def may_be_carried(idea: Idea) -> Verdict:
    """One that everyone may read: sending it up shows nothing to anybody who could not see it."""
    said = {"title": idea.title}
    if idea.withdrawn_at or idea.hidden_at or not is_by_itself(idea):
        return refused(_("“%(title)s” no longer stands by itself.") % said)
    community = idea.debate.community
    if idea.audience != Audience.PUBLIC or community.visibility != Visibility.PUBLIC:
        return refused(
            _("“%(title)s” was written for the members here: it is not shown to others.") % said
        )
    return ALLOWED
