"""A plenary is divided into circles on a projector; a circle changes seats and speaks to all."""

import pytest

from essaim.communities import actions
from essaim.communities.models import CircleDivision, Community, Kind, Mandate, Membership, Role
from essaim.communities.queries.seats import seats_of
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.members.models import Member
from tests.journeys.walker import Walker, signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


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
    signed_in(walker, host)
    chosen_by(walker)
    answered_by(signed_in(walker.another_person(), people[0]))
    divided_by(walker)
    shown_by(walker)
    division = CircleDivision.objects.in_force().get()
    first, second = (Community.objects.get(pk=pk) for pk in seats_of(division))
    swapped(walker, member_in(first), member_in(second))
    late = signed_in(walker.another_person(), member_of(plenary, name="Nic Example"))
    late.go("/communities/plenary/")
    late.follow("Take a seat")
    late.press("Take a seat")
    late.see("My circle:")
    leader = Mandate.objects.get(community=first, role=Role.HOST).member
    spoken_by(signed_in(walker.another_person(), leader), first)
    late.go("/communities/plenary/circles/")
    late.see("Benches first.")
    late.clean()

    # Once they are ended, no tab that is still open shows them.
    actions.dissolve_circles(member=host, community=plenary)
    answer = late.page.reload()
    assert answer
    assert answer.status == 404
    late.not_see("Bea Example")


def chosen_by(host: Walker) -> None:
    """What circles are mixed by."""
    host.go("/communities/plenary/desk/")
    host.follow("Circles")
    host.press("Choose")
    host.fill("Trade", "Nurse\nBaker")
    host.press("Save")
    host.see("Saved. Members can answer now.")
    host.clean()


def answered_by(member: Walker) -> None:
    member.go("/communities/plenary/circles/answers/")
    member.select("Trade", "Nurse")
    member.press("Save")
    member.see("Nobody else reads your answers.")
    member.select("Who", "Bea Example")
    member.choose("not to sit with them")
    member.press("Keep this wish")
    member.see("not with Bea Example")
    member.clean()


def divided_by(host: Walker) -> None:
    """Drawn, looked at, confirmed."""
    host.go("/communities/plenary/circles/divide/")
    host.see("1 of 13")
    host.choose("Another number")
    host.page.get_by_role("spinbutton").fill("6")
    host.fill("What the circles talk about", "What do we begin with?")
    host.press("Draw circles")
    host.see("2 circles, 13 people")
    host.see("Every wish is kept.")
    host.clean()
    host.choose("Draw a host for each circle among its people")
    host.press("Confirm these circles")
    host.see("The circles stand.")
    host.clean()


def shown_by(host: Walker) -> None:
    """On a projector: black on white, nothing around it but the way back."""
    host.press("Show on a screen")
    host.see("What do we begin with?")
    host.see("Circle 2")
    host.see("Bea Example")
    assert host.page.get_by_role("navigation").count() == 1
    ink = host.page.evaluate("getComputedStyle(document.querySelector('main')).color")
    assert ink == "rgb(0, 0, 0)"
    host.clean()
    host.follow("Back to the page")


def swapped(walker: Walker, one: Member, other: Member) -> None:
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
    asked.clean()


def spoken_by(leader: Walker, circle: Community) -> None:
    leader.go(f"/communities/{circle.slug}/")
    leader.follow("Write the synthesis")
    leader.fill("What your circle says to all", "Benches first.")
    leader.press("Send to all")
    leader.see("Sent to The Plenary.")
