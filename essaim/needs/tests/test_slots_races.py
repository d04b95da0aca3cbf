"""Everybody at the same moment, each on a connection of their own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection, connections

from essaim.communities.models import Community
from essaim.foundation.access import Refused
from essaim.foundation.models import FactRow
from essaim.needs import actions
from essaim.needs.models import MOST_ASKED, Match, Need, Offer, Side, State
from essaim.needs.tests.factories import (
    make_community,
    make_match,
    make_need,
    make_offer,
    make_person,
)

pytestmark = pytest.mark.django_db(transaction=True)

ACCEPTING = 100


def at_once(acts: Sequence[Callable[[], object]]) -> list[bool]:
    """Whether each act, started with the others, went through."""
    start = Barrier(len(acts))

    def one(act: Callable[[], object]) -> bool:
        start.wait()
        try:
            act()
        except Refused:
            return False
        finally:
            connections.close_all()
        return True

    connection.close()
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def _offers_of_help(community: Community, need: Need) -> list[Match]:
    return [make_match(need, make_person(community)) for _ in range(ACCEPTING)]


def test_a_hundred_acceptances_at_once_of_three_slots_fill_three() -> None:
    community = make_community()
    poster = make_person(community)
    need = make_need(community, poster, people=3)
    matches = _offers_of_help(community, need)
    went = at_once([partial(actions.accept, member=poster, match=one) for one in matches])
    assert went.count(True) == 3
    need.refresh_from_db()
    assert (need.taken, need.filled_at is not None) == (3, True)
    states = list(Match.objects.values_list("state", flat=True))
    assert states.count(State.ACCEPTED) == 3
    assert states.count(State.RELEASED) == ACCEPTING - 3
    kinds = list(FactRow.objects.values_list("kind", flat=True))
    assert kinds.count("needs.MatchAccepted") == 3
    assert kinds.count("needs.NeedFilled") == 1
    assert kinds.count("needs.MatchReleased") == ACCEPTING - 3


def test_one_slot_of_an_offer_is_filled_once_by_two_needs_at_once() -> None:
    community = make_community()
    offer = make_offer(community, slots=1)
    helper = offer.member
    assert helper
    matches = [
        make_match(make_need(community), helper, asked_by=Side.NEED, offer=offer) for _ in range(8)
    ]
    went = at_once([partial(actions.accept, member=helper, match=one) for one in matches])
    assert went.count(True) == 1
    assert Offer.objects.get().taken == 1


def test_nobody_is_asked_by_more_than_a_few_at_once() -> None:
    community = make_community()
    offer = make_offer(community)
    needs = [make_need(community) for _ in range(12)]
    went = at_once(
        [
            partial(actions.ask_helper, member=poster, need=one, offer=offer, words="Can you?")
            for one in needs
            if (poster := one.posted_by)
        ]
    )
    assert went.count(True) == MOST_ASKED
    assert Match.objects.asked_of(offer.member_id or 0).count() == MOST_ASKED


def test_nobody_waits_for_more_answers_by_undoing_several_refusals_at_once() -> None:
    community = make_community()
    helper = make_person(community)
    refused = [
        make_match(make_need(community), helper, state=State.DECLINED, asked_by=Side.NEED)
        for _ in range(12)
    ]
    went = at_once([partial(actions.undo, member=helper, match=one) for one in refused])
    assert went.count(True) == MOST_ASKED
    assert Match.objects.asked_of(helper.pk).count() == MOST_ASKED


def test_two_who_ask_each_other_at_once_make_one_match() -> None:
    community = make_community()
    need, offer = make_need(community), make_offer(community)
    helper, poster = offer.member, need.posted_by
    assert helper
    assert poster
    went = at_once(
        [
            lambda: actions.offer_help(member=helper, need=need, words="I can."),
            lambda: actions.ask_helper(member=poster, need=need, offer=offer, words="Can you?"),
        ]
    )
    assert went.count(True) == 1
    assert Match.objects.count() == 1
