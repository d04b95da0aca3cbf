"""Two communities become one and two again; one divides. No day of a membership is ever lost."""

from datetime import datetime, timedelta

import pytest

from essaim.communities import actions
from essaim.communities.models import (
    UNDONE_WITHIN,
    Community,
    Kind,
    Mandate,
    Membership,
    Merge,
    Role,
)
from essaim.communities.queries.merging import preview_of
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, in_role
from essaim.communities.tests.factories import member_of as someone_in
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now, today
from essaim.foundation.models import FactRow
from essaim.members.actions import erase_member
from essaim.members.models import Consent, Member

pytestmark = pytest.mark.django_db

LONG_AGO = now() - timedelta(days=400)
LATER = now() - timedelta(days=100)


@pytest.fixture
def movement() -> Community:
    return community_factory(kind=Kind.MOVEMENT)


def committee(parent: Community) -> Community:
    return community_factory(kind=Kind.COMMITTEE, parent=parent)


def host_of(community: Community) -> Member:
    return in_role(community, Role.HOST, name="Host")


def belong(community: Community, since: datetime, member: Member | None = None) -> Member:
    """A member of it and of all above since a day."""
    member = member or someone_in()
    for pk in community.lineage:
        Membership.objects.get_or_create(
            community_id=pk, member=member, left_at=None, defaults={"joined_at": since}
        )
    return member


def merged(source: Community, target: Community) -> Merge:
    merge = actions.propose_merge(member=_runner(source), source=source, target=target)
    return actions.accept_merge(member=_runner(target), merge=merge)


def _runner(community: Community) -> Member:
    mandate = Mandate.objects.on(today()).filter(community=community, role=Role.HOST).first()
    return mandate.member if mandate else belong(community, LONG_AGO, host_of(community))


def dates() -> set[tuple[int, int, datetime, datetime | None]]:
    """Every membership in force."""
    rows = Membership.objects.filter(left_at=None)
    return set(rows.values_list("community_id", "member_id", "joined_at", "left_at"))


def roles() -> set[tuple[int, int, str]]:
    held = Mandate.objects.on(today())
    return set(held.values_list("community_id", "member_id", "role"))


def since(member: Member, community: Community) -> datetime:
    return Membership.objects.get(member=member, community=community, left_at=None).joined_at


def test_people_arrive_once_since_the_earlier_day_and_hosts_go_on(movement: Community) -> None:
    source, target = committee(movement), committee(movement)
    arrives, first_here = belong(source, LONG_AGO), belong(source, LATER)
    belong(target, LONG_AGO, first_here)
    first_there = belong(source, LONG_AGO)
    belong(target, LATER, first_there)
    host = _runner(source)
    coach = in_role(source, Role.COACH)

    merge = merged(source, target)

    for member in (arrives, first_here, first_there):
        assert since(member, target) == LONG_AGO
        assert Membership.objects.filter(member=member, community=target).count() == 1
        assert fresh_reader(member).belongs_to(source.pk)  # to read what it keeps
    source.refresh_from_db()
    assert (source.merged_into, source.is_open) == (target, False)
    assert fresh_reader(host).holds_here(target, Role.HOST)
    assert not fresh_reader(host).holds_here(source)
    assert not fresh_reader(coach).roles
    fact = FactRow.objects.get(kind="communities.CommunitiesMerged")
    assert (fact.details["arrived"], fact.details["in_both"]) == (3, 2)
    assert merge.accepted_by
    carried = FactRow.objects.filter(kind="communities.MembershipCarried", community_id=target.pk)
    assert carried.count() == 3
    assert Consent.objects.filter(about=target.slug, withdrawn_at=None).count() == 3


def test_undoing_restores_every_date_and_every_role(movement: Community) -> None:
    source, target = committee(movement), committee(movement)
    belong(source, LONG_AGO)
    belong(target, LATER, belong(source, LONG_AGO))
    belong(target, LONG_AGO, belong(source, LATER))
    _runner(source)
    _runner(target)
    in_role(source, Role.FACILITATOR)
    before = dates(), roles()

    merge = merged(source, target)
    assert (dates(), roles()) != before
    actions.undo_merge(member=_runner(target), merge=merge)

    assert (dates(), roles()) == before
    source.refresh_from_db()
    assert (source.merged_into, source.is_open) == (None, True)
    assert not Consent.objects.filter(about=target.slug, withdrawn_at=None).exists()
    with pytest.raises(Refused, match="nothing to undo"):
        actions.undo_merge(member=_runner(target), merge=merge)
    again = merged(source, target)
    actions.undo_merge(member=_runner(source) if again.undone_at else _runner(target), merge=again)
    assert (dates(), roles()) == before


