"""Joins, returns, leaves and the flow of the active add up each month, whatever happened."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from essaim.communities.actions import join_community, leave_community
from essaim.communities.models import Community, Kind, Membership, Role
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.communities.tests.test_queries import act
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now
from essaim.insights import queries
from essaim.insights.cells import is_told
from essaim.insights.queries.months import Months, told_months
from essaim.members.actions import erase_member
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory


def months(community: Community) -> Months:
    return queries.months_of(queries.count_months(community.pk))


def stay(member: Member, community: Community, came: float, went: float | None = None) -> None:
    Membership.objects.create(
        community=community,
        member=member,
        joined_at=now() - timedelta(days=came),
        left_at=None if went is None else now() - timedelta(days=went),
    )


@pytest.mark.django_db
def test_joining_leaving_and_coming_back_are_told_apart() -> None:
    community = community_factory(kind=Kind.MOVEMENT)
    for _ in range(3):
        stay(member_factory(), community, 500)
    back = member_factory()
    stay(back, community, 320, 200)
    stay(back, community, 100)
    told = months(community)
    assert len(told.periods) == 12
    assert all(one.is_balanced for one in told.periods)
    assert told.periods[0].members_before == 3
    assert [sum(cells) for cells in zip(*(one.moves for one in told.periods), strict=True)][:3] == [
        1,
        1,
        1,
    ]
    assert told.periods[-1].members_after == 4


@pytest.mark.django_db
def test_the_active_are_new_back_or_lapsed() -> None:
    community = community_factory(kind=Kind.MOVEMENT)
    one, early = member_factory(), member_factory()
    stay(one, community, 700)
    stay(early, community, 700)
    act(one, community, days_ago=290)
    act(early, community, days_ago=600)
    act(early, community, days_ago=40)
    told = months(community)
    assert all(period.is_balanced for period in told.periods)
    flows = [sum(cells) for cells in zip(*(one.moves for one in told.periods), strict=True)]
    assert flows[3:] == [1, 1, 1]


@pytest.mark.django_db
def test_who_leaves_is_counted_by_the_role_they_held_and_erasure_keeps_the_totals() -> None:
    community = community_factory(kind=Kind.MOVEMENT)
    host, plain = in_role(community, Role.HOST), member_of(community)
    in_role(community, Role.HOST)  # who stays
    leave_community(member=host, community=community)
    erase_member(member=plain)
    deliver_pending()
    told = months(community)
    assert told.exits == {"host": 1, "": 1}
    assert (told.periods[-1].joins, told.periods[-1].leaves) == (3, 2)
    assert told.periods[-1].is_balanced


class Balances(TestCase):
    """Any history of joins, leaves, returns and erasures, acted out by the real actions."""

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.tuples(
                st.integers(1, 60),  # days until it happens
                st.integers(0, 3),  # to whom
                st.sampled_from(["join", "leave", "act", "act", "erase"]),
            ),
            max_size=25,
        )
    )
    def test_each_month(self, history: list[tuple[int, int, str]]) -> None:
        community = community_factory(opened_at=now() - timedelta(days=1600))
        people = [member_factory() for _ in range(4)]
        moment = now() - timedelta(days=sum(days for days, _who, _what in history) + 1)
        gone = set()
        for days, who, what in history:
            moment += timedelta(days=days)
            belongs = Membership.objects.filter(
                community=community, member=people[who], left_at__isnull=True
            ).exists()
            with at(moment):
                if who in gone:
                    continue
                if what == "join":
                    join_community(member=people[who], community=community, consent_text="Yes.")
                elif what == "leave" and belongs:
                    leave_community(member=people[who], community=community)
                elif what == "act":
                    act(people[who], community)
                elif what == "erase":
                    erase_member(member=people[who])
                    gone.add(who)
                    deliver_pending()
        told = months(community)
        assert all(one.is_balanced for one in told.periods), told
        now_there = Membership.objects.filter(community=community, left_at__isnull=True).count()
        assert told.periods[-1].members_after == now_there
        for k in (2, 5):
            for one in told_months(told, k):
                assert all(is_told(cell, k) for cell in one.moves)
                assert one.is_balanced
