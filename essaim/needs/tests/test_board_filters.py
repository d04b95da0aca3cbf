"""Each filter of the board: what fits is listed, what does not is not."""

from typing import Any

import pytest
from django.test import Client
from django.utils.http import urlencode

from essaim.communities.models import Audience, Community, Role
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.foundation.clock import now
from essaim.members.models import Member
from essaim.needs import actions
from essaim.needs.models import NeedKind, Remote, SavedSearch
from essaim.needs.panels.notices import about_searches
from essaim.needs.queries.board import Filters, board, offers_on_board
from essaim.needs.tests.factories import (
    entrust,
    make_community,
    make_need,
    make_offer,
    make_person,
)
from essaim.outreach.actions import notify
from essaim.outreach.models import Notice
from essaim.places.models import Level, Place
from essaim.places.tests.factories import small_france

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    small_france()
    return make_community()


def _at(name: str, level: Level = Level.COMMUNE) -> dict[str, Any]:
    return {"place": Place.objects.get(name=name, level=level), "remote": Remote.ONSITE}


def _for_the_elected(community: Community) -> dict[str, Any]:
    carrier = entrust(make_person(community), community, Role.FACILITATOR)
    return {"kind": NeedKind.OFFICIAL, "approved_at": now(), "facilitator": carrier}


# What is asked, then what the need that fits has and what the one beside it has.
ASKED: list[tuple[str, str, Any, Any]] = [
    ("length", "hour", {"minutes": 60}, {"minutes": 61}),
    ("length", "half", {"minutes": 240}, {"minutes": 241}),
    ("length", "longer", {"minutes": 241}, {"minutes": 240}),
    ("kind", "official", _for_the_elected, {}),
    ("skill", "law", {"skills": ("Law of leases",)}, {"skills": ("Cooking",)}),
    ("remote", "on", {}, lambda _: _at("Pau")),
    ("remote", "on", lambda _: _at("Pau") | {"remote": Remote.EITHER}, lambda _: _at("Pau")),
    ("place", "Pau", lambda _: _at("Pau"), lambda _: _at("Strasbourg")),
    ("place", "Pau", {}, lambda _: _at("Orly")),
    (
        "place",
        "Pau",
        lambda _: _at("Pyrénées-Atlantiques", Level.DEPARTMENT),
        lambda _: _at("Saint-Jean-de-Luz"),
    ),
]


@pytest.mark.parametrize(("name", "value", "fits", "does_not"), ASKED)
def test_each_filter_lists_what_fits_and_nothing_else(
    community: Community, name: str, value: str, fits: Any, does_not: Any
) -> None:
    for title, given in (("It fits", fits), ("It does not", does_not)):
        values = given(community) if callable(given) else given
        make_need(community, title=title, **values)
    assert _on_page(community, {}) == [True, True]
    assert _on_page(community, {name: value}) == [True, False]
    said: Any = value
    if name == "place":
        said = Place.objects.get(name=value).public_id
    asked: dict[str, Any] = {name: True if name == "remote" else said}
    filters = Filters(**asked)
    assert [one.title for one in board(ANONYMOUS, community, filters).items] == ["It fits"]
    answer = Client().get(f"/api/v1/communities/{community.slug}/needs", {name: said})
    assert [one["title"] for one in answer.json()["items"]] == ["It fits"]


def _on_page(community: Community, asked: dict[str, str]) -> list[bool]:
    page = Client().get(f"/communities/{community.slug}/needs/", asked).content.decode()
    return [title in page for title in ("It fits", "It does not")]


def test_a_place_also_finds_what_is_inside_it(community: Community) -> None:
    make_need(community, title="In Pau", **_at("Pau"))
    make_need(community, title="In Orly", **_at("Orly"))
    around = Place.objects.get(name="Pyrénées-Atlantiques", level=Level.DEPARTMENT)
    found = board(ANONYMOUS, community, Filters(place=around.public_id)).items
    assert [one.title for one in found] == ["In Pau"]


