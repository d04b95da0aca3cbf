"""A host welcomes, hands over; a sleeping committee is adopted; two become one, and two again."""

import pytest

from essaim.communities.models import Community, Kind, Mandate, Membership, Role
from essaim.communities.tests.factories import community_factory
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import today
from essaim.ideas.tests.factories import join, make_person
from essaim.members.models import Member
from tests.journeys.walker import Walker, signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def committee(movement: Community, name: str) -> Community:
    return community_factory(
        slug=name.lower(), name=name, kind=Kind.COMMITTEE, parent=movement, language="en"
    )


def person(movement: Community, name: str, *communities: Community) -> Member:
    member = make_person(movement, name)
    for one in communities:
        join(member, one)
    return member


def hosting(member: Member, community: Community) -> Member:
    Mandate.objects.create(community=community, member=member, role=Role.HOST)
    return member


def hosts(community: Community) -> set[str]:
    held = Mandate.objects.on(today()).filter(community=community, role=Role.HOST)
    return set(held.values_list("member__name", flat=True))


def test_a_newcomer_is_welcomed_and_hosting_handed_over(
    walker: Walker, movement: Community
) -> None:
    hamlet = committee(movement, "Hamlet")
    host = hosting(person(movement, "Hana", hamlet), hamlet)
    newcomer = person(movement, "Noah", hamlet)

    signed_in(walker, host)
    walker.go("/communities/hamlet/desk/")
    walker.follow("Newcomers to welcome")
    walker.clean()
    walker.fill("A line to Noah", "Tuesday at six, come in by the garden.")
    walker.press("Welcome Noah")
    walker.see("Everybody was welcomed.")
    walker.select("Whom do you ask?", "Noah")
    walker.choose("To host it after you")
    walker.press("Ask them")
    walker.see("in your place")
    deliver_pending()

    other = walker.another_person()
    signed_in(other, newcomer)
    other.go("/notices/")
    other.see("Hana welcomes you to Hamlet: “Tuesday at six, come in by the garden.”")
    other.follow("Hana asks you to host Hamlet.")
    other.clean()
    other.press("Yes, I host it")
    other.see("You host Hamlet.")
    assert hosts(hamlet) == {"Noah"}

    other.go("/communities/hamlet/leave/")
    other.see("You are the last one who runs Hamlet.")
    other.clean()
    other.press("Leave")
    other.see("You have left Hamlet.")
    assert hosts(hamlet) == set()


def test_a_sleeping_committee_is_adopted(walker: Walker, movement: Community) -> None:
    hamlet = committee(movement, "Hamlet")
    ada = person(movement, "Ada", hamlet)
    signed_in(walker, ada)
    walker.go("/communities/valley/groups/")
    walker.see("They look for somebody")
    walker.clean()
    walker.page.locator("#looking").get_by_role("link", name="Hamlet").focus()
    walker.go("/communities/hamlet/adoption/")
    walker.clean()
    walker.press("Take it over")
    walker.see("You host it now.")
    assert hosts(hamlet) == {"Ada"}


def test_two_committees_merge_and_come_apart_again(walker: Walker, movement: Community) -> None:
    hamlet, river = committee(movement, "Hamlet"), committee(movement, "River")
    host = hosting(person(movement, "Hana", hamlet), hamlet)
    other_host = hosting(person(movement, "Rita", river), river)
    person(movement, "Mia", hamlet)
    before = set(Membership.objects.values_list("community", "member", "joined_at", "left_at"))

    signed_in(walker, host)
    walker.go("/communities/hamlet/desk/")
    walker.follow("Merge with another")
    walker.select("Into which one?", "River")
    walker.press("See what would happen")
    walker.see("2 people arrive in River")
    walker.see("They host River too: Hana")
    walker.clean()
    walker.press("Propose it")
    walker.see("The other side is asked.")
    deliver_pending()

    other = walker.another_person()
    signed_in(other, other_host)
    other.go("/notices/")
    other.follow("Hamlet would like to merge into River.")
    other.clean()
    other.press("Merge them")
    other.see("They are one")
    assert hosts(river) == {"Hana", "Rita"}

    walker.go("/communities/hamlet/")
    walker.page.wait_for_url("**/communities/river/")
    walker.go("/communities/hamlet/?kept=1")
    walker.see("it went up in another community")
    walker.clean()
    other.press("Undo it")
    other.see("they are two again")
    after = set(
        Membership.objects.filter(left_at=None).values_list(
            "community", "member", "joined_at", "left_at"
        )
    )
    assert after == before
    assert hosts(hamlet) == {"Hana"}
