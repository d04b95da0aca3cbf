"""Seats in circles: taken, moved, swapped, spoken for; and what comes of races."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from essaim.communities import actions, queries, rules
from essaim.communities.models import (
    CircleDivision,
    CircleSwap,
    Community,
    DividedCircle,
    DraftSeat,
    Kind,
    Mandate,
    Membership,
    Role,
)
from essaim.communities.queries.seats import seats_of
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.communities.tests.plenary import (
    circle_id,
    circle_now,
    divided,
    neighbour_of,
    plenary,
    two_apart,
)
from essaim.foundation.access import Refused
from essaim.foundation.clock import at, now
from essaim.members.models import Member

pytestmark = pytest.mark.django_db


def test_a_newcomer_takes_a_seat_once() -> None:
    community, _host, _people, division = divided()
    newcomer = member_of(community)
    circle = actions.take_seat(member=newcomer, community=community)
    assert circle_id(division, newcomer) == circle.pk
    with pytest.raises(Refused, match="already"):
        actions.take_seat(member=newcomer, community=community)
    with pytest.raises(Refused, match="does not exist"):
        actions.take_seat(member=member_of(community_factory()), community=community)


def test_a_host_moves_one_and_a_member_does_not() -> None:
    community, host, _people, division = divided()
    one, other = two_apart(division, host)
    there = circle_now(division, other)
    with pytest.raises(Refused, match="Only those who run"):
        actions.move_to_circle(member=one, community=community, person=one, circle=there)
    actions.move_to_circle(member=host, community=community, person=one, circle=there)
    assert circle_id(division, one) == there.pk
    with pytest.raises(Refused, match="no circle of"):
        actions.move_to_circle(
            member=host, community=community, person=one, circle=community_factory()
        )
    stranger = member_of(community_factory())
    with pytest.raises(Refused, match="does not belong"):
        actions.move_to_circle(member=host, community=community, person=stranger, circle=there)


def test_two_people_change_seats_when_both_say_so() -> None:
    community, host, _people, division = divided()
    one, other = two_apart(division, host)
    here, there = circle_id(division, one), circle_id(division, other)
    swap = actions.ask_swap(member=one, community=community, other=other)
    with pytest.raises(Refused, match="asked somebody already"):
        actions.ask_swap(member=one, community=community, other=other)
    with pytest.raises(Refused, match="does not exist"):
        actions.answer_swap(member=one, swap=swap, accepts=True)
    actions.answer_swap(member=other, swap=swap, accepts=True)
    assert (circle_id(division, one), circle_id(division, other)) == (there, here)
    with pytest.raises(Refused, match="closed"):
        actions.answer_swap(member=other, swap=swap, accepts=True)
    before = Membership.objects.get(member=one, community_id=here or 0)
    assert before.left_at is not None


def test_a_question_is_refused_taken_back_and_grows_old() -> None:
    community, host, _people, division = divided()
    one, other = two_apart(division, host)
    here = circle_id(division, one)
    swap = actions.ask_swap(member=one, community=community, other=other)
    actions.answer_swap(member=other, swap=swap, accepts=False)
    swap = actions.ask_swap(member=one, community=community, other=other)
    actions.take_back_swap(member=one, swap=swap)
    swap = actions.ask_swap(member=one, community=community, other=other)
    with at(now() + timedelta(days=8)):
        with pytest.raises(Refused, match="too old"):
            actions.answer_swap(member=other, swap=swap, accepts=True)
        actions.ask_swap(member=one, community=community, other=other)
    assert circle_id(division, one) == here


def test_neighbours_and_strangers_are_not_asked() -> None:
    community, host, _people, division = divided()
    one, _other = two_apart(division, host)
    neighbour = neighbour_of(division, one)
    with pytest.raises(Refused, match="same circle"):
        actions.ask_swap(member=one, community=community, other=neighbour)
    unseated = member_of(community)
    with pytest.raises(Refused, match="sits in no circle"):
        actions.ask_swap(member=one, community=community, other=unseated)
    with pytest.raises(Refused, match="You sit in no circle"):
        actions.ask_swap(member=unseated, community=community, other=one)


def test_a_swap_that_breaks_a_wish_tells_nobody_but_its_author() -> None:
    community, host, _people, division = divided()
    one, other = two_apart(division, host)
    neighbour = neighbour_of(division, other)
    actions.add_circle_wish(member=neighbour, community=community, other=one, is_with=False)
    swap = actions.ask_swap(member=one, community=community, other=other)
    actions.answer_swap(member=other, swap=swap, accepts=True)
    assert queries.answers_for_page(fresh_reader(neighbour), community).wishes[0].is_broken


def test_a_synthesis_is_written_by_the_circle_and_read_by_the_community() -> None:
    community, host, _people, division = divided(with_hosts=True)
    part = division.parts.order_by("number").first()
    assert part
    leader = Mandate.objects.get(community=part.circle, role=Role.HOST).member
    others = [pk for pk in seats_of(division)[part.circle_id] if pk != leader.pk]
    with pytest.raises(Refused, match="host of the circle writes"):
        actions.write_circle_synthesis(
            member=Member.objects.get(pk=others[0]), part=part, text="We say."
        )
    with pytest.raises(ValidationError, match="Write what"):
        actions.write_circle_synthesis(member=leader, part=part, text=" ")
    actions.write_circle_synthesis(member=leader, part=part, text="Benches first.")
    page = queries.circles_for_page(fresh_reader(host), community)
    assert "Benches first." in [one.synthesis for one in page.circles]
    actions.dissolve_circles(member=host, community=community)
    with pytest.raises(Refused):
        actions.write_circle_synthesis(member=leader, part=part, text="Too late.")


# Races


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Each in a thread and connection of its own; what was refused."""

    def run(act: Callable[[], object]) -> str:
        try:
            act()
        except Refused as refused:
            return str(refused.reason)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(acts)) as threads:
        return [said for said in threads.map(run, acts) if said]


