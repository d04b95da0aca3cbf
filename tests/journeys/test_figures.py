"""Honest numbers, one's own place on the ladder, and a community that rates itself."""

from datetime import timedelta

import pytest

from essaim.communities.models import Community, Membership, Role
from essaim.foundation.clock import at, now
from essaim.ideas.tests.factories import entrust, make_debate, make_person, propose
from essaim.insights import actions
from essaim.insights.models import Answered, OwnView
from tests.journeys.walker import Walker, signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_ones_own_place_is_seen_hidden_and_declined(walker: Walker, movement: Community) -> None:
    ada = make_person(movement, "Ada")
    propose(make_debate(movement), ada, title="A bench")
    signed_in(walker, ada)
    walker.go("/today/")
    walker.see("My place")
    walker.see("interacting")
    walker.follow("Why, and whether to show it")
    walker.see("by this: proposed an idea")
    walker.see("Ask a host what you could take care of, be it small.")
    walker.choose("Only on this page")
    walker.press("Save")
    walker.see("interacting")
    walker.go("/today/")
    walker.not_see("Only you see this.")
    walker.go("/your-place/")
    walker.choose("Do not look it up at all")
    walker.press("Save")
    walker.see("You declined: your place is not looked up.")
    walker.not_see("interacting")
    assert OwnView.objects.get(member=ada).declined_at


def test_a_community_rates_itself(walker: Walker, movement: Community) -> None:
    host = entrust(make_person(movement, "Hal"), movement, Role.HOST)
    people = [make_person(movement, f"Person {number}") for number in range(11)]
    Membership.objects.update(joined_at=now() - timedelta(days=200))
    signed_in(walker, host)
    slug = movement.slug
    walker.go(f"/communities/{slug}/rating/")
    walker.press("Ask the members")
    walker.see("The members are asked from today on.")
    rating = movement.ratings.get()
    for number, one in enumerate(people[:10]):
        actions.answer_rating(
            member=one,
            rating=rating,
            marks={"openness": 1 + number % 5, "autonomy": 2 + number % 2, "means": 3 + number % 3},
        )

    last = signed_in(walker.another_person(), people[10])
    last.go("/today/")
    last.see("How open, how autonomous are we? Three short questions.")
    last.go(f"/communities/{slug}/rating/")
    for group in last.page.get_by_role("group").all():
        choice = group.get_by_label("4", exact=True)
        choice.focus()
        last.page.keyboard.press("Space")
    last.press("Send my answers")
    last.see("Nobody can tell which answer was yours.")
    last.see("You have answered.")
    assert Answered.objects.filter(rating=rating).count() == 11

    with at(now() + timedelta(days=22)):
        actions.close_due_ratings()
    walker.go(f"/communities/{slug}/rating/")
    walker.see("of 5")
    walker.see("11 of 12")
    walker.see("Newcomers among hosts")


def test_the_figures_of_a_community_and_what_its_host_wants(
    walker: Walker, movement: Community
) -> None:
    host = entrust(make_person(movement, "Hal"), movement, Role.HOST)
    signed_in(walker, host)
    walker.go(f"/communities/{movement.slug}/")
    walker.follow("Figures")
    walker.see("0 active of")
    walker.see("Members, month by month: each line adds up")
    walker.follow("The ladder")
    walker.fill("Aware", "200000")
    walker.fill("Interacting", "50000")
    walker.fill("Engaged", "5000")
    walker.press("Save")
    walker.see("of 200,000")
    walker.fill("About how many people?", "203411")
    walker.fill("By what?", "A book")
    walker.fill("Who says so?", "Its publisher")
    walker.fill("How was it estimated?", "Copies sold")
    walker.fill("From", "2026-01-01")
    walker.fill("Until", "2026-06-30")
    walker.press("Enter")
    walker.see("about 200,000, A book")
