"""This one and the following: who registered stays registered, whatever becomes of the rule."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from essaim.communities.models import Community
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions
from essaim.events.models import Announcement, Event, Registration, Series, State
from essaim.events.tests.factories import given, make_host, make_registration
from essaim.events.tests.test_series import BEFORE, PARIS, days, evening, plan
from essaim.foundation import clock
from essaim.foundation.access import Refused
from essaim.members.models import Member

pytestmark = pytest.mark.django_db

FOURTH = date(2027, 1, 28)


@pytest.fixture
def community() -> Community:
    return community_factory()


@pytest.fixture
def host(community: Community) -> Member:
    return make_host(community)


def at(year: int, month: int, day: int, hour: int = 19, minute: int = 30) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


def split(host: Member, event: Event, **values: Any) -> Series:
    said: dict[str, Any] = {"starts_at": event.starts_at} | values
    repeat = said.pop("repeat", "weekly")
    repeated = {name: said.pop(name) for name in ("until", "holidays") if name in said}
    return actions.change_following(
        member=host, event=event, repeat=repeat, **repeated, **given(**said)
    )


def test_a_new_place_from_one_evening_on_leaves_those_before_as_they_were(
    host: Member, community: Community
) -> None:
    with clock.at(BEFORE):
        old = plan(host, community)
        before = {one.pk: one.starts_at for one in old.evenings.all()}
        new = split(host, evening(old, FOURTH), address="Town hall")
        old.refresh_from_db()
        assert (old.last_day, new.follows, new.first_day) == (date(2027, 1, 27), old, FOURTH)
        assert days(old) == [date(2027, 1, 7), date(2027, 1, 14), date(2027, 1, 21)]
        assert set(old.evenings.values_list("address", flat=True)) == {"12 rue Serviez, Pau"}
        assert set(new.evenings.values_list("address", flat=True)) == {"Town hall"}
        after = {one.pk: one.starts_at for one in Event.objects.all()}
        assert after == before  # each is the gathering that it was
        assert actions.make_evenings(old) == 0


def test_another_weekday_moves_each_evening_and_tells_who_registered_once(
    host: Member, community: Community, mailoutbox: list[Any]
) -> None:
    with clock.at(BEFORE):
        old = plan(host, community)
        fifth = evening(old, date(2027, 2, 4))
        registration = make_registration(fifth)
    with clock.at(BEFORE + timedelta(hours=1)):
        new = split(host, evening(old, FOURTH), starts_at=at(2027, 1, 26))
        fifth.refresh_from_db()
        assert fifth.starts_at == fifth.original_start == at(2027, 2, 2)
        assert (fifth.series, fifth.sequence) == (new, 1)
        assert registration.event_id == fifth.pk
        for _ in range(2):
            for pending in actions.pending():
                actions.tell_everybody(pending)
        assert [mail.to for mail in mailoutbox] == [[registration.member.email]]  # type: ignore[union-attr]  # a member's
        assert {one.weekday() for one in days(new)} == {1}


def test_an_exception_keeps_its_own_values_and_a_cancelled_evening_stays_so(
    host: Member, community: Community
) -> None:
    with clock.at(BEFORE):
        old = plan(host, community)
        special, gone = evening(old, date(2027, 2, 4)), evening(old, date(2027, 2, 11))
        moved = at(2027, 2, 5)
        actions.edit_event(member=host, event=special, **given(starts_at=moved, title="Special"))
        actions.cancel_event(member=host, event=gone, reason="Snow.")
        new = split(host, evening(old, FOURTH), address="Town hall")
        special.refresh_from_db()
        gone.refresh_from_db()
        assert (special.title, special.starts_at, special.is_exception) == ("Special", moved, True)
        assert special.original_start == at(2027, 2, 4)
        assert (special.series, gone.series) == (new, new)
        assert (gone.state, gone.address) == (State.CANCELLED, "12 rue Serviez, Pau")
        assert len(days(new)) == 14


def test_a_slower_rhythm_cancels_what_somebody_registered_for_and_forgets_the_rest(
    host: Member, community: Community
) -> None:
    with clock.at(BEFORE):
        old = plan(host, community)
        odd, kept = evening(old, date(2027, 2, 4)), evening(old, date(2027, 2, 11))
        first, second = make_registration(odd), make_registration(kept)
        new = split(host, evening(old, FOURTH), repeat="fortnightly")
        assert days(new)[:3] == [FOURTH, date(2027, 2, 11), date(2027, 2, 25)]
        odd.refresh_from_db()
        kept.refresh_from_db()
        assert (odd.state, odd.series) == (State.CANCELLED, None)
        assert odd.reason
        assert Announcement.objects.get(event=odd).change == "cancelled"
        assert (kept.series, kept.starts_at) == (new, at(2027, 2, 11))
        assert not Announcement.objects.filter(event=kept).exists()
        assert Registration.objects.expected().filter(pk__in=[first.pk, second.pk]).count() == 2
        assert Event.objects.filter(state=State.PUBLISHED).count() == 3 + len(days(new))


def test_from_the_first_evening_on_it_is_the_whole_series(
    host: Member, community: Community
) -> None:
    with clock.at(BEFORE):
        old = plan(host, community)
        new = split(host, evening(old, date(2027, 1, 7)), title="Another name")
        old.refresh_from_db()
        assert old.ended_at
        assert not old.evenings.exists()
        assert len(days(new)) == 17
        draft = plan(host, community, is_published=False)
        changed = split(host, draft.evenings.get(), title="A better name")
        assert not Series.objects.filter(pk=draft.pk).exists()
        assert changed.evenings.get().title == "A better name"
        assert changed.evenings.get().state == State.DRAFT


def test_days_left_out_go_over_to_the_new_series(host: Member, community: Community) -> None:
    with clock.at(BEFORE):
        old = plan(host, community)
        actions.skip_day(member=host, series=old, day=date(2027, 5, 13))
        new = split(host, evening(old, FOURTH), address="Town hall")
        assert new.skipped == [date(2027, 5, 13)]
        old.refresh_from_db()
        assert old.skipped == []


def test_seats_never_fall_below_those_promised(host: Member, community: Community) -> None:
    with clock.at(BEFORE):
        old = plan(host, community, capacity=5)
        fifth = evening(old, date(2027, 2, 4))
        for _ in range(2):
            make_registration(fifth, member_of(community))
        with pytest.raises(ValidationError, match="promised"):
            split(host, evening(old, FOURTH), capacity=1)
        assert Series.objects.count() == 1


def test_what_has_begun_or_is_cancelled_or_comes_once_begins_nothing(
    host: Member, community: Community
) -> None:
    with clock.at(BEFORE):
        old = plan(host, community)
        one = evening(old, FOURTH)
        actions.cancel_event(member=host, event=one, reason="Snow.")
        with pytest.raises(Refused, match="cancelled"):
            split(host, one)
        alone = actions.plan_event(
            is_published=True, member=host, community=community, **given(starts_at=at(2027, 3, 1))
        )
        with pytest.raises(ValidationError, match="no series"):
            split(host, alone)
    with clock.at(at(2027, 1, 14, 20)), pytest.raises(Refused, match="has begun"):
        split(host, evening(old, date(2027, 1, 14)))


def test_the_wall_time_is_kept_over_a_change_of_clocks(host: Member, community: Community) -> None:
    with clock.at(BEFORE):
        old = plan(host, community)
        new = split(host, evening(old, FOURTH), starts_at=at(2027, 1, 28, 18))
        hours = {one.starts_at.astimezone(PARIS).hour for one in new.evenings.all()}
        assert hours == {18}
