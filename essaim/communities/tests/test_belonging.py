from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from essaim.communities import actions, queries
from essaim.communities.models import (
    Kind,
    Mandate,
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
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now, today
from essaim.foundation.models import FactRow
from essaim.members.actions import erase_member
from essaim.members.models import Consent, Member
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db

WORDS = "I join and agree."


def test_joining_a_committee_joins_its_movement_and_signs_its_manifesto_once() -> None:
    manifesto = manifesto_factory()
    movement = manifesto.community
    committee = community_factory(kind=Kind.COMMITTEE, parent=movement)
    member = member_factory()

    actions.join_community(member=member, community=committee, consent_text=WORDS)
    actions.join_community(member=member, community=committee, consent_text=WORDS)

    reader = fresh_reader(member)
    assert reader.community_ids == {movement.pk, committee.pk}
    assert Signature.objects.filter(manifesto=manifesto, member=member).count() == 1
    consents = Consent.objects.filter(member=member, withdrawn_at=None)
    assert {(one.about, one.text) for one in consents} == {
        (movement.slug, WORDS),
        (committee.slug, WORDS),
    }
    kinds = list(FactRow.objects.filter(actor_id=member.pk).values_list("kind", flat=True))
    assert kinds.count("communities.MembershipStarted") == 2
    assert kinds.count("communities.ManifestoSigned") == 1


def test_joining_without_agreeing_is_refused_and_leaves_nothing() -> None:
    member = member_factory()
    with pytest.raises(ValidationError):
        actions.join_community(member=member, community=community_factory(), consent_text=" ")
    assert not Membership.objects.exists()


@pytest.mark.parametrize(
    "state",
    [
        {"opened_at": None},
        {"visibility": Visibility.MEMBERS},
        {"closed_at": now()},
        {"archived_at": now(), "source_name": "S"},
    ],
)
def test_nobody_joins_what_is_not_open_to_them(state: dict[str, object]) -> None:
    community = community_factory(**state)
    with pytest.raises(Refused):
        actions.join_community(member=member_factory(), community=community, consent_text=WORDS)
    assert not Membership.objects.exists()


def test_a_public_group_is_no_back_door_into_a_hidden_community() -> None:
    hidden = community_factory(visibility=Visibility.MEMBERS)
    group = community_factory(parent=hidden)
    with pytest.raises(Refused, match="Only members of"):
        actions.join_community(member=member_factory(), community=group, consent_text=WORDS)
    actions.join_community(member=member_of(hidden), community=group, consent_text=WORDS)


def test_leaving_ends_what_was_held_there_and_below_and_nothing_above() -> None:
    manifesto = manifesto_factory()
    movement = manifesto.community
    committee = community_factory(kind=Kind.COMMITTEE, parent=movement)
    member = member_factory()
    actions.join_community(member=member, community=committee, consent_text=WORDS)
    Mandate.objects.create(community=committee, member=member, role=Role.HOST)
    later = today() + timedelta(days=9)
    Mandate.objects.create(community=movement, member=member, role=Role.COACH, starts_on=later)

    actions.leave_community(
        member=member, community=committee, reason="No time.", without_host=True
    )

    reader = fresh_reader(member)
    assert reader.community_ids == {movement.pk}
    assert not reader.roles
    assert Signature.objects.filter(member=member, ended_at=None).exists()
    left = Membership.objects.get(member=member, community=committee)
    assert left.leaving_reason == "No time."
    ended = FactRow.objects.get(kind="communities.MembershipEnded")
    assert ended.details["role"] == Role.HOST

    actions.leave_community(member=member, community=movement)

    assert not fresh_reader(member).communities
    assert not Signature.objects.filter(member=member, ended_at=None).exists()
    assert not Consent.objects.filter(member=member, withdrawn_at=None).exists()
    assert not Mandate.objects.on(later).filter(member=member).exists()


def test_leaving_the_movement_leaves_its_committees() -> None:
    movement = community_factory(kind=Kind.MOVEMENT)
    committee = community_factory(kind=Kind.COMMITTEE, parent=movement)
    member = member_of(movement, committee)
    actions.leave_community(member=member, community=movement)
    assert not fresh_reader(member).communities
    assert FactRow.objects.filter(kind="communities.MembershipEnded").count() == 2


def test_nobody_leaves_what_they_do_not_belong_to() -> None:
    with pytest.raises(Refused):
        actions.leave_community(member=member_factory(), community=community_factory())


def test_coming_back_makes_a_new_membership_and_a_new_consent() -> None:
    community, member = community_factory(), member_factory()
    for _ in range(2):
        actions.join_community(member=member, community=community, consent_text=WORDS)
        actions.leave_community(member=member, community=community)
    assert Membership.objects.filter(member=member).count() == 2
    assert Consent.objects.filter(member=member).count() == 2


def test_what_leaving_does_is_said_before() -> None:
    movement = manifesto_factory().community
    committee = community_factory(parent=movement, name="Nay")
    member = in_role(movement, Role.ADMINISTRATOR)
    Membership.objects.create(community=committee, member=member)
    effects = " ".join(queries.leaving_for_page(fresh_reader(member), movement))
    for words in ("signature", "Nay", "administrator", "name someone first"):
        assert words in effects


def test_reasons_for_leaving_are_read_without_names_and_only_among_enough() -> None:
    community = community_factory()

    def leave(reason: str) -> None:
        actions.leave_community(member=member_of(community), community=community, reason=reason)

    for reason in ("No time", "Too far", "", "A baby", "Moved"):
        leave(reason)
    assert queries.leaving_reasons(community).reasons == ()
    leave("Bored")
    told = ("A baby", "Bored", "Moved", "No time", "Too far")
    assert queries.leaving_reasons(community).reasons == told


def test_reasons_for_leaving_are_forgotten_after_a_year() -> None:
    community = community_factory()
    with at(now() - timedelta(days=366)):
        actions.leave_community(member=member_of(community), community=community, reason="Long ago")
    actions.leave_community(member=member_of(community), community=community, reason="Today")
    assert actions.forget_old_reasons() == 1
    reasons = Membership.objects.exclude(leaving_reason="")
    assert [one.leaving_reason for one in reasons] == ["Today"]


def test_an_erased_account_belongs_to_nothing_and_holds_nothing() -> None:
    community = manifesto_factory().community
    member = in_role(community, Role.HOST)
    erase_member(member=member)
    deliver_pending()
    assert not Membership.objects.filter(left_at=None).exists()
    assert not Mandate.objects.on(today()).exists()


@pytest.mark.django_db(transaction=True)
def test_fifty_joins_at_once_leave_one_membership_and_one_signature() -> None:
    manifesto = manifesto_factory()
    committee = community_factory(kind=Kind.COMMITTEE, parent=manifesto.community)
    member = member_factory()

    def join(_number: int) -> None:
        try:
            actions.join_community(
                member=Member.objects.get(pk=member.pk), community=committee, consent_text=WORDS
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=10) as threads:
        list(threads.map(join, range(50)))

    assert Membership.objects.filter(member=member).count() == 2
    assert Signature.objects.filter(member=member).count() == 1
    assert Consent.objects.filter(member=member).count() == 2
    assert FactRow.objects.filter(kind="communities.MembershipStarted").count() == 2


def test_nobody_joins_or_founds_without_a_name_that_others_can_read() -> None:
    nameless = member_factory(name="")
    with pytest.raises(Refused, match="Write your name"):
        actions.join_community(member=nameless, community=community_factory(), consent_text=WORDS)
    with pytest.raises(Refused, match="Write your name"):
        actions.found_community(
            member=nameless, kind=Kind.CIRCLE, name="Ours", purpose="We do.", consent_text=WORDS
        )
    assert not Membership.objects.exists()


def test_an_erased_account_stands_nowhere_even_before_its_erasure_is_heard() -> None:
    community = community_factory()
    member = in_role(community)
    in_the_middle_of_something = Member.objects.get(pk=member.pk)
    erase_member(member=member)
    assert Membership.objects.filter(member=member, left_at=None).exists()  # not heard yet

    reader = fresh_reader(in_the_middle_of_something)
    assert not reader.is_known
    assert not reader.communities
    assert not reader.roles
    with pytest.raises(Refused):
        actions.update_community(
            member=in_the_middle_of_something, community=community, name="Nobody's"
        )


@pytest.mark.django_db(transaction=True)
def test_whoever_leaves_while_a_role_is_being_given_keeps_none() -> None:
    community = community_factory()
    giver = in_role(community)

    def give(holder: Member) -> None:
        try:
            actions.give_mandate(
                member=giver, community=community, holder=holder, role=Role.ADMINISTRATOR
            )
        except ValidationError:
            pass  # they had left before
        finally:
            connection.close()

    def leave(holder: Member) -> None:
        try:
            actions.leave_community(member=holder, community=community)
        finally:
            connection.close()

    for _ in range(8):
        holder = member_of(community)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda act, who=holder: act(who), (give, leave)))
        assert not Mandate.objects.on(today()).filter(member=holder).exists()
