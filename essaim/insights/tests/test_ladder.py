"""Rungs, cohorts and what moved people: by the definition, and never so that they lead to one."""

from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.models import Community, Kind, Mandate, Membership, Role
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, in_role
from essaim.communities.tests.test_queries import Acted, Looked, act
from essaim.foundation.access import Refused
from essaim.foundation.activity import Rung, all_kinds, kind_of
from essaim.foundation.clock import at, now, today
from essaim.foundation.models import FactRow
from essaim.insights import actions, queries
from essaim.insights.cells import is_told
from essaim.insights.models import Kept, KindRung, OwnView, Targets
from essaim.insights.queries.climbing import rounded, told_cohorts, told_stocks
from essaim.insights.queries.ladder import WINDOWS
from essaim.members.actions import erase_member
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory
from essaim.outreach.models import Notice


def movement() -> Community:
    return community_factory(kind=Kind.MOVEMENT)


def joined(community: Community, days_ago: float = 500, **fields: object) -> Member:
    member = member_factory(**fields)
    Membership.objects.create(
        community=community, member=member, joined_at=now() - timedelta(days=days_ago)
    )
    return member


def stock(community: Community, days: int = WINDOWS[0]) -> list[int]:
    found: list[int] = queries.count_ladder(community.pk)["stock"][str(days)]
    return found


def kept(community: Community, owner: Member, days_ago: float = 1) -> Commitment:
    moment = now() - timedelta(days=days_ago)
    return Commitment.objects.create(
        community=community,
        kind=CommitmentKind.DELIVERY,
        subject_kind="test",
        subject_id=owner.pk,
        owner=owner,
        owner_role=Role.REFERENT,
        due_on=today(),
        kept_at=moment,
        kept_on=moment.date(),
    )


@pytest.mark.django_db
def test_aware_by_belonging_interacting_by_an_act_engaged_by_what_others_confirm() -> None:
    community = movement()
    below = community_factory(kind=Kind.COMMITTEE, parent=community)
    aware, writer, keeper, holder, idle_holder = (joined(community) for _ in range(5))
    act(aware, community, kind=Looked)
    act(writer, below)
    kept(below, keeper)
    for one in (holder, idle_holder):
        Mandate.objects.create(
            community=below, member=one, role=Role.HOST, starts_on=today() - timedelta(days=30)
        )
    act(holder, community, days_ago=3)
    act(member_factory(), community)  # who does not belong stands nowhere
    assert stock(community) == [5, 3, 2]


@pytest.mark.django_db
def test_a_promise_alone_is_not_engaged_nor_is_a_role_that_came_after_the_act() -> None:
    community = movement()
    promised, later = joined(community), joined(community)
    Commitment.objects.filter(pk=kept(community, promised).pk).update(kept_at=None, kept_on=None)
    act(later, community, days_ago=10)
    Mandate.objects.create(community=community, member=later, role=Role.HOST, starts_on=today())
    assert stock(community) == [2, 1, 0]


@pytest.mark.django_db
def test_a_rung_is_lost_thirty_days_after_its_rule_lapsed_and_told_once_before() -> None:
    community = movement()
    lapsing, hidden, gone, steady = (joined(community) for _ in range(4))
    for member, days_ago in ((lapsing, 370), (hidden, 370), (gone, 396), (steady, 364)):
        act(member, community, days_ago=days_ago)
    actions.choose_own_view(member=hidden, is_hidden=True, has_declined=False)
    assert stock(community) == [4, 3, 0]
    assert actions.tell_whose_rung_lapses(community=community) == 1
    assert actions.tell_whose_rung_lapses(community=community) == 0
    notice = Notice.objects.get()
    assert notice.member == lapsing
    with at(now() + timedelta(days=26)):
        assert stock(community) == [4, 1, 0]
    act(gone, community)  # up at once
    assert stock(community) == [4, 4, 0]


