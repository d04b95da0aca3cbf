from collections.abc import Callable

from essaim.communities.facts import DecisionOverturned, MembershipEnded
from essaim.foundation.activity import hears
from essaim.ideas import actions
from essaim.ideas.facts import (
    AnswerContested,
    AppealDecided,
    DebateClosed,
    DebateOpened,
    DebateWithdrawn,
    GroupAnswered,
    IdeaAdopted,
    IdeaAnswered,
    IdeaEdited,
    IdeaLeftGroup,
    IdeasMerged,
    IdeaSplit,
    ProgrammePublished,
    PromiseDelivered,
    RegroupingUndone,
    SynthesisSent,
)
from essaim.ideas.models import Idea, Regrouping, Way
from essaim.ideas.queries import audiences
from essaim.ideas.queries.programme import contributors_of
from essaim.ideas.queries.regrouping import MOMENT
from essaim.outreach.actions import notify, take_notices_back


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
        member_ids=audiences.who_hears_the_answer([fact.idea_id]),
        kind="ideas.answered",
        key=str(fact.idea_id),
        community_id=fact.community_id,
        details={"idea_id": fact.idea_id},
    )


@hears(AnswerContested)
def tell_who_looks_again_and_who_answered_first(fact: AnswerContested) -> None:
    for kind, member_ids in (
        ("ideas.second_look_due", audiences.who_takes_the_second_look(fact.idea_id)),
        ("ideas.contested", audiences.first_decider_of(fact.idea_id)),
    ):
        notify(
            member_ids=member_ids,
            kind=kind,
            key=str(fact.idea_id),
            community_id=fact.community_id,
            details={"idea_id": fact.idea_id},
        )


@hears(AppealDecided)
def tell_what_the_second_look_came_to(fact: AppealDecided) -> None:
    everyone = audiences.parties_of_appeal(fact.idea_id)
    notify(
        member_ids=[member_id for member_id in everyone if member_id != fact.actor_id],
        kind="ideas.second_look_taken",
        key=str(fact.idea_id),
        community_id=fact.community_id,
        details={"idea_id": fact.idea_id},
    )
    notify(
        member_ids=audiences.writers_to_warn(fact.idea_id),
        kind="ideas.adoption_undone",
        key=str(fact.idea_id),
        community_id=fact.community_id,
        details={"idea_id": fact.idea_id},
    )


@hears(IdeasMerged)
def tell_whom_a_merge_concerns(fact: IdeasMerged) -> None:
    _tell_of_regrouping(fact, "ideas.merged", audiences.concerned_by)


@hears(IdeaSplit)
def tell_whom_a_split_concerns(fact: IdeaSplit) -> None:
    _tell_of_regrouping(fact, "ideas.split", audiences.concerned_by)


@hears(RegroupingUndone)
def tell_authors_it_was_undone(fact: RegroupingUndone) -> None:
    """But for those who had not heard yet what was done a moment ago: they need not hear either."""
    act = Regrouping.objects.get(pk=fact.regrouping_id)
    done, undone = (
        ("ideas.split", "ideas.split_undone")
        if act.way == Way.SPLIT
        else ("ideas.merged", "ideas.merge_undone")
    )
    unheard: set[int] = set()
    if act.undone_at and act.undone_at < act.made_at + MOMENT:
        unheard = take_notices_back(kind=done, key=str(act.pk))

    def whom(regrouping_id: int, *, but: int | None) -> list[int]:
        authors = audiences.authors_put_back(regrouping_id, but=but)
        return [one for one in authors if one not in unheard]

    _tell_of_regrouping(fact, undone, whom)


def _tell_of_regrouping(
    fact: IdeasMerged | IdeaSplit | RegroupingUndone, kind: str, whom: Callable[..., list[int]]
) -> None:
    """Once for each act, however many of its ideas somebody proposed, supported or discussed."""
    notify(
        member_ids=whom(fact.regrouping_id, but=fact.actor_id),
        kind=kind,
        key=str(fact.regrouping_id),
        community_id=fact.community_id,
        details={"idea_id": fact.idea_id},
    )


@hears(IdeaLeftGroup)
def tell_the_author_it_was_taken_out(fact: IdeaLeftGroup) -> None:
    notify(
        member_ids=[one for one in audiences.author_of(fact.idea_id) if one != fact.actor_id],
        kind="ideas.left_group",
        key=f"{fact.regrouping_id}:{fact.idea_id}",
        community_id=fact.community_id,
        details={"idea_id": fact.idea_id},
    )


@hears(GroupAnswered)
def tell_contributors_the_grouped_answer(fact: GroupAnswered) -> None:
    """One notice a person, however many of the group's ideas were theirs."""
    notify(
        member_ids=audiences.who_hears_the_answer(audiences.ideas_of_group(fact.debate_id)),
        kind="ideas.group_answered",
        key=str(fact.debate_id),
        community_id=fact.community_id,
        details={"debate_id": fact.debate_id},
    )


@hears(PromiseDelivered)
def tell_contributors_what_was_delivered(fact: PromiseDelivered) -> None:
    notify(
        member_ids=audiences.who_hears_the_answer([fact.idea_id]),
        kind="ideas.delivered",
        key=str(fact.idea_id),
        community_id=fact.community_id,
        details={"idea_id": fact.idea_id},
    )


@hears(SynthesisSent)
def tell_contributors_that_their_ideas_go_up(fact: SynthesisSent) -> None:
    notify(
        member_ids=audiences.sent_with(fact.synthesis_id, but=fact.actor_id),
        kind="ideas.carried",
        key=str(fact.synthesis_id),
        community_id=fact.community_id,
        details={"debate_id": fact.target_id},
    )


@hears(IdeaEdited)
def tell_supporters_what_changed(fact: IdeaEdited) -> None:
    """Once for a series of corrections: the page they come to shows all of them."""
    if fact.number is None:
        return
    notify(
        member_ids=audiences.supporters_to_tell(fact.idea_id),
        kind="ideas.edited",
        key=f"{fact.idea_id}:{fact.number}",
        community_id=fact.community_id,
        details={"idea_id": fact.idea_id},
    )


@hears(DebateWithdrawn)
def tell_contributors_that_nothing_is_owed(fact: DebateWithdrawn) -> None:
    if fact.was_open:
        people = audiences.contributors_of(audiences.ideas_of_debate(fact.debate_id))
        notify(
            member_ids=[one for one in people if one != fact.actor_id],
            kind="ideas.debate_withdrawn",
            key=str(fact.debate_id),
            community_id=fact.community_id,
            details={"debate_id": fact.debate_id},
        )


@hears(DecisionOverturned)
def put_back_what_was_decided_away(fact: DecisionOverturned) -> None:
    if fact.subject_kind == actions.DEBATE_KIND:
        actions.restore_debate(debate_id=fact.subject_id)


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
    for number, member_ids in contributors_of(fact.version_id).items():
        notify(
            member_ids=member_ids,
            kind="ideas.in_programme",
            key=f"{fact.community_id}:{number}",
            community_id=fact.community_id,
            details={"community_id": fact.community_id, "number": number},
        )
