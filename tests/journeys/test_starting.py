"""Somebody starts a committee where they live, is refused, asks somebody else, and opens it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from essaim.communities.actions import set_opening_policy
from essaim.communities.models import Community, Kind, Role
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.foundation.activity import deliver_pending
from essaim.places.models import Level, Place
from essaim.places.tests.factories import small_france
from tests.journeys.test_every_page import faults
from tests.journeys.walker import Walker, signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_start_a_committee_be_refused_and_win_the_appeal(
    walker: Walker, movement: Community
) -> None:
    small_france()
    host, founder = in_role(movement), member_of(movement, name="Fanny Founder")
    referent = in_role(movement, Role.REFERENT, name="Rosa Referent")
    set_opening_policy(member=host, community=movement, is_checked=True, days=7, referent=referent)

    signed_in(walker, founder)
    _start(walker, movement)
    _refuse(signed_in(walker.another_person(), referent), movement)
    _appeal(walker)
    _overturn(signed_in(walker.another_person(), host), movement)

    walker.go("/communities/pau-by-bike/")
    walker.see("To ride to school together.")
    walker.not_see("Not open yet")
    walker.go(f"/communities/{movement.slug}/groups/?near=Pau")
    walker.see("Pau by bike")
    walker.see("right here")


def _start(walker: Walker, movement: Community) -> None:
    walker.go(f"/communities/{movement.slug}/groups/?near=Pau")
    walker.see("Nothing near you: start one.")
    walker.press("Start one in Pau")
    walker.see("Rosa Referent")
    walker.fill("What is it called?", "Pau by bike")
    walker.fill("What for?", "To ride to school together.")
    walker.choose("I agree that I am named")
    walker.press("Begin")
    walker.see("Nobody else sees it before you open it.")
    walker.see("Invite two people to begin with you")
    walker.press("It is done")
    walker.see("Not done after all")
    walker.press("Ask to open it")
    walker.see("It waits for the check")
    deliver_pending()


def _refuse(checker: Walker, movement: Community) -> None:
    checker.go(f"/communities/{movement.slug}/desk/")
    checker.follow("What asks to open")
    checker.follow("Pau by bike")
    checker.see("To ride to school together.")
    checker.fill("Why not?", "There is one in the next street already.")
    checker.press("Refuse")
    checker.see("Recorded.")
    deliver_pending()


def _appeal(walker: Walker) -> None:
    walker.go("/notices/")
    walker.see("There is one in the next street already.")
    walker.go("/communities/pau-by-bike/founding/")
    walker.see("It was refused")
    walker.see("by the referent")
    walker.follow("Or ask somebody else to look at it, once")
    walker.fill("What did they not see?", "That one meets by day: we cannot.")
    walker.press("Ask for a second look")
    deliver_pending()
    walker.go("/communities/pau-by-bike/founding/")
    walker.see("Somebody else looks at it again by")


def _overturn(other: Walker, movement: Community) -> None:
    other.go(f"/communities/{movement.slug}/desk/")
    other.follow("A second look was asked for")
    other.see("That one meets by day: we cannot.")
    other.choose("It was not: put it back")
    other.fill("Why?", "There is room for both.")
    other.press("Record the second look")
    deliver_pending()


def test_the_map_is_used_by_keyboard_and_asks_nobody_else(
    open_page: Callable[..., Page], movement: Community
) -> None:
    small_france()
    for place in ("Pau", "Nay", "Saint-Jean-de-Luz"):
        community_factory(
            kind=Kind.COMMITTEE,
            parent=movement,
            name=f"Friends of {place}",
            place=Place.objects.filter(name=place, level=Level.COMMUNE, country="FR").latest("pk"),
        )
    address = f"/communities/{movement.slug}/groups/?near=64000"
    page = open_page(dark=True, width=390, height=844, language="en")
    page.goto(address)

    where = page.get_by_role("region", name="Map of what is near Pau")
    expect(where).to_be_visible()
    marker = where.get_by_role("button", name="Friends of Pau")
    expect(marker).to_be_visible()
    assert faults(page, "the map") == []
    marker.focus()
    page.keyboard.press("Enter")
    expect(where.get_by_role("link", name="Friends of Pau")).to_be_focused()
    assert faults(page, "the map, with a place open") == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/communities/community-*/")

    plain = open_page(javascript=False, width=390, height=844, language="en")
    plain.goto(address)
    expect(plain.locator(".map")).to_be_hidden()
    expect(plain.get_by_role("link", name="Friends of Pau")).to_be_visible()
