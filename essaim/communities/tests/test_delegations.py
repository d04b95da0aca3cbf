"""Powers lent out of a mandate: never more than it holds, never to oneself, ended at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import settings, strategies
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from essaim.communities import actions, queries, rules
from essaim.communities.models import (
    POWERS,
    Community,
    Delegation,
    Kind,
    Mandate,
    Membership,
    Role,
    role_within,
    role_words,
)
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.foundation.access import Refused
from essaim.foundation.clock import at, now, today
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory

RUN, LOOK = "communities.run", "communities.look_again"


class Lent:
    """A committee in a movement, its host, and a member of it."""

    def __init__(self) -> None:
        self.movement = community_factory(kind=Kind.MOVEMENT)
        self.committee = community_factory(kind=Kind.COMMITTEE, parent=self.movement)
        self.host = in_role(self.committee, Role.HOST)
        self.mandate = Mandate.objects.get(member=self.host)
        self.friend = member_of(self.movement, self.committee)

    def lend(self, *powers: str, **values: Any) -> None:
        actions.delegate(
            member=values.pop("member", self.host),
            mandate=self.mandate,
            delegate=values.pop("delegate", self.friend),
            powers=powers or [RUN],
            **values,
        )

    def may_run(self, member: Member | None = None) -> bool:
        return bool(rules.may_edit(fresh_reader(member or self.friend), self.committee))


@pytest.fixture
def lent() -> Lent:
    return Lent()


@pytest.mark.django_db
def test_what_is_lent_may_be_done_and_ends_at_once(lent: Lent) -> None:
    assert not lent.may_run()
    lent.lend()
    assert lent.may_run()
    actions.withdraw_delegation(member=lent.host, delegation=Delegation.objects.get())
    assert not lent.may_run()


@pytest.mark.django_db
def test_nobody_lends_more_than_their_role_holds(lent: Lent) -> None:
    for key in ("communities.administer", "communities.entrust", "nonsense"):
        with pytest.raises(Refused):
            lent.lend(RUN, key)
    assert not Delegation.objects.exists()


@pytest.mark.django_db
def test_nobody_lends_to_themselves_nor_to_outsiders(lent: Lent) -> None:
    with pytest.raises(Refused):
        lent.lend(delegate=lent.host)
    with pytest.raises(ValidationError):
        lent.lend(delegate=member_factory())


@pytest.mark.django_db
def test_only_the_holder_lends_and_nothing_is_passed_on(lent: Lent) -> None:
    lent.lend()
    third = member_of(lent.movement, lent.committee)
    for other in (lent.friend, in_role(lent.movement, Role.ADMINISTRATOR)):
        with pytest.raises(Refused):
            lent.lend(member=other, delegate=third)


@pytest.mark.django_db
def test_it_ends_with_the_mandate_behind_it(lent: Lent) -> None:
    lent.lend()
    actions.end_mandate(member=lent.host, mandate=lent.mandate, without_host=True)
    assert not lent.may_run()
    with pytest.raises(Refused):
        lent.lend()


@pytest.mark.django_db
def test_it_ends_on_its_day(lent: Lent) -> None:
    lent.lend(ends_on=today() + timedelta(days=2))
    with at(now() + timedelta(days=1)):
        assert lent.may_run()
    with at(now() + timedelta(days=2)):
        assert not lent.may_run()


@pytest.mark.django_db
def test_who_left_and_came_back_is_lent_nothing(lent: Lent) -> None:
    lent.lend()
    actions.leave_community(member=lent.friend, community=lent.committee)
    assert not lent.may_run()
    actions.join_community(member=lent.friend, community=lent.committee, consent_text="Yes.")
    assert not lent.may_run()


@pytest.mark.django_db
def test_the_delegate_gives_it_back(lent: Lent) -> None:
    lent.lend()
    stranger = member_of(lent.movement, lent.committee)
    with pytest.raises(Refused):
        actions.withdraw_delegation(member=stranger, delegation=Delegation.objects.get())
    actions.withdraw_delegation(member=lent.friend, delegation=Delegation.objects.get())
    assert not lent.may_run()


@pytest.mark.django_db
def test_what_reaches_down_is_lent_with_its_reach() -> None:
    movement = community_factory(kind=Kind.MOVEMENT)
    committee = community_factory(kind=Kind.COMMITTEE, parent=movement)
    moderator = in_role(movement, Role.MODERATOR)
    friend = member_of(movement)
    actions.delegate(
        member=moderator,
        mandate=Mandate.objects.get(member=moderator),
        delegate=friend,
        powers=[LOOK],
    )
    reader = fresh_reader(friend)
    assert reader.may(committee, rules.LOOK_AGAIN)
    assert friend.pk in queries.people_who_may(committee, rules.LOOK_AGAIN)
    assert not reader.may(committee, rules.RUN)
    assert not reader.holds(committee)


@pytest.mark.django_db
def test_it_sleeps_while_either_has_no_second_factor(lent: Lent, settings: Any) -> None:
    lent.lend()
    settings.ESSAIM_SECOND_FACTOR = True
    assert not lent.may_run()


@pytest.mark.django_db
def test_a_host_lends_on_a_page_and_everyone_inside_reads_it(lent: Lent) -> None:
    client = Client()
    client.force_login(lent.host)
    address = reverse("mandate_delegate", args=[lent.committee.slug, "host"])
    assert "Writes its texts and settings" in client.get(address).content.decode()
    answer = client.post(address, {"delegate": lent.friend.public_id, "powers": [RUN]})
    assert answer.status_code == 302
    assert lent.may_run()
    client.force_login(lent.friend)
    page = client.get(reverse("mandates", args=[lent.committee.slug])).content.decode()
    assert f"{lent.friend.name} writes its texts and settings" in " ".join(page.split())
    desk = client.get(reverse("community_desk", args=[lent.committee.slug]))
    assert desk.status_code == 200
    assert client.get(address).status_code == 404  # what is lent is not one's own to lend


@pytest.mark.django_db
def test_a_form_without_powers_says_so(lent: Lent) -> None:
    client = Client()
    client.force_login(lent.host)
    address = reverse("mandate_delegate", args=[lent.committee.slug, "host"])
    answer = client.post(address, {"delegate": lent.friend.public_id})
    assert answer.status_code == 422
    assert not Delegation.objects.exists()


def test_each_role_has_a_line_made_of_the_rules() -> None:
    for role in Role:
        for power in POWERS.values():
            assert is_told(role, str(power.sentence)) == (role in power.roles), (role, power)


def is_told(role: str, sentence: str) -> bool:
    """By the role's own line, or by that of the role whose powers it says it holds."""
    line, within = role_words(role), role_within(role)
    assert line.endswith(".")
    if within is not None:
        assert f"All that “{Role(within).label}” may" in line
    return sentence in line.lower() or (within is not None and is_told(within, sentence))


