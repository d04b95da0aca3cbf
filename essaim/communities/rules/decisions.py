from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.communities.models import (
    APPEAL_WINDOW,
    CONTESTABLE,
    Decision,
    DecisionAppeal,
    Role,
    Verb,
    power,
)
from essaim.communities.readers import Reader
from essaim.communities.rules.running import RUN
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now

# Whoever may look at a decision again, there or, where their role reaches down, from above.
SECOND_LOOKERS = (
    Role.MODERATOR,
    Role.HOST,
    Role.REFERENT,
    Role.COMMUNITY_MANAGER,
    Role.ADMINISTRATOR,
)
LOOK_AGAIN = power(
    "communities.look_again",
    gettext_lazy("takes second looks at decisions"),
    SECOND_LOOKERS,
    reaches=True,
)


def _is_concerned(reader: Reader, decision: Decision) -> bool:
    """Whoever made it; what a whole community made is the concern of those who run it."""
    if not reader.is_known:
        return False
    if decision.concerned_id is not None:
        return decision.concerned_id == reader.member_id
    return decision.is_central and reader.may_here(decision.community, RUN)


def may_see_decision(reader: Reader, decision: Decision) -> Verdict:
    """With what it is about and the word to its author: those concerned, those who may judge it."""
    if _is_concerned(reader, decision) or reader.may(decision.community, LOOK_AGAIN):
        return ALLOWED
    return refused(_("This page does not exist."))


def may_appeal(reader: Reader, decision: Decision) -> Verdict:
    """Once, within a month, by whom it concerns."""
    if not _is_concerned(reader, decision):
        return refused(_("Only the person it concerns can ask for a second look."))
    if decision.verb not in CONTESTABLE or decision.overturned_at:
        return refused(_("There is nothing to contest in this decision."))
    if hasattr(decision, "appeal"):
        return refused(_("A second look was asked for already: there is one for each decision."))
    if now() > decision.decided_at + APPEAL_WINDOW:
        return refused(
            _("A second look can be asked for within %(days)s days.") % {"days": APPEAL_WINDOW.days}
        )
    return ALLOWED


def may_answer_appeal(reader: Reader, appeal: DecisionAppeal) -> Verdict:
    """Somebody else than who decided and whom it concerns, and in the stead of neither."""
    decision = appeal.decision
    if not reader.may(decision.community, LOOK_AGAIN, in_stead_of_none=has_part_in(decision)):
        return refused(_("Only those who moderate this community look at its decisions again."))
    if appeal.answered_at:
        return refused(_("The second look was taken already."))
    if reader.member_id == decision.taken_by_id:
        return refused(_("You took this decision: somebody else has to look at it."))
    if (
        reader.member_id == appeal.member_id
        or _is_concerned(reader, decision)
        or _begins_what_was_refused(reader, decision)
    ):
        return refused(_("This concerns you: somebody else has to look at it."))
    return ALLOWED


def has_part_in(decision: Decision) -> set[int]:
    """Members who do not look at it again, neither themselves nor by somebody in their stead."""
    appeal = getattr(decision, "appeal", None)
    asked = appeal.member_id if appeal else None
    return {one for one in (decision.taken_by_id, decision.concerned_id, asked) if one is not None}


def _begins_what_was_refused(reader: Reader, decision: Decision) -> bool:
    ask = getattr(decision, "opening", None) if decision.verb == Verb.REFUSED else None
    return ask is not None and reader.belongs_to(ask.community_id)
