"""Where people stand in a conversation, in a browser: by mouse, by keyboard, without JavaScript."""

import pytest
from playwright.sync_api import expect

from essaim.discussions.actions import take_stance, write_post
from essaim.discussions.models import Post, PostSupport, Stance, Thread
from essaim.foundation.activity import deliver_pending
from essaim.ideas.models import Idea, Support
from essaim.ideas.tests.factories import make_debate, make_person, propose
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_take_a_position_be_convinced_and_state_another_way(walker: Walker) -> None:
    debate = make_debate(question="How to get around without a car?")
    idea = propose(debate, title="A bus on Sundays")
    thread = Thread.objects.get(pk=idea.thread_id)
    other = make_person(debate.community, "Ben K.")
    write_post(member=other, thread=thread, text="Four people took it.", position="against")
    take_stance(member=make_person(debate.community), thread=thread, position="for")
    ada = make_person(debate.community, "Ada L.")

    walker.go("/enter/")
    walker.enter(ada.email)
    walker.page.wait_for_url("**/today/")
    walker.go(f"/ideas/{idea.public_id}/")
    walker.see("Each view at its strongest")
    walker.press("for")
    assert Stance.objects.get(member=ada).position == "for"
    expect(walker.page.locator("#stance-for")).to_be_focused()
    walker.press("Convincing")
    assert PostSupport.objects.get().member == ada
    walker.see("Convinced 1 person who sees it differently.")

    walker.fill("Your message", "A minibus on call.")
    walker.choose("another way")
    walker.press("Publish")
    walker.see("A minibus on call.")
    assert Stance.objects.get(member=ada).position == "another_way"
    walker.press("Make it an idea")
    walker.press("Publish my idea")
    walker.see("Another way than")
    made = Idea.objects.get(from_post__author=ada)
    assert made.title == "A minibus on call."
    walker.follow("A bus on Sundays")
    walker.see("Other ways that became ideas")
    assert Post.objects.count() == 2


def test_rewrite_read_the_difference_and_take_support_back(walker: Walker) -> None:
    debate = make_debate(question="How to get around without a car?")
    author, reader = make_person(debate.community, "Ada L."), make_person(debate.community)
    idea = propose(debate, author, title="A bus on Sundays", text="Every Sunday, to Pau.")

    walker.go("/enter/")
    walker.enter(reader.email)
    walker.page.wait_for_url("**/today/")
    walker.go(f"/ideas/{idea.public_id}/")
    walker.press("Support this idea")
    assert Support.objects.get().member == reader

    writer = walker.another_person()
    writer.go("/enter/")
    writer.enter(author.email)
    writer.page.wait_for_url("**/today/")
    writer.go(f"/ideas/{idea.public_id}/")
    writer.press("Rewrite it")
    writer.fill("What you see", "Every first Sunday, to Pau.")
    writer.press("Save")
    deliver_pending()

    walker.go("/notices/")
    walker.follow("was rewritten")
    added = walker.page.locator("ins").first
    assert "first" in added.inner_text()
    walker.press("Take my support back")
    assert not Support.objects.exists()
