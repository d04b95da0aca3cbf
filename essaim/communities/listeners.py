from essaim.communities import actions
from essaim.communities.facts import (
    DecisionAppealed,
    DecisionOverturned,
    FounderInvited,
    MembershipEnded,
)
from essaim.communities.models import Verb
from essaim.foundation.activity import hears
from essaim.members.facts import MemberErased


@hears(FounderInvited)
def ask_the_founder(fact: FounderInvited) -> None:
    actions.mail_invitation(founder_id=fact.founder_id)


@hears(MemberErased)
def end_what_was_held(fact: MemberErased) -> None:
    if fact.actor_id is not None:
        actions.forget_member(member_id=fact.actor_id)


@hears(DecisionOverturned)
def reopen_what_was_closed(fact: DecisionOverturned) -> None:
    if fact.subject_kind == actions.THIS_KIND and fact.verb == Verb.CLOSED:
        actions.reopen_community(community_id=fact.subject_id)


@hears(DecisionAppealed)
def give_the_appeal_its_days(fact: DecisionAppealed) -> None:
    if fact.subject_kind == actions.OPENING_KIND:
        actions.give_appeal_its_days(ask_id=fact.subject_id)


@hears(DecisionOverturned)
def open_what_was_refused(fact: DecisionOverturned) -> None:
    if fact.subject_kind == actions.OPENING_KIND:
        actions.open_after_appeal(ask_id=fact.subject_id)


@hears(MembershipEnded)
def forget_what_circles_were_mixed_by(fact: MembershipEnded) -> None:
    if fact.actor_id is not None and fact.community_id is not None:
        actions.forget_circle_answers(community_id=fact.community_id, member_id=fact.actor_id)
