"""What becomes of matches: the one place where their state changes, each time with its event.

The need is locked first, then the helper (to count who waits for them), then their offer, then
the match. Slots are counted by the database as states change.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from essaim.commitments.actions import cancel_commitment, keep_commitment, make_commitment
from essaim.commitments.models import CommitmentKind
from essaim.communities.models import Audience
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.foundation.activity import record, record_all
from essaim.foundation.clock import now, today
from essaim.members.models import Member
from essaim.needs import rules
from essaim.needs.facts import (
    HelpAsked,
    MatchAccepted,
    MatchActUndone,
    MatchCalledOff,
    MatchDeclined,
    MatchExpired,
    MatchReleased,
    MatchWithdrawn,
    NeedFilled,
    NeedFreed,
)
from essaim.needs.models import MATCH, Act, Match, MatchEvent, Need, Offer, Side, State

USUALLY_WITHIN = timedelta(days=30)


def locked_match(match: Match, *, with_helper: bool = False) -> Match:
    """The match with its need and offer, all as they are now and ours until the end.

    The helper is locked where it is counted who waits for them.
    """
    need = (
        Need.objects.select_for_update(of=("self",))
        .select_related("community")
        .get(pk=match.need_id)
    )
    if with_helper:
        asked = Match.objects.filter(pk=match.pk, asked_by=Side.NEED)
        list(Member.objects.select_for_update(no_key=True).filter(pk__in=asked.values("helper")))
    offer = (
        Offer.objects.select_for_update(of=("self",))
        .select_related("community")
        .get(pk=match.offer_id)
        if match.offer_id
        else None
    )
    found = Match.objects.select_for_update(of=("self",)).get(pk=match.pk)
    found.need, found.offer = need, offer
    return found


def move(
    match: Match,
    act: Act,
    state: State,
    member: Member | None,
    *,
    undone: MatchEvent | None = None,
) -> MatchEvent:
    """State and history, together."""
    moment = now()
    match.state, match.changed_at = state, moment
    match.save(update_fields=["state", "changed_at"])
    return MatchEvent.objects.create(
        match=match, act=act, state=state, actor=member, at=moment, undone=undone
    )


def about(match: Match, event: MatchEvent) -> dict[str, Any]:
    return {
        "actor_id": event.actor_id,
        "community_id": match.need.community_id,
        "match_id": match.pk,
        "need_id": match.need_id,
        "event_id": event.pk,
    }


def record_asked(match: Match, event: MatchEvent) -> None:
    record(HelpAsked(asked_by=Side(match.asked_by), **about(match, event)))


@transaction.atomic
def accept(*, member: Member, match: Match) -> Match:
    """Agreed: it fills a slot. The last one thanks and releases all who still wait."""
    match = locked_match(match)
    require(rules.may_accept(fresh_reader(member), match))
    event = move(match, Act.ACCEPT, State.ACCEPTED, member)
    _owe_hours(match, member)
    record(MatchAccepted(**about(match, event)))
    _fill(match.need, member)
    return match


def _fill(need: Need, member: Member) -> None:
    need.refresh_from_db(fields=["taken", "filled_at"])
    if need.taken < need.people or need.filled_at:
        return
    need.filled_at = now()
    need.save(update_fields=["filled_at"])
    record(NeedFilled(actor_id=member.pk, **about_need(need)))
    release_waiting(need, member)


@transaction.atomic
def decline(*, member: Member, match: Match) -> Match:
    match = locked_match(match)
    require(rules.may_decline(fresh_reader(member), match))
    event = move(match, Act.DECLINE, State.DECLINED, member)
    record(MatchDeclined(**about(match, event)))
    return match


@transaction.atomic
def withdraw(*, member: Member, match: Match) -> Match:
    """Take back what one asked, before it is answered."""
    match = locked_match(match)
    require(rules.may_take_back(fresh_reader(member), match))
    event = move(match, Act.WITHDRAW, State.WITHDRAWN, member)
    record(MatchWithdrawn(**about(match, event)))
    return match


@transaction.atomic
def call_off(*, member: Member, match: Match) -> Match:
    """Either side: the slot is free again, and whoever had been released hears of it."""
    match = locked_match(match)
    require(rules.may_call_off(fresh_reader(member), match))
    _free(match, Act.UNMATCH, State.UNMATCHED, member)
    return match


def _free(match: Match, act: Act, state: State, member: Member | None) -> MatchEvent:
    was_filled = match.need.filled_at is not None
    event = move(match, act, state, member)
    match.need.refresh_from_db(fields=["taken", "filled_at"])
    _owe_no_hours(match, member)
    if act == Act.UNMATCH:
        record(MatchCalledOff(**about(match, event)))
    if was_filled and match.need.closed_at is None:
        record(NeedFreed(actor_id=event.actor_id, **about_need(match.need)))
    return event


@transaction.atomic
def undo(*, member: Member, match: Match) -> Match:
    """One's own last act, as if it had not been; the other side is told, if they had heard."""
    match = locked_match(match, with_helper=True)
    last = MatchEvent.objects.filter(match=match).latest("pk")
    require(rules.may_undo(fresh_reader(member), match, last))
    state = rules.state_before(last)
    if last.act == Act.ACCEPT:
        was_filled = match.need.filled_at is not None
        event = move(match, Act.UNDO, state, member, undone=last)
        match.need.refresh_from_db(fields=["taken", "filled_at"])
        _owe_no_hours(match, member)
        if was_filled and match.need.closed_at is None:
            record(NeedFreed(actor_id=member.pk, **about_need(match.need)))
    else:
        event = move(match, Act.UNDO, state, member, undone=last)
        if state == State.ACCEPTED:
            _owe_hours(match, member)
    if state == State.ASKED:
        _ask_again_from_now(match)
    record(MatchActUndone(undone_id=last.pk, **about(match, event)))
    if state == State.ACCEPTED:
        _fill(match.need, member)
    return match


