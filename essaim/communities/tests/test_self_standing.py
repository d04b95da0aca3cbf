"""A project stands under a community, and is nobody's annexe: belonging to it is its own."""

import pytest

from essaim.communities.actions import join_community, leave_community
from essaim.communities.models import Community, Kind, Membership
from essaim.communities.queries.leaving import leaving_for_page
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db


def _belongs(member: Member) -> set[str]:
    current = Membership.objects.filter(member=member, left_at__isnull=True)
    return set(current.values_list("community__name", flat=True))


def _under(above: Community, kind: Kind, name: str) -> Community:
    return community_factory(parent=above, kind=kind, name=name)


@pytest.fixture
def movement() -> Community:
    return community_factory(kind=Kind.MOVEMENT, name="Movement")


def test_who_joins_a_project_joins_nothing_above_it(movement: Community) -> None:
    member = member_factory()
    project = _under(movement, Kind.PROJECT, "Repair café")
    circle = _under(project, Kind.CIRCLE, "Its circle")

    join_community(member=member, community=circle, consent_text="I agree.")

    assert _belongs(member) == {"Repair café", "Its circle"}


def test_a_committee_still_brings_its_movement(movement: Community) -> None:
    member = member_factory()

    join_community(
        member=member, community=_under(movement, Kind.COMMITTEE, "Here"), consent_text="I agree."
    )

    assert _belongs(member) == {"Movement", "Here"}


def test_who_leaves_the_movement_keeps_their_project_and_is_told_so(movement: Community) -> None:
    member = member_factory()
    project = _under(movement, Kind.PROJECT, "Repair café")
    circle = _under(project, Kind.CIRCLE, "Its circle")
    committee = _under(movement, Kind.COMMITTEE, "Here")
    for one in (committee, circle):
        join_community(member=member, community=one, consent_text="I agree.")

    told = " ".join(leaving_for_page(fresh_reader(member), movement))
    leave_community(member=member, community=movement, without_host=True)

    assert "Here" in told
    assert "Repair café" not in told
    assert _belongs(member) == {"Repair café", "Its circle"}


def test_who_leaves_a_project_leaves_what_is_below_it(movement: Community) -> None:
    member = member_factory()
    project = _under(movement, Kind.PROJECT, "Repair café")
    circle = _under(project, Kind.CIRCLE, "Its circle")
    join_community(member=member, community=circle, consent_text="I agree.")

    leave_community(member=member, community=project, without_host=True)

    assert not _belongs(member)
