"""Two telephones at the doors of one gathering, in a browser, where the network comes and goes."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from essaim.communities.tests.factories import community_factory
from essaim.events import actions
from essaim.events.models import CheckIn, DoorLink, Event, Registration
from essaim.events.tests.factories import make_event, make_host, make_registration
from essaim.foundation.clock import now
from tests.journeys.test_sheets import read_by_a_camera

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

Telephone = Callable[[DoorLink], Page]


@pytest.fixture
def event() -> Event:
    return make_event(community_factory(), starts_at=now() - timedelta(minutes=10), guests=2)


@pytest.fixture
def people(event: Event) -> list[Registration]:
    names = ("Zoé Nay", "Émile Pau", "Ida Gan")
    return [
        make_registration(event, email=f"person{place}@example.org", name=name)
        for place, name in enumerate(names)
    ]


@pytest.fixture
def links(event: Event) -> list[DoorLink]:
    host = make_host(event.community)
    return [actions.make_door_link(member=host, event=event) for _ in range(2)]


@pytest.fixture
def telephone(open_page: Callable[..., Page]) -> Telephone:
    def make(link: DoorLink) -> Page:
        page = open_page(language="en", width=390, height=844, dark=True)
        page.goto(f"/events/door/{link.token}/")
        return page

    return make


def scan(page: Page, code: str) -> None:
    page.get_by_label("The code of a ticket").fill(code)
    page.get_by_label("The code of a ticket").press("Enter")


def test_what_two_telephones_did_without_a_network_is_sent_when_it_is_back(
    event: Event, people: list[Registration], links: list[DoorLink], telephone: Telephone
) -> None:
    left, right = (telephone(link) for link in links)
    scan(left, people[0].ticket)
    expect(left.locator("[data-door-said]")).to_have_text("Welcome, Zoé Nay.")
    expect(left.locator("[data-door-words]")).to_have_text("1 is here, 3 expected")

    for page in (left, right):
        page.context.set_offline(True)
    scan(left, people[1].ticket)
    expect(left.locator("[data-door-said]")).to_contain_text("let them in")
    scan(left, people[1].ticket)
    expect(left.locator("[data-door-said]")).to_contain_text("read this ticket already")
    expect(left.locator("[data-door-waiting]")).to_contain_text("1 kept on this telephone")
    scan(right, people[1].ticket)
    right.get_by_role("button", name="Ida Gan").click()
    expect(right.locator("[data-door-waiting]")).to_contain_text("2 kept on this telephone")
    assert CheckIn.objects.count() == 1

    left.context.set_offline(False)
    expect(left.locator("[data-door-waiting]")).to_be_hidden()
    right.context.set_offline(False)
    expect(right.locator("[data-door-waiting]")).to_be_hidden()
    expect(right.locator("[data-door-late]")).to_contain_text("Émile Pau came in by another door")
    expect(right.locator("[data-door-words]")).to_have_text("3 are here, 3 expected")
    event.refresh_from_db()
    assert event.attended == 3
    assert CheckIn.objects.count() == 4

    right.reload()
    expect(right.get_by_text("The same ticket, by two doors")).to_be_visible()


def test_an_answer_that_is_lost_is_asked_for_again_and_nothing_counts_twice(
    event: Event, people: list[Registration], links: list[DoorLink], telephone: Telephone
) -> None:
    page = telephone(links[0])

    def lose(route: Route) -> None:
        route.fetch()  # the door did it; the telephone never hears
        route.abort()

    page.route("**/acts/", lose, times=1)
    page.get_by_role("button", name="One more, without a name").click()
    expect(page.locator("[data-door-waiting]")).to_be_visible()
    page.unroute("**/acts/")
    page.reload()  # what waits outlives the page
    expect(page.locator("[data-door-said]")).to_have_text("One more counted.")
    expect(page.locator("[data-door-waiting]")).to_be_hidden()
    event.refresh_from_db()
    assert event.headcount == 1


def test_names_are_found_let_in_and_taken_back_with_one_thumb(
    event: Event, people: list[Registration], links: list[DoorLink], telephone: Telephone
) -> None:
    page = telephone(links[0])
    page.get_by_label("Find a name").fill("emile")
    expect(page.locator("[data-door-row]:visible")).to_have_count(1)
    page.get_by_role("button", name="Émile Pau").click()
    expect(page.locator("[data-door-said]")).to_have_text("Welcome, Émile Pau.")
    page.get_by_role("button", name=re.compile("Undo.*Émile Pau")).click()
    expect(page.locator("[data-door-said]")).to_contain_text("taken back")
    event.refresh_from_db()
    assert event.attended == 0


def test_a_ticket_on_a_screen_is_read_by_a_camera_and_opens_the_door(
    event: Event, people: list[Registration], links: list[DoorLink], telephone: Telephone
) -> None:
    page = telephone(links[0])
    page.goto(f"/registrations/{people[0].token}/ticket/")
    address = read_by_a_camera(page)
    assert address.endswith(f"/door/{people[0].ticket}/")
    page.goto(f"/door/{people[0].ticket}/")
    page.get_by_role("button", name="Let in").click()
    expect(page.locator("[data-door-said]")).to_have_text("Welcome, Zoé Nay.")
