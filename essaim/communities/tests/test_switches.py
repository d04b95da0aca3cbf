"""What a community switches off: by whom, with what, and that rule and twin say the same."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from essaim.communities import actions, queries, rules
from essaim.communities.models import Audience, Community, Kind, Manifesto, Role
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.communities.rules import SUBPLATFORMS, Subplatform, switchable
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.foundation.access import Refused
from essaim.foundation.models import CacheGeneration, FactRow
from essaim.members.models import Member
from essaim.members.tests.door import confirmed

pytestmark = pytest.mark.django_db

KEYS = ("trees", "fruit", "talk")


@pytest.fixture(autouse=True)
def declared() -> Iterator[None]:
    """Trees; fruit, which stands on trees; and talk, about leaves or about anything."""
    before = dict(SUBPLATFORMS)
    switchable(Subplatform("trees", "Trees", "All trees.", subjects=frozenset({"leaf"})))  # type: ignore[arg-type]  # a text will do
    switchable(Subplatform("fruit", "Fruit", "All fruit.", stands_on=("trees",)))  # type: ignore[arg-type]  # as above
    switchable(Subplatform("talk", "Talk", "All talk."))  # type: ignore[arg-type]  # as above
    yield
    SUBPLATFORMS.clear()
    SUBPLATFORMS.update(before)


def sent(member: Member) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(member)
    confirmed(client)
    return client


def test_its_own_people_switch_and_nobody_does_it_from_above_or_as_a_member() -> None:
    movement = community_factory(kind=Kind.MOVEMENT)
    committee = community_factory(kind=Kind.COMMITTEE, parent=movement)
    for stranger in (in_role(movement, Role.ADMINISTRATOR), member_of(committee)):
        with pytest.raises(Refused, match="Only those who run"):
            actions.switch_off(member=stranger, community=committee, subplatform="trees")
    host = in_role(committee, Role.HOST)
    assert actions.switch_off(member=host, community=committee, subplatform="trees")
    committee.refresh_from_db()
    assert committee.switched_off == ["trees"]


def test_what_nobody_declared_is_not_switched() -> None:
    community = community_factory()
    host = in_role(community, Role.HOST)
    for key in ("communities", "members", "manifesto", "commitments", "", "trees,talk"):
        with pytest.raises(Refused):
            actions.switch_off(member=host, community=community, subplatform=key)


def test_twice_is_once_and_each_switch_leaves_a_fact_and_a_new_generation() -> None:
    community = community_factory()
    host = in_role(community, Role.HOST)
    at_first = CacheGeneration.now()
    said: dict[str, Any] = {"member": host, "community": community, "subplatform": "talk"}
    assert [actions.switch_off(**said), actions.switch_off(**said)] == [True, False]
    assert CacheGeneration.now() != at_first
    assert [actions.switch_on(**said), actions.switch_on(**said)] == [True, False]
    assert list(
        FactRow.objects.filter(community_id=community.pk, kind__contains="Subplatform")
        .order_by("pk")
        .values_list("kind", "details__subplatform", "audience")
    ) == [
        ("communities.SubplatformSwitchedOff", "talk", "members"),
        ("communities.SubplatformSwitchedOn", "talk", "members"),
    ]
    community.refresh_from_db()
    assert community.switched_off == []


def test_two_who_switch_different_things_at_once_lose_neither() -> None:
    """Each works on the row as it is, whatever the page they came from said."""
    community = community_factory()
    host, seen_before = in_role(community, Role.HOST), Community.objects.get(pk=community.pk)
    actions.switch_off(member=host, community=community, subplatform="trees")
    actions.switch_off(member=host, community=seen_before, subplatform="talk")
    community.refresh_from_db()
    assert community.switched_off == ["talk", "trees"]


def test_what_stands_on_it_goes_with_it_and_keeps_its_own_switch() -> None:
    community = community_factory(switched_off=["fruit"])
    assert rules.is_on(community, "trees")
    community.switched_off = ["trees"]
    assert not rules.is_on(community, "fruit")
    assert rules.off_in(community) == {"trees", "fruit"}
    assert rules.is_on(community, "talk")
    assert not rules.is_on(community, "talk", subject_kind="leaf")
    line = {one.key: one for one in queries.switches_of(community)}["fruit"]
    assert (line.is_on, line.off_with) == (True, "Trees")


def test_a_switch_does_not_reach_below() -> None:
    above = community_factory(switched_off=["trees"])
    below = community_factory(parent=above)
    assert rules.is_on(below, "trees")
    assert set(rules.communities_visible_to(ANONYMOUS, subplatform="trees")) >= {below}
    assert above not in rules.communities_visible_to(ANONYMOUS, subplatform="fruit")


A_THING = st.tuples(
    st.lists(st.sampled_from([*KEYS, "gone"]), unique=True),  # what its community switched off
    st.sampled_from(Audience),
    st.sampled_from(["leaf", "stone"]),
)


@given(
    told=st.lists(A_THING, min_size=3, max_size=3),
    key=st.sampled_from([*KEYS, "undeclared"]),
    role=st.sampled_from([None, Role.HOST, Role.ADMINISTRATOR]),
    where=st.sampled_from([None, 0, 1, 2]),
)
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lists_let_through_what_the_rules_allow_whatever_is_switched_off(
    told: list[Any], key: str, role: str | None, where: int | None
) -> None:
    """A manifesto row stands for anything: its note holds the audience, its words the subject."""
    above = community_factory(switched_off=told[0][0])
    world = [above, community_factory(parent=above, switched_off=told[1][0])]
    world.append(community_factory(switched_off=told[2][0], visibility="members"))
    reader = ANONYMOUS
    if where is not None:
        home = world[where]
        reader = fresh_reader(in_role(home, role) if role else member_of(home))
    things = [
        Manifesto.objects.create(community=one, version=1, note=audience, frustration=subject)
        for one, (_off, audience, subject) in zip(world, told, strict=True)
    ]
    asked: dict[str, Any] = {"subplatform": key}
    found = Manifesto.objects.filter(pk__in=[thing.pk for thing in things])
    assert set(found.filter(rules.readable(reader, audience="note", **asked))) == {
        thing for thing in things if rules.may_read(reader, thing.community, thing.note, **asked)
    }
    hanging = rules.readable(reader, audience="note", subject_kind="frustration", **asked)
    assert set(found.filter(hanging)) == {
        thing
        for thing in things
        if rules.may_read(
            reader, thing.community, thing.note, subject_kind=thing.frustration, **asked
        )
    }
    seen = rules.communities_visible_to(reader, **asked).filter(pk__in=[one.pk for one in world])
    assert set(seen) == {one for one in world if rules.may_see_community(reader, one, **asked)}
    without = rules.communities_without(key).filter(pk__in=[one.pk for one in world])
    assert set(without) == {one for one in world if not rules.is_on(one, key)}
    for one in world:
        assert rules.off_in(one) == {*one.switched_off} | {
            k for k in SUBPLATFORMS if not rules.is_on(one, k)
        }


def test_the_settings_list_what_can_be_switched_and_lead_to_what_that_does() -> None:
    community = community_factory(switched_off=["talk"])
    client = sent(in_role(community, Role.HOST))
    address = f"/communities/{community.slug}/settings/"
    page = client.get(address).content.decode()
    for key in KEYS:
        assert f"{address}uses/{key}/" in page
    page = client.get(f"{address}uses/trees/").content.decode()
    assert "Nothing is deleted" in page
    assert "Fruit" in page
    assert client.get(f"{address}uses/nothing/").status_code == 404
    answer = client.post(f"{address}uses/trees/", {"is_on": "no"})
    assert answer.headers["Location"] == f"{address}#uses"
    community.refresh_from_db()
    assert community.switched_off == ["talk", "trees"]
    assert "Switch on" in client.get(f"{address}uses/trees/").content.decode()
    assert client.post(f"{address}uses/trees/", {"is_on": "perhaps"}).status_code == 422
    client.post(f"{address}uses/trees/", {"is_on": "yes"})
    client.post(f"{address}uses/talk/", {"is_on": "yes"})
    community.refresh_from_db()
    assert community.switched_off == []


def test_a_member_does_not_reach_the_switch() -> None:
    community = community_factory()
    client = sent(member_of(community))
    address = f"/communities/{community.slug}/settings/uses/trees/"
    assert client.get(address).status_code == 403
    assert client.post(address, {"is_on": "no"}).status_code == 403
