from typing import Any

import pytest
from django.test import Client

from essaim.communities.models import Kind, Visibility
from essaim.communities.tests.factories import (
    community_factory,
    manifesto_factory,
    member_of,
)
from essaim.foundation.clock import now, today

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/communities"


def get(address: str, status: int = 200) -> Any:
    response = Client().get(address)
    assert response.status_code == status
    assert not response.cookies
    return response.json()


def test_the_list_goes_on_by_its_next_address() -> None:
    for number in range(3):
        community_factory(name=f"Commune {number}")
    first = get(f"{ROOT}?limit=2")
    assert [one["name"] for one in first["items"]] == ["Commune 0", "Commune 1"]
    last = get(first["next"])
    assert [one["name"] for one in last["items"]] == ["Commune 2"]
    assert last["next"] is None


def test_a_limit_above_a_hundred_and_an_unknown_kind_are_refused() -> None:
    get(f"{ROOT}?limit=101", 422)
    get(f"{ROOT}?limit=0", 422)
    get(f"{ROOT}?kind=party", 422)
    get(f"{ROOT}?parent=nothing", 404)


def test_what_is_not_public_does_not_exist_even_for_its_members() -> None:
    for state in ({"opened_at": None}, {"visibility": Visibility.MEMBERS}):
        community = community_factory(**state)
        client = Client()
        client.force_login(member_of(community))
        assert client.get(f"{ROOT}/{community.slug}").status_code == 404
    assert get(ROOT) == {"items": [], "next": None}
    get(f"{ROOT}/nothing", 404)


def test_one_community_brings_its_manifesto_and_no_number_too_small() -> None:
    movement = manifesto_factory().community
    member_of(movement)
    told = get(f"{ROOT}/{movement.slug}")
    assert told["figures"] == {
        "active": None,
        "members": None,
        "as_of": today().isoformat(),
    }
    assert told["manifesto"]["parts"][0]["html"].startswith("<p>Nobody")
    for _ in range(10):
        member_of(movement)
    assert get(f"{ROOT}/{movement.slug}")["figures"] == {
        "active": 0,
        "members": 11,
        "as_of": today().isoformat(),
    }


def test_an_archive_names_its_source_and_has_no_figures() -> None:
    archive = community_factory(
        kind=Kind.ORGANISATION,
        archived_at=now(),
        source_name="Decidim",
        source_url="https://example.org/",
    )
    told = get(f"{ROOT}/{archive.slug}")
    assert (told["source_name"], told["figures"], told["manifesto"]) == ("Decidim", None, None)


def test_committees_are_listed_under_their_movement() -> None:
    movement = community_factory(kind=Kind.MOVEMENT)
    community_factory(kind=Kind.COMMITTEE, parent=movement, name="Nay")
    community_factory(kind=Kind.COMMITTEE, name="Pau")
    listed = get(f"{ROOT}?parent={movement.slug}&kind=committee")
    assert [one["name"] for one in listed["items"]] == ["Nay"]
