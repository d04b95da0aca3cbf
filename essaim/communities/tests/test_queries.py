from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.communities import queries
from essaim.communities.facts import PeopleMet
from essaim.communities.models import Community, Kind, Manifesto, Membership, Role, Visibility
from essaim.communities.queries.figures import AliveFigure, figures_of_page
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.communities.tests.factories import (
    community_factory,
    in_role,
    manifesto_factory,
    member_of,
)
from essaim.foundation.activity import Fact, Rung, record
from essaim.foundation.clock import at, now
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_upper_floors(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other sub-platforms put on these pages is theirs to test."""
    for place in (queries.COMMUNITY_ROOMS, queries.COMMUNITY_FIGURES, queries.COMMUNITY_SECTIONS):
        monkeypatch.setattr(place, "_fillers", [])


@dataclass(frozen=True, kw_only=True)
class Acted(Fact):
    rung: ClassVar[Rung] = Rung.INTERACT


@dataclass(frozen=True, kw_only=True)
class Looked(Fact):
    rung: ClassVar[Rung] = Rung.AWARE


def met(community: Community, *, people: int = 3, days_ago: float = 0) -> None:
    """So many came to a gathering of it, as whichever package knows that records it."""
    with at(now() - timedelta(days=days_ago)), transaction.atomic():
        record(PeopleMet(community_id=community.pk, people=people))


def act(
    member: Member, community: Community, *, days_ago: float = 0, kind: type[Fact] = Acted
) -> None:
    with at(now() - timedelta(days=days_ago)), transaction.atomic():
        record(kind(actor_id=member.pk, community_id=community.pk))


def figure(community: Community, reader_member: Member | None = None) -> queries.MemberFigure:
    reader = fresh_reader(reader_member) if reader_member else ANONYMOUS
    return queries.member_figures(reader, [community])[community.pk]


def test_a_member_is_active_by_an_act_of_theirs_there_or_below_within_ninety_days() -> None:
    movement = community_factory(kind=Kind.MOVEMENT)
    committee = community_factory(kind=Kind.COMMITTEE, parent=movement)
    elsewhere = community_factory()
    here, below, late, away, aware = (member_of(movement) for _ in range(5))
    act(here, movement)
    act(here, movement)
    act(below, committee, days_ago=89.9)
    act(late, movement, days_ago=90.1)
    act(away, elsewhere)
    act(aware, movement, kind=Looked)
    act(member_factory(), movement)
    counted = figure(movement, here)
    assert counted.counts == (2, 5)
    assert counted.sentence == "2 active of 5 members"


def test_a_figure_moves_after_one_act_and_after_one_departure() -> None:
    community = community_factory()
    one, _other = member_of(community), member_of(community)
    assert figure(community, one).active == 0
    act(one, community)
    assert figure(community, one).active == 1
    Membership.objects.filter(member=one).update(left_at=now())
    assert figure(community, in_role(community)).counts == (0, 2)


@pytest.mark.parametrize(("kind", "smallest"), [(Kind.MOVEMENT, 11), (Kind.CIRCLE, 5)])
def test_outsiders_are_told_no_number_below_eleven_or_five(kind: Kind, smallest: int) -> None:
    community = community_factory(kind=kind)
    members = [member_of(community) for _ in range(smallest - 1)]
    assert figure(community).is_withheld
    assert figure(community).sentence == f"fewer than {smallest} members"
    assert not figure(community, members[0]).is_withheld
    member_of(community)
    assert figure(community).sentence == f"0 active of {smallest} members"


def alive_below(community: Community) -> AliveFigure:
    below = list(Community.objects.below(community))
    _members, alive = figures_of_page(ANONYMOUS, below, community)
    return alive


def test_a_committee_is_alive_by_three_who_came_and_not_by_what_was_written() -> None:
    movement = community_factory(kind=Kind.MOVEMENT)
    alive, asleep, few, writes, long_ago = (
        community_factory(kind=Kind.COMMITTEE, parent=movement) for _ in range(5)
    )
    others = (
        community_factory(kind=Kind.CIRCLE, parent=movement),
        community_factory(kind=Kind.COMMITTEE, parent=movement, closed_at=now()),
        community_factory(kind=Kind.COMMITTEE, parent=movement, opened_at=None),
        community_factory(kind=Kind.COMMITTEE, parent=movement, visibility=Visibility.MEMBERS),
    )
    for one in (alive, *others):
        met(one, people=3, days_ago=89)
    met(asleep, people=30, days_ago=91)
    met(asleep, people=2, days_ago=1)
    met(few, people=2, days_ago=1)
    met(long_ago, people=9, days_ago=181)
    for _ in range(4):
        act(member_of(writes), writes)
    told = alive_below(movement)
    assert (told.alive, told.asleep, told.empty, told.all) == (1, 1, 3, 5)
    assert told.alive_ids == {alive.pk}


def test_there_is_no_figure_of_committees_where_there_are_none() -> None:
    community = community_factory()
    assert alive_below(community).all == 0
    assert len(queries.landing_for_page(ANONYMOUS, community).figures) == 1


def test_the_manifesto_in_force_is_the_newest_of_the_nearest() -> None:
    first = manifesto_factory()
    movement = first.community
    committee = community_factory(kind=Kind.COMMITTEE, parent=movement)
    second = manifesto_factory(movement, version=2)
    manifesto_factory(movement, version=3, published_at=None)
    assert Manifesto.objects.in_force(committee) == second
    own = manifesto_factory(committee)
    assert Manifesto.objects.in_force(committee) == own
    assert Manifesto.objects.in_force(community_factory()) is None


def test_sources_are_lines_and_link_only_to_the_web() -> None:
    community = manifesto_factory(
        frustration_source="A book\nThe minutes: https://example.org/m\nx javascript:alert(1)"
    ).community
    text = queries.manifesto_to_sign(ANONYMOUS, community)
    assert text is not None
    assert [(one.title, one.href) for one in text.parts[0].sources] == [
        ("A book", None),
        ("The minutes", "https://example.org/m"),
        ("x javascript:alert(1)", None),
    ]


def test_what_one_agrees_to_names_the_community_and_says_what_it_reveals() -> None:
    movement = community_factory(kind=Kind.MOVEMENT, name="Us")
    circle = community_factory(name="Eight")
    assert "political opinion" in queries.consent_words(movement)
    assert "I join Us" in queries.consent_words(movement)
    assert "political" not in queries.consent_words(circle)


def test_founders_are_shown_only_once_they_have_confirmed() -> None:
    community = community_factory()
    community.founders.create(name="Yes", email="a@b.org", confirmed_at=now())
    community.founders.create(name="Silent", email="c@d.org")
    community.founders.create(name="No", email="e@f.org", declined_at=now())
    gone = member_factory()
    community.founders.create(name="Gone", email="g@h.org", member=gone, confirmed_at=now())
    assert [one.name for one in queries.landing_for_page(ANONYMOUS, community).founders] == ["Yes"]


def test_the_menu_holds_what_upper_floors_put_there_unless_switched_off() -> None:
    community = community_factory()
    place = queries.COMMUNITY_ROOMS

    @place.fills(subplatform="tests", order=1)
    def rooms(_reader: object, ids: object) -> dict[int, list[queries.Room]]:
        return {community.pk: [queries.Room("Debates", "community", "debates", 3)]}

    bar = queries.bar_for_page(ANONYMOUS, community, here="debates")
    assert [one.label for one in bar.rooms if one.current] == ["Debates"]
    community.switched_off = ["tests"]
    community.save()
    bar = queries.bar_for_page(ANONYMOUS, community, here="debates")
    assert not [one.label for one in bar.rooms if one.current]


def cost(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_list_of_communities_costs_the_same_whatever_its_length() -> None:
    def add() -> None:
        in_role(community_factory(kind=Kind.MOVEMENT), Role.HOST)

    add()
    client, address = Client(), reverse("communities")
    assert cost(client, address) == 3
    add()
    add()
    assert cost(client, address) == 3


def test_a_list_of_committees_costs_the_same_whatever_its_length() -> None:
    movement = community_factory(kind=Kind.MOVEMENT)

    def add() -> None:
        in_role(community_factory(kind=Kind.COMMITTEE, parent=movement), Role.HOST)

    add()
    client, address = Client(), reverse("community_groups", args=[movement.slug])
    first = cost(client, address)
    add()
    add()
    assert (first, cost(client, address)) == (5, 5)


def test_a_list_of_members_costs_the_same_whatever_its_length() -> None:
    community = community_factory()
    client = Client()
    client.force_login(in_role(community, Role.HOST))
    address = reverse("community_members", args=[community.slug])
    first = cost(client, address)
    in_role(community, Role.COACH)
    member_of(community)
    assert (first, cost(client, address)) == (7, 7)


def test_lists_go_on_where_the_page_before_ended() -> None:
    for number in range(5):
        community_factory(name=f"Commune {number}")
    first = queries.communities_for_list(ANONYMOUS, size=2)
    second = queries.communities_for_list(ANONYMOUS, size=2, after=first.next)
    third = queries.communities_for_list(ANONYMOUS, size=2, after=second.next)
    names = [one.name for page in (first, second, third) for one in page.items]
    assert names == [f"Commune {number}" for number in range(5)]
    assert third.next is None


def test_a_manifesto_is_not_inherited_by_those_who_may_not_see_whose_it_is() -> None:
    manifesto = manifesto_factory(community_factory(kind=Kind.MOVEMENT, visibility="members"))
    group = community_factory(kind=Kind.COMMITTEE, parent=manifesto.community)
    assert queries.manifesto_to_sign(ANONYMOUS, group) is None
    inside = fresh_reader(member_of(manifesto.community))
    shared = queries.manifesto_to_sign(inside, group)
    assert shared is not None
    assert shared.id == manifesto.pk
