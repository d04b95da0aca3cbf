"""What ideas that are merged are owed, at the closing and after it."""

import pytest

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.ideas import actions
from essaim.ideas.models import Debate, Idea, Regrouping, Support
from essaim.ideas.tests.factories import (
    adopt,
    both,
    close,
    fresh,
    join,
    make_community,
    make_debate,
    make_decider,
    make_host,
    merge,
    owed,
    propose,
    split,
    support,
    undo,
)
from essaim.members.models import Member
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db


def test_at_the_closing_the_group_counts_as_one_and_only_the_surviving_idea_is_owed_an_answer(
    debate: Debate, host: Member
) -> None:
    bus, coach = both(debate)
    support(bus)
    support(coach)
    merge(host, bus, coach)
    close(debate)
    assert [one.subject_id for one in owed(CommitmentKind.ANSWER)] == [bus.pk]
    assert not owed(CommitmentKind.GROUPED_ANSWER)
    assert fresh(coach).passed_threshold is None
    with pytest.raises(Refused, match="was merged"):
        adopt(fresh(coach), make_decider(debate.community))


def test_whoever_was_merged_is_told_the_answer(debate: Debate, host: Member) -> None:
    bus, coach = both(debate)
    support(coach, 2)
    merge(host, bus, coach)
    close(debate)
    adopt(fresh(bus), make_decider(debate.community))
    deliver_pending()
    told = set(Notice.objects.filter(kind="ideas.answered").values_list("member", flat=True))
    supporters = set(Support.objects.values_list("member", flat=True))
    assert told == {bus.author_id, coach.author_id} | supporters


def test_undone_after_the_closing_each_idea_is_owed_what_its_own_count_earns(
    debate: Debate, host: Member
) -> None:
    bus, coach = both(debate)
    train = propose(debate, title="A train")
    support(bus, 2)
    support(coach, 2)
    support(train)
    act = merge(host, bus, coach, train)
    close(debate)
    undo(host, act)
    assert [one.subject_id for one in owed(CommitmentKind.ANSWER)] == [bus.pk, coach.pk]
    assert [one.subject_id for one in owed(CommitmentKind.GROUPED_ANSWER)] == [debate.pk]
    assert [fresh(one).passed_threshold for one in (coach, train)] == [True, False]


def test_once_the_surviving_idea_is_answered_the_group_stays(debate: Debate, host: Member) -> None:
    bus, coach = both(debate)
    support(coach, 2)
    act = merge(host, bus, coach)
    close(debate)
    adopt(fresh(bus), make_decider(debate.community))
    with pytest.raises(Refused, match="has been answered"):
        undo(host, act)


def test_what_was_owed_to_a_withdrawn_idea_is_owed_to_the_one_that_takes_over(
    debate: Debate, host: Member
) -> None:
    bus, coach = both(debate)
    support(coach, 2)
    merge(host, bus, coach)
    close(debate)
    assert bus.author
    actions.withdraw_idea(member=bus.author, idea=fresh(bus))
    standing = Commitment.objects.standing().get(kind=CommitmentKind.ANSWER)
    assert standing.subject_id == coach.pk
    assert fresh(coach).passed_threshold is True


@pytest.mark.parametrize("way", ["merge", "split"])
def test_what_was_carried_up_since_stays_as_it_was_sent(way: str) -> None:
    movement = make_community()
    committee = make_community(parent=movement, ancestor_ids=[movement.pk])
    host = join(make_host(committee), movement)
    debate = make_debate(committee)
    idea = propose(debate)
    support(idea, 2)
    if way == "merge":
        merge(host, idea, propose(debate))
        sent = [idea]
    else:
        sent = split(host, idea, "A bus", "A bench")
    act = Regrouping.objects.get()
    close(debate)
    target = make_debate(movement)
    actions.send_upward(member=host, debate=debate, target=target, ideas=sent, synthesis="Both.")
    with pytest.raises(Refused, match="answered there"):
        undo(host, act)
    assert [one.supporters for one in Idea.objects.filter(debate=target)] == [2] * len(sent)