def test_what_people_did_since_stays(movement: Community) -> None:
    source, target = committee(movement), committee(movement)
    went, both, stayed = belong(source, LONG_AGO), belong(source, LONG_AGO), belong(source, LATER)
    belong(target, LATER, both)
    host = _runner(source)
    merge = merged(source, target)
    actions.leave_community(member=went, community=target)
    actions.leave_community(member=both, community=target)
    came = belong(target, now())
    only_here = belong(target, LATER)
    laid_down = Mandate.objects.on(today()).get(member=host, community=target)
    actions.end_mandate(member=host, mandate=laid_down)

    actions.undo_merge(member=_runner(target), merge=merge)

    for member in (went, both):
        assert not fresh_reader(member).community_ids & {source.pk, target.pk}
    left = Membership.objects.get(member=both, community=target)
    assert left.joined_at == LATER
    assert fresh_reader(came).belongs_to(target.pk)
    assert not fresh_reader(came).belongs_to(source.pk)
    assert fresh_reader(only_here).belongs_to(target.pk)
    assert fresh_reader(stayed).community_ids == {movement.pk, source.pk}
    assert not fresh_reader(host).roles  # they had laid it down


def test_whoever_is_erased_between_stays_erased(movement: Community) -> None:
    source, target = committee(movement), committee(movement)
    gone, unheard = belong(source, LONG_AGO), belong(source, LONG_AGO)
    merge = merged(source, target)
    erase_member(member=gone)
    deliver_pending()
    erase_member(member=unheard)
    actions.undo_merge(member=_runner(target), merge=merge)
    deliver_pending()
    assert not Membership.objects.filter(member__in=[gone, unheard], left_at=None).exists()
    assert not Mandate.objects.on(today()).filter(member__in=[gone, unheard]).exists()


def test_children_go_along_and_come_back_unless_they_moved_on(movement: Community) -> None:
    source, target = committee(movement), committee(movement)
    one, two = committee(source), committee(source)
    leaf = committee(one)
    mover = in_role(two, Role.ADMINISTRATOR)
    belong(movement, LONG_AGO, mover)
    merge = merged(source, target)
    for child in (one, two, leaf):
        child.refresh_from_db()
    assert one.parent == two.parent == target
    assert leaf.ancestor_ids == [movement.pk, target.pk, one.pk]
    actions.move_community(member=mover, community=two, parent=movement)
    actions.undo_merge(member=_runner(target), merge=merge)
    for child in (one, two, leaf):
        child.refresh_from_db()
    assert (one.parent, two.parent) == (source, movement)
    assert leaf.ancestor_ids == [movement.pk, source.pk, one.pk]


def test_arriving_under_another_parent_is_belonging_above_it_too(movement: Community) -> None:
    north, south = committee(movement), committee(movement)
    source, target = committee(north), committee(south)
    member = belong(source, LONG_AGO)
    before = dates()
    _runner(source)
    _runner(target)
    with_hosts = dates()
    merge = merged(source, target)
    assert since(member, south) == since(member, target) == LONG_AGO
    actions.undo_merge(member=_runner(target), merge=merge)
    assert dates() == with_hosts > before


def test_the_other_side_accepts_and_nobody_else(movement: Community) -> None:
    source, target = committee(movement), committee(movement)
    host = _runner(source)
    _runner(target)
    merge = actions.propose_merge(member=host, source=source, target=target)
    assert merge == actions.propose_merge(member=host, source=source, target=target)
    central = in_role(movement, Role.ADMINISTRATOR)
    for other in (host, central, belong(target, LATER)):
        with pytest.raises(Refused, match="Only those who run"):
            actions.accept_merge(member=other, merge=merge)
    with pytest.raises(Refused, match="Only those who run one"):
        actions.drop_merge(member=belong(target, LATER), merge=merge)
    actions.drop_merge(member=_runner(target), merge=merge)
    with pytest.raises(Refused, match="decided already"):
        actions.accept_merge(member=_runner(target), merge=merge)


