"""What is kept of large communities is what is counted of small ones, and is read in one query."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from essaim.communities import actions, queries, tasks
from essaim.communities.models import Community, Kind, Membership, Tally
from essaim.communities.queries import counted
from essaim.communities.queries.figures import figures_of_page
from essaim.communities.readers import ANONYMOUS
from essaim.communities.tests.factories import community_factory, member_of
from essaim.communities.tests.test_queries import act, met
from essaim.foundation.clock import at, now, today
from essaim.members.models import Member

History = tuple[int, str, int, int | None, list[int], int | None]


def movement_of(people: int, *, acts: tuple[float, ...] = ()) -> tuple[Community, list[Member]]:
    movement = community_factory(kind=Kind.MOVEMENT)
    members = [member_of(movement, proved_at=now()) for _ in range(people)]
    long_ago = now() - timedelta(days=400)
    Membership.objects.filter(community=movement).update(joined_at=long_ago)
    for member, days_ago in zip(members, acts, strict=False):
        act(member, movement, days_ago=days_ago)
    return movement, members


def read(movement: Community, *others: Community) -> tuple[object, object]:
    members, alive = figures_of_page(ANONYMOUS, [movement, *others], movement)
    return members[movement.pk].counts, alive


@pytest.mark.django_db
def test_a_kept_figure_says_the_same_as_a_counted_one_and_keeps_its_date() -> None:
    movement, members = movement_of(12, acts=(1, 20, 80, 100, 300))
    alive, asleep, _empty = (
        community_factory(kind=Kind.COMMITTEE, parent=movement) for _ in range(3)
    )
    for committee, days_ago in ((alive, 3), (asleep, 120)):
        met(committee, days_ago=days_ago)
        for member in members[:3]:
            Membership.objects.create(community=committee, member=member)
            act(member, committee, days_ago=days_ago)
    Membership.objects.update(joined_at=now() - timedelta(days=400))
    counted_now = read(movement, alive, asleep)
    with at(now() - timedelta(hours=1)):
        actions.keep_figures(ids=[movement.pk])
        people = queries.people_counts(movement)
    assert read(movement, alive, asleep) == counted_now
    assert counted_now[0] == (3, 12)
    _counts, told = counted_now
    assert isinstance(told, queries.AliveFigure)
    assert (told.alive, told.asleep, told.empty, told.all) == (1, 1, 1, 3)
    assert told.alive_ids == {alive.pk}
    assert (people.registered, people.verified, people.active_28) == (12, 12, 3)
    assert (people.active_365, people.regular, people.dormant) == (5, 1, 7)
    act(members[11], movement)
    assert read(movement)[0] == (3, 12)  # until the next hour
    actions.keep_figures(ids=[movement.pk])
    assert read(movement)[0] == (4, 12)
    assert Tally.objects.count() == 1


@pytest.mark.django_db
def test_small_communities_have_no_tally_and_large_ones_keep_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    movement, members = movement_of(3)
    tasks.keep_figures()
    assert not Tally.objects.exists()
    monkeypatch.setattr(counted, "TALLIED_MEMBERS", 3)
    assert actions.keep_figures() == 1
    Membership.objects.filter(member=members[0]).update(left_at=now())
    assert actions.keep_figures() == 1
    figure = queries.member_figures(ANONYMOUS, [movement])[movement.pk]
    assert figure.is_withheld
    assert queries.people_counts(movement).registered == 2


@pytest.mark.django_db
def test_a_kept_figure_is_read_at_the_same_cost_whatever_is_behind_it() -> None:
    movement, members = movement_of(12)
    assert "foundation_fact" in executed(explained(movement))
    actions.keep_figures(ids=[movement.pk])
    assert "foundation_fact" not in executed(explained(movement))
    for member in members:
        act(member, movement)
    with CaptureQueriesContext(connection) as captured:
        figures_of_page(ANONYMOUS, [movement], movement)
    assert len(captured) == 1
    assert "foundation_fact" not in executed(explained(movement))


def explained(movement: Community) -> str:
    rows = counted.rows_of(
        "EXPLAIN (ANALYZE, TIMING OFF) " + counted.BOTH, [movement.pk], [movement.pk]
    )
    return "\n".join(row[0] for row in rows)


def executed(plan: str) -> str:
    return "\n".join(line for line in plan.splitlines() if "never executed" not in line)


@pytest.mark.django_db
def test_what_was_miscounted_is_named_and_mended_at_night(
    caplog: pytest.LogCaptureFixture,
) -> None:
    movement, members = movement_of(12, acts=(1, 2))
    actions.keep_figures(ids=[movement.pk])
    act(members[5], movement)  # later: nothing wrong with what was said before
    tasks.compare_figures()
    assert not caplog.records
    Tally.objects.update(active=9)
    tasks.compare_figures()
    assert f"[{movement.pk}]" in caplog.text
    assert Tally.objects.get().active == 3


@pytest.mark.django_db
def test_of_months_long_past_the_last_tally_stays() -> None:
    movement, _members = movement_of(1)
    for days_ago in range(0, 130, 5):
        with at(now() - timedelta(days=days_ago)):
            actions.keep_figures(ids=[movement.pk])
    actions.thin_tallies()
    days = sorted(Tally.objects.values_list("day", flat=True))
    old = [day for day in days if day < today() - timedelta(days=62)]
    assert len({(day.year, day.month) for day in old}) == len(old) >= 2
    assert len(days) - len(old) == 13


class Kept(TestCase):
    """Whoever comes, acts and goes: a tally says what counting says."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.tuples(
                st.integers(0, 5),  # who
                st.sampled_from(["root", "committee"]),
                st.integers(0, 400),  # when they came, days ago
                st.none() | st.integers(0, 400),  # when they went
                st.lists(st.integers(0, 400), max_size=3),  # when they acted
                st.none() | st.integers(0, 400),  # when three met there
            ),
            max_size=8,
        )
    )
    def test_any_history(self, history: list[History]) -> None:
        root = community_factory(kind=Kind.MOVEMENT)
        groups = {"root": root, "committee": community_factory(kind=Kind.COMMITTEE, parent=root)}
        people = [member_of() for _ in range(6)]
        for who, where, came, went, acts, met_at in history:
            if met_at is not None:
                met(groups[where], days_ago=met_at)
            left = None if went is None or went > came else now() - timedelta(days=went)
            here = Membership.objects.filter(community=groups[where], member=people[who])
            if left is None and here.filter(left_at__isnull=True).exists():
                continue
            joined = now() - timedelta(days=came)
            here.create(community=groups[where], member=people[who], joined_at=joined, left_at=left)
            for days_ago in acts:
                act(people[who], groups[where], days_ago=days_ago)
        before = read(root, *groups.values())
        actions.keep_figures(ids=[root.pk])
        assert read(root, *groups.values()) == before
        people_told = queries.people_counts(root)
        assert people_told.registered >= people_told.active_365 >= people_told.active
        assert people_told.active >= people_told.active_28
        assert people_told.active_365 + people_told.dormant <= people_told.registered
        assert actions.recount_tallies() == []
