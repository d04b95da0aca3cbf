"""The nearest committees, by place or postcode, as a list and as what a map reads."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.communities import queries
from essaim.communities.models import Community, Kind, Role
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.foundation.clock import now
from essaim.places.models import Level, Place
from essaim.places.tests.factories import small_france

pytestmark = pytest.mark.django_db

NAY = (43.18, -0.26)


@pytest.fixture
def movement() -> Community:
    small_france()
    return community_factory(kind=Kind.MOVEMENT, slug="movement")


def committee(movement: Community, place: str, **fields: object) -> Community:
    return community_factory(
        kind=fields.pop("kind", Kind.COMMITTEE),
        parent=movement,
        place=Place.objects.filter(name=place, level=Level.COMMUNE).order_by("-population")[0],
        name=f"In {place}",
        **fields,
    )


def test_the_nearest_come_first_with_their_distance(movement: Community) -> None:
    for place in ("Paris", "Pau", "Strasbourg", "Saint-Jean-de-Luz", "Arros-de-Nay"):
        committee(movement, place)
    found = queries.nearest_communities(ANONYMOUS, movement, *NAY, 3)
    assert [near.community.name for near in found] == [
        "In Arros-de-Nay",
        "In Pau",
        "In Saint-Jean-de-Luz",
    ]
    assert [round(near.distance_km) for near in found] == [5, 17, 116]


def test_only_open_local_ones_that_the_reader_sees(movement: Community) -> None:
    hidden = committee(movement, "Pau", visibility="members")
    committee(movement, "Pau", opened_at=None)
    committee(movement, "Pau", closed_at=now())
    committee(movement, "Pau", kind=Kind.CIRCLE)
    committee(community_factory(kind=Kind.MOVEMENT), "Pau")
    community_factory(kind=Kind.COMMITTEE, parent=movement)  # nowhere
    committee(movement, "Saint-Pierre")  # whose point nobody knows
    below = committee(committee(movement, "Paris"), "Orly")
    names = {near.community.pk for near in queries.nearest_communities(ANONYMOUS, movement, *NAY)}
    assert names == {below.pk, below.parent_id}
    member = fresh_reader(member_of(hidden))
    assert queries.nearest_communities(member, movement, *NAY)[0].community == hidden


@pytest.mark.parametrize("number", [1, 3])
def test_it_asks_as_often_for_one_as_for_three(movement: Community, number: int) -> None:
    for _ in range(number):
        in_role(committee(movement, "Pau"), Role.HOST)
    with CaptureQueriesContext(connection) as asked:
        queries.nearest_communities(ANONYMOUS, movement, *NAY)
    assert len(asked) == 3
    with CaptureQueriesContext(connection) as asked:
        queries.near_lines(ANONYMOUS, movement, *NAY)
    assert len(asked) == 5


def test_the_landing_asks_where_and_answers_without_javascript(movement: Community) -> None:
    in_role(committee(movement, "Pau", slug="pau"), Role.HOST, name="Hannah Host")
    client, address = Client(headers={"accept-language": "en"}), "/communities/movement/"
    assert "Near where?" in client.get(address).content.decode()
    page = client.get(address, {"near": "64800 Nay"}).content.decode()
    assert "Nearest to Nay" in page
    assert "17 km" in page
    assert "Hannah Host" in page
    assert "leaflet" not in page
    several = client.get(address, {"near": "64800"}).content.decode()
    assert "Several places match" in several
    assert "Arros-de-Nay" in several
    assert not client.cookies


def test_the_map_stands_beside_the_list_and_says_no_more(movement: Community) -> None:
    committee(movement, "Pau")
    client = Client(headers={"accept-language": "en"})
    address = reverse("community_groups", args=["movement"])
    page = client.get(address, {"near": "Pau"}).content.decode()
    assert 'data-map="near-list"' in page
    assert page.count("data-map-point=") == 1
    assert "data-map-tiles" not in page
    assert "leaflet/leaflet.js" in page
    assert "leaflet" not in client.get(address).content.decode()


def test_where_nothing_is_near_one_starts_one(movement: Community) -> None:
    committee(movement, "Strasbourg")
    client = Client(headers={"accept-language": "en"})
    address = reverse("community_groups", args=["movement"])
    page = client.get(address, {"near": "Pau"}).content.decode()
    pau = Place.objects.get(name="Pau", level=Level.COMMUNE).public_id
    assert "Nothing near you: start one." in page
    assert f"/communities/movement/start/?place={pau}" in page
    assert "In Strasbourg" in page


def test_tiles_come_from_a_server_only_when_the_owner_names_one(
    movement: Community, settings: object
) -> None:
    settings.ESSAIM_TILES = "https://tiles.example.org/{z}/{x}/{y}.png"  # type: ignore[attr-defined]  # a fixture without types
    settings.ESSAIM_TILES_ATTRIBUTION = "© the mappers"  # type: ignore[attr-defined]  # the same
    committee(movement, "Pau")
    answer = Client().get(reverse("community_groups", args=["movement"]), {"near": "Pau"})
    assert 'data-map-tiles="https://tiles.example.org/' in answer.content.decode()
    policy = answer.headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://tiles.example.org;" in policy
    assert "script-src 'self';" in policy


def test_a_chapter_says_where_in_the_world_and_since_when(movement: Community) -> None:
    place = Place.objects.create(
        country="CA",
        level="commune",
        name="Montréal",
        key="montreal",
        code="66023",
        latitude=45.5,
        longitude=-73.6,
    )
    community_factory(
        kind=Kind.CHAPTER, parent=movement, place=place, name="Montréal", founded_on="2012-05-01"
    )
    page = Client(headers={"accept-language": "en"}).get("/communities/movement/groups/")
    assert "Montréal, Canada, America" in page.content.decode()
    assert "since 2012" in page.content.decode()
    french = Client(headers={"accept-language": "fr"}).get("/communities/movement/groups/")
    assert "Montréal, Canada, Amérique" in french.content.decode()
