from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.commitments.models import Commitment
from essaim.communities.models import Role
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now, today
from essaim.foundation.text import clean_line, clean_text
from essaim.ideas import rules
from essaim.ideas.actions import debates, ideas, owed
from essaim.ideas.facts import GroupAnswered, IdeaAdopted, IdeaAnswered, PromiseDelivered
from essaim.ideas.models import (
    ADOPTING,
    Answer,
    Debate,
    Decision,
    DeliveryNote,
    GroupedAnswer,
    Idea,
    length_of,
)
from essaim.ideas.queries import promise_about
from essaim.members.models import Member

GROUP_DECISIONS = (Decision.NOT_ADOPTED, Decision.NEEDS_MORE)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryPromise:
    """What is promised with an adopted idea: what, by which role, until which day."""

    promise: str
    owner_role: str
    owner_title: str
    due_on: date


@transaction.atomic
def answer_idea(
    *,
    member: Member,
    idea: Idea,
    decision: str,
    reasons: str,
    delivery: DeliveryPromise | None = None,
) -> Answer:
    """Decide, with reasons. Adopting, wholly or in part, takes a promise to deliver with it."""
    idea = ideas.locked(idea, debates.locked(idea.debate))
    require(rules.may_answer(fresh_reader(member), idea))
    reasons, promised = decided(decision, reasons, delivery)
    answer = Answer.objects.create(
        idea=idea,
        decision=decision,
        reasons=reasons,
        answered_by=member,
        answered_title=idea.debate.answering_title,
        answered_at=now(),
    )
    owed.answer_was_given(idea, member)
    record(IdeaAnswered(actor_id=member.pk, decision=decision, **about(idea)))
    if promised:
        owed.promise_delivery(
            idea,
            member,
            promise=promised.promise,
            owner_role=promised.owner_role,
            owner_title=promised.owner_title,
            due_on=promised.due_on,
        )
        record(IdeaAdopted(actor_id=member.pk, **about(idea)))
    return answer


@transaction.atomic
def answer_group(
    *, member: Member, debate: Debate, reasons: str, decision: str = Decision.NOT_ADOPTED
) -> GroupedAnswer:
    """One reasoned answer to every idea below the threshold that has none of its own."""
    debate = debates.locked(debate)
    require(rules.may_answer_group(fresh_reader(member), debate))
    if decision not in GROUP_DECISIONS:
        raise ValidationError(
            {"decision": [_("To adopt an idea below the threshold, answer it by itself.")]}
        )
    try:
        longest = length_of(GroupedAnswer, "reasons")
        reasons = debates.checked(clean_text(reasons).strip(), longest=longest, needed=True)
    except ValidationError as error:
        raise ValidationError({"reasons": error.messages}) from error
    group = GroupedAnswer.objects.create(
        debate=debate,
        reasons=reasons,
        answered_by=member,
        answered_title=debate.answering_title,
        answered_at=now(),
    )
    answers = Answer.objects.bulk_create(
        Answer(
            idea=idea,
            decision=decision,
            reasons=reasons,
            answered_by=member,
            answered_title=debate.answering_title,
            answered_at=group.answered_at,
            group=group,
        )
        for idea in owed.unanswered_below(debate).select_for_update(of=("self",))
    )
    owed.group_was_answered(debate, member)
    record(
        GroupAnswered(
            actor_id=member.pk,
            community_id=debate.community_id,
            audience=debate.audience,
            debate_id=debate.pk,
            decision=decision,
            answers=len(answers),
        )
    )
    return group


@transaction.atomic
def keep_delivery(*, member: Member, idea: Idea, text: str) -> DeliveryNote:
    """Say, in a sentence, that what was promised is there."""
    idea = ideas.locked(idea, debates.locked(idea.debate))
    promised = promise_about(idea)
    require(rules.may_deliver(fresh_reader(member), idea, promised))
    try:
        longest = length_of(DeliveryNote, "text")
        text = debates.checked(clean_text(text).strip(), longest=longest, needed=True)
    except ValidationError as error:
        raise ValidationError({"text": error.messages}) from error
    note = DeliveryNote.objects.create(
        idea=idea,
        text=text,
        delivered_by=member,
        delivered_title=promised.owner_title if promised else "",
        delivered_at=now(),
    )
    owed.promise_was_kept(idea, member)
    record(PromiseDelivered(actor_id=member.pk, **about(idea)))
    return note


def decided(
    decision: str, reasons: str, delivery: DeliveryPromise | None
) -> tuple[str, DeliveryPromise | None]:
    """Reasons and promise as they may be stored, or a ValidationError by field."""
    errors: dict[str, list[str]] = {}
    if decision not in Decision.values:
        errors["decision"] = [_("Choose one of the decisions.")]
    longest = length_of(Answer, "reasons")
    try:
        reasons = debates.checked(clean_text(reasons).strip(), longest=longest, needed=True)
    except ValidationError as error:
        errors["reasons"] = list(error.messages)
    promised = None
    if decision in ADOPTING:
        if delivery is None:
            errors["promise"] = [
                _("Say what will be done, by whom and until when: adopting is a promise.")
            ]
        else:
            promised, wrong = _promised(delivery)
            errors |= wrong
    elif delivery is not None:
        errors["promise"] = [_("Only an adopted idea carries a promise.")]
    if errors:
        raise ValidationError(errors)
    return reasons, promised


def _promised(delivery: DeliveryPromise) -> tuple[DeliveryPromise, dict[str, list[str]]]:
    errors: dict[str, list[str]] = {}
    texts = {"promise": delivery.promise, "owner_title": delivery.owner_title}
    for name, clean in [("promise", clean_text), ("owner_title", clean_line)]:
        longest = length_of(Commitment, name)
        try:
            texts[name] = debates.checked(clean(texts[name]).strip(), longest=longest, needed=True)
        except ValidationError as error:
            errors[name] = list(error.messages)
    if delivery.owner_role not in Role.values:
        errors["owner_role"] = [_("Choose the role that will see to it.")]
    if delivery.due_on < today():
        errors["due_on"] = [_("This day has passed: choose one to come.")]
    kept = DeliveryPromise(
        promise=texts["promise"],
        owner_role=delivery.owner_role,
        owner_title=texts["owner_title"],
        due_on=delivery.due_on,
    )
    return kept, errors


def about(idea: Idea) -> dict[str, Any]:
    return {
        "community_id": idea.debate.community_id,
        "audience": idea.audience,
        "idea_id": idea.pk,
        "debate_id": idea.debate_id,
    }
