"""Something is reported, hidden, contested and put back; a first message waits for a look."""

import pytest

from essaim.communities.models import Community, Role
from essaim.communities.tests.factories import in_role, member_of
from essaim.discussions import actions
from essaim.discussions.models import Case, Post, Thread
from essaim.foundation.activity import deliver_pending
from essaim.ideas.tests import factories as make
from tests.journeys.walker import Walker, signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

SAID = "The deputy mayor for roads never takes the bus herself."
SOLD = "The new tea of the doctor makes you lose ten kilos in a week: bit.ly/tea"


def test_report_decide_appeal_put_back(walker: Walker, movement: Community) -> None:
    idea = make.propose(make.make_debate(movement))
    author, reporter = (member_of(movement, language="en") for _each in range(2))
    first, second = (in_role(movement, Role.MODERATOR, language="en") for _each in range(2))
    thread = Thread.objects.get(pk=idea.thread_id)
    post = actions.write_post(member=author, thread=thread, text=SAID)

    signed_in(walker, reporter)
    walker.go(f"/messages/{post.public_id}/report/")
    walker.choose("insults or attacks a person")
    walker.press("Send the report")
    walker.see("The moderators will look")
    deliver_pending()

    moderator = signed_in(walker.another_person(), first)
    moderator.go(f"/communities/{movement.slug}/moderation/")
    moderator.see("insults or attacks a person")
    moderator.follow("Look at it")
    moderator.press("I look at this")
    moderator.see("you look at it")
    moderator.choose("Hide it")
    moderator.fill("Why", "It judges a person.")
    moderator.fill("A word to its author", "Say it of the timetable.")
    moderator.press("Record the decision")
    moderator.see("The decision is recorded and public.")
    deliver_pending()

    walker.go(f"/messages/{post.public_id}/")
    walker.see("Hidden by the moderators: It judges a person.")
    walker.not_see("never takes the bus herself")
    writer = signed_in(walker.another_person(), author)
    writer.go(f"/messages/{post.public_id}/case/")
    writer.see(SAID)
    writer.see("It judges a person.")
    writer.follow("Ask for a second look")
    writer.see("Say it of the timetable.")
    writer.fill("What did they not see?", "She says so herself, in the paper.")
    writer.press("Ask for a second look")
    deliver_pending()

    other = signed_in(walker.another_person(), second)
    decision = Case.objects.get().decision
    assert decision
    other.go(f"/decisions/{decision.public_id}/")
    other.see("She says so herself")


def test_a_first_message_is_held_and_released(walker: Walker, movement: Community) -> None:
    idea = make.propose(make.make_debate(movement))
    newcomer = member_of(movement, language="en")
    host = in_role(movement, Role.HOST, language="en")
    thread = Thread.objects.get(pk=idea.thread_id)
    signed_in(walker, newcomer)
    walker.go(f"/threads/{thread.public_id}/write/")
    walker.fill("Your message", SOLD)
    walker.press("Publish")
    walker.see("waits for a first look")
    walker.see("ten kilos")

    other = signed_in(walker.another_person(), host)
    other.go(f"/ideas/{idea.public_id}/")
    other.not_see("ten kilos")
    other.go(f"/communities/{movement.slug}/moderation/")
    other.see("held for a first look")
    other.follow("Look at it")
    other.choose("Let it stand")
    other.fill("Why", "A real question about tea.")
    other.press("Record the decision")
    other.go(f"/ideas/{idea.public_id}/")
    other.see("ten kilos")
    assert Post.objects.get().hidden_at is None
