"""The draw keeps to what could have happened, whatever the day of loading."""

from datetime import UTC, datetime, timedelta

import pytest

from essaim.demo.crowd import ACTIVE_IN_MOVEMENT, ZONE, Calendar, Crowd
from essaim.demo.world_book import MOVEMENT, read_world

DAYS = [
    datetime(2027, 1, 1, 0, 3, tzinfo=UTC),
    datetime(2027, 3, 28, 9, 30, tzinfo=UTC),  # the night lost an hour
    datetime(2027, 10, 31, 22, 50, tzinfo=UTC),  # the night won one
]


@pytest.fixture(params=DAYS, ids=str)
def crowd(request: pytest.FixtureRequest) -> Crowd:
    return Crowd(read_world(), Calendar(request.param))


def test_earlier_stays_earlier_when_people_sleep_at_night() -> None:
    calendar = Calendar(DAYS[1])
    moments = [calendar.at(hours / 10) for hours in range(600, 0, -1)]
    assert moments == sorted(moments)


@pytest.mark.parametrize("loaded", [*DAYS, datetime(2026, 11, 22, 22, 30, tzinfo=UTC)], ids=str)
def test_days_ago_are_dates_also_where_the_clock_was_changed_in_between(loaded: datetime) -> None:
    calendar, today = Calendar(loaded), loaded.astimezone(ZONE).date()
    for days in (1, 30, 72, 158, 300):
        assert calendar.day(days) == today - timedelta(days=days)
        assert calendar.at(days).astimezone(ZONE).date() == today - timedelta(days=days)


def test_nobody_supports_twice_or_their_own_idea_or_before_they_joined(crowd: Crowd) -> None:
    people = {person.name: person for person in crowd.world.people}
    for debate in crowd.world.debates:
        for idea in debate.ideas:
            drawn = crowd.supporters(debate, idea)
            names = [name for _, name in drawn]
            assert len(set(names)) == len(names) == idea.supports
            assert idea.author not in names
            for moment, name in drawn:
                assert moment > crowd.joins(people[name], debate.community)
                assert crowd.proposes(debate, idea) < moment <= crowd.end(debate)


def test_a_reply_comes_after_what_it_replies_to_and_before_the_debate_ends(crowd: Crowd) -> None:
    for debate in crowd.world.debates:
        for idea in debate.ideas:
            said = {id(comment): moment for moment, comment, _ in crowd.says(debate, idea)}
            for moment, _, parent in crowd.says(debate, idea):
                assert crowd.proposes(debate, idea) < moment <= crowd.end(debate)
                assert parent is None or moment > said[id(parent)]


def test_as_many_people_of_the_movement_are_active_as_the_world_says(crowd: Crowd) -> None:
    since = crowd.calendar.loaded - timedelta(days=90)
    acting = {
        name
        for debate in crowd.world.debates
        for idea in debate.ideas
        for moment, name in crowd.supporters(debate, idea)
        if crowd.root_of(debate.community) == MOVEMENT and moment > since
    }
    assert acting <= crowd.active(MOVEMENT)
    assert len(crowd.active(MOVEMENT)) == ACTIVE_IN_MOVEMENT


def test_the_draw_is_the_same_at_each_loading() -> None:
    one, other = (Crowd(read_world(), Calendar(DAYS[0])) for _ in range(2))
    debate = one.world.debates[0]
    for idea in debate.ideas:
        assert one.supporters(debate, idea) == other.supporters(debate, idea)
