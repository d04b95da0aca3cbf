"""A host merges two ideas that say the same, and thinks better of it."""

import pytest

from essaim.communities.models import Community
from essaim.foundation.activity import deliver_pending
from essaim.ideas import actions
from essaim.ideas.models import Idea, Support
from essaim.ideas.tests.factories import make_debate, make_host, make_person, propose, support
from tests.journeys.walker import Walker, signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_merge_and_undo(walker: Walker, movement: Community) -> None:
    host = make_host(movement)
    debate = make_debate(movement, host, question="How to get around without a car?")
    bus = propose(debate, make_person(movement, "Ada"), title="A bus on Sundays")
    coach = propose(debate, make_person(movement, "Ben"), title="A coach on Sundays")
    twice = make_person(movement, "Cleo")
    for idea in (bus, coach):
        support(idea)
        actions.support_idea(member=twice, idea=idea)

    signed_in(walker, host)
    walker.go(f"/communities/valley/debates/{debate.public_id}/")
    walker.press("Merge ideas that say the same")
    walker.see("These seem to say the same")
    walker.choose("A bus on Sundays")
    walker.choose("A coach on Sundays")
    walker.press("Go on with those chosen")
    walker.see("3 people, each counted once")
    walker.see("5 people: who proposed, supported or talked")
    walker.choose("A bus on Sundays")
    walker.press("Merge them")
    walker.see("Say why")  # nothing is merged without a reason that everyone can read
    walker.fill("Why", "Both ask for the same bus.")
    walker.press("Merge them")
    walker.see("The ideas are merged")
    walker.see("Merged into this idea")
    walker.see("Both ask for the same bus.")
    deliver_pending()

    author = walker.another_person()
    assert coach.author
    signed_in(author, coach.author)
    author.go("/notices/")
    author.see("Ideas that say the same were merged: “A bus on Sundays” speaks for all of them")
    author.go(f"/ideas/{coach.public_id}/")
    author.see("A bus on Sundays")
    author.see("Proposed by Ben")
    author.see("Supports: the threshold of 2 is reached 3")

    other = walker.another_person()
    newcomer = make_person(movement, "Dov")
    signed_in(other, newcomer)
    other.go(f"/ideas/{coach.public_id}/")
    other.press("Support this idea")
    other.see("You support this idea.")

    walker.go(f"/ideas/{bus.public_id}/")
    walker.press("Undo")
    walker.see("each idea stands by itself again")
    counts = dict(Idea.objects.values_list("title", "supporters"))
    assert counts == {"A bus on Sundays": 3, "A coach on Sundays": 2}
    assert Support.objects.get(member=newcomer).idea == bus
    author.go(f"/ideas/{coach.public_id}/")
    author.see("Proposed by Ben")
    author.not_see("Merged into this idea")
    author.see("undone")