@pytest.mark.django_db
def test_a_kind_can_be_moved_by_those_who_run_it_but_not_up_to_engaged() -> None:
    community = movement()
    host, plain = in_role(community, Role.HOST), joined(community)
    act(plain, community)
    kind = kind_of(Acted)
    actions.move_kind(member=host, community=community, kind=kind, rung=Rung.AWARE)
    assert stock(community)[1] == 0
    actions.move_kind(member=host, community=community, kind=kind, rung=Rung.INTERACT)
    assert stock(community)[1] == 1
    assert not KindRung.objects.exists()
    with pytest.raises(Refused, match="entrusted or confirmed"):
        actions.move_kind(member=host, community=community, kind=kind, rung=Rung.ENGAGE)
    with pytest.raises(Refused, match="Only those who run"):
        actions.move_kind(member=plain, community=community, kind=kind, rung=Rung.NONE)
    with pytest.raises(Refused, match="no such kind"):
        actions.move_kind(member=host, community=community, kind="x.Y", rung=Rung.NONE)


def test_every_kind_of_act_on_a_rung_has_words() -> None:
    ours = {
        name: fact
        for name, fact in all_kinds().items()
        if fact.__module__.endswith(".facts") or ".facts." in fact.__module__
    }
    missing = {name for name, fact in ours.items() if fact.rung != Rung.NONE} - set(queries.WORDS)
    assert not missing, (
        f"say in words what these are: {sorted(missing)} (insights/queries/kinds.py)"
    )


@pytest.mark.django_db
def test_targets_narrow_upwards_and_estimates_are_about_what_has_been() -> None:
    community = movement()
    host = in_role(community, Role.HOST)
    with pytest.raises(ValidationError, match="at most as many"):
        actions.set_targets(member=host, community=community, aware=1, interacting=2, engaged=0)
    actions.set_targets(
        member=host, community=community, aware=200_000, interacting=50_000, engaged=5_000
    )
    assert str(Targets.objects.get()) == "200000 → 50000 → 5000"
    words: dict[str, Any] = {
        "member": host,
        "community": community,
        "number": 203_411,
        "channel": "A book",
        "source": "Its publisher",
        "method": "Copies sold",
        "is_deduplicated": False,
    }
    with pytest.raises(ValidationError, match="before it starts"):
        actions.enter_estimate(**words, starts_on=today(), ends_on=today() - timedelta(days=1))
    with pytest.raises(ValidationError, match="what has been"):
        actions.enter_estimate(**words, starts_on=today(), ends_on=today() + timedelta(days=1))
    estimate = actions.enter_estimate(
        **words, starts_on=today() - timedelta(days=30), ends_on=today()
    )
    page = queries.ladder_for_page(fresh_reader(host), community)
    assert [one.about for one in page.estimates] == ["200,000"]
    assert page.stocks[0].rungs[0].number == 1  # an audience is never added to people
    actions.withdraw_estimate(member=host, estimate=estimate)
    actions.withdraw_estimate(member=host, estimate=estimate)
    assert FactRow.objects.filter(kind="insights.EstimateWithdrawn").count() == 1
    assert not queries.ladder_for_page(fresh_reader(host), community).estimates


def test_an_estimate_is_told_to_two_digits() -> None:
    assert [rounded(one) for one in (7, 42, 203_411, 1_949_999)] == [7, 42, 200_000, 1_900_000]


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_the_told_stock_gives_no_small_number_away(a: int, b: int, c: int, d: int) -> None:
    aware = max(a, b, c, d)
    long, short = sorted((a, b), reverse=True), sorted((c, d), reverse=True)
    numbers = {"365": [aware, *long], "90": [aware, *short]}
    told = [aware]
    for stock_told in told_stocks(numbers, None, 5):
        told += [rung.number for rung in stock_told.rungs[1:] if rung.number is not None]
    for one, other in combinations(told, 2):
        assert is_told(abs(one - other), 5)
    assert all(5 <= one <= aware - 5 for one in told[1:])


