"""What debates, ideas and answers owe and no longer owe: one place for all their commitments."""

from datetime import date
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import override

from essaim.commitments.actions import cancel_commitment, keep_commitment, make_commitment
from essaim.commitments.models import CommitmentKind
from essaim.communities.models import Community
from essaim.communities.queries import holders_of
from essaim.ideas.models import Answer, Debate, Idea, IdeaQuerySet
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
    ideas = Idea.objects.filter(debate=debate).standing().order_by("pk")
    counts = dict(ideas.annotate(count=Count("supports")).values_list("pk", "count"))
    below = False
    for idea in ideas:
        idea.passed_threshold = counts[idea.pk] >= (debate.support_threshold or 1)
        idea.save(update_fields=["passed_threshold"])
        if idea.passed_threshold:
            make_commitment(
                kind=CommitmentKind.ANSWER,
                subject_kind="idea",
                subject_id=idea.pk,
                audience=idea.audience,
                **owed,
            )
        else:
            below = True
    if below:
        make_commitment(
            kind=CommitmentKind.GROUPED_ANSWER,
            subject_kind="debate",
            subject_id=debate.pk,
            audience=debate.audience,
            **owed,
        )


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
    if idea.passed_threshold is False:
        release_group(idea.debate, member)


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
    return ideas.standing().order_by("pk")


def only_holder(community: Community, role: str, title: str) -> Member | None:
    """Whoever holds the role now, by their public title when several do; None while unclear."""
    holders = holders_of(community, role, reach=True)
    if len(holders) > 1:
        holders = [holder for holder in holders if holder.title == title]
    return Member.objects.get(pk=holders[0].member_id) if len(holders) == 1 else None
