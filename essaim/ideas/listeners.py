from essaim.communities.facts import MembershipEnded
from essaim.foundation.activity import hears
from essaim.ideas import actions
from essaim.ideas.facts import (
    DebateClosed,
    DebateOpened,
    GroupAnswered,
    IdeaAdopted,
    IdeaAnswered,
    IdeaHidden,
    ProgrammePublished,
    PromiseDelivered,
)
from essaim.ideas.models import Idea
from essaim.ideas.queries import audiences
from essaim.ideas.queries.programme import contributors_of
from essaim.outreach.actions import notify


@hears(DebateOpened)
def tell_members_a_question_is_asked(fact: DebateOpened) -> None:
    notify(
        member_ids=audiences.members_to_ask(fact.debate_id, but=fact.actor_id),
        kind="ideas.debate_opened",
        key=str(fact.debate_id),
        community_id=fact.community_id,
        details={"debate_id": fact.debate_id},
    )


@hears(DebateClosed)
def tell_the_answering_role_what_it_owes(fact: DebateClosed) -> None:
    notify(
        member_ids=audiences.who_owes_answers(fact.debate_id),
        kind="ideas.answers_due",
        key=str(fact.debate_id),
        community_id=fact.community_id,
        details={"debate_id": fact.debate_id},
    )


@hears(IdeaAnswered)
def tell_contributors_the_answer(fact: IdeaAnswered) -> None:
    notify(
        member_ids=audiences.contributors_of([fact.idea_id]),
        kind="ideas.answered",
        key=str(fact.idea_id),
        community_id=fact.community_id,
        details={"idea_id": fact.idea_id},
    )


@hears(GroupAnswered)
def tell_contributors_the_grouped_answer(fact: GroupAnswered) -> None:
    """One notice a person, however many of the group's ideas were theirs."""
    notify(
        member_ids=audiences.contributors_of(audiences.ideas_of_group(fact.debate_id)),
        kind="ideas.group_answered",
        key=str(fact.debate_id),
        community_id=fact.community_id,
        details={"debate_id": fact.debate_id},
    )


@hears(PromiseDelivered)
def tell_contributors_what_was_delivered(fact: PromiseDelivered) -> None:
    notify(
        member_ids=audiences.contributors_of([fact.idea_id]),
        kind="ideas.delivered",
        key=str(fact.idea_id),
        community_id=fact.community_id,
        details={"idea_id": fact.idea_id},
    )


@hears(IdeaHidden)
def tell_the_author_why(fact: IdeaHidden) -> None:
    notify(
        member_ids=audiences.author_of(fact.idea_id),
        kind="ideas.hidden",
        key=str(fact.idea_id),
        community_id=fact.community_id,
        details={"idea_id": fact.idea_id},
    )


@hears(MembershipEnded)
def withdraw_the_supports_of_whoever_left(fact: MembershipEnded) -> None:
    if fact.actor_id is not None and fact.community_id is not None:
        actions.withdraw_supports_of_leaver(member_id=fact.actor_id, community_id=fact.community_id)


@hears(IdeaAdopted)
def draft_an_item_for_it(fact: IdeaAdopted) -> None:
    """What was adopted waits in the draft of the programme to be placed and written."""
    idea = Idea.objects.select_related("debate__community").get(pk=fact.idea_id)
    actions.draft_item_for_idea(idea=idea)


@hears(ProgrammePublished)
def tell_contributors_where_they_stand(fact: ProgrammePublished) -> None:
    """Once for each item, whatever the number of versions it stands in."""
    for member_id, numbers in contributors_of(fact.version_id).items():
        for number in sorted(numbers):
            notify(
                member_ids=[member_id],
                kind="ideas.in_programme",
                key=f"{fact.community_id}:{number}",
                community_id=fact.community_id,
                details={"community_id": fact.community_id, "number": number},
            )
