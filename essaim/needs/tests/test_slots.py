"""What the database refuses by itself: one slot too many, a state its history does not tell."""

import pytest
from django.db import IntegrityError, connection, transaction

from essaim.foundation.access import Refused
from essaim.foundation.clock import now
from essaim.needs import actions
from essaim.needs.models import Act, Match, MatchEvent, Need, Offer, State
from essaim.needs.tests.factories import (
    make_community,
    make_match,
    make_need,
    make_offer,
    make_person,
)

pytestmark = pytest.mark.django_db


def _checked() -> None:
    """As when a transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _move(match: Match, act: Act, state: State) -> tuple[int, int]:
    match.state = state
    match.save(update_fields=["state"])
    MatchEvent.objects.create(match=match, act=act, state=state)
    return Need.objects.get().taken, Offer.objects.get().taken


def _state_alone(match: Match) -> None:
    Match.objects.filter(pk=match.pk).update(state=State.DECLINED)
    _checked()


def _history_alone(match: Match) -> None:
    MatchEvent.objects.create(match=match, act=Act.DECLINE, state=State.DECLINED)
    _checked()


def test_a_match_fills_a_slot_of_its_need_and_of_its_offer_and_frees_them() -> None:
    community = make_community()
    need, offer = make_need(community, people=2), make_offer(community)
    match = make_match(need, offer.member, offer=offer)
    assert _move(match, Act.ACCEPT, State.ACCEPTED) == (1, 1)
    assert _move(match, Act.DONE, State.DONE) == (1, 0)
    assert _move(match, Act.UNMATCH, State.UNMATCHED) == (0, 0)


def test_a_need_that_is_full_stays_full_when_its_help_is_confirmed() -> None:
    community = make_community()
    poster = make_person(community)
    need = make_need(community, poster, people=2)
    offer = make_offer(community, slots=1)
    first, second = make_match(need, offer.member, offer=offer), make_match(need)
    for match in (first, second):
        actions.accept(member=poster, match=match)
    filled_at = Need.objects.get().filled_at
    assert filled_at
    for match in (first, second):
        actions.confirm_help(member=poster, match=match, minutes=30)
        assert (Need.objects.get().taken, Need.objects.get().filled_at) == (2, filled_at)
        assert not Need.objects.open().exists()
        with pytest.raises(Refused, match="is found"):
            actions.offer_help(member=make_person(community), need=need, words="I can.")
    assert Offer.objects.get().taken == 0


def test_a_match_that_moves_to_another_need_takes_its_slot_with_it() -> None:
    community = make_community()
    left, taken = make_need(community, people=1), make_need(community, people=1)
    match = make_match(left, state=State.ACCEPTED)
    Need.objects.filter(pk=left.pk).update(filled_at=now())
    Match.objects.filter(pk=match.pk).update(need=taken)
    assert Need.objects.values_list("taken", "filled_at").get(pk=left.pk) == (0, None)
    assert Need.objects.get(pk=taken.pk).taken == 1
    match.delete()
    assert Need.objects.get(pk=taken.pk).taken == 0


def test_one_match_too_many_is_refused_by_the_database() -> None:
    need = make_need(make_community(), people=1)
    make_match(need, state=State.ACCEPTED)
    with pytest.raises(IntegrityError, match="need_slots"), transaction.atomic():
        make_match(need, state=State.ACCEPTED)


def test_a_state_without_its_history_is_refused_by_the_database() -> None:
    match = make_match(make_need(make_community()))
    _checked()
    with pytest.raises(IntegrityError, match="its history says asked"), transaction.atomic():
        _state_alone(match)
    with pytest.raises(IntegrityError, match="its history says declined"), transaction.atomic():
        _history_alone(match)


def test_the_history_is_only_added_to() -> None:
    match = make_match(make_need(make_community()))
    with pytest.raises(IntegrityError, match="only added to"), transaction.atomic():
        match.events.update(state=State.DONE)
