from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from essaim.communities import actions, rules
from essaim.communities.models import (
    Community,
    Kind,
    Manifesto,
    Membership,
    Role,
    Signature,
    Visibility,
)
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import (
    community_factory,
    in_role,
    manifesto_factory,
    member_of,
)
from essaim.foundation.access import Refused
from essaim.foundation.clock import today
from essaim.foundation.models import CacheGeneration, FactRow
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db

PARTS = {"frustration": "F2", "momentum": "M2", "rules_to_break": "R2"}


def test_the_people_of_a_community_write_its_texts_and_nobody_does_from_above() -> None:
    movement = community_factory(kind=Kind.MOVEMENT)
    committee = community_factory(kind=Kind.COMMITTEE, parent=movement)
    central, host = in_role(movement, Role.ADMINISTRATOR), in_role(committee, Role.HOST)
    with pytest.raises(Refused, match="Only those who run"):
        actions.update_community(member=central, community=committee, name="Ours")
    actions.update_community(member=host, community=committee, name="Ours")
    committee.refresh_from_db()
    assert (committee.name, committee.name_key) == ("Ours", "ours")


def test_roles_in_a_committee_are_given_from_above_only_when_nobody_runs_it() -> None:
    movement = community_factory(kind=Kind.MOVEMENT)
    committee = community_factory(kind=Kind.COMMITTEE, parent=movement)
    central = in_role(movement, Role.ADMINISTRATOR)
    someone = member_of(movement, committee)

    mandate = actions.give_mandate(
        member=central, community=committee, holder=someone, role=Role.HOST
    )
    with pytest.raises(Refused, match="people who run it"):
        actions.give_mandate(
            member=central, community=committee, holder=someone, role=Role.MODERATOR
        )
    with pytest.raises(Refused, match="people who run it"):
        actions.end_mandate(member=central, mandate=mandate)


@pytest.mark.parametrize("role", Role)
def test_a_role_is_held_from_its_first_day_until_the_day_it_ends(role: Role) -> None:
    community = community_factory()
    administrator, holder = in_role(community), member_of(community)
    mandate = actions.give_mandate(
        member=administrator, community=community, holder=holder, role=role, title=" The  one "
    )
    assert mandate.title == "The one"
    assert fresh_reader(holder).holds_here(community, role)
    actions.end_mandate(member=administrator, mandate=mandate)
    assert not fresh_reader(holder).holds_here(community, role)
    actions.give_mandate(member=administrator, community=community, holder=holder, role=role)
    assert holder.mandates.count() == 2


def test_a_role_to_come_is_not_held_yet() -> None:
    community = community_factory()
    holder = member_of(community)
    actions.give_mandate(
        member=in_role(community),
        community=community,
        holder=holder,
        role=Role.HOST,
        starts_on=today() + timedelta(days=1),
    )
    assert not fresh_reader(holder).holds(community)


def test_wrong_roles_are_told_beside_their_field() -> None:
    community = community_factory()
    administrator, holder = in_role(community), member_of(community)

    def wrong(**values: object) -> list[str]:
        given: dict[str, Any] = {"holder": holder, "role": Role.HOST, **values}
        with pytest.raises(ValidationError) as caught:
            actions.give_mandate(member=administrator, community=community, **given)
        return list(caught.value.message_dict)

    assert wrong(role="king") == ["role"]
    assert wrong(holder=member_factory()) == ["holder"]
    assert wrong(title="a\nb") == ["title"]
    assert wrong(title="x" * 81) == ["title"]
    assert wrong(ends_on=today()) == ["ends_on"]
    actions.give_mandate(member=administrator, community=community, holder=holder, role=Role.HOST)
    assert wrong() == ["role"]


@pytest.mark.parametrize(
    ("giver", "given", "allowed"),
    [
        (Role.ADMINISTRATOR, Role.ADMINISTRATOR, True),
        (Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR, False),
        (Role.COMMUNITY_MANAGER, Role.COMMUNITY_MANAGER, True),
        (Role.HOST, Role.COMMUNITY_MANAGER, False),
        (Role.HOST, Role.HOST, True),
        (Role.MODERATOR, Role.HOST, False),
        (Role.DECIDER, Role.DECIDER, False),
    ],
)
def test_nobody_gives_more_than_they_may(giver: Role, given: Role, allowed: bool) -> None:
    community = community_factory()
    reader = fresh_reader(in_role(community, giver))
    assert bool(rules.may_give_mandate(reader, community, given)) is allowed


def test_holders_lay_their_own_role_down() -> None:
    community = community_factory()
    coach = in_role(community, Role.COACH)
    actions.end_mandate(member=coach, mandate=coach.mandates.get())
    assert not fresh_reader(coach).roles


def test_hiding_a_community_forgets_the_cached_pages_and_showing_it_too() -> None:
    community = community_factory()
    host = in_role(community, Role.HOST)
    actions.update_community(member=host, community=community, name="Other")
    assert not CacheGeneration.objects.exists()
    actions.update_community(member=host, community=community, visibility=Visibility.MEMBERS)
    assert CacheGeneration.objects.count() == 1


