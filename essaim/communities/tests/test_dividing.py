"""A community in circles, through the actions: who may, what is kept, what goes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, transaction

from essaim.communities import actions, queries, rules
from essaim.communities.models import (
    MOST_WISHES,
    CircleAnswer,
    CircleAttribute,
    CircleDivision,
    CircleWish,
    Community,
    DraftSeat,
    Kind,
    Mandate,
    Membership,
    Role,
    Visibility,
)
from essaim.communities.queries.seats import division_in_force, seats_of
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
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now, today
from essaim.foundation.models import FactRow
from essaim.members.actions import erase_member
from essaim.members.models import Consent
from essaim.members.queries import archive_of

pytestmark = pytest.mark.django_db

SIDES = {"side": ["Inside", "Outside"], "trade": ["Nurse", "Baker", "Coder"]}


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
    circle = circle_now(division, one)
    with pytest.raises(Refused, match="does not exist"):
        actions.host_circle(member=other, circle=circle)
    actions.host_circle(member=one, circle=circle)
    assert fresh_reader(one).holds_here(circle, Role.HOST)
    with pytest.raises(Refused, match="hosts this circle already"):
        actions.host_circle(member=neighbour_of(division, one), circle=circle)


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


@pytest.mark.django_db(transaction=True)
def test_members_who_leave_while_a_community_is_divided_again_wait_for_it() -> None:
    """Both hold the person before the seat: else each waits for what the other holds."""
    community, host, people, _division = divided(12, 4)
    for leavers in (people[:4], people[4:8]):
        draft = actions.draft_circles(member=host, community=community, wished_size=4, seed=2)

        def confirm(public_id: str = draft.public_id) -> None:
            actions.confirm_circles(member=host, community=community, draft=public_id)

        acts: list[Callable[[], None]] = [
            confirm,
            *(partial(actions.leave_community, member=one, community=community) for one in leavers),
        ]
        with ThreadPoolExecutor(len(acts)) as pool:
            for done in [pool.submit(_and_close, act) for act in acts]:
                done.result(60)
        gone = Membership.objects.filter(member__in=leavers, left_at__isnull=True)
        assert not gone.exists()


def _and_close(act: Callable[[], None]) -> None:
    try:
        act()
    finally:
        connections.close_all()
