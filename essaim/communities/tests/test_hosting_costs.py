"""The pages of hosts ask as few queries for many as for one."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.communities import actions
from essaim.communities.models import Community, Kind, Role
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.members.models import Member

pytestmark = pytest.mark.django_db


def committee(parent: Community) -> Community:
    return community_factory(kind=Kind.COMMITTEE, parent=parent)


def newcomers(number: int) -> tuple[Member, str]:
    above = community_factory(kind=Kind.MOVEMENT)
    community = committee(above)
    host = in_role(community, Role.HOST)
    for member in [member_of(above, community) for _ in range(number)]:
        actions.offer_hosting(member=host, community=community, asked=member)
    return host, reverse("community_hosting", args=[community.slug])


def merge_to_agree_to(number: int) -> tuple[Member, str]:
    above = community_factory(kind=Kind.MOVEMENT)
    source, target = committee(above), committee(above)
    for _ in range(number):
        member_of(above, source)
        in_role(source, Role.FACILITATOR)
        committee(source)
    merge = actions.propose_merge(member=in_role(source, Role.HOST), source=source, target=target)
    return in_role(target, Role.HOST), reverse("merge", args=[merge.public_id])


def targets_of_a_merge(number: int) -> tuple[Member, str]:
    above = community_factory(kind=Kind.MOVEMENT)
    source = committee(above)
    host = in_role(source, Role.HOST)
    for _ in range(number):
        actions.propose_merge(member=host, source=source, target=committee(above))
    return host, reverse("merging", args=[source.slug])


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("scene", "cost"), [(newcomers, 9), (merge_to_agree_to, 12), (targets_of_a_merge, 7)]
)
def test_a_page_of_hosts_costs_the_same_however_long(
    scene: Callable[[int], tuple[Member, str]], cost: int, number: int
) -> None:
    member, address = scene(number)
    client = Client(headers={"accept-language": "en"})
    client.force_login(member)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    asked = "\n".join(query["sql"][:300] for query in queries.captured_queries)
    assert len(queries) == cost, f"{len(queries)} instead of {cost}:\n{asked}"
