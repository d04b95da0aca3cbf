"""For random worlds, what a list lets through is exactly what the rule allows."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from essaim.communities import rules
from essaim.communities.models import (
    Audience,
    Community,
    Kind,
    Mandate,
    Manifesto,
    Membership,
    Role,
    Visibility,
)
from essaim.communities.readers import ANONYMOUS, Reader, fresh_reader
from essaim.communities.tests.factories import (
    community_factory,
    in_role,
    manifesto_factory,
    member_of,
)
from essaim.foundation.clock import now, today
from essaim.members.tests.factories import member_factory

ROLES = (Role.ADMINISTRATOR, Role.MODERATOR, Role.HOST, Role.DECIDER)

# A community: where it stands (an earlier one, or the top), who may see it, whether it is open.
A_COMMUNITY = st.tuples(
    st.integers(min_value=0, max_value=6), st.sampled_from(Visibility), st.booleans(), st.booleans()
)
# Something a person has in a community: nothing, membership, or a role from a day on.
A_TIE = st.tuples(
    st.integers(min_value=0, max_value=5),
    st.sampled_from([*ROLES, None]),
    st.sampled_from([0, -30, 5]),
    st.sampled_from([None, 30, 0, -1]),
)


def make_world(communities: list[Any]) -> list[Community]:
    made: list[Community] = []
    for above, visibility, is_open, is_closed in communities:
        parent = [None, *made][above % (len(made) + 1)]
        made.append(
            community_factory(
                parent=parent,
                visibility=visibility,
                opened_at=now() if is_open else None,
                closed_at=now() if is_closed else None,
            )
        )
    return made


def make_reader(world: list[Community], ties: list[Any]) -> Reader:
    member = member_factory()
    for where, role, starts, ends in ties:
        community = world[where % len(world)]
        if role is None:
            has_left = ends is not None and ends <= 0
            if has_left or not Membership.objects.filter(
                member=member, community=community, left_at=None
            ):
                Membership.objects.create(
                    member=member, community=community, left_at=now() if has_left else None
                )
        elif not Mandate.objects.filter(member=member, community=community, role=role):
            starts_on = today() + timedelta(days=starts)
            ends_on = None if ends is None else max(starts_on, today() + timedelta(days=ends))
            Mandate.objects.create(
                member=member, community=community, role=role, starts_on=starts_on, ends_on=ends_on
            )
    return fresh_reader(member)


class ListsAndRulesAgree(TestCase):
    @settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
    @given(
        communities=st.lists(A_COMMUNITY, min_size=2, max_size=6),
        ties=st.lists(A_TIE, min_size=1, max_size=3),
        audiences=st.lists(st.sampled_from(Audience), min_size=6, max_size=6),
        is_anonymous=st.sampled_from([False, False, False, True]),
    )
    def test_lists_let_through_what_the_rules_allow(
        self, communities: list[Any], ties: list[Any], audiences: list[str], is_anonymous: bool
    ) -> None:
        world = make_world(communities)
        reader = ANONYMOUS if is_anonymous else make_reader(world, ties)
        ours = {one.pk for one in world}

        seen = set(rules.communities_visible_to(reader).values_list("pk", flat=True)) & ours
        assert seen == {one.pk for one in world if rules.may_see_community(reader, one)}

        # A manifesto row stands for anything with a community; its note holds the audience.
        things = [
            Manifesto.objects.create(community=one, version=1, note=audience)
            for one, audience in zip(world, audiences, strict=False)
        ]
        read = set(
            Manifesto.objects.filter(
                rules.readable(reader, audience="note"), community__in=ours
            ).values_list("pk", flat=True)
        )
        assert read == {
            thing.pk for thing in things if rules.may_read(reader, thing.community, thing.note)
        }

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(
        communities=st.lists(A_COMMUNITY, min_size=1, max_size=6), ties=st.lists(A_TIE, max_size=5)
    )
    def test_who_may_join_sees_all_that_joining_makes_them_belong_to(
        self, communities: list[Any], ties: list[Any]
    ) -> None:
        world = make_world(communities)
        reader = make_reader(world, ties)
        for one in world:
            if rules.may_join(reader, one):
                for above in Community.objects.filter(pk__in=one.lineage):
                    assert rules.may_see_community(reader, above)
                    assert above.is_open or reader.belongs_to(above.pk)


pytestmark = pytest.mark.django_db


def test_nobody_is_asked_about_other_memberships() -> None:
    party, movement = (community_factory(kind=Kind.MOVEMENT) for _ in range(2))
    assert rules.may_join(fresh_reader(member_of(party)), movement)


def test_anonymous_people_may_begin_to_join_what_is_open() -> None:
    assert rules.may_join(ANONYMOUS, manifesto_factory().community)


def test_only_those_inside_see_who_the_members_are() -> None:
    community = community_factory()
    below = community_factory(parent=community)
    assert rules.may_see_members(fresh_reader(member_of(community)), community)
    assert rules.may_see_members(fresh_reader(in_role(community, Role.MODERATOR)), below)
    assert not rules.may_see_members(fresh_reader(in_role(community, Role.HOST)), below)
    assert not rules.may_see_members(ANONYMOUS, community)


def test_what_is_missing_is_named_part_by_part() -> None:
    movement = community_factory(kind=Kind.MOVEMENT, opened_at=None)
    manifesto_factory(movement, published_at=None, momentum=" ")
    missing = rules.missing_before_opening(movement)
    assert missing == ["the manifesto: the positive momentum", "a second founder who has confirmed"]


def test_nobody_learns_the_name_of_a_hidden_community_from_what_stands_under_it() -> None:
    hidden = community_factory(name="Unheard of", visibility=Visibility.MEMBERS)
    verdict = rules.may_join(fresh_reader(member_factory()), community_factory(parent=hidden))
    assert not verdict
    assert "Unheard of" not in str(verdict.reason)
