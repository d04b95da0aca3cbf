"""Days of repeated gatherings: said as people say them, and true over both changes of clocks."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.events.recurrence import (
    MOST_OCCURRENCES,
    Fault,
    Frequency,
    Rule,
    RuleError,
    countries,
    left_out,
    nominal_days,
    nth_weekday,
    occurrences,
    rrule,
    split,
)

PARIS = "Europe/Paris"
ZONES = (PARIS, "America/New_York", "Indian/Reunion", "Australia/Lord_Howe", "UTC")


def weekly(first: date, **changes: object) -> Rule:
    rule = Rule(Frequency.WEEKLY, first, time(19), 120, PARIS)
    return replace(rule, **changes)  # type: ignore[arg-type]  # the test names what it changes


def monthly(first: date, **changes: object) -> Rule:
    return replace(weekly(first), frequency=Frequency.MONTHLY, **changes)  # type: ignore[arg-type]  # as above


@st.composite
def rules(draw: st.DrawFn, zones: tuple[str, ...] = ZONES) -> Rule:
    """Any rule that makes sense, around two years with four changes of clocks."""
    first = draw(st.dates(date(2025, 1, 1), date(2026, 12, 31)))
    frequency = draw(st.sampled_from(Frequency))
    fitting = [0] + [nth for nth in (1, 2, 3, 4, -1) if nth_weekday(first, nth) == first]
    return Rule(
        frequency,
        first,
        draw(st.times().map(lambda moment: moment.replace(microsecond=0, fold=0))),
        draw(st.integers(1, 24 * 60)),
        draw(st.sampled_from(zones)),
        interval=draw(st.integers(1, 6)),
        nth=draw(st.sampled_from(fitting)) if frequency == Frequency.MONTHLY else 0,
        last=draw(st.none() | st.dates(first, first + timedelta(days=900))),
        holidays=draw(st.sampled_from(["", "FR"])),
        skipped=draw(st.frozensets(st.dates(first, first + timedelta(days=400)), max_size=3)),
    )


def days(rule: Rule, since: date, until: date) -> list[date]:
    return [found.day for found in occurrences(rule, since, until)]


def test_every_second_thursday_except_holidays_leaves_out_ascension_day() -> None:
    rule = weekly(date(2026, 4, 30), interval=2, holidays="FR")
    assert days(rule, date(2026, 1, 1), date(2026, 6, 30)) == [
        date(2026, 4, 30),
        date(2026, 5, 28),
        date(2026, 6, 11),
        date(2026, 6, 25),
    ]
    assert left_out(rule, date(2026, 6, 30)) == [date(2026, 5, 14)]


def test_the_third_wednesday_of_each_month() -> None:
    rule = monthly(date(2026, 1, 21), nth=3)
    assert [d.day for d in days(rule, date(2026, 1, 1), date(2026, 6, 30))] == [
        21,
        18,
        18,
        15,
        20,
        17,
    ]
    assert rrule(rule) == "FREQ=MONTHLY;BYDAY=3WE"


def test_the_last_friday_and_every_three_months() -> None:
    plenary = monthly(date(2026, 1, 30), nth=-1, interval=3)
    assert days(plenary, date(2026, 1, 1), date(2026, 12, 31)) == [
        date(2026, 1, 30),
        date(2026, 4, 24),
        date(2026, 7, 31),
        date(2026, 10, 30),
    ]


def test_the_31st_passes_over_short_months_and_29_february_over_short_years() -> None:
    late = days(monthly(date(2026, 1, 31)), date(2026, 1, 1), date(2026, 8, 1))
    assert [d.month for d in late] == [1, 3, 5, 7]
    leap = monthly(date(2024, 2, 29), interval=12)
    assert [d.year for d in days(leap, date(2024, 1, 1), date(2033, 1, 1))] == [2024, 2028, 2032]


def test_the_wall_keeps_its_time_over_both_changes_of_clocks() -> None:
    spring = occurrences(weekly(date(2026, 3, 26)), date(2026, 3, 1), date(2026, 4, 2))
    assert [found.starts_at.hour for found in spring] == [18, 17]
    autumn = occurrences(weekly(date(2026, 10, 22)), date(2026, 10, 1), date(2026, 10, 29))
    assert [found.starts_at.hour for found in autumn] == [17, 18]
    assert all(found.ends_at - found.starts_at == timedelta(hours=2) for found in spring + autumn)


def test_a_time_that_is_jumped_over_moves_forward_and_one_that_comes_twice_is_the_first() -> None:
    night = time(2, 30)
    [jumped] = occurrences(
        weekly(date(2026, 3, 29), starts=night), date(2026, 3, 29), date(2026, 3, 29)
    )
    assert jumped.starts_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30 on the wall
    [twice] = occurrences(
        weekly(date(2026, 10, 25), starts=night), date(2026, 10, 25), date(2026, 10, 25)
    )
    assert twice.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    folded = replace(weekly(date(2026, 10, 25)), starts=night.replace(fold=1))
    assert occurrences(folded, folded.first, folded.first) == [twice]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"interval": 0}, Fault.INTERVAL),
        ({"interval": 61}, Fault.INTERVAL),
        ({"nth": 3}, Fault.NTH),
        ({"frequency": Frequency.MONTHLY, "nth": 5}, Fault.NTH),
        ({"frequency": Frequency.MONTHLY, "nth": 2}, Fault.FIRST_DAY_ELSEWHERE),
        ({"first": date(1999, 1, 1)}, Fault.YEAR),
        ({"last": date(2101, 1, 1)}, Fault.YEAR),
        ({"last": date(2026, 4, 1)}, Fault.ENDS_BEFORE_IT_BEGINS),
        ({"minutes": 0}, Fault.DURATION),
        ({"minutes": 8 * 24 * 60}, Fault.DURATION),
        ({"starts": time(19, tzinfo=UTC)}, Fault.START_TIME),
        ({"zone": "Europe"}, Fault.ZONE),
        ({"zone": "../Paris"}, Fault.ZONE),
        ({"holidays": "Atlantis"}, Fault.COUNTRY),
    ],
)
def test_a_rule_that_makes_no_sense_says_why(changes: dict[str, object], code: Fault) -> None:
    with pytest.raises(RuleError) as refused:
        replace(weekly(date(2026, 4, 2)), **changes)  # type: ignore[arg-type]  # as above
    assert refused.value.code == code


def test_nothing_is_without_end() -> None:
    rule = weekly(date(2000, 1, 1), skipped=frozenset())
    assert len(occurrences(rule, date.min, date.max)) == MOST_OCCURRENCES
    assert days(rule, date(2100, 12, 20), date.max)[-1] == date(2100, 12, 25)
    assert len(left_out(weekly(date(2000, 12, 25), holidays="FR"), date.max)) < MOST_OCCURRENCES
    assert occurrences(rule, date(2026, 2, 1), date(2026, 1, 1)) == []


@given(rules(), st.dates(date(2025, 1, 1), date(2028, 1, 1)), st.integers(0, 400))
def test_a_window_shows_what_lies_in_it_and_nothing_else(
    rule: Rule, since: date, length: int
) -> None:
    until = since + timedelta(days=length)
    everything = days(rule, rule.first, date(2030, 1, 1))
    assert days(rule, since, until) == [day for day in everything if since <= day <= until]


@given(rules(), st.integers(-3, 700))
def test_this_and_following_leaves_the_whole_as_it_was(rule: Rule, later: int) -> None:
    on = rule.first + timedelta(days=later)
    horizon = date(2030, 1, 1)
    if later <= 0 or next(nominal_days(rule, on), None) is None:
        with pytest.raises(RuleError) as refused:
            split(rule, on)
        assert refused.value.code == (Fault.NOTHING_AFTER if later > 0 else Fault.NOTHING_BEFORE)
        return
    before, after = split(rule, on)
    first, second = (occurrences(part, rule.first, horizon) for part in (before, after))
    assert all(found.day < on for found in first)
    assert all(found.day >= on for found in second)
    assert first + second == occurrences(rule, rule.first, horizon)
    assert left_out(before, horizon) + left_out(after, horizon) == left_out(rule, horizon)


@given(rules())
def test_what_is_left_out_and_what_takes_place_make_up_the_rule(rule: Rule) -> None:
    until = date(2028, 1, 1)
    both = days(rule, rule.first, until) + left_out(rule, until)
    assert sorted(both) == [day for day in nominal_days(rule, rule.first) if day <= until]


def test_countries_are_told_once_each_by_two_letters() -> None:
    assert "FR" in countries()
    assert {len(code) for code in countries()} == {2}
