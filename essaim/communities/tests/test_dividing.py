"""A community in circles, through the actions: who may, what is kept, what comes of races."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from essaim.communities import actions, queries, rules
from essaim.communities.models import (
    MOST_WISHES,
    CircleAnswer,
    CircleAttribute,
    CircleDivision,
    CircleSwap,
    CircleWish,
    Community,
    DividedCircle,
    DraftSeat,
    Kind,
    Mandate,
    Membership,
    Role,
    Visibility,
)
from essaim.communities.queries.seats import circle_of, division_in_force, seats_of
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now, today
from essaim.foundation.models import FactRow
from essaim.members.actions import erase_member
from essaim.members.models import Consent, Member
from essaim.members.queries import archive_of

pytestmark = pytest.mark.django_db

SIDES = {"side": ["Inside", "Outside"], "trade": ["Nurse", "Baker", "Coder"]}


def plenary(number: int = 16, **fields: object) -> tuple[Community, Member, list[Member]]:
    """A committee with a host and members; the host belongs too."""
    community = community_factory(kind=Kind.COMMITTEE, language="en", **fields)
    host = in_role(community, Role.HOST)
    return community, host, [member_of(community) for _ in range(number - 1)]


def divided(
    number: int = 16, size: int = 8, **options: bool
) -> tuple[Community, Member, list[Member], CircleDivision]:
    community, host, people = plenary(number)
    draft = actions.draft_circles(member=host, community=community, wished_size=size, seed=1)
    division = actions.confirm_circles(
        member=host, community=community, draft=draft.public_id, **options
    )
    community.refresh_from_db()
    return community, host, people, division


def two_apart(division: CircleDivision, but: Member) -> tuple[Member, Member]:
    """Somebody of the first circle and somebody of the second; never the host."""
    first, second = list(seats_of(division).values())[:2]
    one, other = (next(pk for pk in people if pk != but.pk) for people in (first, second))
    return Member.objects.get(pk=one), Member.objects.get(pk=other)


def circle_id(division: CircleDivision, member: Member) -> int | None:
    return circle_of(seats_of(division), member.pk)


def test_a_draft_seats_nobody_and_its_confirmation_seats_everybody_once() -> None:
    community, host, people = plenary(20)
    draft = actions.draft_circles(
        member=host, community=community, wished_size=8, question="What first?", seed=5
    )
    assert Community.objects.filter(kind=Kind.CIRCLE).count() == 0
    assert DraftSeat.objects.filter(division=draft).count() == 20
    assert draft.circles == 3  # seven are nearer to eight than ten

    actions.confirm_circles(member=host, community=community, draft=draft.public_id)
    seats = seats_of(draft)
    seated = [one for people_there in seats.values() for one in people_there]
    assert sorted(seated) == sorted([host.pk, *(one.pk for one in people)])
    assert not DraftSeat.objects.exists()
    circle = Community.objects.get(pk=next(iter(seats)))
    assert (circle.parent, circle.ancestor_ids) == (community, [community.pk])
    assert circle.visibility == Visibility.MEMBERS
    assert circle.purpose == "What first?"
    assert circle.is_open
    # The agreement to belong is the community's own: nobody is made to give another one.
    assert not Consent.objects.exists()
    fact = FactRow.objects.get(kind="communities.CommunityDivided")
    assert fact.details["people"] == 20


def test_the_same_seed_gives_the_same_circles() -> None:
    community, host, _people = plenary(24)
    drafts = []
    for seed in (7, 7, 8):
        draft = actions.draft_circles(member=host, community=community, wished_size=8, seed=seed)
        drafts.append(set(draft.seats.values_list("member_id", "number")))
    assert drafts[0] == drafts[1] != drafts[2]
    assert CircleDivision.objects.count() == 1  # each takes the place of the one before


def test_only_those_who_run_a_community_divide_it() -> None:
    community, host, people = plenary()
    above = in_role(community_factory(kind=Kind.MOVEMENT), Role.ADMINISTRATOR)
    for member in (people[0], above):
        with pytest.raises(Refused, match="Only those who run"):
            actions.draft_circles(member=member, community=community, wished_size=8)
        with pytest.raises(Refused, match="Only those who run"):
            actions.dissolve_circles(member=member, community=community)
    draft = actions.draft_circles(member=host, community=community, wished_size=8)
    with pytest.raises(Refused, match="Only those who run"):
        actions.confirm_circles(member=people[0], community=community, draft=draft.public_id)
    circle = community_factory(kind=Kind.CIRCLE)
    with pytest.raises(Refused, match="not divided any further"):
        actions.draft_circles(member=in_role(circle, Role.HOST), community=circle, wished_size=8)


@pytest.mark.parametrize("size", [1, 101])
def test_a_size_that_is_none_is_refused(size: int) -> None:
    community, host, _people = plenary()
    with pytest.raises(ValidationError, match="Between 2 and 100"):
        actions.draft_circles(member=host, community=community, wished_size=size)


def test_three_people_are_not_divided() -> None:
    community, host, _people = plenary(3)
    with pytest.raises(ValidationError, match="too few people"):
        actions.draft_circles(member=host, community=community, wished_size=8)


def test_a_new_division_closes_the_circles_before_and_keeps_every_date() -> None:
    community, host, people, first = divided(with_hosts=True)
    before = {one.pk: one.joined_at for one in Membership.objects.all()}
    draft = actions.draft_circles(member=host, community=community, wished_size=4, seed=2)
    actions.confirm_circles(member=host, community=community, draft=draft.public_id)

    first.refresh_from_db()
    assert first.ended_at is not None
    for part in first.parts.select_related("circle"):
        assert part.circle.closed_at is not None
        memberships = Membership.objects.filter(community=part.circle)
        assert memberships.count() > 0
        assert all(one.left_at and before[one.pk] == one.joined_at for one in memberships)
        assert not Mandate.objects.on(today()).filter(community=part.circle).exists()
    assert circle_id(draft, people[0]) is not None
    assert fresh_reader(people[0]).belongs_to(community.pk)
    assert division_in_force(community) == draft


def test_circles_are_dissolved_without_others_in_their_place() -> None:
    community, host, people, _division = divided()
    actions.dissolve_circles(member=host, community=community)
    community.refresh_from_db()
    assert community.divided_at is None
    assert not rules.may_see_circles(fresh_reader(people[0]), community)
    assert len(fresh_reader(people[0]).communities) == 1
    actions.dissolve_circles(member=host, community=community)  # nothing more to do


def test_a_draft_that_was_replaced_or_is_old_is_not_confirmed() -> None:
    community, host, _people = plenary()
    old = actions.draft_circles(member=host, community=community, wished_size=8)
    new = actions.draft_circles(member=host, community=community, wished_size=8)
    with pytest.raises(Refused, match="replaced or confirmed"):
        actions.confirm_circles(member=host, community=community, draft=old.public_id)
    with at(now() + timedelta(days=2)), pytest.raises(Refused, match="older than a day"):
        actions.confirm_circles(member=host, community=community, draft=new.public_id)
    with at(now() + timedelta(days=2)):
        assert actions.forget_old_drafts() == 1


def test_who_left_since_the_draft_sits_nowhere_and_who_came_is_placed() -> None:
    community, host, people = plenary()
    draft = actions.draft_circles(member=host, community=community, wished_size=8, seed=1)
    actions.leave_community(member=people[0], community=community)
    newcomer = member_of(community)
    actions.confirm_circles(member=host, community=community, draft=draft.public_id)
    assert circle_id(draft, people[0]) is None
    assert circle_id(draft, newcomer) is not None


def test_each_circle_has_a_host_drawn_among_its_people_when_one_asks_for_it() -> None:
    _community, _host, _people, division = divided(with_hosts=True)
    for circle, people in seats_of(division).items():
        mandate = Mandate.objects.get(community_id=circle, role=Role.HOST)
        assert mandate.member_id in people


def test_a_circle_without_a_host_chooses_one_and_then_has_one() -> None:
    _community, host, _people, division = divided()
    one, other = two_apart(division, host)
    circle = Community.objects.get(pk=circle_id(division, one))
    with pytest.raises(Refused, match="does not exist"):
        actions.host_circle(member=other, circle=circle)
    actions.host_circle(member=one, circle=circle)
    assert fresh_reader(one).holds_here(circle, Role.HOST)
    neighbour = next(pk for pk in seats_of(division)[circle.pk] if pk != one.pk)
    with pytest.raises(Refused, match="hosts this circle already"):
        actions.host_circle(member=Member.objects.get(pk=neighbour), circle=circle)


# Attributes, answers, wishes


def test_answers_are_chosen_from_what_the_community_offers() -> None:
    community, host, people = plenary()
    with pytest.raises(ValidationError, match="not mixed by this"):
        actions.choose_circle_attributes(
            member=host, community=community, chosen={"gender": ["a", "b"]}
        )
    with pytest.raises(ValidationError, match="at least two"):
        actions.choose_circle_attributes(
            member=host, community=community, chosen={"trade": ["Nurse", " Nurse "]}
        )
    actions.choose_circle_attributes(member=host, community=community, chosen=SIDES)
    with pytest.raises(ValidationError, match="not offered"):
        actions.answer_for_circles(
            member=people[0], community=community, answers={"trade": "Queen"}
        )
    actions.answer_for_circles(member=people[0], community=community, answers={"trade": "Baker"})
    assert CircleAnswer.objects.get().trade == "Baker"
    # An answer that is not offered any more is not kept either.
    actions.choose_circle_attributes(
        member=host, community=community, chosen={"trade": ["Nurse", "Coder"]}
    )
    assert CircleAnswer.objects.get().trade == ""


def test_the_database_knows_no_attribute_but_those_of_work() -> None:
    community = community_factory()
    with pytest.raises(IntegrityError), transaction.atomic():
        CircleAttribute.objects.create(community=community, attribute="religion", answers=[])


def test_who_sits_out_is_not_divided_and_rises_from_where_they_sat() -> None:
    community, host, people, division = divided()
    actions.answer_for_circles(member=people[0], community=community, answers={}, sits_out=True)
    assert circle_id(division, people[0]) is None
    draft = actions.draft_circles(member=host, community=community, wished_size=8)
    assert not draft.seats.filter(member=people[0]).exists()


def test_a_wish_is_kept_or_its_author_is_told() -> None:
    community, host, people = plenary()
    one, other = people[0], people[1]
    actions.add_circle_wish(member=one, community=community, other=other, is_with=True)
    draft = actions.draft_circles(member=host, community=community, wished_size=8)
    actions.confirm_circles(member=host, community=community, draft=draft.public_id)
    community.refresh_from_db()
    assert circle_id(draft, one) == circle_id(draft, other)
    actions.add_circle_wish(member=one, community=community, other=other, is_with=False)
    (wish,) = queries.answers_for_page(fresh_reader(one), community).wishes
    assert wish.is_broken
    assert not queries.answers_for_page(fresh_reader(other), community).wishes
    draft = actions.draft_circles(member=host, community=community, wished_size=8)
    actions.confirm_circles(member=host, community=community, draft=draft.public_id)
    assert circle_id(draft, one) != circle_id(draft, other)


def test_wishes_are_few_and_about_others_of_the_community() -> None:
    community, _host, people = plenary()
    me = people[0]
    for other in people[1 : MOST_WISHES + 1]:
        actions.add_circle_wish(member=me, community=community, other=other, is_with=False)
    with pytest.raises(Refused, match="At most 3"):
        actions.add_circle_wish(member=me, community=community, other=people[5], is_with=False)
    for nobody in (me, member_of(community_factory())):
        with pytest.raises(ValidationError, match="somebody else"):
            actions.add_circle_wish(member=me, community=community, other=nobody, is_with=True)
    actions.remove_circle_wish(member=me, community=community, other=people[1])
    assert CircleWish.objects.count() == MOST_WISHES - 1


def test_what_was_answered_and_wished_goes_with_who_leaves_and_about_whom() -> None:
    community, _host, people = plenary()
    one, other, third = people[:3]
    actions.answer_for_circles(member=one, community=community, answers={})
    actions.add_circle_wish(member=one, community=community, other=other, is_with=True)
    actions.add_circle_wish(member=third, community=community, other=one, is_with=False)
    actions.leave_community(member=one, community=community)
    deliver_pending()
    assert not CircleAnswer.objects.exists()
    assert not CircleWish.objects.exists()


def test_an_erased_person_is_in_no_wish_and_no_circle() -> None:
    community, host, people, division = divided()
    one, other = two_apart(division, host)
    actions.add_circle_wish(member=other, community=community, other=one, is_with=False)
    erase_member(member=one)
    deliver_pending()
    assert circle_id(division, one) is None
    assert not CircleWish.objects.exists()
    assert len(people) == 15


def test_only_the_author_of_a_wish_exports_it() -> None:
    community, host, people = plenary()
    one, other = people[0], people[1]
    actions.add_circle_wish(member=one, community=community, other=other, is_with=False)
    kinds = {
        member: [record["kind"] for record in archive_of(member)["records"]]
        for member in (one, other, host)
    }
    assert "communities.CircleWish" in kinds[one]
    assert "communities.CircleWish" not in kinds[other] + kinds[host]


# Seats


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
    there = Community.objects.get(pk=circle_id(division, other))
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
    assert Membership.objects.filter(member=one, community_id=here, left_at__isnull=False).exists()


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
    neighbour = next(pk for pk in seats_of(division)[circle_id(division, one) or 0] if pk != one.pk)
    with pytest.raises(Refused, match="same circle"):
        actions.ask_swap(member=one, community=community, other=Member.objects.get(pk=neighbour))
    unseated = member_of(community)
    with pytest.raises(Refused, match="sits in no circle"):
        actions.ask_swap(member=one, community=community, other=unseated)
    with pytest.raises(Refused, match="You sit in no circle"):
        actions.ask_swap(member=unseated, community=community, other=one)


def test_a_swap_that_breaks_a_wish_tells_nobody_but_its_author() -> None:
    community, host, _people, division = divided()
    one, other = two_apart(division, host)
    neighbour = Member.objects.get(
        pk=next(pk for pk in seats_of(division)[circle_id(division, other) or 0] if pk != other.pk)
    )
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
    third = Member.objects.get(
        pk=next(
            pk
            for pk in seats_of(division)[circle_id(division, one) or 0]
            if pk not in (one.pk, host.pk)
        )
    )
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
