"""Who is a party to an answer: whoever stands for what it answers, however it came there."""

import pytest

from essaim.foundation.access import Refused
from essaim.ideas import actions
from essaim.ideas.models import Decision
from essaim.ideas.queries import audiences
from essaim.ideas.tests import factories as make
from essaim.ideas.tests.test_appeals import REASONS, author_of, decide, fresh

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
