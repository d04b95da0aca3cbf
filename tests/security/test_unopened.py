"""What asked to open, or was refused: at no address, in no list, search or answer of the API."""

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Role
from essaim.communities.tests.beginning import Scene
from essaim.communities.tests.factories import in_role, member_of
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory
from tests.architecture.test_access import addresses

pytestmark = pytest.mark.django_db


def client_of(member: Member | None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if member:
        client.force_login(member)
    return client


@pytest.mark.parametrize("state", ["asked", "refused"])
def test_what_is_not_open_is_at_no_address_for_anybody_else(state: str) -> None:
    """Every address that takes a community: for others it is as if it did not exist."""
    scene = Scene()
    ask = scene.ask() if state == "asked" else scene.refused()
    others: list[Member | None] = [
        scene.host,
        scene.referent,
        in_role(scene.movement, Role.MODERATOR),
        member_of(scene.movement),
        member_factory(),
        None,
    ]
    values = {"slug": scene.draft.slug, "version": 1, "number": 1, "position": 1}
    found = []
    for key, one in addresses().items():
        if "slug" not in one.parameters or one.parameters - values.keys():
            continue
        named = {name: values[name] for name in one.parameters}
        address = reverse(one.name, kwargs=named)
        nowhere = reverse(one.name, kwargs={**named, "slug": "no-such-place"})
        for member in others:
            client = client_of(member)
            status = client.get(address).status_code
            if status != client.get(nowhere).status_code or status == 200:
                found.append((key, member and member.name, status))
    assert not found
    for member in others:
        client = client_of(member)
        for address in ("/communities/", f"/communities/{scene.movement.slug}/groups/"):
            assert scene.draft.name not in client.get(address).content.decode()
        listed = client.get(f"/api/v1/communities?parent={scene.movement.slug}").json()
        assert listed["items"] == []
        searched = client.get("/search/", {"q": "ride to school"}).content.decode()
        assert "To ride to school" not in searched
    may: list[Member | None] = [scene.founder, scene.host, scene.referent]
    if state == "refused":
        may.append(others[2])
    for member in [scene.founder, *others]:
        client = client_of(member)
        status = client.get(reverse("opening", args=[ask.public_id])).status_code
        assert status == (200 if member in may else 404 if member else 302)
