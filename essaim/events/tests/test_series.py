"""Gatherings that come again: planned once, published once, told once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from essaim.communities.models import Community
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions, tasks
from essaim.events.models import Event, Series, State
from essaim.events.queries import series as queries
from essaim.events.queries.series import repeat_of, repeat_words
from essaim.events.recurrence import rrule
from essaim.events.tests.factories import given, make_host, make_registration
from essaim.foundation import clock
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow
from essaim.members.models import Member
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
THURSDAY = datetime(2027, 1, 7, 19, 30, tzinfo=PARIS).astimezone(UTC)
BEFORE = datetime(2027, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def community() -> Community:
    return community_factory()


@pytest.fixture
def host(community: Community) -> Member:
    return make_host(community)


def plan(host: Member, community: Community, **values: Any) -> Series:
    """A published evening every week from a Thursday on, unless told otherwise."""
    said: dict[str, Any] = {"repeat": "weekly", "is_published": True, "starts_at": THURSDAY}
    repeated = {name: values.pop(name) for name in ("until", "holidays") if name in values}
    said |= values
    is_published, repeat = said.pop("is_published"), said.pop("repeat")
    return actions.plan_series(
        member=host,
        community=community,
        is_published=is_published,
        repeat=repeat,
        **repeated,
        **given(**said),
    )


def days(series: Series, **which: Any) -> list[date]:
    rows = series.evenings.filter(**which).order_by("starts_at")
    return [one.starts_at.astimezone(PARIS).date() for one in rows]


def evening(series: Series, day: date) -> Event:
    return next(
        one for one in series.evenings.all() if one.starts_at.astimezone(PARIS).date() == day
    )


def facts() -> list[str]:
    rows = FactRow.objects.filter(kind__startswith="events.").order_by("pk")
    return [kind.removeprefix("events.") for kind in rows.values_list("kind", flat=True)]


def test_evenings_are_made_for_four_months_and_keep_their_time_over_changes_of_clocks(
    host: Member, community: Community
) -> None:
    with clock.at(BEFORE):
        series = plan(host, community)
        assert len(days(series)) == 17
        assert {one.starts_at.astimezone(PARIS).hour for one in series.evenings.all()} == {19}
        assert {one.starts_at.hour for one in series.evenings.all()} == {17, 18}
        assert actions.make_evenings(series) == 0
    with clock.at(BEFORE + timedelta(days=14)):
        assert actions.make_evenings(series) == 2
    assert len(days(series)) == 19
    assert facts()[-1] == "EveningsMade"


def test_the_clock_looks_at_what_it_may_have_to_make_alone(
    host: Member, community: Community
) -> None:
    with clock.at(BEFORE):
        goes_on = plan(host, community)
        plan(host, community, until=date(2027, 2, 4))
        plan(host, community, is_published=False)
        assert queries.to_go_on() == []
    with clock.at(BEFORE + timedelta(days=8)):
        assert queries.to_go_on() == [goes_on]
        tasks.make_what_comes_again()
        assert queries.to_go_on() == []
        assert len(days(goes_on)) == 18
        Community.objects.filter(pk=community.pk).update(closed_at=now())
    with clock.at(BEFORE + timedelta(days=30)):
        assert queries.to_go_on() == []


def test_one_evening_at_least_is_made_however_far_it_is(host: Member, community: Community) -> None:
    with clock.at(BEFORE):
        series = plan(host, community, repeat="quarterly")
        assert days(series) == [date(2027, 1, 7), date(2027, 4, 1)]
    with clock.at(datetime(2027, 4, 2, tzinfo=UTC)):
        actions.make_evenings(series)
        assert days(series)[-1] == date(2027, 7, 1)
    with clock.at(BEFORE):
        september = datetime(2027, 9, 2, 17, tzinfo=UTC)
        assert days(plan(host, community, starts_at=september)) == [date(2027, 9, 2)]


@pytest.mark.parametrize(
    ("repeat", "expected"),
    [
        ("fortnightly", [date(2027, 1, 7), date(2027, 1, 21), date(2027, 2, 4)]),
        ("monthly", [date(2027, 1, 7), date(2027, 2, 4), date(2027, 3, 4)]),
        ("by_date", [date(2027, 1, 7), date(2027, 2, 7), date(2027, 3, 7)]),
    ],
)
def test_rhythms(host: Member, community: Community, repeat: str, expected: list[date]) -> None:
    with clock.at(BEFORE):
        assert days(plan(host, community, repeat=repeat))[:3] == expected


def test_each_month_on_a_date_that_every_month_has(host: Member, community: Community) -> None:
    with clock.at(BEFORE):
        series = plan(host, community, repeat="by_date", until=date(2027, 6, 30))
        assert rrule(series.rule) == "FREQ=MONTHLY;UNTIL=20270630T173000Z;BYMONTHDAY=7"
        assert repeat_of(series) == "by_date"
        assert repeat_words(series).startswith("Every month, on day 7, ")
        for day in (29, 30, 31):
            starts_at = datetime(2027, 1, day, 18, tzinfo=UTC)
            with pytest.raises(ValidationError, match=f"Not every month has a day {day}") as said:
                plan(host, community, repeat="by_date", starts_at=starts_at)
            assert list(said.value.message_dict) == ["repeat"]
        starts_at = datetime(2027, 1, 28, 18, tzinfo=UTC)
        assert days(plan(host, community, repeat="by_date", starts_at=starts_at))[1].day == 28


def test_public_holidays_are_left_out(host: Member, community: Community) -> None:
    ascension = date(2027, 5, 6)
    with clock.at(datetime(2027, 4, 1, tzinfo=UTC)):
        starts_at = datetime(2027, 4, 29, 19, 30, tzinfo=PARIS).astimezone(UTC)
        series = plan(host, community, holidays="FR", starts_at=starts_at)
        assert ascension not in days(series)
        assert ascension in days(plan(host, community, starts_at=starts_at))


def test_a_draft_has_its_first_evening_and_is_published_and_deleted_as_a_whole(
    host: Member, community: Community
) -> None:
    with clock.at(BEFORE):
        draft = plan(host, community, is_published=False)
        first = draft.evenings.get()
        assert first.state == State.DRAFT
        for act in (actions.publish_event, actions.delete_draft):
            with pytest.raises(Refused, match="belongs to a series"):
                act(member=host, event=first)
        with pytest.raises(Refused, match="deleted, not ended"):
            actions.end_series(member=host, series=draft, reason="No.")
        actions.publish_series(member=host, series=draft)
        assert len(days(draft, state=State.PUBLISHED)) == 17
        with pytest.raises(Refused, match="published already"):
            actions.publish_series(member=host, series=draft)
        with pytest.raises(Refused, match="end it"):
            actions.delete_series(member=host, series=draft)
        other = plan(host, community, is_published=False)
        actions.delete_series(member=host, series=other)
        assert not Series.objects.filter(pk=other.pk).exists()
        assert not Event.objects.filter(series=other.pk).exists()


def test_members_are_told_once_of_a_series(host: Member, community: Community) -> None:
    reader = member_of(community)
    with clock.at(BEFORE):
        series = plan(host, community)
        deliver_pending()
    with clock.at(BEFORE + timedelta(days=30)):
        actions.make_evenings(series)
        deliver_pending()
    assert list(Notice.objects.values_list("member", "kind")) == [(reader.pk, "events.series")]


def test_what_is_wrong_is_said_by_field(host: Member, community: Community) -> None:
    with clock.at(BEFORE):
        wrong: tuple[tuple[str, dict[str, Any]], ...] = (
            ("until", {"until": date(2027, 1, 6)}),
            ("repeat", {"repeat": "daily"}),
            ("holidays", {"holidays": "XX"}),
            ("place", {"address": ""}),
            ("starts_at", {"starts_at": BEFORE - timedelta(days=200)}),
        )
        for name, values in wrong:
            with pytest.raises(ValidationError) as refused:
                plan(host, community, **values)
            assert name in refused.value.message_dict
    assert not Series.objects.exists()


def test_a_day_is_skipped_before_it_is_made_and_cancelled_after(
    host: Member, community: Community
) -> None:
    christmas, soon = date(2027, 12, 23), date(2027, 1, 14)
    with clock.at(BEFORE):
        series = plan(host, community)
        assert actions.skip_day(member=host, series=series, day=christmas) is None
        with pytest.raises(ValidationError, match="Nothing of this series"):
            actions.skip_day(member=host, series=series, day=christmas)
        with pytest.raises(ValidationError, match="Nothing of this series"):
            actions.skip_day(member=host, series=series, day=date(2027, 1, 15))
        with pytest.raises(ValidationError):
            actions.skip_day(member=host, series=series, day=soon)
        gone = actions.skip_day(member=host, series=series, day=soon, reason="The hall is closed.")
        assert gone
        assert (gone.state, gone.sequence) == (State.CANCELLED, 1)
    with clock.at(datetime(2027, 12, 1, tzinfo=UTC)):
        actions.make_evenings(series)
        assert christmas not in days(series)
        assert soon in days(series)


def test_one_evening_changed_by_itself_is_an_exception(host: Member, community: Community) -> None:
    with clock.at(BEFORE):
        series = plan(host, community)
        one = evening(series, date(2027, 1, 21))
        original = one.original_start
        moved = one.starts_at + timedelta(days=1)
        actions.edit_event(member=host, event=one, **given(starts_at=moved, title="On Friday"))
        one.refresh_from_db()
        assert (one.is_exception, one.original_start, one.starts_at) == (True, original, moved)
        with pytest.raises(IntegrityError, match="event_of_series_once"), transaction.atomic():
            Event.objects.filter(pk=evening(series, date(2027, 1, 28)).pk).update(
                original_start=original
            )
        with pytest.raises(Refused, match="cancel it"):
            actions.delete_draft(member=host, event=one)


def test_a_series_ends_for_a_reason_and_each_registrant_is_told_of_each_evening(
    host: Member, community: Community, mailoutbox: list[Any]
) -> None:
    with clock.at(BEFORE):
        series = plan(host, community)
        evenings = [evening(series, date(2027, 1, 14)), evening(series, date(2027, 2, 11))]
        people = [member_of(community) for _ in range(2)]
        make_registration(evenings[0], people[0])
        make_registration(evenings[0], people[1])
        make_registration(evenings[1], people[0])
    with clock.at(datetime(2027, 1, 8, 12, tzinfo=UTC)):
        with pytest.raises(ValidationError):
            actions.end_series(member=host, series=series, reason=" ")
        assert actions.end_series(member=host, series=series, reason="We move on.") == 16
        for pending in actions.pending():
            actions.tell_everybody(pending)
        assert sorted(mail.to[0] for mail in mailoutbox) == sorted(
            [people[0].email, people[0].email, people[1].email]
        )
        assert actions.make_evenings(series) == 0
        series.refresh_from_db()
        assert (series.ended_at, series.last_day) == (now(), date(2027, 4, 29))
        assert days(series, state=State.PUBLISHED) == [date(2027, 1, 7)]


def test_nobody_else_than_those_who_hold_it_changes_a_series(
    host: Member, community: Community
) -> None:
    reader = member_of(community)
    with clock.at(BEFORE):
        series = plan(host, community)
        one = evening(series, date(2027, 1, 14))
        with pytest.raises(Refused):
            plan(reader, community)
        with pytest.raises(Refused):
            actions.end_series(member=reader, series=series, reason="No.")
        with pytest.raises(Refused):
            actions.skip_day(member=reader, series=series, day=date(2027, 1, 14), reason="No.")
        with pytest.raises(Refused):
            actions.change_following(member=reader, event=one, repeat="weekly", **given())
        Community.objects.filter(pk=community.pk).update(closed_at=now())
        with pytest.raises(Refused, match="closed"):
            actions.end_series(member=host, series=series, reason="No.")
        assert actions.make_evenings(series) == 0
