"""Cases before the moderators: taken, decided, undone. The thing is locked first, then its case."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.communities.actions import record_decision
from essaim.communities.models import Verb
from essaim.communities.readers import fresh_reader
from essaim.discussions import rules
from essaim.discussions.actions.things import Thing, handling_of
from essaim.discussions.facts import CaseClosed, CaseGivenBack, CaseOpened, CaseTaken, PutBack
from essaim.discussions.models import NOTE_LENGTH, Case, Outcome
from essaim.discussions.queries.policies import policy_of
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_text
from essaim.members.models import Member


@transaction.atomic
def look_into(*, member: Member, kind: str, subject_id: int) -> Case:
    """A moderator looks at something nobody reported: the case to decide, there already or new.

    Not at what is for a few alone: one of them asks first.
    """
    thing = handling_of(kind).lock(subject_id)
    require(rules.may_moderate(fresh_reader(member), thing.community))
    if thing.is_gone or (thing.is_hidden and not thing.waiting_for):
        raise Refused(_("This is no longer shown."))
    case = waiting_case(thing)
    if thing.needs_a_report and not (case and case.reports.exists()):
        raise Refused(_("Moderators read this once somebody reports it."))
    return case or open_case(thing, actor_id=member.pk)


@transaction.atomic
def take_case(*, member: Member, case: Case) -> bool:
    """« I look at this »; False when another moderator was quicker and still has it."""
    case = _locked(case)
    require(rules.may_handle_case(fresh_reader(member), case))
    owner = case.owner_now(policy_of(case.community).claim_hours)
    if owner not in {None, member.pk}:
        return False
    Case.objects.filter(pk=case.pk).update(owner=member, taken_at=now())
    if owner is None:
        record(CaseTaken(actor_id=member.pk, **about_case(case)))
    return True


@transaction.atomic
def give_case_back(*, member: Member, case: Case) -> bool:
    """Somebody else may look; False when one had not taken it."""
    case = _locked(case)
    require(rules.may_handle_case(fresh_reader(member), case))
    if not Case.objects.filter(pk=case.pk, owner=member).update(owner=None, taken_at=None):
        return False
    record(CaseGivenBack(actor_id=member.pk, **about_case(case)))
    return True


@transaction.atomic
def decide_case(*, member: Member, case: Case, hide: bool, reason: str, word: str = "") -> bool:
    """Hide the thing or let it stand, with a public reason and perhaps a word to its author.

    False when it had been decided, or ended by itself, a moment before: the first decision stands.
    """
    thing = handling_of(case.subject_kind).lock(case.subject_id)
    case = _locked(case)
    reader = fresh_reader(member)
    require(rules.may_moderate(reader, case.community))
    if case.closed_at:
        return False
    require(rules.may_decide_case(reader, case, policy_of(case.community)))
    was_away = bool(thing.waiting_for)
    case.decision = record_decision(
        member=member,
        community=case.community,
        audience=thing.audience,
        verb=Verb.HID if hide else Verb.KEPT,
        subject=(thing.kind, thing.pk),
        # Whoever never knew that they were reported is not told that they were.
        concerned=case.author if hide or was_away else None,
        reason=reason,
        word=word,
        asked_at=case.opened_at,
        is_central=not reader.may_here(case.community, rules.MODERATE),
    )
    if hide:
        handling_of(thing.kind).hide(thing, member, case.decision.reason)
        bump_generation()
    elif thing.waiting_for:
        handling_of(thing.kind).show(thing, member)
        bump_generation()
    case.wording = thing.wording
    _close(case, Outcome.HIDDEN if hide else Outcome.KEPT, by=member)
    return True


def hide_thing(*, member: Member, kind: str, subject_id: int, reason: str, word: str = "") -> None:
    """A moderator’s own decision about what nobody reported, with its reason."""
    case = look_into(member=member, kind=kind, subject_id=subject_id)
    decide_case(member=member, case=case, hide=True, reason=reason, word=word)


@transaction.atomic
def put_back(*, member: Member, case: Case, reason: str) -> bool:
    """Show again what a decision hid, by another one; False when it is shown already."""
    thing = handling_of(case.subject_kind).lock(case.subject_id)
    case = _locked(case)
    reader = fresh_reader(member)
    require(rules.may_put_back(reader, case))
    record_decision(
        member=member,
        community=case.community,
        audience=thing.audience,
        verb=Verb.RESTORED,
        subject=(thing.kind, thing.pk),
        concerned=case.author,
        reason=reason,
        is_central=not reader.may_here(case.community, rules.MODERATE),
    )
    return _put_back(case, thing, member)


@transaction.atomic
def put_back_overturned(*, decision_id: int, by_id: int | None) -> bool:
    """A second look found that a decision was wrong; False when it hid nothing, or no longer."""
    found = Case.objects.filter(decision=decision_id).first()
    if found is None:
        return False
    thing = handling_of(found.subject_kind).lock(found.subject_id)
    case = _locked(found)
    if case.outcome != Outcome.HIDDEN or case.put_back_at:
        return False
    by = Member.objects.filter(pk=by_id).first() if by_id else None
    return _put_back(case, thing, by)


@transaction.atomic
def release_case(*, case: Case) -> bool:
    """By the clock: nobody looked in time, so what was held for a first look is shown."""
    thing = handling_of(case.subject_kind).lock(case.subject_id)
    case = _locked(case)
    if case.closed_at or case.release_at is None or case.release_at > now():
        return False
    if thing.waiting_for:
        handling_of(thing.kind).show(thing, None)
        bump_generation()
    _close(case, Outcome.RELEASED, by=None)
    return True


def waiting_case(thing: Thing) -> Case | None:
    """The case about a locked thing, ours alone from now on."""
    return _waiting(thing.kind, thing.pk)


def _waiting(kind: str, subject_id: int) -> Case | None:
    cases = Case.objects.about(kind, subject_id).waiting().select_for_update(of=("self",))
    return cases.select_related("community").first()


def open_case(
    thing: Thing, *, actor_id: int | None, signs: list[str] | None = None, is_held: bool = False
) -> Case:
    """A new case about a locked thing, due and released by the numbers of its community."""
    policy = policy_of(thing.community)
    moment = now()
    case = Case.objects.create(
        community=thing.community,
        audience=thing.audience,
        subject_kind=thing.kind,
        subject_id=thing.pk,
        author_id=thing.author_id,
        opened_at=moment,
        due_at=moment + timedelta(days=policy.due_days),
        is_held=is_held,
        signs=signs or [],
        release_at=moment + timedelta(days=policy.release_days) if is_held else None,
    )
    record(CaseOpened(actor_id=actor_id, **about_case(case)))
    return case


def end_case(
    kind: str, subject_id: int, outcome: Outcome, *, by: Member | None, at: datetime
) -> None:
    """What waited about a thing that its caller has locked ends without a decision."""
    if case := _waiting(kind, subject_id):
        _close(case, outcome, by=by, at=at)


def reopen_case(kind: str, subject_id: int, *, withdrawn_at: datetime) -> None:
    """An author undoes a withdrawal: whatever waited for the moderators waits again."""
    if _waiting(kind, subject_id):
        return  # somebody asked again meanwhile
    ended = Case.objects.about(kind, subject_id).filter(
        outcome=Outcome.WITHDRAWN, closed_at=withdrawn_at
    )
    ended.update(outcome="", closed_at=None)


def about_case(case: Case) -> dict[str, Any]:
    """What every fact about a case says."""
    return {
        "community_id": case.community_id,
        "audience": case.audience,
        "case_id": case.pk,
        "subject_kind": case.subject_kind,
        "subject_id": case.subject_id,
    }


def said(name: str, text: str) -> str:
    """A note, a reason or a word as it is kept, or what is wrong with it."""
    text = clean_text(text).strip()
    if len(text) > NOTE_LENGTH:
        words = _("At most %(most)s characters; this has %(has)s.")
        raise ValidationError({name: words % {"most": NOTE_LENGTH, "has": len(text)}})
    return text


def _close(case: Case, outcome: Outcome, *, by: Member | None, at: datetime | None = None) -> None:
    case.outcome = outcome
    case.closed_at = at or now()
    if outcome in (Outcome.HIDDEN, Outcome.KEPT):
        case.decided_by = by
    case.save(update_fields=["outcome", "closed_at", "wording", "decided_by", "decision"])
    record(CaseClosed(actor_id=by.pk if by else None, decision=outcome, **about_case(case)))


def _put_back(case: Case, thing: Thing, member: Member | None) -> bool:
    """Unless another decision has hidden it since; the case says so either way."""
    hidden = Case.objects.about(thing.kind, thing.pk).filter(
        outcome=Outcome.HIDDEN, put_back_at__isnull=True
    )
    is_last = not hidden.exclude(pk=case.pk).exists()
    Case.objects.filter(pk=case.pk).update(put_back_at=now())
    if is_last and thing.is_hidden and not thing.waiting_for:
        handling_of(thing.kind).show(thing, member)
        bump_generation()
    record(PutBack(actor_id=member.pk if member else None, **about_case(case)))
    return is_last


def _locked(case: Case) -> Case:
    """As the database has it, ours alone until the transaction ends."""
    cases = Case.objects.select_for_update(of=("self",)).select_related("community", "author")
    return cases.get(pk=case.pk)
