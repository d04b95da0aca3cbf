"""Merges that cross end in one tree."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from essaim.communities import actions
from essaim.communities.models import Community, Kind, Mandate, Membership, Merge, Role
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, in_role
from essaim.communities.tests.test_merging import LATER, _runner, belong, committee
from essaim.foundation.access import Refused
from essaim.members.models import Member


def in_one_tree(movement: Community) -> None:
    """Lineages are the chains of parents, and what is closed by a merge leads to something open."""
    known = Community.objects.in_bulk()
    for one in known.values():
        chain: list[int] = []
        above = one.parent_id
        while above:
            chain.insert(0, above)
            assert len(chain) <= len(known)
            above = known[above].parent_id
        assert one.ancestor_ids == chain
        end, steps = one, 0
        while end.merged_into_id:
            end, steps = known[end.merged_into_id], steps + 1
            assert steps <= len(known)
        assert end.is_open
        assert movement.pk in (one.pk, *one.ancestor_ids)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("shape", ["each into the other", "one into two, two into three"])
def test_two_merges_that_cross_end_in_one_tree(shape: str) -> None:
    movement = community_factory(kind=Kind.MOVEMENT)
    for _ in range(4):
        one, two, three = (committee(movement) for _ in range(3))
        below = committee(one), committee(two)
        people = [belong(one, LATER), belong(two, LATER)]
        for community in (one, two, three):
            _runner(community)
        pairs = [(one, two), (two, one) if shape.startswith("each") else (two, three)]
        proposed = [
            (
                _runner(target),
                actions.propose_merge(member=_runner(source), source=source, target=target),
            )
            for source, target in pairs
        ]
        done = _at_once([_accepts(*each) for each in proposed])
        in_one_tree(movement)
        in_force = Merge.objects.in_force().filter(source__in=[one, two]).count()
        assert in_force == done.count(True) >= 1
        if shape.startswith("each"):
            assert in_force == 1
        for member in people:
            assert any(
                standing.is_open and standing.parent_id
                for standing in fresh_reader(member).communities
            )
        assert {Community.objects.get(pk=child.pk).parent_id for child in below} <= {
            one.pk,
            two.pk,
            three.pk,
        }


def _accepts(member: Member, merge: Merge) -> Callable[[], bool]:
    def accept() -> bool:
        try:
            actions.accept_merge(member=member, merge=Merge.objects.get(pk=merge.pk))
        except Refused:
            return False
        else:
            return True
        finally:
            connection.close()

    return accept


def _at_once(acts: list[Callable[[], bool]]) -> list[bool]:
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(lambda act: act(), acts))


@pytest.mark.django_db(transaction=True)
def test_merging_while_one_moves_and_one_leaves_ends_in_one_tree() -> None:
    movement = community_factory(kind=Kind.MOVEMENT)
    for _ in range(4):
        one, two, three = (committee(movement) for _ in range(3))
        mover = in_role(two, Role.ADMINISTRATOR)
        for community in (one, three):
            Membership.objects.create(community=community, member=mover)
        leaver = belong(one, LATER)
        for community in (one, two):
            _runner(community)
        merge = actions.propose_merge(member=_runner(one), source=one, target=two)

        def move(mover: Member = mover, two: Community = two, three: Community = three) -> bool:
            try:
                actions.move_community(member=mover, community=two, parent=three)
            finally:
                connection.close()
            return True

        def leave(leaver: Member = leaver, one: Community = one) -> bool:
            try:
                actions.leave_community(member=leaver, community=one)
            finally:
                connection.close()
            return True

        assert all(_at_once([_accepts(_runner(two), merge), move, leave]))
        in_one_tree(movement)
        assert not fresh_reader(leaver).belongs_to(one.pk)


@pytest.mark.django_db(transaction=True)
def test_a_moderator_who_leaves_while_a_merge_ends_their_role_waits_for_it() -> None:
    """Both hold the person before the role: else each waits for what the other holds."""
    movement = community_factory(kind=Kind.MOVEMENT)
    for _ in range(12):
        one, two = committee(movement), committee(movement)
        leavers = [belong(one, LATER) for _ in range(3)]
        for member in leavers:
            Mandate.objects.create(community=one, member=member, role=Role.MODERATOR)
        for community in (one, two):
            _runner(community)
        merge = actions.propose_merge(member=_runner(one), source=one, target=two)

        def leaves(member: Member, one: Community = one) -> Callable[[], bool]:
            def leave() -> bool:
                try:
                    actions.leave_community(member=member, community=one)
                finally:
                    connection.close()
                return True

            return leave

        assert all(_at_once([_accepts(_runner(two), merge), *map(leaves, leavers)]))
        in_one_tree(movement)
