"""Hosts: whom they welcome, to whom they hand over, what they leave behind and who takes it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from essaim.communities import actions, rules, tasks
from essaim.communities.models import (
    ADOPTION_DELAY,
    OFFER_HOLDS,
    Adoption,
    AdoptionOutcome,
    Community,
    Kind,
    Mandate,
    Membership,
    OfferOutcome,
    Role,
    RoleOffer,
    Visibility,
    Welcome,
)
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.foundation.access import Refused
from essaim.foundation.activity import Rung, deliver_pending
from essaim.foundation.clock import at, now, today
from essaim.foundation.models import FactRow
from essaim.members.actions import erase_member
from essaim.members.models import Member

pytestmark = pytest.mark.django_db


def committee(**fields: object) -> Community:
    return community_factory(
        kind=Kind.COMMITTEE, parent=community_factory(kind=Kind.MOVEMENT), **fields
    )


def acted(member: Member, community: Community, days_ago: int = 1) -> None:
    FactRow.objects.create(
        kind="tests.Did",
        rung=Rung.INTERACT,
        actor_id=member.pk,
        community_id=community.pk,
        audience="members",
        details={},
        happened_at=now() - timedelta(days=days_ago),
    )


def facts(kind: str) -> int:
    return FactRow.objects.filter(kind=f"communities.{kind}").count()


def hosts(community: Community) -> set[int]:
    held = Mandate.objects.on(today()).filter(community=community, role=Role.HOST)
    return set(held.values_list("member_id", flat=True))


def test_a_newcomer_is_welcomed_once_by_the_first_host_who_says_it() -> None:
    community = committee()
    first, second = in_role(community, Role.HOST), in_role(community, Role.HOST)
    newcomer = member_of(community)
    membership = newcomer.memberships.get()
    said = actions.welcome_newcomer(member=first, membership=membership, words=" Hello  you ")
    again = actions.welcome_newcomer(member=second, membership=membership, words="Me too")
    assert said == again
    assert (again.welcomed_by, again.words) == (first, "Hello you")
    assert facts("NewcomerWelcomed") == 1


def test_only_those_who_run_it_welcome_and_never_themselves() -> None:
    community = committee()
    host, newcomer = in_role(community, Role.HOST), member_of(community)
    with pytest.raises(Refused, match="Only those who run"):
        actions.welcome_newcomer(member=member_of(community), membership=newcomer.memberships.get())
    with pytest.raises(Refused, match="Somebody else"):
        actions.welcome_newcomer(member=host, membership=host.memberships.get())
    actions.leave_community(member=newcomer, community=community)
    with pytest.raises(Refused, match="left again"):
        actions.welcome_newcomer(member=host, membership=newcomer.memberships.get())
    assert not Welcome.objects.exists()


def test_the_words_of_a_welcome_go_with_whoever_wrote_or_received_them() -> None:
    community = committee()
    host, one, two = in_role(community, Role.HOST), member_of(community), member_of(community)
    for newcomer in (one, two):
        actions.welcome_newcomer(
            member=host, membership=newcomer.memberships.get(), words="From me"
        )
    erase_member(member=one)
    assert list(Welcome.objects.exclude(words="").values_list("member_id", flat=True)) == [two.pk]
    erase_member(member=host)
    deliver_pending()
    assert not Welcome.objects.exclude(words="").exists()
    assert Welcome.objects.count() == 2


def test_nobody_hosts_without_a_yes_and_sharing_keeps_both() -> None:
    community = committee()
    host, asked = in_role(community, Role.HOST), member_of(community)
    offer = actions.offer_hosting(member=host, community=community, asked=asked)
    assert hosts(community) == {host.pk}
    with pytest.raises(ValidationError, match="already"):
        actions.offer_hosting(member=host, community=community, asked=asked)
    with pytest.raises(Refused, match="Only the person who was asked"):
        actions.answer_offer(member=host, offer=offer, accepts=True)
    actions.answer_offer(member=asked, offer=offer, accepts=True)
    assert hosts(community) == {host.pk, asked.pk}
    with pytest.raises(Refused, match="has ended"):
        actions.answer_offer(member=asked, offer=offer, accepts=False)


def test_handing_over_begins_one_role_and_ends_the_other_the_same_day() -> None:
    community = committee()
    host = in_role(community, Role.HOST)
    Mandate.objects.create(community=community, member=host, role=Role.ADMINISTRATOR)
    asked = member_of(community)
    offer = actions.offer_hosting(member=host, community=community, asked=asked, is_handover=True)
    actions.answer_offer(member=asked, offer=offer, accepts=True)
    assert not fresh_reader(host).roles
    assert fresh_reader(host).belongs_to(community.pk)
    given = Mandate.objects.on(today()).filter(member=asked)
    assert {one.role for one in given} == {Role.HOST, Role.ADMINISTRATOR}
    assert {one.given_by_id for one in given} == {host.pk}


def test_a_no_changes_nothing_and_one_can_be_asked_again() -> None:
    community = committee()
    host, asked = in_role(community, Role.HOST), member_of(community)
    offer = actions.offer_hosting(member=host, community=community, asked=asked)
    actions.answer_offer(member=asked, offer=offer, accepts=False)
    assert hosts(community) == {host.pk}
    actions.offer_hosting(member=host, community=community, asked=asked)
    with pytest.raises(ValidationError):
        actions.offer_hosting(member=host, community=community, asked=member_of(committee()))


def test_an_offer_ends_after_fourteen_days_and_a_new_one_can_be_made() -> None:
    community = committee()
    host, asked = in_role(community, Role.HOST), member_of(community)
    offer = actions.offer_hosting(member=host, community=community, asked=asked)
    with at(now() + OFFER_HOLDS + timedelta(hours=1)):
        with pytest.raises(Refused, match="too old"):
            actions.answer_offer(member=asked, offer=offer, accepts=True)
        actions.offer_hosting(member=host, community=community, asked=asked)
        offer.refresh_from_db()
        assert offer.outcome == OfferOutcome.EXPIRED
    with at(now() + 3 * OFFER_HOLDS):
        tasks.end_offers_of_long_ago()
    assert not RoleOffer.objects.filter(ended_at=None).exists()


def test_whoever_lost_the_role_meanwhile_gives_it_to_nobody() -> None:
    community = committee()
    host, other = in_role(community, Role.HOST), in_role(community, Role.HOST)
    asked = member_of(community)
    offer = actions.offer_hosting(member=host, community=community, asked=asked)
    actions.end_mandate(member=other, mandate=host.mandates.get())
    with pytest.raises(Refused, match="may not give"):
        actions.answer_offer(member=asked, offer=offer, accepts=True)
    assert hosts(community) == {other.pk}


def test_whoever_was_asked_by_a_last_host_takes_over_after_they_left() -> None:
    community = committee()
    host, asked = in_role(community, Role.HOST), member_of(community)
    offer = actions.offer_hosting(member=host, community=community, asked=asked)
    actions.leave_community(member=host, community=community, without_host=True)
    actions.answer_offer(member=asked, offer=offer, accepts=True)
    assert hosts(community) == {asked.pk}
    assert asked.mandates.get().given_by == host


def test_the_last_host_says_what_becomes_of_it_and_then_goes() -> None:
    community = committee()
    host, member = in_role(community, Role.HOST), member_of(community)
    with pytest.raises(actions.LastHost) as caught:
        actions.leave_community(member=host, community=community)
    assert caught.value.communities == (community,)
    with pytest.raises(actions.LastHost):
        actions.end_mandate(member=host, mandate=host.mandates.get())
    assert fresh_reader(host).holds_here(community, Role.HOST)

    actions.leave_community(member=host, community=community, without_host=True)
    assert facts("LastHostLeft") == 1
    assert rules.state_of(community) is rules.State.WITHOUT_HOST
    actions.adopt_community(member=member, community=community)
    assert hosts(community) == {member.pk}
    assert rules.state_of(community) is not rules.State.WITHOUT_HOST


def test_leaving_what_stands_above_asks_for_each_that_is_left_alone() -> None:
    community = committee()
    assert community.parent
    host = in_role(community, Role.HOST)
    Membership.objects.create(community=community.parent, member=host)
    with pytest.raises(actions.LastHost) as caught:
        actions.leave_community(member=host, community=community.parent)
    assert caught.value.communities == (community,)
    actions.leave_community(member=host, community=community.parent, without_host=True)
    assert not fresh_reader(host).communities


def test_a_role_that_others_hold_too_is_laid_down_without_a_word() -> None:
    community = committee()
    one, two = in_role(community, Role.HOST), in_role(community, Role.ADMINISTRATOR)
    actions.end_mandate(member=one, mandate=one.mandates.get())
    with pytest.raises(actions.LastHost):
        actions.end_mandate(member=two, mandate=two.mandates.get())
    actions.end_mandate(member=two, mandate=two.mandates.get(), without_host=True)
    assert facts("LastHostLeft") == 1


def test_erasing_the_last_host_is_never_asked_about_and_says_so() -> None:
    community = committee()
    erase_member(member=in_role(community, Role.HOST))
    deliver_pending()
    assert facts("LastHostLeft") == 1
    assert list(rules.without_host()) == [community]


@pytest.mark.django_db(transaction=True)
def test_two_last_hosts_leaving_at_once_leave_one() -> None:
    for _ in range(6):
        community = committee()
        two = [in_role(community, Role.HOST), in_role(community, Role.HOST)]

        def leave(host: Member, community: Community = community) -> bool:
            try:
                actions.leave_community(member=host, community=community)
            except actions.LastHost:
                return False
            else:
                return True
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            went = list(pool.map(leave, two))
        assert sorted(went) == [False, True]
        assert len(hosts(community)) == 1


@pytest.mark.django_db(transaction=True)
def test_one_leaving_while_the_other_lays_down_the_role_leaves_one() -> None:
    for _ in range(6):
        community = committee()
        one, two = in_role(community, Role.HOST), in_role(community, Role.HOST)

        def go(act: Callable[[], None]) -> bool:
            try:
                act()
            except actions.LastHost:
                return False
            else:
                return True
            finally:
                connection.close()

        def leave(who: Member = one, community: Community = community) -> None:
            actions.leave_community(member=who, community=community)

        def lay_down(who: Member = two) -> None:
            actions.end_mandate(member=who, mandate=who.mandates.get())

        with ThreadPoolExecutor(2) as pool:
            went = list(pool.map(go, (leave, lay_down)))
        assert sorted(went) == [False, True]
        assert len(hosts(community)) == 1


def test_what_sleeps_and_what_nobody_runs_is_offered_and_nothing_else() -> None:
    awake, asleep, deserted, young = committee(), committee(), committee(), committee()
    young.opened_at = now() - timedelta(days=20)
    young.save()
    for community in (awake, asleep, young):
        in_role(community, Role.HOST)
    acted(member_of(awake), awake, 89)
    acted(member_of(asleep), asleep, 91)
    gone = member_of(asleep)
    acted(gone, asleep)
    actions.leave_community(member=gone, community=asleep)  # whoever left wakes nobody
    assert set(rules.asleep()) == {asleep, deserted}
    assert set(rules.without_host()) == {deserted}
    states = [rules.state_of(one) for one in (awake, asleep, deserted, young)]
    assert states == ["awake", "asleep", "without_host", "awake"]


def test_a_sleeping_committee_is_adopted_when_its_hosts_stay_silent() -> None:
    community = committee()
    old, member = in_role(community, Role.HOST), member_of(community)
    adoption = actions.adopt_community(member=member, community=community)
    assert hosts(community) == {old.pk}
    tasks.settle_adoptions()
    assert hosts(community) == {old.pk}
    with pytest.raises(Refused, match="before you"):
        actions.adopt_community(member=member_of(community), community=community)
    with at(now() + ADOPTION_DELAY + timedelta(hours=1)):
        tasks.settle_adoptions()
        assert hosts(community) == {old.pk, member.pk}
        # Whoever was silent keeps the role until the new host ends it, openly.
        actions.end_mandate(member=member, mandate=old.mandates.get())
    adoption.refresh_from_db()
    assert adoption.outcome == AdoptionOutcome.ADOPTED


def test_a_host_who_answers_keeps_it_and_is_not_asked_again_at_once() -> None:
    community = committee()
    old, member = in_role(community, Role.HOST), member_of(community)
    adoption = actions.adopt_community(member=member, community=community)
    with pytest.raises(Refused, match="Only those who run"):
        actions.say_alive(member=member, adoption=adoption)
    actions.say_alive(member=old, adoption=adoption)
    with pytest.raises(Refused, match="said lately"):
        actions.adopt_community(member=member, community=community)
    with at(now() + timedelta(days=91)):
        actions.adopt_community(member=member, community=community)


def test_a_host_who_acts_meanwhile_has_answered() -> None:
    community = committee()
    old, member = in_role(community, Role.HOST), member_of(community)
    adoption = actions.adopt_community(member=member, community=community)
    with at(now() + timedelta(days=5)):
        acted(old, community, 0)
    with at(now() + ADOPTION_DELAY + timedelta(hours=1)):
        tasks.settle_adoptions()
    adoption.refresh_from_db()
    assert adoption.outcome == AdoptionOutcome.ALIVE
    assert hosts(community) == {old.pk}


def test_an_adoption_waits_no_longer_once_nobody_runs_it_and_ends_with_whoever_left() -> None:
    community = committee()
    old, member = in_role(community, Role.HOST), member_of(community)
    actions.adopt_community(member=member, community=community)
    actions.leave_community(member=old, community=community, without_host=True)
    tasks.settle_adoptions()
    assert hosts(community) == {member.pk}

    other = committee()
    in_role(other, Role.HOST)
    adoption = actions.adopt_community(member=member_of(other), community=other)
    actions.leave_community(member=adoption.member, community=other)
    with at(now() + ADOPTION_DELAY + timedelta(hours=1)):
        tasks.settle_adoptions()
    assert Adoption.objects.get(pk=adoption.pk).outcome == AdoptionOutcome.WITHDRAWN


def test_only_members_adopt_and_never_what_is_awake_or_stands_alone() -> None:
    community, root = committee(), community_factory(kind=Kind.MOVEMENT)
    with pytest.raises(Refused, match="Join"):
        actions.adopt_community(member=member_of(root), community=community)
    with pytest.raises(Refused, match="in the last 90 days"):
        actions.adopt_community(member=member_of(root), community=root)
    in_role(community, Role.HOST)
    acted(member_of(community), community)
    with pytest.raises(Refused, match="in the last 90 days"):
        actions.adopt_community(member=member_of(community), community=community)


@pytest.mark.django_db(transaction=True)
def test_two_who_adopt_at_once_leave_one_host() -> None:
    for _ in range(4):
        community = committee()
        two = [member_of(community), member_of(community)]

        def adopt(who: Member, community: Community = community) -> None:
            try:
                actions.adopt_community(member=who, community=community)
            except Refused:
                pass
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(adopt, two))
        assert len(hosts(community)) == 1


def test_an_offer_does_not_outlive_what_one_may_see() -> None:
    """Whoever was asked and left a community of members only: its name is gone from every tab."""
    movement = community_factory(kind=Kind.MOVEMENT)
    committee = community_factory(
        kind=Kind.COMMITTEE, parent=movement, visibility=Visibility.MEMBERS
    )
    host = in_role(committee, Role.HOST)
    asked = member_of(movement, committee)
    offer = actions.offer_hosting(member=host, community=committee, asked=asked)
    assert rules.may_see_offer(fresh_reader(asked), offer)
    actions.leave_community(member=asked, community=committee)
    assert not rules.may_see_offer(fresh_reader(asked), offer)
