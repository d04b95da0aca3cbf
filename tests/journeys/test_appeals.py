"""An author contests the answer to their idea, and somebody else changes it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.models import Community, Kind
from essaim.communities.tests.factories import community_factory, manifesto_factory
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import today
from essaim.ideas import actions
from essaim.ideas.models import Answer, Decision, Idea
from essaim.ideas.tests.factories import TITLE, make_closed, make_decider, make_host
from essaim.members.models import Member
from tests.journeys.walker import Walker, Way

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=list(Way))
def walker(request: pytest.FixtureRequest, open_page: Callable[..., Page]) -> Walker:
    return Walker(open_page, request.param)


@pytest.fixture
def movement() -> Community:
    community = community_factory(
        slug="valley", name="The Valley", kind=Kind.MOVEMENT, language="en"
    )
    manifesto_factory(community, language="en")
    return community


def signed_in(walker: Walker, member: Member) -> Walker:
    walker.go("/enter/")
    walker.enter(member.email)
    walker.page.wait_for_url("**/today/")
    return walker


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
