"""Whoever left a community changes nothing in it, and takes back what is theirs."""

import pytest

from essaim.foundation.access import Refused
from essaim.foundation.clock import now
from essaim.ideas import actions
from essaim.ideas.tests import factories as make

pytestmark = pytest.mark.django_db


def test_whoever_left_rewrites_nothing_and_still_withdraws() -> None:
    debate = make.make_debate()
    author = make.make_person(debate.community)
    idea = make.propose(debate, author, title="A bus")
    author.memberships.update(left_at=now())
    with pytest.raises(Refused):
        actions.edit_idea(member=author, idea=idea, title="Ads", text="Buy this.")
    assert make.fresh(idea).title == "A bus"
    actions.withdraw_idea(member=author, idea=idea)
    assert make.fresh(idea).withdrawn_at
