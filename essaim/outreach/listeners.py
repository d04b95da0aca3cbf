"""What communities decide reaches whom it concerns."""

from essaim.communities.facts import (
    DecisionAppealed,
    DecisionConfirmed,
    DecisionOverturned,
    DecisionTaken,
    OpeningAsked,
    OpeningGranted,
)
from essaim.communities.queries import (
    beginners_of,
    checkers_of,
    decision_concerns,
    may_look_again,
)
from essaim.foundation.activity import hears
from essaim.outreach import actions


@hears(DecisionTaken)
def tell_whom_it_concerns(fact: DecisionTaken) -> None:
    actions.notify(
        member_ids=decision_concerns(fact.decision_id) - {fact.actor_id},
        kind="communities.decision",
        key=str(fact.decision_id),
        community_id=fact.community_id,
        details={"decision_id": fact.decision_id},
    )


@hears(DecisionAppealed)
def ask_for_a_second_look(fact: DecisionAppealed) -> None:
    actions.notify(
        member_ids=may_look_again(fact.decision_id) - {fact.actor_id},
        kind="communities.appeal",
        key=str(fact.decision_id),
        community_id=fact.community_id,
        details={"decision_id": fact.decision_id},
    )


@hears(DecisionOverturned)
def tell_that_it_was_overturned(fact: DecisionOverturned) -> None:
    _tell_what_was_found(fact)


@hears(DecisionConfirmed)
def tell_that_it_was_confirmed(fact: DecisionConfirmed) -> None:
    _tell_what_was_found(fact)


def _tell_what_was_found(fact: DecisionOverturned | DecisionConfirmed) -> None:
    actions.notify(
        member_ids=decision_concerns(fact.decision_id),
        kind="communities.second_look",
        key=str(fact.decision_id),
        community_id=fact.community_id,
        details={"decision_id": fact.decision_id},
    )


@hears(OpeningAsked)
def ask_for_the_check(fact: OpeningAsked) -> None:
    actions.notify(
        member_ids=checkers_of(fact.ask_id),
        kind="communities.opening_asked",
        key=str(fact.ask_id),
        community_id=fact.parent_id,
        details={"ask_id": fact.ask_id},
    )


@hears(OpeningGranted)
def tell_that_it_is_open(fact: OpeningGranted) -> None:
    """Also by silence; a refusal is told as the decision that it is."""
    actions.notify(
        member_ids=beginners_of(fact.ask_id),
        kind="communities.opening_granted",
        key=str(fact.ask_id),
        community_id=fact.community_id,
        details={"ask_id": fact.ask_id},
    )