class Powers(RuleBasedStateMachine):
    """Whatever people do, nobody may do what nobody entitled let them do."""

    def __init__(self) -> None:
        super().__init__()
        self.movement = community_factory(kind=Kind.MOVEMENT)
        self.places = [
            self.movement,
            *(community_factory(kind=Kind.COMMITTEE, parent=self.movement) for _ in range(2)),
        ]
        self.people = [member_of(*self.places) for _ in range(4)]
        self.administrator = in_role(self.movement, Role.ADMINISTRATOR)
        self.people.append(self.administrator)
        # What was rightly given: (person, place, role) and (giver, place, role, person, power).
        self.given = {(self.administrator.pk, self.movement.pk, str(Role.ADMINISTRATOR))}
        self.lent: set[tuple[int, int, str, int, str]] = set()

    who = strategies.integers(0, 4)
    where = strategies.integers(0, 2)
    role = strategies.sampled_from([Role.HOST, Role.MODERATOR, Role.REFERENT, Role.ADMINISTRATOR])
    key = strategies.sampled_from([RUN, LOOK, "discussions.moderate", "communities.administer"])

    def _may(self, person: int, place: Community, key: str) -> bool:
        """As the words say it, from what was given alone."""
        power = POWERS[key]
        belongs = Membership.objects.filter(
            member=person, community=place, left_at__isnull=True
        ).exists()
        reaching = {Role.ADMINISTRATOR, Role.MODERATOR}
        for holder, at_place, role in self.given:
            reaches = power.reaches and role in reaching and at_place == self.movement.pk
            if role not in power.roles or not (at_place == place.pk or reaches):
                continue
            if holder == person:
                return True
            if power.is_delegable and (holder, at_place, role, person, key) in self.lent:
                here = Membership.objects.filter(
                    member=person, community=at_place, left_at__isnull=True
                )
                if belongs or here.exists():
                    return True
        return False

    @rule(giver=who, to=who, where=where, role=role)
    def give(self, giver: int, to: int, where: int, role: str) -> None:
        by, holder, place = self.people[giver], self.people[to], self.places[where]
        entitled = bool(rules.may_give_mandate(fresh_reader(by), place, role))
        try:
            actions.give_mandate(member=by, community=place, holder=holder, role=role)
        except (Refused, ValidationError):
            return
        assert entitled
        self.given.add((holder.pk, place.pk, str(role)))

    @rule(who=who, where=where, role=role)
    def end(self, who: int, where: int, role: str) -> None:
        person, place = self.people[who], self.places[where]
        held = Mandate.objects.on(today()).filter(member=person, community=place, role=role)
        for mandate in held:
            actions.end_mandate(member=person, mandate=mandate, without_host=True)
            self._ended(person.pk, place.pk, str(role))

    def _ended(self, person: int, place: int, role: str) -> None:
        self.given.discard((person, place, role))
        self.lent = {one for one in self.lent if one[:3] != (person, place, role)}

    @rule(giver=who, to=who, where=where, role=role, key=key)
    def lend(self, giver: int, to: int, where: int, role: str, key: str) -> None:
        by, somebody, place = self.people[giver], self.people[to], self.places[where]
        mandate = Mandate.objects.on(today()).filter(community=place, role=role).first()
        if mandate is None:
            return
        try:
            actions.delegate(member=by, mandate=mandate, delegate=somebody, powers=[key])
        except (Refused, ValidationError):
            return
        assert mandate.member_id == by.pk
        assert by.pk != somebody.pk
        assert self._may(by.pk, place, key)
        self.lent.add((by.pk, place.pk, str(role), somebody.pk, key))

    @rule(who=who, index=strategies.integers(0, 5))
    def withdraw(self, who: int, index: int) -> None:
        found = Delegation.objects.filter(withdrawn_at__isnull=True)
        delegations = list(
            found.filter(mandate__community__in=self.places)
            .select_related("mandate")
            .order_by("id")
        )
        if not delegations:
            return
        one = delegations[index % len(delegations)]
        try:
            actions.withdraw_delegation(member=self.people[who], delegation=one)
        except Refused:
            return
        mandate = one.mandate
        self.lent.discard(
            (mandate.member_id, mandate.community_id, mandate.role, one.member_id, one.power)
        )

    @rule(who=who, where=strategies.integers(1, 2))
    def leave_and_return(self, who: int, where: int) -> None:
        person, place = self.people[who], self.places[where]
        if not rules.may_leave(fresh_reader(person), place):
            return
        for role in Role:
            self._ended(person.pk, place.pk, str(role))
        self.lent = {one for one in self.lent if (one[3], one[1]) != (person.pk, place.pk)}
        actions.leave_community(member=person, community=place)
        actions.join_community(member=person, community=place, consent_text="Yes.")

    @invariant()
    def nobody_may_what_nobody_gave(self) -> None:
        for person in self.people:
            reader = fresh_reader(person)
            for place in self.places:
                for key in (RUN, LOOK, "discussions.moderate", "communities.administer"):
                    said = reader.may(place, POWERS[key])
                    assert said == self._may(person.pk, place, key), (person, place, key)


class PowersTest(TestCase):
    def test_nobody_holds_what_nobody_entitled_gave(self) -> None:
        run_state_machine_as_test(
            Powers,
            settings=settings(max_examples=25, stateful_step_count=20, deadline=None),
        )
