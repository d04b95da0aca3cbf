from essaim.communities.facts import MembershipEnded
from essaim.discussions import actions
from essaim.discussions.facts import CurrentChanged, CurrentNamed, PostWritten
from essaim.discussions.queries import authors_who_carry
from essaim.foundation.activity import Fact, hears
from essaim.foundation.clock import today
from essaim.outreach.actions import notify


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
