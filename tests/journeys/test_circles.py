"""A plenary is divided into circles on a projector; a circle changes seats and speaks to all."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from essaim.communities import actions
from essaim.communities.models import CircleDivision, Community, Kind, Mandate, Membership, Role
from essaim.communities.queries.seats import seats_of
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.members.models import Member
from tests.journeys.test_every_page import RULES
from tests.journeys.walker import Walker, signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def faults(walker: Walker) -> list[str]:
    found = Axe().run(walker.page, options={"runOnly": {"type": "tag", "values": RULES}})
    return [f"{one['id']} {one['nodes'][0]['target']}" for one in found.response["violations"]]


def member_in(circle: Community) -> Member:
    """Somebody of the circle who does not host it."""
    sitting = Membership.objects.filter(community=circle, left_at=None)
    hosts = Mandate.objects.filter(community=circle).values("member")
    return sitting.exclude(member__in=hosts).order_by("pk")[0].member


def test_a_plenary_is_divided_on_a_projector_and_its_circles_answer(walker: Walker) -> None:
    plenary = community_factory(
        slug="plenary", name="The Plenary", kind=Kind.COMMITTEE, language="en"
    )
    host = in_role(plenary, Role.HOST, name="Hal Example")
    names = ("Ada", "Bea", "Cem", "Dan", "Eve", "Fay", "Gus", "Ida", "Jon", "Kim", "Lou", "Max")
    people = [member_of(plenary, name=f"{name} Example") for name in names]
    ada, bea = people[:2]

    # The host says what circles are mixed by; a member answers and wishes.
    signed_in(walker, host)
    walker.go("/communities/plenary/desk/")
    walker.follow("Circles")
    walker.press("Choose")
    walker.fill("Trade", "Nurse\nBaker")
    walker.press("Save")
    walker.see("Saved. Members can answer now.")
    assert not faults(walker)
    member = signed_in(walker.another_person(), ada)
    member.go("/communities/plenary/circles/answers/")
    member.select("Trade", "Nurse")
    member.press("Save")
    member.see("Nobody else reads your answers.")
    member.select("Who", "Bea Example")
    member.choose("not to sit with them")
    member.press("Keep this wish")
    member.see("not with Bea Example")
    assert not faults(member)

    # Drawn, looked at, confirmed, shown on a screen.
    walker.go("/communities/plenary/circles/divide/")
    walker.see("1 of 13")
    walker.choose("Another number")
    walker.page.get_by_label("Another number").nth(1).fill("6")
    walker.fill("What the circles talk about", "What do we begin with?")
    walker.press("Draw circles")
    walker.see("2 circles, 13 people")
    walker.see("Every wish is kept.")
    assert not faults(walker)
    walker.choose("Draw a host for each circle among its people")
    walker.press("Confirm these circles")
    walker.see("The circles stand.")
    assert not faults(walker)
    walker.press("Show on a screen")
    walker.see("What do we begin with?")
    walker.see("Circle 2")
    walker.see("Bea Example")
    assert walker.page.get_by_role("navigation").count() == 1  # the way back, nothing else
    assert walker.page.evaluate("getComputedStyle(document.querySelector('main')).color") == (
        "rgb(0, 0, 0)"
    )
    assert not faults(walker)
    walker.follow("Back to the page")

    # Two people change seats.
    division = CircleDivision.objects.in_force().get()
    first, second = (Community.objects.get(pk=pk) for pk in seats_of(division))
    one, other = member_in(first), member_in(second)
    asking = signed_in(walker.another_person(), one)
    asking.go("/communities/plenary/circles/")
    asking.select("With whom", f"{other.name} · Circle 2")
    asking.press("Ask")
    asking.see("Asked. You sit where you are until they say yes.")
    asked = signed_in(walker.another_person(), other)
    asked.go("/communities/plenary/circles/")
    asked.see(f"{one.name} would like to change seats with you")
    asked.press("Change seats")
    asked.see("My circle: Circle 1")
    assert not faults(asked)

    # Somebody who comes later is given a seat; a circle speaks to all.
    late = signed_in(walker.another_person(), member_of(plenary, name="Nic Example"))
    late.go("/communities/plenary/")
    late.follow("Take a seat")
    late.press("Take a seat")
    late.see("My circle:")
    leader = Mandate.objects.get(community=first, role=Role.HOST).member
    speaking = signed_in(walker.another_person(), leader)
    speaking.go(f"/communities/{first.slug}/")
    speaking.follow("Write the synthesis")
    speaking.fill("What your circle says to all", "Benches first.")
    speaking.press("Send to all")
    speaking.see("Sent to The Plenary.")
    late.go("/communities/plenary/circles/")
    late.see("Benches first.")
    assert not faults(late)

    # Once they are ended, no tab that is still open shows them.
    actions.dissolve_circles(member=host, community=plenary)
    answer = late.page.reload()
    assert answer
    assert answer.status == 404
    late.not_see(bea.name)
