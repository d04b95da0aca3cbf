"""What the pages of starting cost: as much for one as for three."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.communities.actions import found_community, open_community
from essaim.communities.models import Kind, Role
from essaim.communities.tests.beginning import Scene
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.members.models import Member
from essaim.places.models import Level, Place
from essaim.places.tests.factories import small_france

pytestmark = pytest.mark.django_db


def near(number: int) -> tuple[Member, str]:
    small_france()
    above = community_factory(kind=Kind.MOVEMENT)
    pau = Place.objects.get(name="Pau", level=Level.COMMUNE)
    for _ in range(number):
        in_role(community_factory(kind=Kind.COMMITTEE, parent=above, place=pau), Role.HOST)
    return member_of(above), reverse("community_groups", args=[above.slug]) + "?near=Pau"


def queue(number: int) -> tuple[Member, str]:
    scene = Scene()
    for name in ("Nay", "Pau", "Orthez")[:number]:
        draft = found_community(
            member=scene.founder,
            kind=Kind.COMMITTEE,
            name=f"Near {name}",
            parent=scene.movement,
            purpose="To meet.",
        )
        open_community(member=scene.founder, community=draft)
    return scene.host, reverse("community_openings", args=[scene.movement.slug])


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("scene", "cost"), [(near, 16), (queue, 9)])
def test_a_page_costs_the_same_however_long_its_list(
    scene: Callable[[int], tuple[Member, str]], cost: int, number: int
) -> None:
    member, address = scene(number)
    client = Client(headers={"accept-language": "en"})
    client.force_login(member)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    asked = "\n".join(query["sql"][:1000] for query in queries.captured_queries)
    assert len(queries) == cost, f"{len(queries)} instead of {cost}:\n{asked}"