def _ask_again_from_now(match: Match) -> None:
    """What is asked again waits from today, not since it was asked first."""
    match.asked_at, match.reminders = now(), 0
    match.save(update_fields=["asked_at", "reminders"])


def release_waiting(need: Need, member: Member | None) -> None:
    """Those who still waited are thanked and free: in a locked need."""
    _end_waiting(need, Act.RELEASE, State.RELEASED, member)


def expire_waiting(need: Need) -> None:
    """Nobody waits any longer for an answer in a need that is over."""
    _end_waiting(need, Act.EXPIRE, State.EXPIRED, None)


def _end_waiting(need: Need, act: Act, state: State, member: Member | None) -> None:
    """However many there are, in as many statements as for one."""
    waiting = list(need.matches.waiting().select_for_update().order_by("pk"))
    if not waiting:
        return
    moment = now()
    Match.objects.filter(pk__in=[one.pk for one in waiting]).update(state=state, changed_at=moment)
    events = MatchEvent.objects.bulk_create(
        MatchEvent(match=one, act=act, state=state, actor=member, at=moment) for one in waiting
    )
    fact = MatchReleased if act == Act.RELEASE else MatchExpired
    for one in waiting:
        one.need = need
    told = zip(waiting, events, strict=True)
    record_all([fact(**about(match, event)) for match, event in told])


@transaction.atomic
def expire_match(match: Match) -> None:
    """No answer came for long enough: whoever asked is told, and free."""
    match = locked_match(match)
    if match.state != State.ASKED:
        return  # answered a moment ago
    event = move(match, Act.EXPIRE, State.EXPIRED, None)
    record(MatchExpired(**about(match, event)))


@transaction.atomic
def leave_match(match: Match, member: Member | None) -> None:
    """One of the two goes: what was asked is taken back, what was agreed is called off."""
    match = locked_match(match)
    if match.state == State.ACCEPTED:
        _free(match, Act.UNMATCH, State.UNMATCHED, member)
    elif match.state == State.ASKED:
        event = move(match, Act.WITHDRAW, State.WITHDRAWN, member)
        record(MatchWithdrawn(**about(match, event)))


def about_need(need: Need) -> dict[str, Any]:
    return {
        "community_id": need.community_id,
        "audience": rules.shown_to(need),
        "need_id": need.pk,
    }


def _owe_hours(match: Match, member: Member) -> None:
    """What was promised is between the two: no page lists it, figures count what is kept."""
    need = match.need
    with override(need.community.language):
        title = _("whoever helps")
    make_commitment(
        community=need.community,
        kind=CommitmentKind.HOURS,
        subject_kind=MATCH,
        subject_id=match.pk,
        due_on=max(need.by_on or today() + USUALLY_WITHIN, today()),
        owner_role="",
        owner_title=title,
        owner=match.helper,
        audience=Audience.NOBODY,
        actor=member,
    )


def _owe_no_hours(match: Match, member: Member | None) -> None:
    with override(match.need.community.language):
        reason = _("It was called off.")
    cancel_commitment(
        kind=CommitmentKind.HOURS,
        subject_kind=MATCH,
        subject_id=match.pk,
        reason=reason,
        actor=member,
    )


def keep_hours(match: Match, member: Member) -> None:
    keep_commitment(
        kind=CommitmentKind.HOURS, subject_kind=MATCH, subject_id=match.pk, actor=member
    )
