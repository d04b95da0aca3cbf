"""A sponsor stands outside: the rule, the trigger and a plain reading of the sentence agree."""

from dataclasses import dataclass, replace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from essaim.communities.actions import give_mandate, leave_community
from essaim.communities.models import Community, Kind, Mandate, Role
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.members.actions import erase_member
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory
from essaim.projects import actions, rules
from essaim.projects.models import Part, Project, ProjectParty, Sponsorship, State
from essaim.projects.tests import factories as make

PEOPLE, SPONSOR = 3, 2  # the first two are in the team, the last one sponsors
MOST_UNITS = 6


@dataclass(frozen=True)
class Tree:
    """Units by number, each with its parent; who works in or heads which; what is touched."""

    parents: tuple[int | None, ...]
    works: frozenset[tuple[int, int]]
    heads: frozenset[tuple[int, int]]
    touched: frozenset[int]

    def above(self, unit: int) -> set[int]:
        parent = self.parents[unit]
        return {unit} if parent is None else {unit} | self.above(parent)

    def units_of(self, person: int) -> set[int]:
        joined = {one for who, unit in self.works if who == person for one in self.above(unit)}
        deepest = {u for u in joined if not any(o != u and u in self.above(o) for o in joined)}
        return deepest | {unit for who, unit in self.heads if who == person}

    def keeps_outside(self, *team: int) -> bool:
        """The sentence of the rule, read by brute force: no unit above, below or the same."""
        theirs = self.touched.union(*map(self.units_of, team))
        return not any(
            one in self.above(other) or other in self.above(one)
            for one in theirs
            for other in self.units_of(SPONSOR)
        )


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    size = draw(st.integers(1, MOST_UNITS))
    units = st.integers(0, size - 1)
    ties = st.tuples(st.integers(0, PEOPLE - 1), units)
    return Tree(
        parents=(None, *(draw(st.none() | st.integers(0, n - 1)) for n in range(1, size))),
        works=draw(st.frozensets(ties, max_size=4)),
        heads=draw(st.frozensets(ties, max_size=3)),
        touched=draw(st.frozensets(units, max_size=2)),
    )