def test_a_place_that_nobody_knows_is_said_by_the_api_too(community: Community) -> None:
    make_need(community)
    for board_ in ("/api/v1/needs", f"/api/v1/communities/{community.slug}/needs"):
        answer = Client().get(board_, {"place": "nowhere"})
        assert answer.status_code == 422
        assert "We know no such place." in answer.content.decode()


def _tree() -> list[Community]:
    """One above, two in it beside each other, and one below the first of these."""
    above = make_community()
    here, beside = _in(above), _in(above)
    return [above, here, beside, _in(here)]


def _in(above: Community) -> Community:
    return make_community(parent=above, ancestor_ids=above.lineage)


def test_a_board_lists_the_needs_of_its_community_and_of_those_below_it() -> None:
    above, here, beside, below = _tree()
    for one in (above, here, beside, below):
        make_need(one, title=one.name)
    found = board(ANONYMOUS, here, Filters()).items
    assert sorted(one.title for one in found) == sorted([here.name, below.name])
    assert len(board(ANONYMOUS, None, Filters()).items) == 4


def _offered(reader: Member, community: Community | None, **filters: Any) -> list[str]:
    found = offers_on_board(fresh_reader(reader), community, Filters(**filters)).items
    return sorted(one.excerpt for one in found)


def test_a_board_lists_the_offers_of_its_community_and_of_those_above_it() -> None:
    above, here, beside, below = _tree()
    for name, one in (("above", above), ("here", here), ("beside", beside), ("below", below)):
        make_offer(one, words=name, audience=Audience.PUBLIC)
    reader = make_person(here)
    assert _offered(reader, here) == ["above", "here"]
    assert _offered(reader, None) == ["above", "below", "beside", "here"]


@pytest.mark.parametrize("name", ["skill", "place", "remote"])
def test_each_filter_lists_the_offers_that_fit(community: Community, name: str) -> None:
    make_offer(community, words="fits", skills=("law",))
    make_offer(community, words="does not", skills=("cooking",), **_at("Orly"))
    asked = {"skill": "law", "place": Place.objects.get(name="Pau").public_id, "remote": True}
    reader = make_person(community)
    assert _offered(reader, community) == ["does not", "fits"]
    assert _offered(reader, community, **{name: asked[name]}) == ["fits"]


def test_an_offer_that_takes_no_requests_is_not_on_the_board(community: Community) -> None:
    make_offer(community, words="paused", paused_at=now())
    make_offer(community, words="taken back", withdrawn_at=now())
    make_offer(community, words="open")
    assert _offered(make_person(community), community) == ["open"]


@pytest.mark.parametrize("is_here", [True, False])
def test_the_notice_of_a_search_leads_to_the_board_as_it_filters_it(
    community: Community, is_here: bool
) -> None:
    member = make_person(community)
    nay = Place.objects.get(code="64417")
    params = {"place": nay.public_id, "skill": "law & order", "length": "hour", "remote": True}
    where = community if is_here else None
    search = actions.save_search(member=member, community=where, params=params)
    address = _address(member, search)
    board_ = f"/communities/{community.slug}/needs/" if is_here else "/needs/"
    assert address.startswith(f"{board_}?")
    answer = Client().get(address)
    assert answer.status_code == 200
    make_need(community, title="It fits", skills=("law & order",))
    make_need(community, title="It does not", skills=("law & order",), minutes=61)
    page = Client().get(address).content.decode()
    assert ("It fits" in page, "It does not" in page) == (True, False)
    client = Client()
    client.force_login(member)
    assert "place_id" in address
    assert urlencode({"place_id": nay.public_id}) in address
    assert f'value="{nay.public_id}"' in client.get(address).content.decode()


def _address(member: Member, search: SavedSearch) -> str:
    details = {"search_id": search.pk, "count": 1}
    notify(member_ids=[member.pk], kind="needs.found", key="1", details=details)
    pk = Notice.objects.get(member=member, kind="needs.found").pk
    [wording] = about_searches(fresh_reader(member), [pk])[pk]
    return wording.url


def test_a_search_for_nothing_in_particular_leads_to_the_whole_board(community: Community) -> None:
    member = make_person(community)
    search = actions.save_search(member=member, community=None, params={})
    assert _address(member, search) == "/needs/"
