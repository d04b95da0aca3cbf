"""Undoing one's own last act: for a day, as if it had not been, for both sides."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now
from essaim.foundation.models import FactRow
from essaim.members.models import Member
from essaim.needs import actions, tasks
from essaim.needs.models import Match, Need, Side, State
from essaim.needs.tests.factories import make_community, make_match, make_need, make_person
from essaim.outreach.actions import mark_notices_read
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# Each act that can be undone: who asked, where the match stands first, and where the act leads.
ACTS = [
    pytest.param(actions.accept, Side.NEED, State.ASKED, State.ACCEPTED, id="accept"),
    pytest.param(actions.decline, Side.NEED, State.ASKED, State.DECLINED, id="decline"),
    pytest.param(actions.withdraw, Side.HELPER, State.ASKED, State.WITHDRAWN, id="withdraw"),
    pytest.param(actions.call_off, Side.HELPER, State.ACCEPTED, State.UNMATCHED, id="call off"),
]
Action = Callable[..., Match]


def _match(state: State = State.ASKED, asked_by: Side = Side.HELPER, people: int = 2) -> Match:
    return make_match(make_need(make_community(), people=people), state=state, asked_by=asked_by)


def _poster(match: Match) -> Member:
    assert match.need.posted_by
    return match.need.posted_by


def _helper(match: Match) -> Member:
    assert match.helper
    return match.helper


def _told(member: Member, kind: str) -> int:
    return Notice.objects.filter(member=member, kind=kind).count()


def _hear(moment: datetime) -> None:
    with at(moment):
        deliver_pending()


@pytest.mark.parametrize(("act", "asked_by", "was", "done"), ACTS)
def test_an_act_can_be_undone_for_a_day(
    act: Action, asked_by: Side, was: State, done: State
) -> None:
    match, moment = _match(was, asked_by), now()
    with at(moment):
        act(member=_helper(match), match=match)
    with at(moment + DAY + MINUTE), pytest.raises(Refused, match="too late"):
        actions.undo(member=_helper(match), match=match)
    match.refresh_from_db()
    assert match.state == done
    with at(moment + DAY):
        actions.undo(member=_helper(match), match=match)
    match.refresh_from_db()
    assert match.state == was


@pytest.mark.parametrize(("act", "asked_by", "was", "done"), ACTS)
def test_nobody_undoes_what_another_did(
    act: Action, asked_by: Side, was: State, done: State
) -> None:
    """Neither the other side, nor whoever answers for the same need, nor a stranger."""
    match = _match(was, asked_by)
    contact, stranger = make_person(match.need.community), make_person(match.need.community)
    Need.objects.filter(pk=match.need_id).update(contact=contact)
    act(member=_helper(match), match=match)
    for member in (_poster(match), contact, stranger):
        with pytest.raises(Refused):
            actions.undo(member=member, match=match)
    match.refresh_from_db()
    assert match.state == done


def test_one_who_answers_for_a_need_does_not_undo_what_the_other_answered() -> None:
    match = _match()
    contact = make_person(match.need.community)
    Need.objects.filter(pk=match.need_id).update(contact=contact)
    actions.accept(member=_poster(match), match=match)
    with pytest.raises(Refused, match="nothing of yours"):
        actions.undo(member=contact, match=match)
    actions.undo(member=_poster(match), match=match)


def test_what_was_undone_is_not_undone_again() -> None:
    match = _match()
    actions.decline(member=_poster(match), match=match)
    actions.undo(member=_poster(match), match=match)
    with pytest.raises(Refused, match="nothing of yours"):
        actions.undo(member=_poster(match), match=match)


@pytest.mark.parametrize(("people", "frees"), [(1, 1), (2, 0)])
def test_undoing_the_yes_that_filled_a_need_frees_it(people: int, frees: int) -> None:
    """Only then, and whom it had released hear of it."""
    match = _match(people=people)
    other = make_match(match.need)
    actions.accept(member=_poster(match), match=match)
    actions.undo(member=_poster(match), match=match)
    need = Need.objects.get()
    assert (need.taken, need.filled_at) == (0, None)
    assert FactRow.objects.filter(kind="needs.NeedFreed").count() == frees
    deliver_pending()
    assert _told(_helper(other), "needs.released") == frees
    assert _told(_helper(other), "needs.freed") == frees


def test_nobody_is_told_of_a_free_place_that_is_taken_again() -> None:
    """It was called off and that was undone, before anybody was told."""
    match = _match(people=1)
    other = make_match(match.need)
    actions.accept(member=_poster(match), match=match)
    actions.call_off(member=_poster(match), match=match)
    actions.undo(member=_poster(match), match=match)
    assert Need.objects.get().filled_at
    deliver_pending()
    assert _told(_helper(other), "needs.released") == 1
    assert _told(_helper(other), "needs.freed") == 0


def test_what_is_asked_again_waits_from_then_on() -> None:
    """Asked ten days ago and reminded of twice: three, seven and fourteen days begin anew."""
    asked_at = now()
    match = _match()
    poster, undone_at = _poster(match), asked_at + timedelta(days=10)
    Match.objects.filter(pk=match.pk).update(asked_at=asked_at)
    with at(undone_at - MINUTE):
        tasks.remind_who_owes_an_answer()
        match.refresh_from_db()
        assert match.reminders == 2
        actions.decline(member=poster, match=match)
    with at(undone_at):
        actions.undo(member=poster, match=match)
    match.refresh_from_db()
    assert (match.state, match.asked_at, match.reminders) == (State.ASKED, undone_at, 0)
    told = _told(poster, "needs.reminder")
    for days, reminders in ((0, 0), (2, 0), (3, 1), (6, 1), (7, 2), (13, 2)):
        with at(undone_at + timedelta(days=days)):
            tasks.remind_who_owes_an_answer()
            tasks.end_silences()
        match.refresh_from_db()
        assert (match.state, match.reminders) == (State.ASKED, reminders)
        assert _told(poster, "needs.reminder") == told + reminders
    with at(undone_at + timedelta(days=14)):
        tasks.end_silences()
    match.refresh_from_db()
    assert match.state == State.EXPIRED


@pytest.mark.parametrize("by_helper", [True, False])
@pytest.mark.parametrize("heard", ["", "read", "mailed"])
def test_an_undone_act_is_told_only_to_those_who_had_heard_of_it(
    heard: str, by_helper: bool
) -> None:
    """Of the others, each side hears of neither: their notice is taken back."""
    match = _match(asked_by=Side.NEED if by_helper else Side.HELPER)
    contact, moment = make_person(match.need.community), now()
    Need.objects.filter(pk=match.need_id).update(contact=contact)
    actor = _helper(match) if by_helper else _poster(match)
    others = [_poster(match), contact] if by_helper else [_helper(match)]
    first, *rest = others
    with at(moment):
        actions.decline(member=actor, match=match)
    _hear(moment)
    assert [_told(one, "needs.declined") for one in others] == [1] * len(others)
    if heard == "read":
        mark_notices_read(member=first, up_to=Notice.objects.latest("pk").pk)
    elif heard == "mailed":
        Notice.objects.filter(member=first).update(mailed_at=moment)
    with at(moment + MINUTE):
        actions.undo(member=actor, match=match)
    _hear(moment + MINUTE)
    knows = int(bool(heard))
    assert (_told(first, "needs.declined"), _told(first, "needs.undone")) == (knows, knows)
    for one in (*rest, actor):
        assert (_told(one, "needs.declined"), _told(one, "needs.undone")) == (0, 0)


def test_whoever_waited_is_told_of_silence_though_the_other_side_has_asked_since() -> None:
    match = _match(asked_by=Side.NEED)
    with at(match.asked_at + timedelta(days=14)):
        tasks.end_silences()
        actions.offer_help(member=_helper(match), need=match.need, words="I can after all.")
        deliver_pending()
    assert _told(_poster(match), "needs.expired") == 1
    assert _told(_helper(match), "needs.expired") == 0
