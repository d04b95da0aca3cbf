"""What pages say is so: of answers, of thanks, of stories, of places that are free."""

import pytest
from django.test import Client

from essaim.communities.models import Community
from essaim.members.models import Member
from essaim.needs import actions
from essaim.needs.models import Help, Match, Side, State
from essaim.needs.tests.factories import (
    make_community,
    make_match,
    make_need,
    make_offer,
    make_person,
)

pytestmark = pytest.mark.django_db


def _as(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def _page(member: Member, address: str, language: str = "en") -> str:
    answer = _as(member).get(address, headers={"accept-language": language})
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


@pytest.fixture
def community() -> Community:
    return make_community()


def _agreed(community: Community) -> Match:
    return make_match(make_need(community), state=State.ACCEPTED)


def test_a_question_that_waits_was_asked(community: Community) -> None:
    poster, stranger = make_person(community), make_person(community)
    make_match(make_need(community, poster), asked_by=Side.HELPER)
    nobody = "Nobody has asked you anything in a year."
    assert nobody not in _page(poster, "/me/help/")
    assert nobody in _page(stranger, "/me/help/")


def test_thanks_are_told_where_there_are_some(community: Community) -> None:
    for thanks, told in (("", False), ("You read it so well!", True)):
        match = _agreed(community)
        poster = match.need.contact
        assert poster
        answer = _as(poster).post(
            f"/matches/{match.public_id}/confirm/", {"minutes": "30", "thanks": thanks}, follow=True
        )
        page = answer.content.decode()
        assert "Confirmed. Whoever helped is told" in page
        assert ("with your thanks" in page) is told


def test_a_story_is_asked_for_until_there_is_one_to_take_back(community: Community) -> None:
    match = _agreed(community)
    poster = match.need.contact
    assert poster
    actions.confirm_help(member=poster, match=match, minutes=30)
    address = f"/matches/{match.public_id}/story/"
    assert ">optional<" not in _page(poster, address)
    client = _as(poster)
    given = {"story": "The lease is signed.", "audience": "members"}
    assert client.post(address, given | {"story": ""}).status_code == 422
    client.post(address, given)
    assert ">optional<" in _page(poster, address)
    client.post(address, given | {"story": ""})
    assert Help.objects.get(match=match).story == ""


@pytest.mark.parametrize(("slots", "words"), [(1, "1 libre sur 1"), (2, "2 libres sur 2")])
def test_an_offer_says_in_french_how_many_needs_it_takes(
    community: Community, slots: int, words: str
) -> None:
    member = make_person(community)
    member.language = "fr"
    member.save()
    offer = make_offer(community, member, slots=slots)
    page = _page(member, f"/help/offers/{offer.public_id}/", "fr")
    assert words in page
    for own in ("La modifier", "La retirer", "La mettre en pause"):
        assert own in page
