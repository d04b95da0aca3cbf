"""What debates, ideas and answers owe and no longer owe: one place for all their commitments."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from essaim.commitments.actions import (
    cancel_commitment,
    keep_commitment,
    make_commitment,
    make_commitments,
)
from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.models import Community
from essaim.communities.queries import holders_of
from essaim.foundation.clock import today
from essaim.ideas.models import Answer, Appeal, Debate, GroupedAnswer, Idea, IdeaQuerySet
from essaim.ideas.queries.appeals import second_lookers
from essaim.members.models import Member


def owe_answers(debate: Debate) -> None:
    """Fix who passed the threshold; owe each of these an answer, and one to all the others."""
    owed: dict[str, Any] = {
        "community": debate.community,
        "due_on": debate.answers_due_on,
        "owner_role": debate.answering_role,
        "owner_title": debate.answering_title,
        "owner": only_holder(debate.community, debate.answering_role, debate.answering_title),
    }
    current = Idea.objects.filter(debate=debate).current()
    passes = Q(supporters__gte=debate.support_threshold or 1)
    current.update(passed_threshold=ExpressionWrapper(passes, BooleanField()))
    make_commitments(
        kind=CommitmentKind.ANSWER,
        subject_kind="idea",
        subjects=dict(current.filter(passed_threshold=True).values_list("pk", "audience")),
        **owed,
    )
    if current.filter(passed_threshold=False).exists():
        make_commitment(
            kind=CommitmentKind.GROUPED_ANSWER,
            subject_kind="debate",
            subject_id=debate.pk,
            audience=debate.audience,
            **owed,
        )


def owe_late(idea: Idea, member: Member | None) -> None:
    """For an idea that stands by itself again after the closing: owed by its own count.

    Once the others have their grouped answer, it gets one of its own; a day that has passed is
    counted again from today.
    """
    debate = idea.debate
    answered = GroupedAnswer.objects.filter(debate=debate).exists()
    idea.passed_threshold = idea.supporters >= (debate.support_threshold or 1)
    idea.save(update_fields=["passed_threshold"])
    due_on = debate.answers_due_on or today()
    if due_on < today():
        due_on = today() + timedelta(days=debate.answer_delay_days or 0)
    alone = idea.passed_threshold or answered
    make_commitment(
        kind=CommitmentKind.ANSWER if alone else CommitmentKind.GROUPED_ANSWER,
        subject_kind="idea" if alone else "debate",
        subject_id=idea.pk if alone else debate.pk,
        audience=idea.audience if alone else debate.audience,
        community=debate.community,
        due_on=due_on,
        owner_role=debate.answering_role,
        owner_title=debate.answering_title,
        owner=only_holder(debate.community, debate.answering_role, debate.answering_title),
        actor=member,
    )


def owe_again(idea: Idea, member: Member | None) -> None:
    """What was hidden is shown again: it is owed what it would be owed if it had always stood."""
    debate, answer = idea.debate, Answer.objects.filter(idea=idea).first()
    if not debate.closed_at or debate.archived_at or not idea.is_by_itself:
        return
    if answer is None:
        if Idea.objects.staying().filter(pk=idea.pk).exists():
            owe_late(idea, member)
        return
    appeal = Appeal.objects.filter(answer=answer).first()
    if appeal and not (appeal.decided_at or appeal.withdrawn_at):
        second_look(idea, appeal, member)


def take_over(heir: Idea, idea: Idea, member: Member) -> None:
    """What was owed to an idea that goes is owed to the one that speaks for its group now."""
    heir.passed_threshold = idea.passed_threshold
    heir.save(update_fields=["passed_threshold"])
    kind = CommitmentKind.ANSWER
    owed = Commitment.objects.filter(kind=kind, subject_kind="idea", subject_id=idea.pk)
    if standing := owed.standing().first():
        make_commitment(
            kind=kind,
            subject_kind="idea",
            subject_id=heir.pk,
            audience=heir.audience,
            community=idea.debate.community,
            due_on=standing.due_on,
            owner_role=standing.owner_role,
            owner_title=standing.owner_title,
            owner=standing.owner,
            actor=member,
        )


def no_longer_alone(idea: Idea, member: Member) -> None:
    """Nobody owes an answer to an idea that is merged: the one it is merged into gets it."""
    with override(idea.debate.community.language):
        reason = _("The idea has been merged into another one.")
    cancel_commitment(
        kind=CommitmentKind.ANSWER,
        subject_kind="idea",
        subject_id=idea.pk,
        reason=reason,
        actor=member,
    )
    was_below = idea.passed_threshold is False
    idea.passed_threshold = None
    idea.save(update_fields=["passed_threshold"])
    if was_below:
        release_group(idea.debate, member)


def answer_was_given(idea: Idea, member: Member) -> None:
    """The answer to an idea is no longer owed, by itself or as one of the group."""
    keep_commitment(
        kind=CommitmentKind.ANSWER, subject_kind="idea", subject_id=idea.pk, actor=member
    )
    if idea.passed_threshold is False:
        release_group(idea.debate, member)


def group_was_answered(debate: Debate, member: Member) -> None:
    keep_commitment(
        kind=CommitmentKind.GROUPED_ANSWER,
        subject_kind="debate",
        subject_id=debate.pk,
        actor=member,
    )


def promise_delivery(
    idea: Idea, member: Member, *, promise: str, owner_role: str, owner_title: str, due_on: date
) -> None:
    community = idea.debate.community
    make_commitment(
        community=community,
        kind=CommitmentKind.DELIVERY,
        subject_kind="idea",
        subject_id=idea.pk,
        audience=idea.audience,
        owner=only_holder(community, owner_role, owner_title),
        owner_role=owner_role,
        owner_title=owner_title,
        due_on=due_on,
        promise=promise,
        actor=member,
    )


def promise_was_kept(idea: Idea, member: Member) -> None:
    keep_commitment(
        kind=CommitmentKind.DELIVERY, subject_kind="idea", subject_id=idea.pk, actor=member
    )


def second_look(idea: Idea, appeal: Appeal, member: Member | None) -> None:
    """Owed by whoever else may decide: the role that has somebody else, the nearest one first."""
    community = idea.debate.community
    with override(community.language):
        other = next(iter(second_lookers(idea)), None)
        nobody = _("someone other than whoever answered first")
    make_commitment(
        community=community,
        kind=CommitmentKind.APPEAL,
        subject_kind="idea",
        subject_id=idea.pk,
        audience=idea.audience,
        due_on=appeal.due_on,
        owner_role=other.role if other else idea.debate.answering_role,
        owner_title=other.title if other else nobody,
        actor=member,
    )


def second_look_was_taken(idea: Idea, member: Member) -> None:
    keep_commitment(
        kind=CommitmentKind.APPEAL, subject_kind="idea", subject_id=idea.pk, actor=member
    )


def release_second_look(idea: Idea, member: Member, reason: str) -> None:
    cancel_commitment(
        kind=CommitmentKind.APPEAL,
        subject_kind="idea",
        subject_id=idea.pk,
        reason=reason,
        actor=member,
    )


def release_promise(idea: Idea, member: Member) -> None:
    """A second look decided otherwise: what the first answer promised is not owed any more."""
    with override(idea.debate.community.language):
        reason = _("A second look changed the answer that promised it.")
    cancel_commitment(
        kind=CommitmentKind.DELIVERY,
        subject_kind="idea",
        subject_id=idea.pk,
        reason=reason,
        actor=member,
    )


def release(idea: Idea, member: Member, *, because_hidden: bool) -> None:
    """Nobody owes an answer to an idea that no longer stands."""
    with override(idea.debate.community.language):
        reason = (
            _("The idea was hidden by a moderator.")
            if because_hidden
            else _("The idea was withdrawn by its author.")
        )
    cancel_commitment(
        kind=CommitmentKind.ANSWER,
        subject_kind="idea",
        subject_id=idea.pk,
        reason=reason,
        actor=member,
    )
    release_second_look(idea, member, reason)
    if idea.passed_threshold is False:
        release_group(idea.debate, member)
    owe_below_again(idea, member)


def release_carried(debate: Debate, ideas: Collection[Idea], member: Member) -> None:
    """What a community above answers is no longer owed here; answers given here stay.

    The reason stays as text, so it does not name that community: it may become private.
    """
    with override(debate.community.language):
        reason = _("Carried to a community above, which answers it.")
    for idea in ideas:
        cancel_commitment(
            kind=CommitmentKind.ANSWER,
            subject_kind="idea",
            subject_id=idea.pk,
            reason=reason,
            actor=member,
        )
    release_group(debate, member)


def owe_below_again(carried: Idea, member: Member) -> None:
    """An idea that stands no longer above is answered again where it came from."""
    if carried.carried_from_id is None:
        return
    origin = (
        Idea.objects.current()
        .staying()
        .filter(pk=carried.carried_from_id, answer__isnull=True, debate__closed_at__isnull=False)
        .select_related("debate__community")
        .first()
    )
    if origin:
        owe_late(origin, member)


def release_group(debate: Debate, member: Member) -> None:
    """No grouped answer is owed once each of its ideas was answered by itself, or is gone."""
    if unanswered_below(debate).exists():
        return
    if Answer.objects.filter(idea__debate=debate, idea__passed_threshold=False).exists():
        group_was_answered(debate, member)
        return
    with override(debate.community.language):
        reason = _("No idea below the threshold is left.")
    cancel_commitment(
        kind=CommitmentKind.GROUPED_ANSWER,
        subject_kind="debate",
        subject_id=debate.pk,
        reason=reason,
        actor=member,
    )


def unanswered_below(debate: Debate) -> IdeaQuerySet:
    """Ideas below the threshold that stand and have no answer of their own."""
    ideas = Idea.objects.filter(debate=debate, passed_threshold=False, answer__isnull=True)
    return ideas.current().staying().order_by("pk")


def only_holder(community: Community, role: str, title: str) -> Member | None:
    """Whoever holds the role now, by their public title when several do; None while unclear."""
    holders = holders_of(community, role, reach=True)
    if len(holders) > 1:
        holders = [holder for holder in holders if holder.title == title]
    return Member.objects.get(pk=holders[0].member_id) if len(holders) == 1 else None
