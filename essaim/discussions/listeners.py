from essaim.communities.facts import DecisionOverturned, MembershipEnded
from essaim.discussions import actions
from essaim.discussions.facts import (
    CaseClosed,
    CaseOpened,
    CurrentChanged,
    CurrentNamed,
    HiddenMeanwhile,
    PostWritten,
)
from essaim.discussions.models import Outcome
from essaim.discussions.queries import authors_who_carry, told
from essaim.foundation.activity import Fact, hears
from essaim.foundation.clock import today
from essaim.outreach.actions import notify, take_notices_back

TOLD_TO_REPORTERS = frozenset({Outcome.HIDDEN, Outcome.KEPT, Outcome.WITHDRAWN})


@hears(PostWritten)
def tell_who_was_answered(fact: PostWritten) -> None:
    if fact.parent_author_id and fact.parent_author_id != fact.actor_id:
        notify(
            member_ids=[fact.parent_author_id],
            kind="discussions.reply",
            key=str(fact.post_id),
            community_id=fact.community_id,
            details={"post_id": fact.post_id},
        )


@hears(CurrentNamed)
def tell_authors_what_they_carry(fact: CurrentNamed) -> None:
    _tell_carriers(fact.current_id, fact, "discussions.current", str(fact.current_id))


@hears(CurrentChanged)
def tell_authors_what_they_carry_now(fact: CurrentChanged) -> None:
    """Whoever is new in it; and everyone, once for each day on which its words changed."""
    _tell_carriers(fact.current_id, fact, "discussions.current", str(fact.current_id))
    if fact.is_reworded:
        key = f"{fact.current_id}:{fact.changed_on or today()}"
        _tell_carriers(fact.current_id, fact, "discussions.current_reworded", key)


def _tell_carriers(current_id: int, fact: Fact, kind: str, key: str) -> None:
    notify(
        member_ids=[one for one in authors_who_carry(current_id) if one != fact.actor_id],
        kind=kind,
        key=key,
        community_id=fact.community_id,
        details={"current_id": current_id},
    )


@hears(MembershipEnded)
def withdraw_the_positions_of_whoever_left(fact: MembershipEnded) -> None:
    if fact.actor_id is not None and fact.community_id is not None:
        actions.withdraw_positions_of_leaver(
            member_id=fact.actor_id, community_id=fact.community_id
        )


@hears(CaseOpened)
def tell_moderators_what_waits(fact: CaseOpened) -> None:
    whom = [one for one in told.moderators_to_tell(fact.case_id) if one != fact.actor_id]
    _tell_of_case(fact, "discussions.case_waits", whom)


@hears(HiddenMeanwhile)
def tell_the_author_it_is_hidden_meanwhile(fact: HiddenMeanwhile) -> None:
    _tell_of_case(fact, "discussions.hidden_meanwhile", told.author_of(fact.case_id))


@hears(CaseClosed)
def tell_what_was_decided(fact: CaseClosed) -> None:
    """The author and whoever had reported; other moderators need not look any more."""
    take_notices_back(kind="discussions.case_waits", key=str(fact.case_id))
    _tell_of_case(fact, "discussions.shown", told.author_to_tell(fact.case_id))
    if fact.decision in TOLD_TO_REPORTERS:
        _tell_of_case(fact, "discussions.report_decided", told.reporters_of(fact.case_id))


@hears(DecisionOverturned)
def put_back_what_it_hid(fact: DecisionOverturned) -> None:
    actions.put_back_overturned(decision_id=fact.decision_id, by_id=fact.actor_id)


def _tell_of_case(
    fact: CaseOpened | HiddenMeanwhile | CaseClosed, kind: str, whom: list[int]
) -> None:
    notify(
        member_ids=whom,
        kind=kind,
        key=str(fact.case_id),
        community_id=fact.community_id,
        details={"case_id": fact.case_id},
    )
