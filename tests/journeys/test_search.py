"""Looking for something in a browser: from the bar, with a typing error, without JavaScript."""

import pytest
from playwright.sync_api import expect

from essaim.communities.models import Audience
from essaim.discussions.actions import write_post
from essaim.ideas.tests.factories import make_community, make_debate, make_person, propose
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_search(walker: Walker) -> None:
    valley = make_community(slug="valley", name="The Valley")
    debate = make_debate(valley, question="How to get to town?")
    idea = propose(debate, title="Cycle paths to every school", text="Safe **cycle paths**.")
    write_post(
        member=make_person(valley), thread=idea.thread, text="My children wait for a cycle path."
    )
    inner = make_debate(valley, question="What do we keep quiet?", audience=Audience.MEMBERS)
    propose(inner, title="A secret cycle path")

    walker.go("/communities/")
    if walker.page.get_by_role("searchbox", name="Search").is_visible():
        walker.fill("Search", "cycel paths")
        walker.press("Search")
    else:  # on a phone the bar holds a link
        walker.follow("Search")
        walker.fill("What are you looking for?", "cycel paths")
        walker.press("Search")
    walker.see("Nothing has the words “cycel paths”. Here is what was found for:")
    walker.see("Cycle paths to every school")
    walker.see("My children wait for a cycle path")
    expect(walker.page.locator("mark").first).to_be_visible()
    assert "secret" not in walker.page.content()
    walker.follow("Cycle paths to every school")
    walker.page.wait_for_url(f"**/ideas/{idea.public_id}/")

    walker.go("/search/?q=nothingofthekind")
    walker.see("Nothing was found.")
    walker.press("See the communities")
    walker.page.wait_for_url("**/communities/")