def test_a_sleeping_one_is_merged_from_above_and_its_hosts_are_not_carried_over(
    movement: Community,
) -> None:
    source, target = committee(movement), committee(movement)
    absent, central = _runner(source), in_role(movement, Role.ADMINISTRATOR)
    merge = actions.propose_merge(member=central, source=source, target=target)
    assert not merge.moves_hosts
    actions.accept_merge(member=central, merge=merge)  # the target has nobody either
    assert not fresh_reader(absent).roles
    assert fresh_reader(absent).belongs_to(target.pk)
    actions.undo_merge(member=absent, merge=merge)
    assert fresh_reader(absent).holds_here(source, Role.HOST)


def test_whoever_proposed_must_be_entitled_still(movement: Community) -> None:
    source, target = committee(movement), committee(movement)
    host, other = _runner(source), host_of(source)
    _runner(target)
    merge = actions.propose_merge(member=host, source=source, target=target)
    actions.end_mandate(member=other, mandate=host.mandates.get())
    with pytest.raises(Refused, match="may not do so any more"):
        actions.accept_merge(member=_runner(target), merge=merge)


def test_what_does_not_fit_is_refused(movement: Community) -> None:
    source, elsewhere = committee(movement), committee(community_factory(kind=Kind.MOVEMENT))
    host, below = _runner(source), committee(source)
    practice = community_factory(kind=Kind.PRACTICE, parent=movement)
    for target, why in (
        (source, "another"),
        (elsewhere, "same movement"),
        (below, "part of it"),
        (practice, "Only two"),
        (movement, "Only two"),
    ):
        with pytest.raises(Refused, match=why):
            actions.propose_merge(member=host, source=source, target=target)


def test_after_thirty_days_it_stays(movement: Community) -> None:
    merge = merged(committee(movement), committee(movement))
    with (
        at(now() + UNDONE_WITHIN + timedelta(minutes=5)),
        pytest.raises(Refused, match="30 days"),
    ):
        actions.undo_merge(member=_runner(merge.target), merge=merge)


def test_two_that_went_up_in_one_come_back_one_by_one(movement: Community) -> None:
    one, two, target = committee(movement), committee(movement), committee(movement)
    member = belong(two, LONG_AGO, belong(one, LATER))
    for community in (one, two, target):
        _runner(community)
    before = dates(), roles()
    first, second = merged(one, target), merged(two, target)
    assert since(member, target) == since(member, two)
    actions.undo_merge(member=_runner(target), merge=first)
    assert fresh_reader(member).belongs_to(target.pk)  # by the other merge
    actions.undo_merge(member=_runner(target), merge=second)
    assert (dates(), roles()) == before


def test_a_chain_is_undone_from_its_end(movement: Community) -> None:
    one, two, three = committee(movement), committee(movement), committee(movement)
    member = belong(one, LONG_AGO)
    for community in (one, two, three):
        _runner(community)
    before = dates(), roles()
    first = merged(one, two)
    second = merged(two, three)
    assert since(member, three) == LONG_AGO
    with pytest.raises(Refused, match="closed by now"):
        actions.undo_merge(member=_runner(three), merge=first)
    actions.undo_merge(member=_runner(three), merge=second)
    two.refresh_from_db()
    actions.undo_merge(member=_runner(two), merge=first)
    assert (dates(), roles()) == before


def test_leaving_what_it_became_is_leaving_it_too(movement: Community) -> None:
    source, target = committee(movement), committee(movement)
    member = belong(source, LONG_AGO)
    merged(source, target)
    actions.leave_community(member=member, community=target)
    assert fresh_reader(member).community_ids == {movement.pk}


def test_a_small_number_is_not_told_by_the_large_one_beside_it(movement: Community) -> None:
    """How many belong is known: who are not arriving would be what is left of them."""
    one, two = committee(movement), committee(movement)
    for number in range(20):
        member = belong(one, LATER)
        if number < 2:
            belong(two, LATER, member)
    outside = fresh_reader(host_of(two))
    preview = preview_of(outside, one, two)
    assert preview.smallest > 2
    assert (preview.arriving, preview.in_both) == (None, None)
    for membership in Membership.objects.filter(community=two, member__in=_both(one, two)):
        membership.delete()
    preview = preview_of(outside, one, two)
    assert (preview.arriving, preview.in_both) == (20, None)


def _both(one: Community, two: Community) -> list[int]:
    here = Membership.objects.filter(community=one).values("member_id")
    there = Membership.objects.filter(community=two, member__in=here)
    return list(there.values_list("member_id", flat=True))
