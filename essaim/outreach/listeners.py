"""What communities decide reaches whom it concerns."""

from collections.abc import Callable, Collection

from essaim.communities.facts import (
    AdoptionAsked,
    AdoptionEnded,
    CommunitiesMerged,
    CommunityAdopted,
    DecisionAppealed,
    DecisionConfirmed,
    DecisionOverturned,
    DecisionTaken,
    HostingAnswered,
    HostingOffered,
    HostingOfferWithdrawn,
    LastHostLeft,
    MergeProposed,
    MergeUndone,
    NewcomerWelcomed,
    OpeningAsked,
    OpeningGranted,
    SplitProposed,
)
from essaim.communities.queries import (
    beginners_of,
    checkers_of,
    decision_concerns,
    may_look_again,
    people_of_community,
    runners_of,
    told_of_merge,
)
from essaim.foundation.activity import Fact, hears
from essaim.foundation.clock import today
from essaim.outreach import actions


def _tell(kind: str, member_ids: Collection[int], community_id: int | None, **about: int) -> None:
    """Tell these members, once; `about` is the one id that the words are found by."""
    ((_name, subject_id),) = about.items()
    actions.notify(
        member_ids=member_ids,
        kind=f"communities.{kind}",
        key=str(subject_id),
        community_id=community_id,
        details=about,
    )


@hears(DecisionTaken)
def tell_whom_it_concerns(fact: DecisionTaken) -> None:
    people = decision_concerns(fact.decision_id) - {fact.actor_id}
    _tell("decision", people, fact.community_id, decision_id=fact.decision_id)


@hears(DecisionAppealed)
def ask_for_a_second_look(fact: DecisionAppealed) -> None:
    people = may_look_again(fact.decision_id) - {fact.actor_id}
    _tell("appeal", people, fact.community_id, decision_id=fact.decision_id)


@hears(DecisionOverturned)
def tell_that_it_was_overturned(fact: DecisionOverturned) -> None:
    _tell_what_was_found(fact)


@hears(DecisionConfirmed)
def tell_that_it_was_confirmed(fact: DecisionConfirmed) -> None:
    _tell_what_was_found(fact)


def _tell_what_was_found(fact: DecisionOverturned | DecisionConfirmed) -> None:
    people = decision_concerns(fact.decision_id)
    _tell("second_look", people, fact.community_id, decision_id=fact.decision_id)


@hears(OpeningAsked)
def ask_for_the_check(fact: OpeningAsked) -> None:
    _tell("opening_asked", checkers_of(fact.ask_id), fact.parent_id, ask_id=fact.ask_id)


@hears(OpeningGranted)
def tell_that_it_is_open(fact: OpeningGranted) -> None:
    """Also by silence; a refusal is told as the decision that it is."""
    _tell("opening_granted", beginners_of(fact.ask_id), fact.community_id, ask_id=fact.ask_id)


@hears(NewcomerWelcomed)
def tell_the_newcomer_they_are_welcome(fact: NewcomerWelcomed) -> None:
    _tell("welcomed", [fact.newcomer_id], fact.community_id, welcome_id=fact.welcome_id)


@hears(HostingOffered)
def ask_who_could_host(fact: HostingOffered) -> None:
    _tell("hosting_offered", [fact.asked_id], fact.community_id, offer_id=fact.offer_id)


@hears(HostingOfferWithdrawn)
def ask_no_longer(fact: HostingOfferWithdrawn) -> None:
    """Whoever has not read the question yet is not asked any more."""
    actions.take_notices_back(kind="communities.hosting_offered", key=str(fact.offer_id))


@hears(HostingAnswered)
def tell_who_asked_the_answer(fact: HostingAnswered) -> None:
    if fact.offered_by_id is not None:
        _tell("hosting_answered", [fact.offered_by_id], fact.community_id, offer_id=fact.offer_id)


@hears(LastHostLeft)
def tell_members_that_it_looks_for_a_host(fact: LastHostLeft) -> None:
    _tell_of_community(
        "communities.looks_for_host", people_of_community, fact, f"{today():%Y-%m-%d}"
    )


@hears(AdoptionAsked)
def ask_its_hosts_whether_it_is_alive(fact: AdoptionAsked) -> None:
    _tell_of_community("communities.is_it_alive", runners_of, fact, str(fact.adoption_id))


@hears(CommunityAdopted)
def tell_members_who_hosts_it_now(fact: CommunityAdopted) -> None:
    _tell_of_community("communities.adopted", people_of_community, fact, str(fact.adoption_id))


@hears(AdoptionEnded)
def tell_who_wanted_it_that_it_is_alive(fact: AdoptionEnded) -> None:
    if fact.is_alive:
        _tell_of_community(
            "communities.is_alive", lambda _pk: {fact.adopter_id}, fact, str(fact.adoption_id)
        )


@hears(SplitProposed)
def ask_members_whether_they_go(fact: SplitProposed) -> None:
    _tell_of_community("communities.divides", people_of_community, fact, str(fact.split_id))


def _tell_of_community(
    kind: str, audience: Callable[[int], set[int]], fact: Fact, key: str
) -> None:
    if fact.community_id is None:
        return
    actions.notify(
        member_ids=audience(fact.community_id) - {fact.actor_id or 0},
        kind=kind,
        key=f"{fact.community_id}:{key}",
        community_id=fact.community_id,
        details={"community_id": fact.community_id},
    )


@hears(MergeProposed)
def ask_the_other_side(fact: MergeProposed) -> None:
    _tell_of_merge("merge_proposed", runners_of(fact.target_id), fact)


@hears(CommunitiesMerged)
def tell_members_of_both_that_they_are_one(fact: CommunitiesMerged) -> None:
    _tell_of_merge("merged", told_of_merge(fact.merge_id), fact)


@hears(MergeUndone)
def tell_members_of_both_that_they_are_two(fact: MergeUndone) -> None:
    _tell_of_merge("merge_undone", told_of_merge(fact.merge_id), fact)


def _tell_of_merge(
    kind: str, member_ids: set[int], fact: MergeProposed | CommunitiesMerged | MergeUndone
) -> None:
    people = member_ids - {fact.actor_id or 0}
    _tell(kind, people, fact.target_id, merge_id=fact.merge_id)
