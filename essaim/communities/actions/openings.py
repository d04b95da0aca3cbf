"""Opening what somebody began: at once, or after a check that silence ends."""

import logging
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from essaim.communities import rules
from essaim.communities.actions.decisions import answer_by_silence, record_decision
from essaim.communities.actions.manifestos import put_in_force
from essaim.communities.actions.tree import end_ask, lock_tree, locked, void_asks
from essaim.communities.facts import (
    CommunityOpened,
    KitStepTicked,
    OpeningAsked,
    OpeningGranted,
    OpeningPolicySet,
    OpeningRefused,
)
from essaim.communities.models import (
    MOST_CHECK_DAYS,
    TICKED_BY_HAND,
    AskState,
    Community,
    DecisionAppeal,
    KitStep,
    Manifesto,
    OpeningAsk,
    OpeningPolicy,
    Verb,
)
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.members.models import Member

log = logging.getLogger(__name__)
OPENING_KIND = "communities.opening"  # what a refusal is a decision about


@transaction.atomic
def set_opening_policy(
    *,
    member: Member,
    community: Community,
    is_checked: bool,
    days: int,
    referent: Member | None = None,
) -> OpeningPolicy:
    """Say whether what begins here is looked at first; asks that wait keep the days they had."""
    community = locked(community)
    require(rules.may_set_opening(fresh_reader(member), community))
    if not 1 <= days <= MOST_CHECK_DAYS:
        raise ValidationError(
            {"days": [_("Between 1 and %(most)s days.") % {"most": MOST_CHECK_DAYS}]}
        )
    if referent is not None and not (
        verdict := rules.may_be_referent(community, member_id=referent.pk)
    ):
        raise ValidationError({"referent": [str(verdict.reason)]})
    policy, _made = OpeningPolicy.objects.update_or_create(
        community=community,
        defaults={"is_checked": is_checked, "days": days, "referent": referent},
    )
    record(
        OpeningPolicySet(
            actor_id=member.pk,
            community_id=community.pk,
            is_checked=is_checked,
            days=days,
            referent_id=referent.pk if referent else None,
        )
    )
    return policy


@transaction.atomic
def open_community(*, member: Member, community: Community) -> Community:
    """Let everyone see and join it, or ask for the check that its parent wants.

    Refused, with what is missing, until it is complete. `opened_at` says which of both it was.
    """
    lock_tree()
    community = locked(community)
    require(rules.may_open(fresh_reader(member), community))
    if policy := rules.check_for(community):
        _ask(member, community, policy)
    else:
        _open(community, member)
    return community


def _ask(member: Member, community: Community, policy: OpeningPolicy) -> OpeningAsk:
    """Under the tree's lock. Asking while an answer is awaited changes nothing."""
    waiting = OpeningAsk.objects.waiting().filter(community=community).first()
    if waiting is not None:
        return waiting
    asked_at = now()
    ask = OpeningAsk.objects.create(
        community=community,
        parent_id=policy.community_id,
        asked_by=member,
        asked_at=asked_at,
        days=policy.days,
        due_at=asked_at + timedelta(days=policy.days),
    )
    record(
        OpeningAsked(
            actor_id=member.pk,
            community_id=community.pk,
            ask_id=ask.pk,
            parent_id=ask.parent_id,
            days=ask.days,
        )
    )
    return ask


def _open(community: Community, member: Member | None) -> None:
    community.opened_at = now()
    community.save(update_fields=["opened_at"])
    if member and community.needs_manifesto:
        draft = Manifesto.objects.drafts().filter(community=community).first()
        if draft and not draft.missing_parts:
            put_in_force(member, draft)
    record(
        CommunityOpened(
            actor_id=member.pk if member else None,
            community_id=community.pk,
            kind=community.kind,
        )
    )


@transaction.atomic
def grant_opening(*, member: Member, ask: OpeningAsk) -> OpeningAsk:
    """The check says yes: it opens."""
    ask = _held(ask.pk)
    require(rules.may_check(fresh_reader(member), ask))
    if missing := rules.missing_before_opening(ask.community):
        raise Refused(_("Still missing before it opens: %(list)s.") % {"list": ", ".join(missing)})
    _grant(ask, AskState.OPENED, by=member)
    return ask


@transaction.atomic
def refuse_opening(*, member: Member, ask: OpeningAsk, reason: str, word: str = "") -> OpeningAsk:
    """The check says no: a recorded decision with its reason, which may be appealed once."""
    ask = _held(ask.pk)
    require(rules.may_check(fresh_reader(member), ask))
    ask.decision = record_decision(
        member=member,
        community=ask.parent,
        verb=Verb.REFUSED,
        subject=(OPENING_KIND, ask.pk),
        reason=reason,
        concerned=ask.asked_by,
        word=word,
        asked_at=ask.asked_at,
    )
    end_ask(ask, AskState.REFUSED, by=member)
    record(
        OpeningRefused(
            actor_id=member.pk,
            community_id=ask.community_id,
            ask_id=ask.pk,
            parent_id=ask.parent_id,
            decision_id=ask.decision.pk,
        )
    )
    return ask


