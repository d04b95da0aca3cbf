"""A second look at an answer: asked for once, taken by someone else, by a date."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from essaim.communities.readers import fresh_reader
from essaim.discussions.actions import end_case
from essaim.discussions.models import Outcome as CaseOutcome
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now, today
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_text
from essaim.ideas import rules
from essaim.ideas.actions import debates, ideas, owed
from essaim.ideas.actions.answers import DeliveryPromise, about, decided
from essaim.ideas.facts import (
    AnswerContested,
    AppealDecided,
    AppealWithdrawn,
    IdeaAdopted,
)
from essaim.ideas.models import ADOPTING, APPEAL, Answer, Appeal, Idea, Outcome, length_of
from essaim.ideas.queries import promise_about
from essaim.ideas.queries.appeals import title_of_second_looker
from essaim.members.models import Member

USUAL_DAYS = 30


@transaction.atomic
def contest_answer(*, member: Member, idea: Idea, reasons: str) -> Appeal:
    """Ask for a second look, with reasons; it takes no longer than the first answer might."""
    idea = ideas.locked(idea, debates.locked(idea.debate))
    require(rules.may_contest(fresh_reader(member), idea))
    reasons = _in_words(reasons, length_of(Appeal, "reasons"))
    answer = idea.answer
    days = idea.debate.answer_delay_days or USUAL_DAYS
    try:
        with transaction.atomic():
            appeal = Appeal.objects.create(
                answer=answer,
                appellant=member,
                reasons=reasons,
                made_at=now(),
                due_on=today() + timedelta(days=days),
                first_decision=answer.decision,
                first_reasons=answer.reasons,
                first_answered_by=answer.answered_by,
                first_title=answer.answered_title,
                first_answered_at=answer.answered_at,
            )
    except IntegrityError as error:
        raise Refused(_("This answer has been contested: that happens once.")) from error
    owed.second_look(idea, appeal, member)
    record(AnswerContested(actor_id=member.pk, **about(idea)))
    return appeal


@transaction.atomic
def withdraw_appeal(*, member: Member, idea: Idea) -> None:
    """Take it back: its words go, and no other is made. A decision about it stays."""
    idea = ideas.locked(idea, debates.locked(idea.debate))
    appeal = appeal_of(idea)
    require(rules.may_withdraw_appeal(fresh_reader(member), appeal))
    appeal.reasons = ""
    if appeal.decided_at:
        appeal.words_withdrawn_at = now()
    else:
        appeal.withdrawn_at = now()
        with override(idea.debate.community.language):
            reason = _("Whoever contested this answer took it back.")
        owed.release_second_look(idea, member, reason)
    appeal.save(update_fields=["withdrawn_at", "words_withdrawn_at", "reasons"])
    end_case(APPEAL, appeal.pk, CaseOutcome.WITHDRAWN, by=member, at=now())
    bump_generation()
    record(AppealWithdrawn(actor_id=member.pk, **about(idea)))


@transaction.atomic
def decide_appeal(
    *,
    member: Member,
    idea: Idea,
    outcome: str,
    reasons: str,
    decision: str = "",
    delivery: DeliveryPromise | None = None,
) -> Appeal:
    """Uphold the answer or change it, with reasons; the first one stays readable."""
    idea = ideas.locked(idea, debates.locked(idea.debate))
    appeal = appeal_of(idea)
    require(rules.may_decide_appeal(fresh_reader(member), idea))
    if outcome not in Outcome.values:
        raise ValidationError({"outcome": [_("Choose: the answer stands, or another one.")]})
    is_changed = outcome == Outcome.CHANGED
    promised = None
    if is_changed:
        _refuse_what_cannot_change(idea, appeal, decision)
        reasons, promised = decided(decision, reasons, delivery)
    else:
        decision = appeal.first_decision
        reasons = _in_words(reasons, length_of(Appeal, "decision_reasons"))
    with override(idea.debate.community.language):
        title = title_of_second_looker(idea, member)
    appeal.outcome = outcome
    appeal.decision_reasons = reasons
    appeal.decided_by = member
    appeal.decided_title = title
    appeal.decided_at = now()
    appeal.save(
        update_fields=["outcome", "decision_reasons", "decided_by", "decided_title", "decided_at"]
    )
    owed.second_look_was_taken(idea, member)
    if is_changed:
        _change(idea, appeal, member, decision, promised)
    record(
        AppealDecided(actor_id=member.pk, was_changed=is_changed, decision=decision, **about(idea))
    )
    return appeal


def _refuse_what_cannot_change(idea: Idea, appeal: Appeal, decision: str) -> None:
    if decision == appeal.first_decision:
        raise ValidationError(
            {"decision": [_("This was decided at first: then the answer stands.")]}
        )
    promised = promise_about(idea)
    if promised and promised.kept_at:
        raise ValidationError(
            {"decision": [_("What the first answer promised has been delivered: it stands.")]}
        )


def _change(
    idea: Idea,
    appeal: Appeal,
    member: Member,
    decision: str,
    promised: DeliveryPromise | None,
) -> None:
    """The new answer takes the place of the first; promises follow."""
    Answer.objects.filter(pk=appeal.answer_id).update(
        decision=decision,
        reasons=appeal.decision_reasons,
        answered_by=member,
        answered_title=appeal.decided_title,
        answered_at=appeal.decided_at,
        group=None,
    )
    was_adopted = appeal.first_decision in ADOPTING
    if was_adopted:
        owed.release_promise(idea, member)
    if promised:
        owed.promise_delivery(
            idea,
            member,
            promise=promised.promise,
            owner_role=promised.owner_role,
            owner_title=promised.owner_title,
            due_on=promised.due_on,
        )
        if not was_adopted:
            record(IdeaAdopted(actor_id=member.pk, **about(idea)))


def _in_words(reasons: str, longest: int) -> str:
    try:
        return debates.checked(clean_text(reasons).strip(), longest=longest, needed=True)
    except ValidationError as error:
        raise ValidationError({"reasons": error.messages}) from error


def appeal_of(idea: Idea) -> Appeal:
    """The appeal as it is now: its idea is locked, so nobody else decides it meanwhile."""
    appeal = rules.appeal_against(idea)
    if appeal is None:
        raise Refused(_("Nobody contested this answer."))
    return appeal
