"""Merging, splitting, undoing, leaving: nobody counts twice, nothing is lost, all comes back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from essaim.communities.models import Role
from essaim.discussions.actions import write_post
from essaim.discussions.models import Post
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now
from essaim.ideas import actions
from essaim.ideas.models import Debate, Idea, Regrouping, Support
from essaim.ideas.tests.factories import (
    behind,
    both,
    close,
    entrust,
    fresh,
    kinds,
    make_debate,
    make_host,
    make_person,
    merge,
    propose,
    support,
    undo,
)
from essaim.members.actions import erase_member
from essaim.members.models import Member
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db


# Merging


def test_whoever_supports_both_counts_once_and_each_idea_keeps_its_author_and_words(
    debate: Debate, host: Member
) -> None:
    bus, coach = both(debate)
    twice = make_person(debate.community)
    for idea in (bus, coach):
        actions.support_idea(member=twice, idea=idea)
    support(coach, 2)
    post = write_post(member=twice, thread=coach.thread, text="Yes.")
    merge(host, bus, coach)
    assert behind(bus) == [3]
    kept = fresh(coach)
    assert (kept.merged_into, kept.author, kept.title) == (bus, coach.author, "A coach")
    assert kept.thread.closed_at is not None
    assert Post.objects.get(pk=post.pk).thread == coach.thread
    assert Support.objects.filter(idea=coach).count() == 3
    assert "IdeasMerged" in kinds()


def test_a_new_support_of_a_merged_idea_is_one_of_the_surviving_idea(
    debate: Debate, host: Member
) -> None:
    bus, coach = both(debate)
    merge(host, bus, coach)
    late = make_person(debate.community)
    assert actions.support_idea(member=late, idea=coach)
    assert not actions.support_idea(member=late, idea=bus)
    assert Support.objects.get().idea == bus
    assert behind(bus) == [1]


def test_taking_support_back_takes_it_out_of_the_whole_group(debate: Debate, host: Member) -> None:
    bus, coach = both(debate)
    twice = make_person(debate.community)
    for idea in (bus, coach):
        actions.support_idea(member=twice, idea=idea)
    act = merge(host, bus, coach)
    assert actions.withdraw_support(member=twice, idea=bus)
    assert not actions.withdraw_support(member=twice, idea=coach)
    undo(host, act)
    assert behind(bus, coach) == [0, 0]


def test_an_author_in_the_group_does_not_support_it(debate: Debate, host: Member) -> None:
    bus, coach = both(debate)
    assert coach.author
    merge(host, bus, coach)
    with pytest.raises(Refused, match="An idea of yours"):
        actions.support_idea(member=coach.author, idea=bus)


def test_everyone_concerned_is_told_once_and_the_host_is_not(debate: Debate, host: Member) -> None:
    bus, coach = both(debate)
    twice, talking = make_person(debate.community), make_person(debate.community)
    for idea in (bus, coach):
        actions.support_idea(member=twice, idea=idea)
        write_post(member=talking, thread=idea.thread, text="Well.")
    actions.support_idea(member=host, idea=bus)
    merge(host, bus, coach)
    deliver_pending()
    told = Notice.objects.filter(kind="ideas.merged").values_list("member", flat=True)
    assert bus.author
    assert coach.author
    assert sorted(told) == sorted([bus.author.pk, coach.author.pk, twice.pk, talking.pk])


def test_a_group_that_is_merged_again_becomes_one_group_and_comes_apart_act_by_act(
    debate: Debate, host: Member
) -> None:
    first, second, third = (propose(debate) for _number in range(3))
    for idea in (first, second, third):
        support(idea)
    inner = merge(host, first, second)
    outer = merge(host, third, first)
    assert fresh(second).merged_into == third
    assert behind(third) == [3]
    undo(host, outer)
    assert fresh(second).merged_into == first
    assert behind(first, third) == [2, 1]
    undo(host, inner)
    assert behind(first, second, third) == [1, 1, 1]


def test_the_inner_merge_can_be_undone_first(debate: Debate, host: Member) -> None:
    first, second, third = (propose(debate) for _number in range(3))
    inner = merge(host, first, second)
    merge(host, third, first)
    undo(host, inner)
    assert fresh(second).merged_into is None
    assert fresh(first).merged_into == third


def test_only_those_who_run_or_moderate_the_debate_merge(debate: Debate) -> None:
    bus, coach = both(debate)
    assert bus.author
    with pytest.raises(Refused, match="Only the hosts"):
        merge(bus.author, bus, coach)
    with pytest.raises(Refused, match="Only the hosts"):
        merge(make_host(make_debate().community), bus, coach)
    moderator = entrust(make_person(debate.community), debate.community, Role.MODERATOR)
    merge(moderator, bus, coach)


def test_what_is_elsewhere_gone_or_alone_is_not_merged(debate: Debate, host: Member) -> None:
    bus, coach = both(debate)
    elsewhere = propose(make_debate(debate.community, host))
    with pytest.raises(Refused, match="at least two"):
        merge(host, bus)
    with pytest.raises(Refused):
        merge(host, bus, elsewhere)
    with pytest.raises(Refused, match="one debate"):
        merge(host, bus, coach, elsewhere)
    assert coach.author
    actions.withdraw_idea(member=coach.author, idea=coach)
    with pytest.raises(Refused, match="no longer there"):
        merge(host, bus, coach)


def test_a_merge_says_why(debate: Debate, host: Member) -> None:
    bus, coach = both(debate)
    with pytest.raises(ValidationError) as refused:
        merge(host, bus, coach, reason=" ")
    assert "reason" in refused.value.message_dict
    assert fresh(coach).merged_into is None


# Undoing and leaving


def test_undoing_restores_ideas_and_threads_and_keeps_later_supports_where_they_were_given(
    debate: Debate, host: Member
) -> None:
    bus, coach = both(debate)
    support(bus)
    support(coach, 2)
    act = merge(host, bus, coach)
    actions.support_idea(member=make_person(debate.community), idea=coach)
    other = make_host(debate.community)
    undo(other, act)
    kept = fresh(coach)
    assert (kept.merged_into, kept.thread.closed_at) == (None, None)
    assert behind(bus, coach) == [2, 2]
    with pytest.raises(Refused, match="has been undone"):
        undo(host, act)


def test_after_thirty_days_a_merge_stays(host: Member, debate: Debate) -> None:
    bus, coach = both(debate)
    with at(now() - timedelta(days=31)):
        act = merge(host, bus, coach)
    with pytest.raises(Refused, match="more than 30 days"):
        undo(host, act)


def test_its_author_takes_an_idea_out_and_so_does_a_host_but_nobody_else(
    debate: Debate, host: Member
) -> None:
    bus, coach = both(debate)
    train = propose(debate, title="A train")
    assert coach.author
    merge(host, bus, coach, train)
    with pytest.raises(Refused):
        actions.leave_group(member=coach.author, idea=train)
    actions.leave_group(member=coach.author, idea=coach)
    assert fresh(coach).merged_into is None
    actions.leave_group(member=host, idea=train)
    assert fresh(train).merged_into is None
    deliver_pending()
    told = Notice.objects.filter(kind="ideas.left_group").values_list("member", flat=True)
    assert list(told) == [train.author_id]
    with pytest.raises(Refused, match="Nothing is left"):
        undo(host, Regrouping.objects.get())


def test_who_left_before_stays_out_when_the_merge_is_undone(debate: Debate, host: Member) -> None:
    first, second, third = (propose(debate) for _number in range(3))
    assert second.author
    act = merge(host, first, second, third)
    actions.leave_group(member=second.author, idea=second)
    again = merge(host, third if fresh(third).is_by_itself else first, second)
    undo(host, act)
    assert fresh(third).merged_into is None
    assert fresh(second).merged_into == again.idea


def test_a_closed_debate_keeps_its_groups_but_for_undoing(debate: Debate, host: Member) -> None:
    bus, coach = both(debate)
    merge(host, bus, coach)
    close(debate)
    assert coach.author
    with pytest.raises(Refused, match="not open"):
        actions.leave_group(member=coach.author, idea=coach)
    with pytest.raises(Refused, match="not open"):
        merge(host, bus, coach)


# What survives goes


def test_when_the_surviving_idea_is_withdrawn_the_oldest_other_speaks_for_the_group(
    debate: Debate, host: Member
) -> None:
    first, second, third = (propose(debate) for _number in range(3))
    for idea in (first, second, third):
        support(idea)
    merge(host, first, second, third)
    assert first.author
    actions.withdraw_idea(member=first.author, idea=first)
    assert [fresh(idea).merged_into for idea in (first, second, third)] == [second, None, second]
    assert behind(second) == [3]
    assert fresh(second).thread.closed_at is None
    handed = Regrouping.objects.latest("pk")
    assert handed.made_by is None
    undo(host, handed)
    assert fresh(third).merged_into is None
    assert behind(second, third) == [1, 1]


def test_when_the_surviving_idea_is_hidden_the_others_stay_readable(
    debate: Debate, host: Member
) -> None:
    bus, coach = both(debate)
    merge(host, bus, coach)
    actions.hide_idea(member=host, idea=bus, reason="It names a person.")
    assert fresh(coach).merged_into is None
    assert Idea.objects.current().get() == coach


def test_a_merged_idea_that_is_withdrawn_keeps_its_supporters_in_the_group(
    debate: Debate, host: Member
) -> None:
    bus, coach = both(debate)
    support(coach, 2)
    merge(host, bus, coach)
    assert coach.author
    actions.withdraw_idea(member=coach.author, idea=coach)
    assert behind(bus) == [2]


def test_nothing_is_lost_when_an_author_of_the_group_erases_their_account(
    debate: Debate, host: Member
) -> None:
    bus, coach = both(debate)
    support(coach, 2)
    act = merge(host, bus, coach)
    assert bus.author
    erase_member(member=bus.author)
    assert fresh(coach).merged_into == bus
    assert behind(bus) == [2]
    undo(host, act)
    assert behind(bus, coach) == [0, 2]


# At once


def _at_once(*acts: object) -> list[object]:
    """Runs these together, each in a connection of its own: what they gave or were refused."""
    barrier = Barrier(len(acts))

    def run(act: object) -> object:
        barrier.wait()
        try:
            return act()  # type: ignore[operator]  # they are lambdas
        except Refused as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("crossed", [False, True])
def test_two_hosts_who_merge_the_same_ideas_at_once_end_in_one_group(crossed: bool) -> None:
    debate = make_debate()
    hosts = [make_host(debate.community) for _number in range(2)]
    bus, coach = both(debate)
    support(bus)
    support(coach)
    ends = (bus, coach) if crossed else (bus, bus)
    results = _at_once(
        lambda: merge(hosts[0], ends[0], bus, coach), lambda: merge(hosts[1], ends[1], bus, coach)
    )
    assert sorted(type(one).__name__ for one in results) == ["Refused", "Regrouping"]
    act = Regrouping.objects.get()
    merged = Idea.objects.get(merged_into__isnull=False)
    assert merged.merged_into == act.idea
    assert behind(act.idea) == [2]


@pytest.mark.django_db(transaction=True)
def test_supports_given_while_ideas_are_merged_and_undone_are_all_counted_once() -> None:
    debate = make_debate()
    host = make_host(debate.community)
    bus, coach = both(debate)
    people = [make_person(debate.community) for _number in range(6)]

    def to_and_fro() -> None:
        for _round in range(3):
            undo(host, merge(host, bus, coach))

    results = _at_once(
        to_and_fro,
        *(lambda one=one: actions.support_idea(member=one, idea=bus) for one in people[:3]),
        *(lambda one=one: actions.support_idea(member=one, idea=coach) for one in people[3:]),
    )
    assert not [one for one in results if isinstance(one, Exception)]
    given = dict(Support.objects.values_list("member", "idea"))
    assert set(given) == {one.pk for one in people}
    assert behind(bus, coach) == [
        list(given.values()).count(bus.pk),
        list(given.values()).count(coach.pk),
    ]
