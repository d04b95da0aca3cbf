"""An author contests the answer to their idea, and somebody else changes it."""

from datetime import timedelta

import pytest

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.models import Community
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import today
from essaim.ideas import actions
from essaim.ideas.models import Answer, Decision, Idea
from essaim.ideas.tests.factories import TITLE, make_closed, make_decider, make_host
from tests.journeys.walker import Walker, signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_contest_an_answer_and_win(walker: Walker, movement: Community) -> None:
    make_closed(movement)
    idea = Idea.objects.select_related("author").get()
    decider = make_decider(movement)
    host = make_host(movement)
    actions.answer_idea(
        member=decider, idea=idea, decision=Decision.NOT_ADOPTED, reasons="It costs too much."
    )
    assert idea.author

    signed_in(walker, idea.author)
    walker.go(f"/ideas/{idea.public_id}/")
    walker.follow("Ask for a second look")
    walker.see("It costs too much.")
    walker.fill("What was overlooked", "The region pays half of it.")
    walker.press("Ask for a second look")
    walker.see("Someone else will look at it again.")
    walker.see("Second look due by")
    deliver_pending()

    other = signed_in(walker.another_person(), host)
    other.see("Take a second look at a contested answer")
    other.go("/notices/")
    other.see("was contested: a second look is due by")
    other.go(f"/ideas/{idea.public_id}/")
    other.see("The region pays half of it.")
    other.press("Take the second look")
    other.choose("adopted in part")
    other.fill("Reasons", "Half of it is paid: one line, on Sundays.")
    other.fill("What will be done", "One line on Sundays from May.")
    other.fill("Until which day", (today() + timedelta(days=120)).isoformat())
    other.press("Publish the decision")
    other.see("Changed: Adopted in part")
    other.see("One line on Sundays from May.")
    deliver_pending()

    walker.go("/notices/")
    walker.see("A second look changed the answer")
    walker.go(f"/ideas/{idea.public_id}/")
    walker.see("was contested and changed")
    walker.see(TITLE)
    assert Answer.objects.get().decision == Decision.IN_PART
    assert Commitment.objects.get(kind=CommitmentKind.APPEAL).kept_at