def test_a_movement_stays_political_and_what_is_below_follows_its_community() -> None:
    organisation = community_factory(kind=Kind.ORGANISATION)
    group = community_factory(kind=Kind.COMMITTEE, parent=organisation)
    host = in_role(organisation, Role.HOST)
    actions.update_community(member=host, community=organisation, is_political=True)
    group.refresh_from_db()
    assert group.is_political
    movement = community_factory(kind=Kind.MOVEMENT)
    changed = actions.update_community(
        member=in_role(movement, Role.HOST), community=movement, is_political=False
    )
    assert changed.is_political


def test_moving_takes_all_below_along_and_never_makes_a_circle() -> None:
    one, other = community_factory(), community_factory()
    middle = community_factory(parent=one)
    leaf = community_factory(parent=middle)
    administrator = in_role(middle)
    for community in (one, other, leaf):
        Membership.objects.create(community=community, member=administrator)

    moved = actions.move_community(member=administrator, community=middle, parent=other)

    leaf.refresh_from_db()
    assert moved.parent == other
    assert (moved.ancestor_ids, leaf.ancestor_ids) == ([other.pk], [other.pk, middle.pk])
    with pytest.raises(Refused, match="under itself"):
        actions.move_community(member=administrator, community=middle, parent=leaf)
    top = actions.move_community(member=administrator, community=middle, parent=None)
    leaf.refresh_from_db()
    assert (top.ancestor_ids, leaf.ancestor_ids) == ([], [middle.pk])


def test_one_moves_only_to_where_one_belongs() -> None:
    community, elsewhere = community_factory(), community_factory()
    with pytest.raises(Refused, match="Join"):
        actions.move_community(member=in_role(community), community=community, parent=elsewhere)


def test_a_closed_community_changes_no_more() -> None:
    community = community_factory()
    administrator = in_role(community)
    actions.close_community(member=administrator, community=community)
    with pytest.raises(Refused, match="closed"):
        actions.update_community(member=administrator, community=community, name="New")
    assert CacheGeneration.objects.exists()


def test_an_archive_is_made_once_and_never_in_place_of_the_living() -> None:
    def archive(slug: str, source_name: str = "Decidim") -> Community:
        return actions.create_archive(
            slug=slug, name="Débat", source_name=source_name, source_url="https://example.org"
        )

    first, again = archive("grand-debat"), archive("grand-debat")
    assert first == again
    assert not first.is_open
    assert FactRow.objects.filter(kind="communities.CommunityArchived").count() == 1
    with pytest.raises(ValidationError, match="living"):
        archive(community_factory().slug)
    with pytest.raises(ValidationError, match="without accents"):
        archive("Grand Débat")
    with pytest.raises(ValidationError, match="names its source"):
        archive("other", source_name="")


def test_nobody_changes_an_archive_even_with_a_role() -> None:
    archive = actions.create_archive(slug="a", name="A", source_name="S", source_url="")
    someone = in_role(archive)
    with pytest.raises(Refused, match="archive"):
        actions.update_community(member=someone, community=archive, name="B")


def test_a_new_version_keeps_the_old_one_and_leaves_signatures_where_they_are() -> None:
    first = manifesto_factory()
    movement = first.community
    host = in_role(movement, Role.HOST)
    signature = actions.renew_signature(member=host, community=movement)

    draft = actions.write_manifesto(member=host, community=movement, **PARTS)
    assert Manifesto.objects.in_force(movement) == first
    actions.publish_manifesto(member=host, community=movement)

    assert Manifesto.objects.in_force(movement) == draft
    assert draft.version == 2
    signature.refresh_from_db()
    assert (signature.manifesto, signature.ended_at) == (first, None)
    renewed = actions.renew_signature(member=host, community=movement)
    assert renewed == actions.renew_signature(member=host, community=movement)
    assert Signature.objects.get(member=host, ended_at=None).manifesto == draft


def test_an_incomplete_version_is_not_published_and_the_part_is_named() -> None:
    movement = manifesto_factory().community
    host = in_role(movement, Role.HOST)
    actions.write_manifesto(member=host, community=movement, frustration="F", momentum=" ")
    with pytest.raises(ValidationError) as caught:
        actions.publish_manifesto(member=host, community=movement)
    assert set(caught.value.message_dict) == {"momentum", "rules_to_break"}


def test_the_database_itself_refuses_an_incomplete_published_manifesto() -> None:
    draft = manifesto_factory(published_at=None, momentum="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Manifesto.objects.filter(pk=draft.pk).update(published_at=draft.written_at)


def test_an_over_long_part_is_told_beside_it() -> None:
    movement = manifesto_factory().community
    with pytest.raises(ValidationError) as caught:
        actions.write_manifesto(
            member=in_role(movement), community=movement, frustration="x" * 1201
        )
    assert list(caught.value.message_dict) == ["frustration"]


def test_a_mandate_reaches_below_only_where_its_role_says_so() -> None:
    top = community_factory()
    below = community_factory(parent=top)
    for role in Role:
        holder = in_role(top, role)
        reaches = fresh_reader(holder).holds(below, role)
        assert reaches is (role in {"administrator", "community_manager", "moderator"})
    assert Community.objects.below(top).count() == 2