@pytest.mark.django_db
def test_a_cohort_counts_leavers_and_the_erased_until_they_left() -> None:
    community = movement()
    people = [joined(community, days_ago=200) for _ in range(40)]
    for member in people[:12]:
        with at(now() - timedelta(days=200 - 30)):
            act(member, community)
    left, erased = people[20], people[21]
    Membership.objects.filter(member=left).update(left_at=now() - timedelta(days=190))
    act(erased, community, days_ago=100)
    erase_member(member=erased)
    Membership.objects.filter(member=erased).update(left_at=now() - timedelta(days=90))
    numbers = queries.count_ladder(community.pk)
    (cohort,) = told_cohorts(numbers, 11)
    assert cohort[1] == "40"
    assert cohort[2] == "31%"  # 12 of the 39 who had not left by day 30
    assert cohort[3] == "–"  # one more by day 100: told, it would be that one
    assert cohort[5:] == ("–", "–", "–")
    first = queries.first_act_of(numbers, 11)
    assert (first.people, first.within_a_week) == (40, None)


@pytest.mark.django_db
def test_the_time_to_a_first_act_is_a_median_of_enough_people() -> None:
    community = community_factory()
    for number in range(12):
        member = joined(community, days_ago=100)
        act(member, community, days_ago=98 if number < 7 else 1)
    told = queries.first_act_of(queries.count_ladder(community.pk), 5)
    assert (told.people, told.median_days) == (12, 2)
    assert told.within_a_week == pytest.approx(7 / 12)
    few = queries.first_act_of(queries.count_ladder(community.pk), 11)
    assert few.people == 12
    assert few.within_a_week is None


@pytest.mark.django_db
def test_what_moved_people_up_is_the_first_act_on_the_rung() -> None:
    community = community_factory()
    for _ in range(6):
        member = joined(community)
        act(member, community, days_ago=2)
        kept(community, member)
    moved = queries.count_ladder(community.pk)["moved"]
    assert moved == [
        [2, kind_of(Acted), 6],
        [3, "commitments.CommitmentKept", 6],
    ]


@pytest.mark.django_db
def test_large_communities_are_read_from_what_was_kept() -> None:
    community = movement()
    host = in_role(community, Role.HOST)
    actions.keep_numbers(ids=[community.pk])
    actions.keep_numbers(ids=[community.pk])
    assert Kept.objects.count() == 2
    Kept.objects.filter(what="ladder").update(
        numbers={"stock": {"365": [99, 50, 20], "90": [99, 40, 0]}, "climb": [], "moved": []}
    )
    page = queries.ladder_for_page(fresh_reader(host), community)
    assert [rung.number for rung in page.stocks[0].rungs] == [99, 50, 20]


@pytest.mark.django_db
def test_ones_own_place_says_why_and_what_could_come_next() -> None:
    community = movement()
    member = joined(community)
    (place,) = queries.own_place(fresh_reader(member)).rungs
    assert (place.rung, place.since) == ("aware", None)
    act(member, community, days_ago=370)
    (place,) = queries.own_place(fresh_reader(member)).rungs
    assert place.rung == "interact"
    assert place.lapses_on is not None
    assert place.lapses_on > now()
    kept(community, member)
    (place,) = queries.own_place(fresh_reader(member)).rungs
    assert (place.rung, place.why, place.lapses_on) == ("engage", "kept a commitment", None)
    assert place.step


@pytest.mark.django_db
def test_whoever_declines_is_not_looked_up_and_stays_in_the_totals() -> None:
    community = movement()
    member = joined(community)
    act(member, community)
    actions.choose_own_view(member=member, is_hidden=True, has_declined=False)
    assert not queries.own_place(fresh_reader(member), only_shown=True).rungs
    assert queries.own_place(fresh_reader(member)).rungs
    actions.choose_own_view(member=member, is_hidden=False, has_declined=True)
    place = queries.own_place(fresh_reader(member))
    assert place.has_declined
    assert not place.rungs
    assert stock(community) == [1, 1, 0]
    erase_member(member=member)
    assert not OwnView.objects.exists()
