"""Those who run a community switch debates off, and on again: nothing shows, nothing is lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from essaim.communities.models import Community
from essaim.ideas.models import Idea
from essaim.ideas.tests.factories import TITLE, make_debate, make_host, propose
from tests.journeys.test_every_page import faults
from tests.journeys.walker import Walker, Way, signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_switch_debates_off_and_on(walker: Walker, movement: Community) -> None:
    host = make_host(movement)
    idea = propose(make_debate(movement, host))
    page = f"/ideas/{idea.public_id}/"
    visitor = walker.another_person()
    visitor.go(page)
    visitor.see(TITLE)

    signed_in(walker, host)
    walker.go("/communities/valley/settings/")
    walker.follow("Debates and ideas")
    walker.see("1 debate is open")
    walker.see("Nothing is deleted.")
    walker.see("With it goes: Programme.")
    walker.press("Switch off")
    walker.see("Switched off: nothing of it is shown any more.")
    walker.see("not shown")
    for one in (walker, visitor):
        answer = one.page.goto(page)
        assert answer
        assert answer.status == 404
        one.go("/communities/valley/")
        one.not_see(TITLE)
        assert one.page.get_by_role("link", name="Debates", exact=True).count() == 0
    assert Idea.objects.get() == idea

    walker.go("/communities/valley/settings/")
    walker.follow("Debates and ideas")
    walker.press("Switch on")
    walker.see("Switched on: everything is where it was.")
    visitor.go(page)
    visitor.see(TITLE)


def test_its_pages_are_for_everybody(open_page: Callable[..., Page], movement: Community) -> None:
    host = make_host(movement)
    propose(make_debate(movement, host))
    walker = signed_in(Walker(open_page, Way.MOUSE), host)
    for state in ("on", "off"):
        if state == "off":
            Community.objects.update(switched_off=["ideas"])
        for address in ("settings/", "settings/uses/ideas/", "settings/uses/programme/"):
            walker.go(f"/communities/valley/{address}")
            assert not faults(walker.page, f"{address} {state}")
