"""A committee's debate goes up to the movement, and its answer comes back."""

from datetime import timedelta

import pytest

from essaim.communities.models import Community, Kind, Role
from essaim.communities.tests.factories import community_factory
from essaim.discussions.actions import write_post
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now
from essaim.ideas import actions
from essaim.ideas.models import Decision, Idea
from essaim.ideas.tests.factories import (
    close,
    entrust,
    join,
    make_debate,
    make_decider,
    make_person,
    propose,
)
from tests.journeys.walker import Walker, signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_committee_to_movement_and_back(walker: Walker, movement: Community) -> None:
    committee = community_factory(
        slug="hamlet", name="The Hamlet", kind=Kind.COMMITTEE, parent=movement, language="en"
    )
    host = entrust(join(make_person(movement, "Hal"), committee), committee, Role.HOST)
    supporter = join(make_person(movement, "Sue"), committee)
    decider = make_decider(movement)
    target = make_debate(movement, question="How to get around without a car?")
    with at(now() - timedelta(days=20)):
        debate = make_debate(committee, host, closes_at=now() + timedelta(days=19))
        idea = propose(debate, join(make_person(movement, "Ada"), committee), title="A bench")
        actions.support_idea(member=supporter, idea=idea)
        write_post(member=supporter, thread=idea.thread, text="In front of the bakery.")
    close(debate)

    signed_in(walker, host)
    walker.go(f"/communities/hamlet/debates/{debate.public_id}/")
    walker.press("Send upward")
    walker.choose("How to get around without a car?")
    walker.choose("A bench")
    walker.fill("Your synthesis", "Whoever walks slowly needs to sit.")
    walker.press("Send upward")
    walker.see("Sent to this debate. The answers will come back to the one it comes from.")
    walker.see("From The Hamlet")
    walker.follow("A bench")
    walker.see("Carried by The Hamlet")
    walker.see("Whoever walks slowly needs to sit.")
    deliver_pending()

    carried = Idea.objects.get(carried_from=idea)
    assert carried.supporters == 1
    close(target)
    actions.answer_idea(
        member=decider, idea=carried, decision=Decision.NEEDS_MORE, reasons="How many benches?"
    )
    deliver_pending()

    other = signed_in(walker.another_person(), supporter)
    other.go("/notices/")
    other.see("“A bench”, which you supported, has its answer.")
    other.go(f"/ideas/{idea.public_id}/")
    other.see("Carried to The Valley")
    other.see("Needs more")
    other.follow("Carried to The Valley")
    other.see("How many benches?")
