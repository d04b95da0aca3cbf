"""Recorded decisions about what others made, and the second look that can be asked for."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.facts import (
    DecisionAppealed,
    DecisionConfirmed,
    DecisionOverturned,
    DecisionTaken,
)
from essaim.communities.models import (
    APPEAL_DELAY,
    REASON_LENGTH,
    Audience,
    Community,
    Decision,
    DecisionAppeal,
)
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_text
from essaim.members.models import Member


def written_reason(text: str, *, field: str = "reason", needed: bool = True) -> str:
    """A reason as it is kept; ValidationError on its field when there is none or too much of it."""
    try:
        text = clean_text(text).strip()
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from error
    if needed and not text:
        raise ValidationError({field: [_("Say why: without a reason there is no decision.")]})
    if len(text) > REASON_LENGTH:
        raise ValidationError(
            {field: [_("At most %(most)s characters.") % {"most": REASON_LENGTH}]}
        )
    return text


@transaction.atomic
def record_decision(
    *,
    member: Member,
    community: Community,
    verb: str,
    subject: tuple[str, int],
    reason: str,
    concerned: Member | None = None,
    word: str = "",
    asked_at: datetime | None = None,
    audience: str = Audience.PUBLIC,
    is_central: bool | None = None,
) -> Decision:
    """Keep what the caller's own action decides and does, in its transaction and by its rule.

    `subject` is the kind as its package calls it, and the id; `concerned` made it and may appeal.
    The decision is read by whom the thing was for (`audience`).
    `is_central` where the caller knows by which role; else by whether one was entrusted there.
    """
    if is_central is None:
        is_central = not fresh_reader(member).is_entrusted_here(community)
    decision = Decision.objects.create(
        community=community,
        audience=audience,
        verb=verb,
        subject_kind=subject[0],
        subject_id=subject[1],
        concerned=concerned,
        taken_by=member,
        is_central=is_central,
        reason=written_reason(reason),
        word=written_reason(word, field="word", needed=False),
        asked_at=asked_at,
    )
    bump_generation()
    record(
        DecisionTaken(
            actor_id=member.pk,
            community_id=community.pk,
            audience=audience,
            decision_id=decision.pk,
            verb=verb,
            subject_kind=subject[0],
            subject_id=subject[1],
            concerned_id=concerned.pk if concerned else None,
            is_central=decision.is_central,
        )
    )
    return decision


@transaction.atomic
def appeal_decision(*, member: Member, decision: Decision, words: str) -> DecisionAppeal:
    """Ask that somebody else looks at it; there is one appeal, whoever clicks how often."""
    decision = _locked(decision)
    require(rules.may_appeal(fresh_reader(member), decision))
    try:
        with transaction.atomic():
            appeal = DecisionAppeal.objects.create(
                decision=decision,
                member=member,
                words=written_reason(words, field="words"),
                due_at=now() + APPEAL_DELAY,
            )
    except IntegrityError as error:
        raise Refused(
            _("A second look was asked for already: there is one for each decision.")
        ) from error
    bump_generation()
    record(
        DecisionAppealed(
            actor_id=member.pk,
            community_id=decision.community_id,
            decision_id=decision.pk,
            subject_kind=decision.subject_kind,
            subject_id=decision.subject_id,
        )
    )
    return appeal


@transaction.atomic
def answer_appeal(
    *, member: Member, decision: Decision, is_upheld: bool, reason: str
) -> DecisionAppeal:
    """Confirm the decision or overturn it, as somebody else; whose thing it is puts it back."""
    decision = _locked(decision)
    appeal = DecisionAppeal.objects.select_for_update().filter(decision=decision).first()
    if appeal is None:
        raise Refused(_("Nobody asked for a second look at this decision."))
    appeal.decision = decision
    require(rules.may_answer_appeal(fresh_reader(member), appeal))
    _answer(appeal, by=member, is_upheld=is_upheld, reason=written_reason(reason))
    return appeal


@transaction.atomic
def answer_by_silence(*, appeal_id: int, is_upheld: bool, reason: str) -> bool:
    """End an appeal that nobody answered in its time; False when somebody just has."""
    appeal = DecisionAppeal.objects.get(pk=appeal_id)
    decision = _locked(appeal.decision)
    appeal = DecisionAppeal.objects.select_for_update().get(pk=appeal_id)
    if appeal.answered_at or appeal.due_at > now():
        return False
    appeal.decision = decision
    _answer(appeal, by=None, is_upheld=is_upheld, reason=written_reason(reason))
    return True


def _answer(appeal: DecisionAppeal, *, by: Member | None, is_upheld: bool, reason: str) -> None:
    decision = appeal.decision
    appeal.answered_at, appeal.answered_by = now(), by
    appeal.is_upheld, appeal.reason = is_upheld, reason
    appeal.save(update_fields=["answered_at", "answered_by", "is_upheld", "reason"])
    if is_upheld:
        decision.overturned_at = now()
        decision.save(update_fields=["overturned_at"])
    bump_generation()
    kind = DecisionOverturned if is_upheld else DecisionConfirmed
    record(
        kind(
            actor_id=by.pk if by else None,
            community_id=decision.community_id,
            decision_id=decision.pk,
            verb=decision.verb,
            subject_kind=decision.subject_kind,
            subject_id=decision.subject_id,
            concerned_id=decision.concerned_id,
        )
    )


def _locked(decision: Decision) -> Decision:
    return (
        Decision.objects.select_for_update(of=("self",), no_key=True)
        .select_related("community")
        .get(pk=decision.pk)
    )
