"""A support that was given below counts above: there it can be taken back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Community, Role
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused
from essaim.foundation.clock import at, now
from essaim.ideas import actions
from essaim.ideas.models import Idea, Support
from essaim.ideas.queries import IdeaPage, idea_for_page, idea_to_read
from essaim.ideas.tests import factories as make
from essaim.ideas.tests.test_upward import Levels, below, person
from essaim.members.models import Member

pytestmark = pytest.mark.django_db


def fresh(idea: Idea) -> Idea:
    return Idea.objects.select_related("debate__community").get(pk=idea.pk)


def seen_by(member: Member, idea: Idea) -> IdeaPage:
    reader = fresh_reader(member)
    found = idea_to_read(reader, idea.public_id)
    assert found
    return idea_for_page(reader, found)


def merged_above(levels: Levels) -> Idea:
    """The committee's idea, merged into one that was proposed in the debate above."""
    levels.send()
    survivor = make.propose(levels.target, person(levels.movement), title="Buses every day")
    actions.merge_ideas(
        member=make.make_host(levels.movement),
        survivor=survivor,
        ideas=[levels.carried],
        reason="The same line.",
    )
    return fresh(survivor)


def test_what_was_supported_below_is_taken_back_above() -> None:
    levels = Levels()
    levels.send()
    supporter = levels.supporters[0]
    assert seen_by(supporter, levels.carried).is_supported_below
    assert actions.withdraw_support(member=supporter, idea=levels.carried)
    assert (levels.carried.supporters, fresh(levels.idea).supporters) == (1, 1)
    assert not seen_by(supporter, levels.carried).is_supported
    assert actions.support_idea(member=supporter, idea=levels.carried)
    assert (levels.carried.supporters, fresh(levels.idea).supporters) == (2, 1)
    assert not seen_by(supporter, levels.carried).is_supported_below


def test_what_was_supported_below_is_taken_back_where_it_is_merged_above() -> None:
    levels = Levels()
    survivor = merged_above(levels)
    supporter = levels.supporters[0]
    assert survivor.supporters == 2
    assert seen_by(supporter, survivor).may_withdraw_support
    assert actions.withdraw_support(member=supporter, idea=survivor)
    assert fresh(survivor).supporters == 1
    assert not seen_by(supporter, survivor).is_supported
    assert not actions.withdraw_support(member=supporter, idea=survivor)


def test_the_button_on_the_page_does_what_it_says(client: Client) -> None:
    levels = Levels()
    survivor = merged_above(levels)
    client.force_login(levels.supporters[0])
    address = reverse("idea_unsupport", args=[survivor.public_id])
    assert address in client.get(reverse("idea", args=[survivor.public_id])).content.decode()
    page = client.post(address, follow=True).content.decode()
    assert address not in page
    assert reverse("idea_support", args=[survivor.public_id]) in page


def test_whoever_is_not_a_member_above_takes_back_what_they_gave_below() -> None:
    levels = Levels()
    levels.send()
    supporter = levels.supporters[0]
    supporter.memberships.filter(community=levels.movement).update(left_at=now())
    assert seen_by(supporter, levels.carried).may_withdraw_support
    assert actions.withdraw_support(member=supporter, idea=levels.carried)
    with pytest.raises(Refused, match="Join"):
        actions.withdraw_support(member=supporter, idea=levels.carried)


def test_in_a_closed_debate_above_it_stays_counted() -> None:
    levels = Levels()
    levels.send()
    with at(now() + timedelta(days=90)):
        make.close(levels.target)
        with pytest.raises(Refused, match="closed"):
            actions.withdraw_support(member=levels.supporters[0], idea=levels.carried)
    assert levels.carried.supporters == 2


def further_up(levels: Levels, above: Community) -> Idea:
    """The same idea, sent by its committee to another debate above."""
    target = make.make_debate(above)
    levels.send(target=target)
    return Idea.objects.get(carried_from=levels.idea, debate=target)


def test_what_is_taken_back_in_one_debate_above_stays_in_the_others() -> None:
    levels = Levels()
    levels.send()
    elsewhere = further_up(levels, levels.movement)
    supporter = levels.supporters[0]
    assert actions.withdraw_support(member=supporter, idea=levels.carried)
    assert (levels.carried.supporters, fresh(elsewhere).supporters) == (1, 2)


def test_through_two_levels_and_two_ways_nothing_is_left_behind_what_is_taken_back() -> None:
    """An idea goes up by itself and through a committee between; above, both are merged."""
    levels = Levels()
    between = below(levels.movement)
    Community.objects.filter(pk=levels.committee.pk).update(
        parent=between, ancestor_ids=[levels.movement.pk, between.pk]
    )
    host = make.entrust(person(between, levels.movement), between, Role.HOST)
    make.join(levels.host, between)
    levels.debate.refresh_from_db()
    with at(now() - timedelta(days=10)):
        debate = make.make_debate(between, host, closes_at=now() + timedelta(days=9))
        levels.send(target=debate)
    debate = make.close(debate)
    there = Idea.objects.get(debate=debate)
    # The author has proposed one of this title there by then: the two have different ones.
    Idea.objects.filter(pk=there.pk).update(title="A bus on all Sundays")
    actions.send_upward(
        member=host,
        debate=debate,
        target=levels.target,
        ideas=[fresh(there)],
        synthesis="Seen from here too.",
    )
    levels.send()
    twin = Idea.objects.get(carried_from=there)
    actions.merge_ideas(
        member=make.make_host(levels.movement),
        survivor=levels.carried,
        ideas=[twin],
        reason="The same.",
    )
    supporter = levels.supporters[0]
    assert actions.withdraw_support(member=supporter, idea=levels.carried)
    assert not Support.objects.filter(member=supporter).exists()
    assert (levels.carried.supporters, fresh(there).supporters) == (1, 1)
    assert Idea.objects.all().recounted() == []