@transaction.atomic
def withdraw_ask(*, member: Member, ask: OpeningAsk) -> None:
    """Those who asked take it back, to go on with the draft."""
    ask = _held(ask.pk)
    require(rules.may_withdraw_ask(fresh_reader(member), ask))
    void_asks(ask.community, member)


def open_in_silence() -> int:
    """Open what nobody answered within its days; every minute. Returns how many.

    Each in a transaction of its own: one that fails keeps no other closed.
    """
    done = 0
    for ask_id in list(OpeningAsk.objects.to_open().order_by("due_at", "pk").values_list("pk")):
        try:
            done += _open_in_silence(ask_id[0])
        except Exception:
            log.exception("What was asked in %s could not be opened.", ask_id[0])
    return done


@transaction.atomic
def _open_in_silence(ask_id: int) -> bool:
    ask = _held(ask_id)
    if ask.state != AskState.ASKED or ask.due_at > now():
        return False  # answered a moment ago
    if not _may_still_open(ask.community):
        void_asks(ask.community, None)
        return False
    _grant(ask, AskState.SILENT)
    return True


def answer_appeals_in_silence() -> int:
    """A second look that nobody took within its days overturns the refusal; every minute."""
    done = 0
    late = DecisionAppeal.objects.filter(
        decision__subject_kind=OPENING_KIND, answered_at__isnull=True, due_at__lte=now()
    )
    due = late.order_by("due_at", "pk").values_list("pk", "decision__community__language")
    for appeal_id, language in list(due):
        try:
            with override(language):  # what is kept is in the words of the community
                reason = _("Nobody looked at it in time: silence opens it.")
            done += answer_by_silence(appeal_id=appeal_id, is_upheld=True, reason=reason)
        except Exception:
            log.exception("The appeal %s could not be ended.", appeal_id)
    return done


@transaction.atomic
def open_after_appeal(*, ask_id: int) -> None:
    """What the second look decides is done: once, and only while there is something to open."""
    ask = _held(ask_id)
    if ask.state == AskState.REFUSED and _may_still_open(ask.community):
        _grant(ask, AskState.WON)


@transaction.atomic
def give_appeal_its_days(*, ask_id: int) -> None:
    """An appeal against a refusal has as many days as the check had."""
    ask = OpeningAsk.objects.get(pk=ask_id)
    appeal = (
        DecisionAppeal.objects.select_for_update(of=("self",))
        .filter(decision__opening__pk=ask_id)
        .first()
    )
    if appeal and appeal.answered_at is None:
        appeal.due_at = appeal.asked_at + timedelta(days=ask.days)
        appeal.save(update_fields=["due_at"])


@transaction.atomic
def tick_step(*, member: Member, community: Community, step: str, is_done: bool) -> None:
    """Tick a first step by hand, or take the tick away."""
    community = locked(community)
    require(rules.may_edit(fresh_reader(member), community))
    if step not in TICKED_BY_HAND:
        raise ValidationError({"step": [_("This step is ticked by what you do.")]})
    if is_done:
        try:
            with transaction.atomic():
                KitStep.objects.create(community=community, step=step, done_by=member)
        except IntegrityError:
            return  # ticked already
    elif not KitStep.objects.filter(community=community, step=step).delete()[0]:
        return
    record(KitStepTicked(actor_id=member.pk, community_id=community.pk, kind=step, is_done=is_done))


def _held(ask_id: int) -> OpeningAsk:
    """The ask and its community as they are now; everybody who changes them takes turns."""
    lock_tree()
    asked = OpeningAsk.objects.select_related("community").get(pk=ask_id)
    community = locked(asked.community)
    ask = OpeningAsk.objects.select_related("parent", "asked_by").get(pk=ask_id)
    ask.community = community
    return ask


def _may_still_open(community: Community) -> bool:
    """An empty, closed or unfinished draft does not open, whatever the clock says."""
    return (
        community.opened_at is None
        and community.closed_at is None
        and community.parent is not None
        and community.parent.is_open
        and rules.is_run(community)
        and not rules.missing_before_opening(community)
    )


def _grant(ask: OpeningAsk, state: AskState, by: Member | None = None) -> None:
    """Open it; another ask that waits for the same community is answered by it."""
    for other in OpeningAsk.objects.waiting().filter(community=ask.community_id):
        if other.pk != ask.pk:
            end_ask(other, AskState.WITHDRAWN)
    end_ask(ask, state, by=by)
    record(
        OpeningGranted(
            actor_id=by.pk if by else None,
            community_id=ask.community_id,
            ask_id=ask.pk,
            parent_id=ask.parent_id,
            is_silent=state == AskState.SILENT,
        )
    )
    _open(ask.community, by)
