"""Closing a debate from above: a recorded decision, contested by whoever asked, put back."""

from datetime import timedelta

import pytest

from essaim.communities.actions import answer_appeal, appeal_decision
from essaim.communities.models import Decision, Kind, Role, Verb
from essaim.communities.tests.factories import community_factory, in_role
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import now
from essaim.ideas import actions
from essaim.ideas.tests import factories as make


@pytest.mark.django_db
def test_withdrawing_a_debate_from_above_is_a_decision_that_is_put_back() -> None:
    movement = community_factory(kind=Kind.MOVEMENT)
    committee = community_factory(kind=Kind.COMMITTEE, parent=movement)
    administrator = in_role(movement, Role.ADMINISTRATOR)
    moderator = in_role(movement, Role.MODERATOR)
    host = in_role(committee, Role.HOST)
    debate = make.make_debate(committee, host, closes_at=now() + timedelta(days=20))
    actions.withdraw_debate(member=administrator, debate=debate, reason="It names a neighbour.")
    decision = Decision.objects.get()
    assert (decision.verb, decision.is_central) == (Verb.CLOSED, True)
    assert decision.concerned == host
    appeal_decision(member=host, decision=decision, words="It names a street.")
    answer_appeal(member=moderator, decision=decision, is_upheld=True, reason="It is a street.")
    deliver_pending()
    debate.refresh_from_db()
    assert debate.is_open


@pytest.mark.django_db
def test_taking_back_ones_own_question_is_no_decision() -> None:
    committee = community_factory(kind=Kind.COMMITTEE)
    host = in_role(committee, Role.HOST)
    debate = make.make_debate(committee, host, closes_at=now() + timedelta(days=20))
    actions.withdraw_debate(member=host, debate=debate, reason="Asked too early.")
    assert not Decision.objects.exists()


@pytest.mark.django_db
def test_nobody_asks_or_edits_from_above() -> None:
    movement = community_factory(kind=Kind.MOVEMENT)
    committee = community_factory(kind=Kind.COMMITTEE, parent=movement)
    with pytest.raises(Refused):
        make.make_debate(committee, in_role(movement, Role.ADMINISTRATOR))
