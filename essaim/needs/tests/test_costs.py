"""What pages cost: a number of queries that does not grow with what they show."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from essaim.communities.readers import fresh_reader
from essaim.needs.models import Need
from essaim.needs.queries import needs_now
from essaim.needs.queries.board import Filters, board
from essaim.needs.queries.pages import need_for_page, need_to_read
from essaim.needs.tests.factories import make_community, make_match, make_need, make_person

pytestmark = pytest.mark.django_db


def _cost(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


@pytest.mark.parametrize("number", [1, 3])
def test_a_board_costs_two_queries_and_three_with_a_skill(number: int) -> None:
    community = make_community()
    reader = fresh_reader(make_person(community))
    for _ in range(number):
        make_need(community, skills=("law", "patience"))
    assert _cost(lambda: board(reader, community, Filters())) == 2
    assert _cost(lambda: board(reader, None, Filters())) == 2
    assert _cost(lambda: board(reader, community, Filters(skill="law"))) <= 4


@pytest.mark.parametrize("number", [1, 3])
def test_needs_for_the_pages_of_others_cost_two_queries(number: int) -> None:
    communities = [make_community() for _ in range(number)]
    reader = fresh_reader(make_person(communities[0]))
    for community in communities:
        make_need(community, skills=("law",))
    ids = [one.pk for one in communities]
    found: dict[int, Any] = {}
    assert _cost(lambda: found.update(needs_now(reader, ids))) == 2
    assert set(found) == set(ids)


def test_a_community_with_many_needs_leaves_others_their_own() -> None:
    crowded, quiet = make_community(), make_community()
    poster = make_person(crowded)
    for one in range(401):
        make_need(crowded, poster, minutes=30 + one % 2 * 60)
    last = make_need(quiet, title="One voice for the choir")
    reader = fresh_reader(poster)
    with CaptureQueriesContext(connection) as queries:
        found = needs_now(reader, [crowded.pk, quiet.pk])
    assert len(queries) == 2
    assert [one.public_id for one in found[quiet.pk]] == [last.public_id]
    assert [one.minutes for one in found[crowded.pk]] == [30, 30, 30]
    newest = Need.objects.filter(community=crowded, minutes=30).order_by("-created_at", "-pk")
    assert [one.public_id for one in found[crowded.pk]] == [one.public_id for one in newest[:3]]


@pytest.mark.parametrize("number", [1, 3])
def test_a_need_costs_the_same_however_many_are_in_touch(number: int) -> None:
    community = make_community()
    need = make_need(community)
    assert need.posted_by
    reader = fresh_reader(need.posted_by)
    for _ in range(number):
        make_match(need)
    assert _cost(lambda: need_for_page(reader, need_to_read(reader, need.public_id))) == 4


@pytest.mark.parametrize("number", [1, 3])
def test_pages_cost_the_same_with_one_and_with_three(number: int) -> None:
    community = make_community()
    member = make_person(community)
    for _ in range(number):
        make_match(make_need(community), member)
        make_need(community, member)
    client = Client()
    client.force_login(member)
    client.get("/me/help/")
    costs = {
        address: _cost(partial(client.get, address))
        for address in ("/me/help/", f"/communities/{community.slug}/needs/")
    }
    assert costs == {"/me/help/": 16, f"/communities/{community.slug}/needs/": 8}
