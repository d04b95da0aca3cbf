"""Nobody waits in silence: reminders, ends and renewals."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from essaim.communities.models import Role
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now, today
from essaim.needs import actions, tasks
from essaim.needs.actions.needs import record_posted
from essaim.needs.models import Closing, Match, Need, NeedKind, Side, State
from essaim.needs.tests.factories import (
    edit,
    entrust,
    make_community,
    make_match,
    make_need,
    make_offer,
    make_person,
)
from essaim.outreach.actions import notify
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db


def _told(member_id: int | None, kind: str) -> int:
    return Notice.objects.filter(member=member_id, kind=kind).count()


def test_who_owes_an_answer_is_reminded_after_three_days_and_after_seven() -> None:
    match = make_match(make_need(make_community()))
    poster = match.need.contact_id
    for days, reminders in ((2, 0), (3, 1), (4, 1), (7, 2), (9, 2)):
        with at(match.asked_at + timedelta(days=days, minutes=1)):
            tasks.remind_who_owes_an_answer()
        assert _told(poster, "needs.reminder") == reminders


def test_a_reminder_that_could_not_be_told_is_told_the_next_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    match = make_match(make_need(make_community()))
    with at(match.asked_at + timedelta(days=4)):
        with monkeypatch.context() as killed:
            killed.setattr(tasks, "notify", lambda **_: 1 / 0)
            tasks.remind_who_owes_an_answer()
        assert _told(match.need.contact_id, "needs.reminder") == 0
        tasks.remind_who_owes_an_answer()
        assert _told(match.need.contact_id, "needs.reminder") == 1


def test_a_need_whose_side_keeps_silent_ends_with_a_word_to_those_who_offered() -> None:
    need = make_need(make_community())
    first, second = make_match(need), make_match(need)
    with at(now() + timedelta(days=15)):
        tasks.end_silences()
        deliver_pending()
        need.refresh_from_db()
        assert need.closing == Closing.UNANSWERED
        assert set(Match.objects.values_list("state", flat=True)) == {State.EXPIRED}
        for match in (first, second):
            assert _told(match.helper_id, "needs.expired") == 1
        assert _told(need.posted_by_id, "needs.closed") == 1
        assert need.posted_by
        actions.renew_need(member=need.posted_by, need=need)
        need.refresh_from_db()
        assert need.is_open


def _side_declined(need: Need) -> None:
    assert need.contact
    actions.decline(member=need.contact, match=make_match(need))


def _side_agreed_and_called_it_off(need: Need) -> None:
    assert need.contact
    match = make_match(need)
    actions.accept(member=need.contact, match=match)
    actions.call_off(member=need.contact, match=match)


def _somebody_waits_since_less(need: Need) -> None:
    make_match(need, asked_at=now() + timedelta(days=9))


def _somebody_is_asked_since_less(need: Need) -> None:
    make_match(need, asked_by=Side.NEED, asked_at=now() + timedelta(days=9))


@pytest.mark.parametrize(
    "happens",
    [
        _side_declined,
        _side_agreed_and_called_it_off,
        _somebody_waits_since_less,
        _somebody_is_asked_since_less,
    ],
)
def test_one_who_waits_in_vain_does_not_end_a_need_that_others_have_an_answer_of(
    happens: Callable[[Need], None],
) -> None:
    need = make_need(make_community(), people=2)
    forgotten = make_match(need)
    happens(need)
    with at(now() + timedelta(days=15)):
        tasks.end_silences()
        deliver_pending()
    need.refresh_from_db()
    forgotten.refresh_from_db()
    assert (forgotten.state, need.closed_at) == (State.EXPIRED, None)
    assert _told(forgotten.helper_id, "needs.expired") == 1
    assert _told(need.posted_by_id, "needs.closed") == 0


def _helper_declined(need: Need) -> None:
    match = make_match(need, asked_by=Side.NEED)
    assert match.helper
    actions.decline(member=match.helper, match=match)


def _side_undid_its_answer(need: Need) -> None:
    assert need.contact
    match = make_match(need)
    actions.decline(member=need.contact, match=match)
    actions.undo(member=need.contact, match=match)


def _helper_took_it_back(need: Need) -> None:
    match = make_match(need)
    assert match.helper
    actions.withdraw(member=match.helper, match=match)


@pytest.mark.parametrize(
    "happens", [_helper_declined, _side_undid_its_answer, _helper_took_it_back]
)
def test_what_is_no_answer_to_those_who_offered_ends_the_need(
    happens: Callable[[Need], None],
) -> None:
    need = make_need(make_community(), people=2)
    make_match(need)
    happens(need)
    with at(now() + timedelta(days=15)):
        tasks.end_silences()
    need.refresh_from_db()
    assert need.closing == Closing.UNANSWERED


def test_a_helper_who_does_not_answer_leaves_the_need_open() -> None:
    match = make_match(make_need(make_community()), asked_by=Side.NEED)
    with at(now() + timedelta(days=15)):
        tasks.end_silences()
        deliver_pending()
    match.refresh_from_db()
    assert match.state == State.EXPIRED
    assert match.need.closed_at is None
    assert _told(match.need.contact_id, "needs.expired") == 1


def test_what_ends_soon_is_told_once_a_week_before() -> None:
    community = make_community()
    need = make_need(community, expires_on=today() + timedelta(days=6))
    offer = make_offer(community, expires_on=today() + timedelta(days=6))
    for _ in range(2):
        tasks.tell_what_ends_soon()
    assert _told(need.posted_by_id, "needs.need_ends") == 1
    assert _told(offer.member_id, "needs.offer_ends") == 1
    with at(now() + timedelta(days=8)):
        tasks.close_expired_needs()
    need.refresh_from_db()
    assert need.closing == Closing.EXPIRED


def test_a_need_that_expires_again_is_told_again() -> None:
    need = make_need(make_community())
    poster = need.posted_by
    assert poster
    for times in (1, 2):
        with at(now() + timedelta(days=40 * times)):
            tasks.close_expired_needs()
            deliver_pending()
            assert _told(poster.pk, "needs.closed") == times
            actions.renew_need(member=poster, need=need)


def test_an_end_that_was_renewed_before_it_was_told_is_not_told() -> None:
    need = make_need(make_community())
    assert need.posted_by
    with at(now() + timedelta(days=40)):
        tasks.close_expired_needs()
        actions.renew_need(member=need.posted_by, need=need)
        deliver_pending()
    assert _told(need.posted_by_id, "needs.closed") == 0


def test_whoever_posts_for_the_elected_hears_of_each_facilitator_and_these_of_each_time() -> None:
    community = make_community()
    need = make_need(community, kind=NeedKind.OFFICIAL)
    first, second = (make_person(community) for _ in range(2))
    waiting = entrust(make_person(community), community, Role.FACILITATOR)
    for times, carrier in enumerate((first, second, first), 1):
        mandate = entrust(carrier, community, Role.FACILITATOR).mandates.latest("pk")
        actions.take_on(member=carrier, need=need)
        deliver_pending()
        assert _told(need.posted_by_id, "needs.taken_on") == times
        with at(now() + timedelta(hours=times)):
            mandate.delete()
            tasks.hand_back_what_nobody_carries()
            deliver_pending()
    assert _told(waiting.pk, "needs.to_facilitate") >= 1


def test_a_need_that_is_handed_back_on_its_first_day_asks_facilitators_again() -> None:
    community = make_community()
    waiting = entrust(make_person(community), community, Role.FACILITATOR)
    need = make_need(community, kind=NeedKind.OFFICIAL)
    with transaction.atomic():
        record_posted(need)
    deliver_pending()
    assert _told(waiting.pk, "needs.to_facilitate") == 1
    actions.take_on(member=waiting, need=need)
    Need.objects.update(facilitator=make_person(community))
    tasks.hand_back_what_nobody_carries()
    deliver_pending()
    assert _told(waiting.pk, "needs.to_facilitate") == 2


@pytest.mark.parametrize(
    ("before", "after", "stands"), [(3, 20, 20), (20, 3, 3), (3, None, 30), (None, 60, 30)]
)
def test_a_need_whose_day_is_moved_stands_until_the_new_one(
    before: int | None, after: int | None, stands: int
) -> None:
    def day(number: int | None) -> date | None:
        return None if number is None else today() + timedelta(days=number)

    by_on = day(before)
    expires_on = by_on or today() + timedelta(days=9)
    need = make_need(make_community(), by_on=by_on, expires_on=expires_on)
    edit(need, title="Read two contracts with me")
    need.refresh_from_db()
    assert need.expires_on == expires_on
    edit(need, by_on=day(after))
    need.refresh_from_db()
    assert (need.by_on, need.expires_on) == (day(after), day(stands))


def test_what_cannot_be_told_does_not_keep_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    community = make_community()
    ending: dict[str, Any] = {"expires_on": today() + timedelta(days=6)}
    needs = [make_need(community, **ending) for _ in range(3)]
    offers = [make_offer(community, **ending) for _ in range(3)]
    unlucky = {needs[0].posted_by_id, offers[0].member_id}

    def fails_for_some(**given: Any) -> int:
        assert not unlucky & set(given["member_ids"])
        return notify(**given)

    monkeypatch.setattr(tasks, "notify", fails_for_some)
    tasks.tell_what_ends_soon()
    assert Notice.objects.filter(kind="needs.need_ends").count() == 2
    assert Notice.objects.filter(kind="needs.offer_ends").count() == 2


def test_whoever_was_released_hears_of_a_place_that_is_free_again() -> None:
    community = make_community()
    poster = make_person(community)
    need = make_need(community, poster)
    first, second = make_match(need), make_match(need)
    actions.accept(member=poster, match=first)
    deliver_pending()
    assert _told(second.helper_id, "needs.released") == 1
    actions.call_off(member=poster, match=first)
    deliver_pending()
    assert _told(second.helper_id, "needs.freed") == 1
