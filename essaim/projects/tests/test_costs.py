"""What pages of projects cost: the same number of queries for one thing as for three."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Community, Role
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import in_role, member_of
from essaim.foundation.clock import today
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory
from essaim.projects import actions
from essaim.projects.models import Gate, GateDecider
from essaim.projects.panels.community import what_waits
from essaim.projects.queries import gates_to_decide
from essaim.projects.tests import factories as make

pytestmark = pytest.mark.django_db
Made = tuple[Member, str]


def _project(number: int) -> Made:
    host = make.host_community()
    project = make.running(host)
    manager, bearer = in_role(host, Role.COMMUNITY_MANAGER), make.bearer_of(project)
    for n in range(number):
        actions.promise_support(
            member=manager, project=project, what=f"A room {n}", due_on=today() + timedelta(9)
        )
        actions.name_party(member=bearer, project=project, name=f"Menders {n}")
        actions.object_to(member=member_of(host), project=project, words="It is loud.")
        actions.tell_obstacle(member=bearer, project=project, words="No key.")
    return member_of(host), reverse("project", args=[project.public_id])


def _list(number: int) -> Made:
    host = make.host_community()
    for _ in range(number):
        make.validated(host)
    return member_of(host), reverse("projects", args=[host.slug])


def _queue(number: int) -> Made:
    host = make.host_community()
    for _ in range(number):
        make.submitted(host)
    return make.validator_in(host), reverse("projects_queue", args=[host.slug])


def _observations(number: int) -> Made:
    host: Community = make.host_community()
    for n in range(number):
        actions.observe(member=member_of(host), host=host, what=f"No bench at stop {n}.")
    return member_of(host), reverse("observations", args=[host.slug])


def _team(number: int) -> Made:
    project = make.validated()
    for _ in range(number):
        make.with_part(project, "team", member_of())
    return make.bearer_of(project), reverse("project_team", args=[project.public_id])


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("build", "cost"),
    [(_project, 27), (_list, 8), (_queue, 7), (_observations, 6), (_team, 9)],
    ids=["project", "list", "queue", "observations", "team"],
)
def test_it_costs_as_much_for_three_as_for_one(
    build: Callable[[int], Made],
    cost: int,
    number: int,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    member, address = build(number)
    client = Client()
    client.force_login(member)

    with django_assert_num_queries(cost):
        assert client.get(address).status_code == 200


def _at_gates(number: int) -> tuple[Community, Member, Member]:
    """A community, one of its deciders, and who sponsors all its projects, each at a gate."""
    host = make.host_community()
    first, far = make.unit(host), make.unit(host)
    sponsor = make.works_in(member_factory(), far)
    for n in range(number):
        project = make.validated(host, bearer=make.works_in(member_of(host), first))
        actions.name_party(member=make.bearer_of(project), project=project, unit=first)
        make.sponsored(project, sponsor)
        gate = make.ask(project, "start")
        if n % 2:
            Gate.objects.filter(pk=gate.pk).update(decider=GateDecider.COMMITTEE)
    return host, in_role(host, Role.DECIDER), sponsor


@pytest.mark.parametrize("number", [2, 4])
def test_gates_cost_as_much_for_four_as_for_two(
    number: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    host, decider, sponsor = _at_gates(number)
    deciding, sponsoring = fresh_reader(decider), fresh_reader(sponsor)

    with django_assert_num_queries(8):
        assert len(gates_to_decide(deciding, [host.pk])) == number // 2
    with django_assert_num_queries(8):
        assert len(gates_to_decide(sponsoring)) == number // 2


@pytest.mark.parametrize("number", [1, 3])
def test_the_desk_costs_as_much_for_three_communities_as_for_one(
    number: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    top = make.host_community()
    ids = [top.pk, *(make.host_community(parent=top).pk for _ in range(number - 1))]
    reader = fresh_reader(make.validator_in(top))

    with django_assert_num_queries(3):
        assert len(what_waits(reader, ids)) == number
