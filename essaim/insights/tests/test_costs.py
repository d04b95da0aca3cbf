"""Pages of figures cost the same for one member and for many, kept or counted."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.communities.actions import keep_figures
from essaim.communities.models import Community, Kind, Role
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.communities.tests.test_queries import act
from essaim.foundation.clock import today
from essaim.insights import actions
from essaim.insights.models import KindRung
from essaim.members.models import Member

pytestmark = pytest.mark.django_db

PAGES = [
    ("community_figures", 16),  # three of them for hours of help, hosted projects and their effects
    ("community_ladder", 13),
    ("community_rating", 12),
    ("own_place", 5),
]


def scene(number: int) -> tuple[Member, Community]:
    community = community_factory(kind=Kind.MOVEMENT)
    host = in_role(community, Role.HOST)
    for _ in range(number):
        below = community_factory(kind=Kind.COMMITTEE, parent=community)
        act(member_of(community, below), below)
        in_role(community, Role.HOST)
        actions.enter_estimate(
            member=host,
            community=community,
            number=1000,
            channel="A book",
            source="Its publisher",
            method="Copies sold",
            starts_on=today(),
            ends_on=today(),
            is_deduplicated=True,
        )
    KindRung.objects.create(community=community, kind="ideas.IdeaSupported", rung="aware")
    return host, community


def cost(member: Member, address: str) -> int:
    client = Client(headers={"accept-language": "en"})
    client.force_login(member)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def kept(community: Community) -> None:
    keep_figures(ids=[community.pk])
    actions.keep_numbers(ids=[community.pk])


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("name", "expected"), PAGES)
def test_a_page_costs_the_same_however_many_belong(name: str, expected: int, number: int) -> None:
    member, community = scene(number)
    address = reverse(name, args=[] if name == "own_place" else [community.slug])
    assert cost(member, address) == expected


@pytest.mark.parametrize("is_kept", [True, False])
def test_outsiders_see_the_page_of_figures(*, is_kept: bool) -> None:
    _member, community = scene(2)
    if is_kept:
        kept(community)
    page = Client(headers={"accept-language": "en"}).get(
        reverse("community_figures", args=[community.slug])
    )
    text = page.content.decode()
    assert "fewer than 11 members" in text.lower()
    assert "Too few to be told." in text
    assert "of whom" not in text


def test_what_is_kept_is_read_without_looking_at_facts_or_memberships() -> None:
    host, community = scene(2)
    kept(community)
    client = Client(headers={"accept-language": "en"})
    client.force_login(host)
    for name in ("community_figures", "community_ladder"):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(name, args=[community.slug]))
        asked = [one["sql"] for one in queries.captured_queries]
        facts = [sql for sql in asked if "foundation_fact" in sql]
        assert len(facts) == (1 if name == "community_figures" else 0)  # and that one runs empty
