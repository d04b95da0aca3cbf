"""Where one person stands is told to nobody else, and no small number to outsiders."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Kind, Role
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.communities.tests.test_queries import act
from essaim.insights import actions
from essaim.members.actions import make_token
from essaim.members.queries import archive_of

pytestmark = pytest.mark.django_db
NAME = "Canary Zwitscher"


def test_no_page_of_figures_and_no_answer_of_the_api_names_somebody() -> None:
    community = community_factory(kind=Kind.MOVEMENT)
    somebody = member_of(community, name=NAME)
    administrator = in_role(community, Role.ADMINISTRATOR)
    act(somebody, community)
    client = Client(headers={"accept-language": "en"})
    client.force_login(administrator)
    _token, text = make_token(member=administrator, name="Try", scopes=["read"], days=1)
    program = Client(headers={"authorization": f"Bearer {text}"})
    pages = [
        client.get(reverse(name, args=[community.slug]))
        for name in ("community_figures", "community_ladder", "community_rating")
    ]
    pages += [client.get(reverse("own_place")), program.get("/api/v1/me/place")]
    pages.append(program.get(f"/api/v1/communities/{community.slug}/figures"))
    for page in pages:
        assert page.status_code == 200
        told = page.content.decode()
        assert NAME not in told
        assert somebody.public_id not in told
    assert [one["rung"] for one in program.get("/api/v1/me/place").json()["rungs"]] == ["aware"]


def test_outsiders_are_told_no_number_below_eleven_by_page_or_program() -> None:
    community = community_factory(kind=Kind.MOVEMENT)
    for _ in range(13):
        act(member_of(community), community)
    page = Client(headers={"accept-language": "en"}).get(
        reverse("community_figures", args=[community.slug])
    )
    told = Client().get(f"/api/v1/communities/{community.slug}/figures").json()
    assert (told["people"]["active"], told["people"]["members"]) == (13, 13)
    parts = ("verified", "active_28", "active_365", "regular", "dormant")
    for number in (told["people"][part] for part in parts):
        assert number is None or number == 0 or number >= 11
    assert told["periods"] == [] or all(
        one[cell] == 0 or one[cell] >= 11
        for one in told["periods"]
        for cell in ("joins", "returns", "leaves", "new", "back", "lapsed")
    )
    shown = re.findall(r"(\d+) of 13", page.content.decode())
    assert shown
    assert all(int(number) == 0 or int(number) >= 11 for number in shown)


def test_an_objection_is_in_the_archive_of_whoever_made_it() -> None:
    member = member_of(community_factory())
    actions.choose_own_view(member=member, is_hidden=False, has_declined=True)
    assert "declined_at" in str(archive_of(member))
