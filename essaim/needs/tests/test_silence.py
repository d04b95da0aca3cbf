"""Nobody waits in silence: reminders, ends, renewals, and those who go."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from essaim.communities.actions import leave_community
from essaim.communities.models import Role
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now, today
from essaim.members.actions import erase_member
from essaim.needs import actions, tasks
from essaim.needs.actions.needs import record_posted
from essaim.needs.models import Closing, Help, Match, Need, NeedKind, Offer, Side, State
from essaim.needs.panels.community import hours_of_help
from essaim.needs.queries.community import hours_figures
from essaim.needs.queries.matches import responsiveness_of
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


def test_whoever_leaves_takes_back_what_they_asked_offered_and_agreed_to() -> None:
    community = make_community()
    leaver = make_person(community)
    need, offer = make_need(community, leaver), make_offer(community, leaver)
    waiting = make_match(need)
    agreed = make_match(make_need(community), leaver, state=State.ACCEPTED)
    leave_community(member=leaver, community=community)
    deliver_pending()
    states = dict(Match.objects.values_list("pk", "state"))
    assert states == {waiting.pk: State.WITHDRAWN, agreed.pk: State.UNMATCHED}
    need.refresh_from_db()
    assert need.closing == Closing.LEFT
    assert Offer.objects.get(pk=offer.pk).withdrawn_at
    assert Need.objects.get(pk=agreed.need_id).taken == 0


@pytest.mark.parametrize("is_erased", [False, True])
def test_a_need_whose_contact_goes_is_answered_for_by_its_poster(is_erased: bool) -> None:
    community = make_community()
    poster, contact = make_person(community), make_person(community)
    need = make_need(community, poster, people=2)
    Need.objects.filter(pk=need.pk).update(contact=contact)
    agreed, waiting = make_match(need, state=State.ACCEPTED), make_match(need)
    if is_erased:
        erase_member(member=contact)
    else:
        leave_community(member=contact, community=community)
    deliver_pending()
    need.refresh_from_db()
    assert (need.contact, need.closed_at, need.taken) == (poster, None, 1)
    states = dict(Match.objects.values_list("pk", "state"))
    assert states == {agreed.pk: State.ACCEPTED, waiting.pk: State.ASKED}
    actions.accept(member=poster, match=waiting)
    leave_community(member=poster, community=community)
    deliver_pending()
    need.refresh_from_db()
    assert need.closing == Closing.LEFT


def test_an_erased_account_leaves_no_words_and_no_filled_slot() -> None:
    community = make_community()
    gone = make_person(community)
    offer = make_offer(community, gone, words="I read leases.")
    agreed = make_match(make_need(community), gone, state=State.ACCEPTED)
    actions.write_message(member=gone, match=agreed, text="I live at the mill.")
    erase_member(member=gone)
    deliver_pending()
    agreed.refresh_from_db()
    assert (agreed.helper_id, agreed.state) == (None, State.UNMATCHED)
    assert agreed.messages.get().text == ""
    assert Offer.objects.get(pk=offer.pk).words == ""


def test_hours_are_told_as_a_total_and_to_outsiders_only_of_enough_people() -> None:
    community = make_community()
    poster = make_person(community)
    for number in range(5):
        match = make_match(make_need(community, poster))
        actions.accept(member=poster, match=match)
        actions.confirm_help(member=poster, match=match, minutes=90)
        figure = hours_figures(ANONYMOUS, [community.pk])[community.pk]
        assert figure.is_withheld == (number < 4)
    inside = hours_figures(fresh_reader(poster), [community.pk])[community.pk]
    assert (inside.minutes, inside.helpers, inside.is_withheld) == (450, 5, False)
    assert Help.objects.filter(confirmed_at__isnull=False).count() == 5


def test_outsiders_do_not_learn_that_a_few_people_helped() -> None:
    community = make_community()
    poster = make_person(community)
    match = make_match(make_need(community, poster))
    actions.accept(member=poster, match=match)
    actions.confirm_help(member=poster, match=match, minutes=90)
    assert hours_of_help(ANONYMOUS, [community.pk]) == {}
    [figure] = hours_of_help(fresh_reader(poster), [community.pk])[community.pk]
    assert figure.value == 1


def test_joy_is_told_as_a_mean_of_eleven_people_at_least_whoever_reads() -> None:
    community = make_community()
    poster = make_person(community)
    for number in range(11):
        match = make_match(make_need(community, poster))
        actions.accept(member=poster, match=match)
        actions.confirm_help(member=poster, match=match, minutes=60)
        assert match.helper
        actions.tell_joy(member=match.helper, match=match, joy=10 if number else 0)
        inside = hours_figures(fresh_reader(poster), [community.pk])[community.pk]
        assert inside.joy == (9 if number == 10 else None)


def test_responsiveness_counts_answers_and_silence_alike() -> None:
    community = make_community()
    poster = make_person(community)
    answered = make_match(make_need(community, poster))
    with at(now() + timedelta(hours=5)):
        actions.decline(member=poster, match=answered)
    make_match(make_need(community, poster), state=State.EXPIRED)
    make_match(make_need(community, poster), state=State.RELEASED)
    found = responsiveness_of(poster.pk)
    assert (found.asked, found.answered, found.median_hours) == (2, 1, 5)


def test_what_others_of_ones_side_answered_or_was_answered_late_is_no_answer_of_ones_own() -> None:
    community = make_community()
    poster, contact = make_person(community), make_person(community)
    needs = [make_need(community, poster) for _ in range(3)]
    Need.objects.update(contact=contact)
    first, second, third = (make_match(one) for one in needs)
    actions.decline(member=poster, match=first)
    with at(now() + timedelta(hours=3)):
        actions.decline(member=contact, match=second)
    with at(now() + timedelta(days=15)):
        actions.decline(member=contact, match=third)
    found = responsiveness_of(contact.pk)
    assert (found.asked, found.answered, found.median_hours) == (2, 1, 3)
    assert responsiveness_of(poster.pk).asked == 0


def test_what_one_asked_oneself_asks_nothing_of_one() -> None:
    community = make_community()
    helper, offer = make_person(community), make_offer(community)
    need = make_need(community)
    match = actions.offer_help(member=helper, need=need, words="I can.")
    assert need.posted_by
    actions.decline(member=need.posted_by, match=match)
    asked = make_match(make_need(community), offer.member, asked_by=Side.NEED)
    assert offer.member
    actions.decline(member=offer.member, match=asked)
    assert responsiveness_of(helper.pk).asked == 0
    assert responsiveness_of(need.posted_by.pk).answered == 1
    assert responsiveness_of(offer.member.pk).answered == 1


def test_a_moderator_does_not_read_a_match_nor_does_anyone_with_a_role() -> None:
    community = make_community()
    match = make_match(make_need(community))
    moderator = entrust(make_person(community), community, Role.MODERATOR)
    from essaim.needs.queries.matches import match_to_read

    assert match_to_read(fresh_reader(moderator), match.public_id) is None
