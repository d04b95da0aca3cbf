"""What hosts and communities do reaches those it concerns, in words."""

import pytest

from essaim.communities import actions
from essaim.communities.models import Kind, Role
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.foundation.activity import deliver_pending
from essaim.members.models import Member
from essaim.outreach.queries import notices_for_page

pytestmark = pytest.mark.django_db


def told(member: Member) -> list[str]:
    deliver_pending()
    return [line.text for line in notices_for_page(fresh_reader(member)).items]


def test_a_welcome_an_offer_and_its_answer_are_told() -> None:
    community = community_factory(
        kind=Kind.COMMITTEE, parent=community_factory(kind=Kind.MOVEMENT), name="Hamlet"
    )
    host = in_role(community, Role.HOST, name="Hana")
    newcomer = member_of(community, name="Noé")
    actions.welcome_newcomer(
        member=host, membership=newcomer.memberships.get(), words="See you on Tuesday"
    )
    assert told(newcomer) == ["Hana welcomes you to Hamlet: “See you on Tuesday”"]
    offer = actions.offer_hosting(member=host, community=community, asked=newcomer)
    assert told(newcomer)[0] == "Hana asks you to host Hamlet."
    actions.answer_offer(member=newcomer, offer=offer, accepts=True)
    assert told(host) == ["Noé has answered your question about hosting Hamlet."]


def test_members_hear_that_it_looks_for_a_host_who_takes_it_and_what_it_becomes() -> None:
    movement = community_factory(kind=Kind.MOVEMENT)
    one, two = (
        community_factory(kind=Kind.COMMITTEE, parent=movement, name=name)
        for name in ("North", "South")
    )
    host, member = in_role(one, Role.HOST), member_of(movement, one)
    other = in_role(two, Role.HOST)
    actions.leave_community(member=host, community=one, without_host=True)
    assert told(member) == ["North looks for a host: would you be one?"]
    third = member_of(one)
    actions.adopt_community(member=member, community=one)
    assert told(third)[0] == "North has a new host."
    merge = actions.propose_merge(member=member, source=one, target=two)
    assert told(other) == ["North would like to merge into South."]
    actions.accept_merge(member=other, merge=merge)
    assert told(third)[0] == "North and South are one: South."
    actions.undo_merge(member=other, merge=merge)
    assert told(third)[0] == "North and South are two again."


def test_absent_hosts_are_asked_and_who_wanted_it_hears_the_answer() -> None:
    community = community_factory(
        kind=Kind.COMMITTEE, parent=community_factory(kind=Kind.MOVEMENT), name="Hamlet"
    )
    host, member = in_role(community, Role.HOST), member_of(community)
    adoption = actions.adopt_community(member=member, community=community)
    assert told(host) == [
        "Somebody would like to take over Hamlet: say that it is alive, or let them."
    ]
    actions.say_alive(member=host, adoption=adoption)
    assert told(member) == ["A host of Hamlet says that it is alive."]
    actions.propose_split(
        member=host, community=community, name="River", purpose="Ours.", host=host
    )
    assert told(member)[0] == "Hamlet may divide: go or stay, as you like."