class TestPerimeter(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(trees())
    def test_rule_and_trigger_agree_with_the_sentence(self, tree: Tree) -> None:
        project, people = _build(tree, team=2)
        sponsor, expected = people[SPONSOR], tree.keeps_outside(0, 1)

        assert bool(rules.may_sponsor(project, sponsor.pk, "main")) == expected
        assert _database_accepts(project, sponsor) == expected

    @settings(max_examples=40, deadline=None)
    @given(trees())
    def test_joining_the_team_asks_the_same_from_the_other_side(self, tree: Tree) -> None:
        """The sponsor is there first; somebody joins the team after."""
        tree = replace(tree, touched=frozenset())
        project, people = _build(tree, team=0)
        Sponsorship.objects.create(project=project, member=people[SPONSOR])
        expected = tree.keeps_outside(1)

        assert bool(rules.may_enter_team(project, people[1].pk)) == expected
        assert _team_takes(project, people[1]) == expected


def _build(tree: Tree, *, team: int) -> tuple[Project, list[Member]]:
    host = make.host_community()
    units: list[Community] = []
    for parent in tree.parents:
        units.append(make.unit(host if parent is None else units[parent]))
    people = [member_factory() for _ in range(PEOPLE)]
    for person, number in tree.works:
        make.works_in(people[person], units[number], top=host)
    for person, number in tree.heads:
        make.heads(people[person], units[number])
    community = community_factory(kind=Kind.PROJECT, parent=host)
    project = Project.objects.create(community=community, state=State.VALIDATED)
    for number in range(team):
        Mandate.objects.create(community=community, member=people[number], role=Role.TEAM)
    for number in tree.touched:
        ProjectParty.objects.create(project=project, unit=units[number])
    return project, people


def _database_accepts(project: Project, sponsor: Member) -> bool:
    try:
        with transaction.atomic():
            Sponsorship.objects.create(project=project, member=sponsor)
    except IntegrityError:
        return False
    return True


def _team_takes(project: Project, member: Member) -> bool:
    try:
        with transaction.atomic():
            Mandate.objects.create(community=project.community, member=member, role=Role.TEAM)
    except IntegrityError:
        return False
    return True


class World:
    """An organisation with one direction of two services, and a project of the first one's."""

    def __init__(self) -> None:
        self.host = make.host_community()
        self.direction = make.unit(self.host, name="Direction")
        self.first = make.unit(self.direction, name="First service")
        self.second = make.unit(self.direction, name="Second service")
        self.far = make.unit(self.host, name="Far away")
        bearer = make.works_in(member_of(self.host), self.first)
        self.project = make.validated(self.host, bearer=bearer)
        self.bearer = bearer

    def somebody(self, unit: Community | None = None) -> Member:
        member = member_of(self.host) if unit is None else member_factory()
        return make.works_in(member, unit) if unit else member


@pytest.fixture
def world(db: None) -> World:
    return World()


def test_a_sponsor_from_the_direction_above_is_refused_with_words(world: World) -> None:
    above = make.heads(world.somebody(), world.direction)

    with pytest.raises(ValidationError, match="outside"):
        make.with_part(world.project, Part.SPONSOR, above, world.bearer)


def test_a_colleague_of_the_next_service_is_outside(world: World) -> None:
    near = world.somebody(world.second)

    made = make.sponsored(world.project, near)

    assert made.ends_on is None


def test_who_changes_unit_between_the_invitation_and_the_yes_is_refused(world: World) -> None:
    outside = world.somebody(world.far)
    made = actions.invite(
        member=world.bearer, project=world.project, part=Part.SPONSOR, invited=outside
    )
    make.works_in(outside, world.first)

    with pytest.raises(Refused, match="outside"):
        actions.accept_invitation(member=outside, invitation=made, consent_text=make.AGREED)


def test_a_link_given_to_anybody_asks_the_same(world: World) -> None:
    made = actions.invite(member=world.bearer, project=world.project, part=Part.SPONSOR)
    inside = world.somebody(world.first)

    with pytest.raises(Refused, match="outside"):
        actions.accept_invitation(member=inside, invitation=made, consent_text=make.AGREED)


def test_the_team_member_does_not_sponsor_nor_the_sponsor_join(world: World) -> None:
    sponsor = world.somebody(world.far)
    mate = make.with_part(world.project, Part.TEAM, world.somebody(world.first), world.bearer)
    make.sponsored(world.project, sponsor)

    with pytest.raises(ValidationError, match="in the team"):
        make.with_part(world.project, Part.ELECTED, mate, world.bearer)
    with pytest.raises(ValidationError, match="does not join"):
        make.with_part(world.project, Part.TEAM, sponsor, world.bearer)


def test_nobody_joins_who_brings_the_sponsor_inside(world: World) -> None:
    make.sponsored(world.project, world.somebody(world.far))

    with pytest.raises(ValidationError, match="too near"):
        make.with_part(world.project, Part.TEAM, world.somebody(world.far), world.bearer)


def test_no_role_of_a_project_is_given_on_the_page_of_roles(world: World) -> None:
    runs = in_role(world.host, Role.ADMINISTRATOR)
    for giver in (world.bearer, runs):
        for role in (Role.SPONSOR, Role.TEAM, Role.HOST, Role.COACH):
            with pytest.raises(Refused, match="invitation"):
                give_mandate(
                    member=giver,
                    community=world.project.community,
                    holder=world.bearer,
                    role=role,
                )


def test_who_comes_inside_later_is_told_so_and_decides_at_no_gate(world: World) -> None:
    sponsor = make.sponsored(world.project, world.somebody(world.far)).member
    assert sponsor
    gate = make.ask(world.project, "start")
    assert gate.decider == "sponsor"

    make.works_in(sponsor, world.first)

    assert rules.is_inside(world.project, sponsor.pk)
    with pytest.raises(Refused, match="inside the perimeter"):
        make.decide(gate, sponsor)
    assert rules.may_decide_gate(fresh_reader(make.decider_in(gate)), gate)


def test_an_exception_is_written_by_who_validates_and_not_by_the_sponsor(world: World) -> None:
    sponsorship = make.sponsored(world.project, world.somebody(world.far))
    sponsor = sponsorship.member
    assert sponsor
    make.works_in(sponsor, world.first)
    gate = make.ask(world.project, "start")
    runs = in_role(world.host, Role.COMMUNITY_MANAGER)
    for nobody in (world.bearer, sponsor):
        with pytest.raises(Refused):
            actions.grant_exception(member=nobody, sponsorship=sponsorship, reason="Mine.")

    actions.grant_exception(member=runs, sponsorship=sponsorship, reason="Nobody else knows it.")

    gate.refresh_from_db()
    assert gate.decider == "committee"  # asked while no sponsor could answer
    sponsorship.refresh_from_db()
    assert (sponsorship.exception_by, sponsorship.exception_reason) == (
        runs,
        "Nobody else knows it.",
    )


def test_an_exception_from_the_start_lets_the_database_accept_it(world: World) -> None:
    inside = make.works_in(world.somebody(), world.direction)
    runs = in_role(world.host, Role.COMMUNITY_MANAGER)

    make.with_part(world.project, Part.SPONSOR, inside, runs, exception_reason="The only one free.")

    assert Sponsorship.objects.get().exception_by == runs


def test_an_exception_never_brings_a_sponsor_into_the_team(world: World) -> None:
    """It lets a sponsor be near, not judge their own work."""
    runs = in_role(world.host, Role.COMMUNITY_MANAGER)
    mate = make.with_part(world.project, Part.TEAM, world.somebody(world.first), world.bearer)
    with pytest.raises(ValidationError, match="in the team"):
        make.with_part(world.project, Part.SPONSOR, mate, runs, exception_reason="The only one.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Sponsorship.objects.create(project=world.project, member=mate, exception_reason="Mine.")
    inside = world.somebody(world.direction)
    make.with_part(world.project, Part.SPONSOR, inside, runs, exception_reason="The only one.")

    with pytest.raises(ValidationError, match="does not join"):
        make.with_part(world.project, Part.TEAM, inside)
    assert not _team_takes(world.project, inside)


def test_an_elected_sponsor_is_elected_where_the_project_is_or_above(world: World) -> None:
    head = make.heads(world.somebody(), world.first)
    with pytest.raises(ValidationError, match="elected mandate"):
        make.sponsored(world.project, head, "elected")
    with pytest.raises(IntegrityError), transaction.atomic():
        Sponsorship.objects.create(project=world.project, member=head, kind="elected")

    Mandate.objects.create(community=world.host, member=head, role=Role.ELECTED)

    assert make.sponsored(world.project, head, "elected").ends_on is None


def test_a_project_whose_bearer_left_finds_another_through_who_validates(world: World) -> None:
    mate = make.with_part(world.project, Part.TEAM, world.somebody(), world.bearer)
    leave_community(member=world.bearer, community=world.project.community, without_host=True)
    deliver_pending()
    left = make.fresh(world.project)
    assert left.bearer is None
    runs = in_role(world.host, Role.COMMUNITY_MANAGER)
    with pytest.raises(ValidationError, match="somebody of the team"):
        make.with_part(left, Part.BEARER, world.somebody(), runs)

    make.with_part(left, Part.BEARER, mate, runs)

    assert make.fresh(world.project).bearer == mate


def test_an_erased_sponsor_makes_room_for_the_next(world: World) -> None:
    sponsor = make.sponsored(world.project, world.somebody(world.far)).member
    assert sponsor
    erase_member(member=sponsor)
    deliver_pending()

    assert make.sponsored(world.project, world.somebody(world.far)).ends_on is None


def test_without_its_reason_an_exception_cannot_be_taken_away_silently(world: World) -> None:
    inside = make.works_in(world.somebody(), world.direction)
    runs = in_role(world.host, Role.COMMUNITY_MANAGER)
    make.with_part(world.project, Part.SPONSOR, inside, runs, exception_reason="The only one.")

    with pytest.raises(IntegrityError), transaction.atomic():
        Sponsorship.objects.update(exception_reason="")


def test_an_elected_sponsor_is_a_second_one(world: World) -> None:
    elected = make.works_in(world.somebody(), world.direction)
    Mandate.objects.create(community=world.host, member=elected, role=Role.ELECTED)
    make.sponsored(world.project, world.somebody(world.far))

    make.sponsored(world.project, elected, "elected")

    assert Sponsorship.objects.count() == 2


def test_a_sponsor_who_came_inside_can_still_end_it(world: World) -> None:
    sponsorship = make.sponsored(world.project, world.somebody(world.far))
    assert sponsorship.member
    make.works_in(sponsorship.member, world.first)

    actions.end_sponsorship(member=sponsorship.member, sponsorship=sponsorship)

    sponsorship.refresh_from_db()
    assert sponsorship.ends_on
