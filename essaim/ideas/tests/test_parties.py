"""Who is a party to an answer: whoever stands for what it answers, however it came there."""

import pytest

from essaim.foundation.access import Refused
from essaim.foundation.clock import now
from essaim.ideas import actions
from essaim.ideas.models import Decision
from essaim.ideas.queries import audiences
from essaim.ideas.tests import factories as make
from essaim.ideas.tests.test_appeals import REASONS, author_of, decide, fresh
from essaim.ideas.tests.test_upward import Levels, person

pytestmark = pytest.mark.django_db


def test_the_author_of_a_merged_idea_takes_no_second_look() -> None:
    debate = make.make_debate(support_threshold=1)
    party, other = make.make_host(debate.community), make.make_host(debate.community)
    idea, merged = make.propose(debate), make.propose(debate, party)
    make.support(idea)
    make.merge(other, idea, merged)
    make.close(debate)
    actions.answer_idea(
        member=make.make_decider(debate.community),
        idea=idea,
        decision=Decision.NOT_ADOPTED,
        reasons="It costs too much.",
    )
    actions.contest_answer(member=author_of(fresh(idea)), idea=fresh(idea), reasons=REASONS)
    asked = audiences.who_takes_the_second_look(idea.pk)
    assert party.pk not in asked
    assert other.pk in asked
    with pytest.raises(Refused, match="asked for this yourself"):
        decide(fresh(idea), party)
    assert decide(fresh(idea), other).decided_by == other


def test_whoever_stands_for_it_below_contests_what_was_answered_above() -> None:
    levels = Levels()
    below, left = levels.supporters
    levels.send()
    idea = levels.carried
    make.close(levels.target)
    actions.answer_idea(
        member=make.make_decider(levels.movement),
        idea=idea,
        decision=Decision.NOT_ADOPTED,
        reasons="Too dear.",
    )
    below.memberships.filter(community=levels.movement).update(left_at=now())
    left.memberships.update(left_at=now())
    for stranger in (left, person(levels.committee), person(levels.movement)):
        with pytest.raises(Refused):
            actions.contest_answer(member=stranger, idea=fresh(idea), reasons=REASONS)
    appeal = actions.contest_answer(member=below, idea=fresh(idea), reasons=REASONS)
    assert appeal.appellant == below
