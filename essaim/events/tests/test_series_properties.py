"""Whatever is done to a series in whatever order: what people rely on stays true.

The evenings of the database and what other programs read in the calendar are the same.
"""

from datetime import UTC, datetime, timedelta

import icalendar
import recurring_ical_events
from django.core.exceptions import ValidationError
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions
from essaim.events.models import Event, EventQuerySet, Registration, Series, State
from essaim.events.queries.feeds import community_calendar
from essaim.events.queries.series import days_to_skip
from essaim.events.tests.factories import given, make_host, make_registration
from essaim.events.tests.test_series import BEFORE, PARIS, THURSDAY
from essaim.foundation import clock
from essaim.foundation.access import Refused

RHYTHMS = st.sampled_from(["weekly", "fortnightly", "monthly", "by_date", "quarterly"])
TWO_YEARS = timedelta(days=731)
WALL = (19, 30)
places = st.integers(0, 40)


class Lives(RuleBasedStateMachine):
    """One series, and those that follow it, over some months; each step at a later moment."""

    def __init__(self) -> None:
        super().__init__()
        self.now = BEFORE
        with clock.at(self.now):
            self.community = community_factory()
            self.host = make_host(self.community)
            self.people = [member_of(self.community) for _ in range(2)]
            self.series = actions.plan_series(
                member=self.host,
                community=self.community,
                is_published=True,
                repeat="weekly",
                **given(starts_at=THURSDAY),
            )
        self.registered: set[int] = set()

    def _evenings(self) -> EventQuerySet:
        return Event.objects.filter(community=self.community)

    def _coming(self, place: int) -> Event | None:
        rows = self._evenings().filter(state=State.PUBLISHED, starts_at__gt=self.now)
        found = list(rows.order_by("starts_at", "pk"))
        return found[place % len(found)] if found else None

    def _live(self) -> list[Series]:
        return list(Series.objects.going_on().filter(community=self.community).order_by("pk"))

    @rule(place=places, repeat=RHYTHMS, later=st.integers(0, 9), holidays=st.booleans())
    def split(self, place: int, repeat: str, later: int, holidays: bool) -> None:
        with clock.at(self.now):
            event = self._coming(place)
            if event is None or event.series_id is None:
                return
            day = event.starts_at.astimezone(PARIS).date() + timedelta(days=later)
            starts_at = datetime(day.year, day.month, day.day, *WALL, tzinfo=PARIS)
            try:
                actions.change_following(
                    member=self.host,
                    event=event,
                    repeat=repeat,
                    holidays="FR" if holidays else "",
                    **given(starts_at=starts_at.astimezone(UTC), address="Town hall"),
                )
            except (Refused, ValidationError):
                return

    @rule(place=places, days=st.integers(-2, 3))
    def move_one(self, place: int, days: int) -> None:
        with clock.at(self.now):
            event = self._coming(place)
            if event is None:
                return
            day = event.starts_at.astimezone(PARIS) + timedelta(days=days)
            starts_at = day.replace(hour=WALL[0], minute=WALL[1]).astimezone(UTC)
            if starts_at > self.now:
                values = given(starts_at=starts_at, title="Otherwise")
                actions.edit_event(member=self.host, event=event, **values)

    @rule(place=places)
    def cancel_one(self, place: int) -> None:
        with clock.at(self.now):
            if event := self._coming(place):
                actions.cancel_event(member=self.host, event=event, reason="Snow.")

    @rule(place=places, which=st.integers(0, 3))
    def skip(self, place: int, which: int) -> None:
        with clock.at(self.now):
            if not (live := self._live()):
                return
            series = live[which % len(live)]
            if days := days_to_skip(series):
                day = days[place % len(days)]
                try:
                    actions.skip_day(
                        member=self.host, series=series, day=day, reason="The hall is closed."
                    )
                except Refused:
                    return  # it has begun, or was cancelled

    @rule(place=places, who=st.integers(0, 1))
    def register(self, place: int, who: int) -> None:
        with clock.at(self.now):
            event = self._coming(place)
            if event and not event.registrations.filter(member=self.people[who]).exists():
                self.registered.add(make_registration(event, self.people[who]).pk)

    @rule(days=st.integers(1, 60))
    def time_goes_by(self, days: int) -> None:
        self._later(days)

    @rule(days=st.integers(121, 200))
    def the_clock_stands_still_for_months(self, days: int) -> None:
        """What should have taken place meanwhile never did."""
        self._later(days)

    def _later(self, days: int) -> None:
        self.now += timedelta(days=days)
        with clock.at(self.now):
            for series in self._live():
                actions.make_evenings(series)

    @rule(which=st.integers(0, 3), really=st.integers(0, 3))
    def end(self, which: int, really: int) -> None:
        live = self._live()
        if really or not live:
            return
        with clock.at(self.now):
            actions.end_series(member=self.host, series=live[which % len(live)], reason="Enough.")

    @invariant()
    def who_registered_is_expected_still(self) -> None:
        kept = Registration.objects.expected().filter(pk__in=self.registered)
        assert kept.count() == len(self.registered)

    @invariant()
    def each_evening_begins_once_and_at_its_time(self) -> None:
        rows = list(self._evenings().filter(series__isnull=False))
        assert len({(one.series_id, one.original_start) for one in rows}) == len(rows)
        for one in self._evenings():
            local = one.starts_at.astimezone(PARIS)
            assert (local.hour, local.minute) == WALL
        published = self._evenings().filter(state=State.PUBLISHED, is_exception=False)
        for one in published.filter(series__isnull=False, starts_at__gt=self.now):
            assert one.starts_at == one.original_start

    @invariant()
    def calendars_say_what_the_database_has(self) -> None:
        with clock.at(self.now):
            read = icalendar.Calendar.from_ical(community_calendar(self.community))
        kept = list(self._evenings())
        until = min([one.made_until for one in self._live() if one.made_until] or [BEFORE.date()])
        since = max(BEFORE, self.now - timedelta(days=60))
        known = datetime(until.year, until.month, until.day, 23, 59, tzinfo=PARIS)
        ends = min(known, since + TWO_YEARS)
        said = {
            (one.start.astimezone(UTC), str(one["STATUS"]) == "CANCELLED", str(one["SUMMARY"]))
            for one in recurring_ical_events.of(read).between(since, since + TWO_YEARS)
            if since <= one.start < ends
        }
        expected = {
            (one.starts_at, one.state == State.CANCELLED, one.title)
            for one in kept
            if since <= one.starts_at < ends
        }
        assert said == expected


class SeriesProperties(TestCase):
    def test_whatever_is_done_in_whatever_order(self) -> None:
        run_state_machine_as_test(
            Lives, settings=settings(max_examples=25, stateful_step_count=12, deadline=None)
        )
