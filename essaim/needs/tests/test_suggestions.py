"""Suggestions as pages ask for them: whom they find, whom they never do, what they cost."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from essaim.communities.models import Audience, Community, Visibility
from essaim.communities.readers import Reader, fresh_reader
from essaim.foundation.clock import now, today
from essaim.members.actions import import_skills
from essaim.members.models import Block, Member
from essaim.members.queries import skills_meant
from essaim.needs import actions
from essaim.needs.matching import Why
from essaim.needs.models import Need, NeedKind, Offer, Remote, Side, State
from essaim.needs.queries import suggestions
from essaim.needs.tests.factories import (
    make_community,
    make_match,
    make_need,
    make_offer,
    make_person,
)
from essaim.places.models import Level, Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    import_skills(source="esco", rows=())
    return make_community()


def asked(community: Community, *skills: str, **values: Any) -> Need:
    need = make_need(
        community,
        skills=skills,
        language="fr",
        title=values.pop("title", "Un coup de main"),
        what_for=values.pop("what_for", ""),
        deliverable="",
        **values,
    )
    for row in need.skills.all():
        row.skill_id = skills_meant([row.name])[row.name]
        row.save()
    return need


def offered(community: Community, *skills: str, **values: Any) -> Offer:
    offer = make_offer(
        community,
        skills=skills,
        language="fr",
        languages=values.pop("languages", ["fr"]),
        words=values.pop("words", "Me voici."),
        **values,
    )
    for row in offer.skills.all():
        row.skill_id = skills_meant([row.name])[row.name]
        row.save()
    return offer


def place(name: str, latitude: float, longitude: float) -> Place:
    return Place.objects.create(
        country="FR",
        level=Level.COMMUNE,
        code=name,
        name=name,
        key=name.lower(),
        latitude=latitude,
        longitude=longitude,
    )


def reader_of(member: Member | None) -> Reader:
    assert member
    return fresh_reader(member)


def people(need: Need) -> list[str]:
    found = suggestions.people_for(reader_of(need.posted_by), need)
    return [one.offer_id for one in found]


def test_people_are_found_by_what_their_words_mean(community: Community) -> None:
    need = asked(community, "jardinage")
    same = offered(community, "jardinier")
    part = offered(community, "élagueuse")
    wide = offered(community, "compostage")
    said = offered(community, words="J’aime l’entretien du jardin.")
    offered(community, "comptabilité")
    assert people(need)[0] == same.public_id
    assert set(people(need)) == {one.public_id for one in (same, part, wide, said)}


def test_what_no_vocabulary_has_is_found_by_its_letters(community: Community) -> None:
    need = asked(community, "vannerie")
    found = offered(community, "vanerie")
    offered(community, "vitrail")
    assert people(need) == [found.public_id]


def test_a_need_that_names_no_skill_is_read(community: Community) -> None:
    need = asked(community, title="Quelqu’un pour la réparation de nos vélos ?")
    found = offered(community, "mécanicien cycles")
    offered(community, "couture")
    assert people(need) == [found.public_id]
    unknown = asked(community, title="Tresser des paniers en osier")
    basket = offered(community, words="Je tresse des paniers.")
    assert people(unknown) == [basket.public_id]


def test_each_suggestion_says_why_and_nobodys_address(community: Community) -> None:
    need = asked(community, "comptabilité", "anglais")
    offer = offered(community, "trésorier")
    [one] = suggestions.people_for(reader_of(need.posted_by), need)
    codes = tuple(reason.code for reason in one.reasons)
    assert codes == (Why.SKILL_NARROWER, Why.REMOTE, Why.NEWCOMER, Why.LACKS)
    assert one.reasons[0].words == ("comptabilité", "trésorier")
    assert offer.member
    assert one.name == offer.member.name
    assert "@" not in str(one)
    assert suggestions.codes_between(need, offer) == codes


def _block(need: Need, offer: Offer) -> None:
    assert offer.member
    assert need.contact
    Block.objects.create(blocker=offer.member, blocked=need.contact)


def _be_blocked(need: Need, offer: Offer) -> None:
    assert offer.member
    assert need.contact
    Block.objects.create(blocker=need.contact, blocked=offer.member)


def _have_met(need: Need, offer: Offer) -> None:
    make_match(need, offer.member, state=State.DECLINED)


def _be_swamped(need: Need, offer: Offer) -> None:
    for _number in range(5):
        make_match(make_need(need.community), offer.member, asked_by=Side.NEED)


def _say(**values: Any) -> Any:
    def change(_need: Need, offer: Offer) -> None:
        Offer.objects.filter(pk=offer.pk).update(**values)

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_block, id="blocks"),
        pytest.param(_be_blocked, id="is blocked"),
        pytest.param(_have_met, id="met already"),
        pytest.param(_be_swamped, id="is asked by many"),
        pytest.param(_say(paused_at=now()), id="paused"),
        pytest.param(_say(withdrawn_at=now()), id="withdrawn"),
        pytest.param(_say(hidden_at=now()), id="hidden"),
        pytest.param(_say(since_on=today() + timedelta(days=2)), id="from later on"),
        pytest.param(_say(expires_on=today() - timedelta(days=2)), id="over"),
        pytest.param(_say(slots=1, taken=1), id="full"),
        pytest.param(_say(languages=["en"]), id="another language"),
        pytest.param(_say(minutes_a_month=10), id="too little time"),
        pytest.param(_say(audience=Audience.NOBODY), id="for nobody"),
    ],
)
def test_who_is_out_of_the_question_is_not_even_a_candidate(
    community: Community, change: Any
) -> None:
    need, offer = asked(community, "couture"), offered(community, "couture")
    assert people(need) == [offer.public_id]
    change(need, offer)
    assert people(need) == []


def test_a_radius_holds_by_great_circle(community: Community) -> None:
    pau, nay = place("Pau", 43.2951, -0.3708), place("Nay", 43.1797, -0.2617)
    need = asked(community, "couture", remote=Remote.ONSITE, place=pau)
    near = offered(community, "couture", place=nay, radius_km=16, remote=Remote.ONSITE)
    far = offered(community, "couture", place=nay, radius_km=15, remote=Remote.ONSITE)
    from_home = offered(community, "couture")
    assert people(need) == [near.public_id]
    home = asked(community, "couture", remote=Remote.EITHER, place=pau)
    assert set(people(home)) == {near.public_id, from_home.public_id}
    assert far.public_id not in people(home)


def test_an_offer_reaches_down_and_not_up_nor_aside(community: Community) -> None:
    below = make_community(parent=community, ancestor_ids=[community.pk])
    beside = make_community(parent=community, ancestor_ids=[community.pk])
    above = offered(community, "couture")
    offered(beside, "couture")
    there = offered(below, "couture")
    need = asked(below, "couture")
    assert set(people(need)) == {above.public_id, there.public_id}
    assert people(asked(community, "couture")) == [above.public_id]


def test_who_may_not_read_the_need_is_not_suggested_for_it(community: Community) -> None:
    inner = make_community(
        parent=community, ancestor_ids=[community.pk], visibility=Visibility.MEMBERS
    )
    offered(community, "couture")
    member = offered(community, "couture", member=make_person(inner))
    assert people(asked(inner, "couture")) == [member.public_id]


def test_nobody_is_suggested_for_the_elected_or_for_what_is_over(community: Community) -> None:
    offered(community, "couture")
    assert people(asked(community, "couture", kind=NeedKind.OFFICIAL)) == []
    assert people(asked(community, "couture", expires_on=today() - timedelta(days=1))) == []


def test_needs_are_suggested_to_their_helper_alone(community: Community) -> None:
    need = asked(community, "jardinage")
    asked(community, "comptabilité")
    offer = offered(community, "élagage")
    reader = reader_of(offer.member)
    [one] = suggestions.needs_for(reader)
    assert one.need_id == need.public_id
    assert one.reasons[0].code == Why.SKILL_NARROWER
    assert Why.NEWCOMER not in {reason.code for reason in one.reasons}
    assert [one.need_id for one in suggestions.needs_for(reader, offer=offer)] == [need.public_id]
    assert suggestions.needs_for(reader_of(need.posted_by), offer=offer) == ()
    assert suggestions.needs_for(Reader(member_id=None)) == ()


def test_needs_that_one_may_not_read_or_has_met_are_not_suggested(community: Community) -> None:
    offer = offered(community, "couture")
    hidden = asked(community, "couture", audience=Audience.ROLE_HOLDERS)
    met = asked(community, "couture")
    make_match(met, offer.member)
    assert suggestions.needs_for(reader_of(offer.member)) == ()
    assert hidden.is_open


def test_who_answers_comes_first(community: Community) -> None:
    offer = offered(community, "couture", created_at=now() - timedelta(days=60))  # no chance of it
    silent, answering = asked(community, "couture"), asked(community, "couture")
    for need, state in ((silent, State.EXPIRED), (answering, State.DECLINED)):
        for _number in range(4):
            make_match(need, state=state)
    found = suggestions.needs_for(reader_of(offer.member))
    assert [one.need_id for one in found] == [answering.public_id, silent.public_id]
    ids = [silent.contact_id or 0, answering.contact_id or 0]
    assert suggestions.answer_shares(ids) == {ids[0]: 1 / 6, ids[1]: 5 / 6}


def test_an_answer_after_more_than_a_week_is_none_in_time(community: Community) -> None:
    need = asked(community, "couture", people=3)
    poster = need.posted_by
    assert poster
    first, second, third = (
        make_match(need, asked_at=now() - timedelta(days=days)) for days in (6, 8, 8)
    )
    for match in (first, second):
        actions.accept(member=poster, match=match)
    actions.call_off(member=poster, match=first)
    assert suggestions.answer_shares([poster.pk]) == {poster.pk: 2 / 5}
    assert third.helper
    actions.withdraw(member=third.helper, match=third)
    assert suggestions.answer_shares([poster.pk]) == {poster.pk: 2 / 4}


@pytest.mark.parametrize("count", [1, 12])
def test_suggestions_cost_as_many_queries_for_few_as_for_many(
    community: Community, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    need = asked(community, "jardinage", "couture")
    offers = [offered(community, "élagage", "couturier") for _number in range(count)]
    others = [asked(community, "jardinage") for _number in range(count)]
    reader, helper = reader_of(need.posted_by), reader_of(offers[0].member)
    need = Need.objects.select_related("community", "place").get(pk=need.pk)
    with django_assert_num_queries(11):
        assert len(suggestions.people_for(reader, need, 20)) == count
    with django_assert_num_queries(12):
        assert len(suggestions.needs_for(helper, 20)) == len(others) + 1