@pytest.mark.django_db(transaction=True)
def test_two_divisions_at_once_leave_one() -> None:
    community, host, people = plenary()
    other = in_role(community, Role.HOST)
    draft = actions.draft_circles(member=host, community=community, wished_size=8)

    def confirm(member: Member) -> Callable[[], object]:
        return lambda: actions.confirm_circles(
            member=member, community=community, draft=draft.public_id
        )

    assert len(at_once(confirm(host), confirm(other), confirm(host))) == 2
    assert CircleDivision.objects.in_force().count() == 1
    for person in (host, *people):
        sits = Membership.objects.filter(
            member=person, community__kind=Kind.CIRCLE, left_at__isnull=True
        )
        assert sits.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_drafts_at_once_leave_one() -> None:
    community, host, _people = plenary()

    def draft() -> object:
        return actions.draft_circles(member=host, community=community, wished_size=8)

    assert at_once(draft, draft, draft) == []
    assert CircleDivision.objects.count() == 1
    assert DraftSeat.objects.count() == 16


@pytest.mark.django_db(transaction=True)
def test_two_swaps_that_cross_leave_everybody_in_one_circle() -> None:
    community, host, _people, division = divided()
    one, other = two_apart(division, host)
    third = neighbour_of(division, one, host)
    first = actions.ask_swap(member=one, community=community, other=other)
    second = actions.ask_swap(member=third, community=community, other=other)
    refused = at_once(
        lambda: actions.answer_swap(member=other, swap=first, accepts=True),
        lambda: actions.answer_swap(member=other, swap=second, accepts=True),
    )
    assert len(refused) == 1
    assert CircleSwap.objects.filter(is_accepted=True).count() == 1
    assert sorted(len(people) for people in seats_of(division).values()) == [8, 8]
    for person in (one, other, third):
        sits = Membership.objects.filter(
            member=person, community__kind=Kind.CIRCLE, left_at__isnull=True
        )
        assert sits.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_newcomer_who_clicks_twice_sits_once_and_asks_once() -> None:
    community, _host, _people, division = divided()
    newcomer = member_of(community)

    def take() -> object:
        return actions.take_seat(member=newcomer, community=community)

    assert len(at_once(take, take, take)) == 2
    assert sum(newcomer.pk in people for people in seats_of(division).values()) == 1


@pytest.mark.django_db(transaction=True)
def test_whoever_leaves_while_seats_change_sits_nowhere() -> None:
    community, host, _people, division = divided()
    one, other = two_apart(division, host)
    swap = actions.ask_swap(member=one, community=community, other=other)
    at_once(
        lambda: actions.answer_swap(member=other, swap=swap, accepts=True),
        lambda: actions.leave_community(member=one, community=community),
    )
    assert circle_id(division, one) is None
    assert not Membership.objects.filter(member=one, left_at__isnull=True).exists()
    assert circle_id(division, other) is not None
    assert DividedCircle.objects.count() == 2


def test_a_circle_is_entered_by_its_division_alone_and_stays_among_its_people() -> None:
    community, _host, _people, division = divided(with_hosts=True)
    above = in_role(community, Role.ADMINISTRATOR)  # whose role reaches down
    part = division.parts.order_by("number").first()
    assert part
    with pytest.raises(Refused, match="by a division"):
        actions.join_community(member=above, community=part.circle, consent_text="Yes.")
    leader = Mandate.objects.get(community=part.circle, role=Role.HOST).member
    with pytest.raises(ValidationError, match="its own people alone"):
        actions.update_community(member=leader, community=part.circle, visibility="public")
    actions.update_community(member=leader, community=part.circle, name="The Early Birds")


def test_what_was_lent_in_a_circle_does_not_wait_for_who_comes_back() -> None:
    community, host, _people, division = divided(12, 4)
    one, _other = two_apart(division, host)
    friend = neighbour_of(division, one, host)
    circle = circle_now(division, one)
    mandate = actions.host_circle(member=one, circle=circle)
    actions.delegate(member=one, mandate=mandate, delegate=friend, powers=["communities.run"])
    assert rules.may_edit(fresh_reader(friend), circle)
    elsewhere = next(Community.objects.get(pk=pk) for pk in seats_of(division) if pk != circle.pk)
    for there in (elsewhere, circle):
        actions.move_to_circle(member=host, community=community, person=friend, circle=there)
    assert not rules.may_edit(fresh_reader(friend), circle)
