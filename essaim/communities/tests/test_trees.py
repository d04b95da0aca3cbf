"""Whatever people do to a tree of communities, in any order: what must hold still holds."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from essaim.communities import actions, rules
from essaim.communities.models import (
    POWERS,
    Community,
    Delegation,
    Kind,
    Mandate,
    Membership,
    Merge,
    Role,
    RoleOffer,
    Split,
)
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory
from essaim.foundation import clock
from essaim.foundation.access import Refused
from essaim.foundation.clock import now, today
from essaim.foundation.models import FactRow
from essaim.members.tests.factories import member_factory

PEOPLE = 6
WORDS = "I join and agree."
IN = ("communities.MembershipStarted", "communities.MembershipCarried")
OUT = ("communities.MembershipEnded", "communities.MembershipCarriedBack")
# Who may begin a role, by the fact that says so; a package that adds a way adds its fact here.
GIVING = ("communities.MandateGiven",)
LENT = ("communities.run", "discussions.moderate", "communities.administer")

SOMEBODY = st.integers(0, PEOPLE - 1)
ANYBODY = st.none() | SOMEBODY  # None: whoever holds what it is about

Dates = dict[tuple[int, int], datetime]


class Trees(RuleBasedStateMachine):
    """A movement and what people make of it; refusals are answers, and change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = now() - timedelta(days=300)
        self.point = transaction.atomic()
        self.point.__enter__()
        # What each merge found, to be compared when nothing else was done before it is undone.
        self.found: dict[int, tuple[Dates, set[tuple[int, int, str]]]] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        with clock.at(self.moment):
            self.people = [member_factory(name=f"P{number}") for number in range(PEOPLE)]
            self.root = community_factory(kind=Kind.MOVEMENT)
            founder = self.people[0]
            for member in self.people:
                actions.join_community(member=member, community=self.root, consent_text=WORDS)
            Mandate.objects.create(
                community=self.root, member=founder, role=Role.ADMINISTRATOR, given_by=founder
            )
            self.given_outside = {Mandate.objects.get().pk}
        for number in range(4):
            self.found_and_open(number, 0 if number < 3 else 1)
            self.join(number + 1, number + 1)
            self.join(number + 2, number + 1)

    def act(self, function: Callable[..., Any], **values: Any) -> Any:
        """An hour later; whatever is refused has changed nothing."""
        self.moment += timedelta(hours=7)
        with clock.at(self.moment):
            try:
                with transaction.atomic():
                    return function(**values)
            except (Refused, ValidationError):
                return None

    def by_anyone(self, function: Callable[..., Any], **values: Any) -> Any:
        """Whoever may; None when nobody does."""
        for member in self.people:
            if done := self.act(function, member=member, **values):
                return done
        return None

    def local(self, number: int) -> Community:
        """One that lives by its own people: what merges, divides and is adopted."""
        known = list(Community.objects.local().order_by("pk"))
        return known[number % len(known)]

    def community(self, number: int) -> Community:
        known = list(Community.objects.order_by("pk"))
        return known[number % len(known)]

    @rule(who=SOMEBODY, where=st.integers(0, 30))
    def join(self, who: int, where: int) -> None:
        self.found.clear()
        self.act(
            actions.join_community,
            member=self.people[who],
            community=self.community(where),
            consent_text=WORDS,
        )

    @rule(who=SOMEBODY, where=st.integers(0, 30), anyway=st.booleans())
    def leave(self, who: int, where: int, anyway: bool) -> None:
        self.found.clear()
        member, community = self.people[who], self.community(where)
        self.act(actions.leave_community, member=member, community=community, without_host=anyway)
        if (community.pk, member.pk) not in dates():
            lent = Delegation.objects.filter(withdrawn_at=None, mandate__community=community)
            assert not lent.filter(member=member).exists(), "Coming back would revive it."

    @rule(who=SOMEBODY, where=st.integers(0, 30))
    def found_and_open(self, who: int, where: int) -> None:
        self.found.clear()
        member = self.people[who]
        made = self.act(
            actions.found_community,
            member=member,
            kind=Kind.COMMITTEE,
            name=f"C{Community.objects.count()}",
            parent=self.community(where),
            purpose="We do.",
            consent_text=WORDS,
        )
        if made:
            self.act(actions.open_community, member=member, community=made)

    @rule(
        who=SOMEBODY,
        where=st.integers(0, 30),
        role=st.sampled_from([Role.HOST, Role.ADMINISTRATOR, Role.MODERATOR, Role.COACH]),
    )
    def give(self, who: int, where: int, role: Role) -> None:
        self.found.clear()
        community = self.community(where)
        entitled = [
            member
            for member in self.people
            if rules.may_give_mandate(fresh_reader(member), community, role)
        ]
        given = self.by_anyone(
            actions.give_mandate, community=community, holder=self.people[who], role=role
        )
        assert entitled or not given

    @rule(who=ANYBODY, number=st.integers(0, 30), anyway=st.booleans())
    def end(self, who: int | None, number: int, anyway: bool) -> None:
        self.found.clear()
        held = list(Mandate.objects.select_related("member").order_by("pk"))
        mandate = held[number % len(held)]
        by = mandate.member if who is None else self.people[who]
        self.act(actions.end_mandate, member=by, mandate=mandate, without_host=anyway)

    @rule(who=ANYBODY, to=SOMEBODY, number=st.integers(0, 30), power=st.sampled_from(LENT))
    def lend(self, who: int | None, to: int, number: int, power: str) -> None:
        """Out of any mandate, by its holder or by anybody: only the holder may, what it holds."""
        mandates = list(Mandate.objects.on(today()).select_related("member").order_by("pk"))
        mandate, delegate = mandates[number % len(mandates)], self.people[to]
        by = mandate.member if who is None else self.people[who]
        before = Delegation.objects.count()
        self.act(actions.delegate, member=by, mandate=mandate, delegate=delegate, powers=[power])
        if Delegation.objects.count() > before:
            assert mandate.member == by != delegate
            assert mandate.role in POWERS[power].roles

    @precondition(lambda _self: Delegation.objects.filter(withdrawn_at=None).exists())
    @rule(who=SOMEBODY, number=st.integers(0, 9))
    def take_back(self, who: int, number: int) -> None:
        lent = list(Delegation.objects.filter(withdrawn_at=None).order_by("pk"))
        one = lent[number % len(lent)]
        self.act(actions.withdraw_delegation, member=self.people[who], delegation=one)

    @rule(who=SOMEBODY, where=st.integers(0, 30), is_handover=st.booleans())
    def offer(self, who: int, where: int, is_handover: bool) -> None:
        self.by_anyone(
            actions.offer_hosting,
            community=self.local(where),
            asked=self.people[who],
            is_handover=is_handover,
        )

    @precondition(lambda _self: RoleOffer.objects.filter(ended_at=None).exists())
    @rule(accepts=st.booleans())
    def answer(self, accepts: bool) -> None:
        self.found.clear()
        offer = RoleOffer.objects.filter(ended_at=None).order_by("pk")[0]
        self.act(actions.answer_offer, member=offer.member, offer=offer, accepts=accepts)

    @rule(who=SOMEBODY, where=st.integers(0, 30))
    def adopt(self, who: int, where: int) -> None:
        self.found.clear()
        community = self.local(where)
        self.act(actions.adopt_community, member=self.people[who], community=community)

    @rule(one=st.integers(0, 30), other=st.integers(0, 30), at_once=st.booleans())
    def merge(self, one: int, other: int, at_once: bool) -> None:
        source, target = self.local(one), self.local(other)
        merge = self.by_anyone(actions.propose_merge, source=source, target=target)
        if isinstance(merge, Merge) and at_once:
            self.accepted(merge)

    @precondition(lambda _self: Merge.objects.waiting().exists())
    @rule(number=st.integers(0, 9))
    def accept(self, number: int) -> None:
        waiting = list(Merge.objects.waiting().select_related("source", "target").order_by("pk"))
        self.accepted(waiting[number % len(waiting)])

    def accepted(self, merge: Merge) -> None:
        before = dates(), roles()
        if self.by_anyone(actions.accept_merge, merge=merge):
            self.found[merge.pk] = before
            assert_earlier(merge)

    @precondition(lambda _self: Merge.objects.in_force().exists())
    @rule(number=st.integers(0, 9))
    def undo(self, number: int) -> None:
        done = list(Merge.objects.in_force().select_related("source", "target").order_by("pk"))
        merge = done[number % len(done)]
        is_last = merge.pk == max(self.found, default=0)
        if self.by_anyone(actions.undo_merge, merge=merge):
            before = self.found.pop(merge.pk, None)
            if before and is_last:
                assert (dates(), roles()) == before
            else:
                self.found.clear()

    @rule(where=st.integers(0, 30), parent=st.integers(0, 30))
    def move(self, where: int, parent: int) -> None:
        before = dates()
        above = self.community(parent)
        self.by_anyone(actions.move_community, community=self.local(where), parent=above)
        assert dates() == before
        self.found.clear()

    @rule(where=st.integers(0, 30), going=st.sets(SOMEBODY, min_size=2))
    def split(self, where: int, going: set[int]) -> None:
        self.found.clear()
        community = self.local(where)
        host = self.people[min(going)]
        split = self.by_anyone(
            actions.propose_split,
            community=community,
            name=f"S{Community.objects.count()}",
            purpose="We do.",
            host=host,
            days=1,
        )
        if not isinstance(split, Split):
            return
        for number in going:
            self.act(actions.choose_side, member=self.people[number], split=split, goes=True)
        before = dates()
        self.moment += timedelta(days=2)
        made = self.act(actions.complete_split, split=split)
        if isinstance(made, Community):
            for (community_id, member_id), joined in dates().items():
                if community_id == made.pk:
                    assert joined == before[community.pk, member_id]

    @invariant()
    def lineages_are_the_chains_of_parents(self) -> None:
        known = Community.objects.in_bulk()
        for one in known.values():
            chain: list[int] = []
            above = one.parent_id
            while above:
                chain.insert(0, above)
                assert len(chain) <= len(known)
                above = known[above].parent_id
            assert one.ancestor_ids == chain

    @invariant()
    def nobody_belongs_twice_or_from_the_day_before_to_the_day_after(self) -> None:
        pairs = Membership.objects.filter(left_at=None).values_list("community_id", "member_id")
        assert not [pair for pair, number in Counter(pairs).items() if number > 1]
        for one in Membership.objects.exclude(left_at=None):
            assert one.left_at is not None
            assert one.joined_at <= one.left_at

    @invariant()
    def who_came_less_who_went_is_who_is_there(self) -> None:
        """By the rows and by the facts, in each community."""
        balance: Counter[int | None] = Counter()
        for kind, community_id in FactRow.objects.filter(kind__in=IN + OUT).values_list(
            "kind", "community_id"
        ):
            balance[community_id] += 1 if kind in IN else -1
        rows = Membership.objects.values_list("community_id", "left_at")
        came = Counter(pk for pk, _left in rows)
        went = Counter(pk for pk, left in rows if left)
        there = Counter(pk for pk, left in rows if not left)
        for pk in came:
            assert came[pk] - went[pk] == there[pk] == balance[pk]

    @invariant()
    def nobody_holds_what_nobody_entitled_gave(self) -> None:
        """Each role in force began by a fact; an adoption or a merge gives hosting and no more."""
        told = set()
        for row in FactRow.objects.filter(kind__in=GIVING):
            told.add(row.details["mandate_id"])
        for mandate in Mandate.objects.on(today()).select_related("community"):
            assert mandate.pk in told | getattr(self, "given_outside", set())
            if mandate.given_by_id is None:
                assert mandate.role == Role.HOST
            assert mandate.community.is_open or mandate.community.opened_at is None

    @invariant()
    def nobody_may_what_neither_a_role_of_theirs_nor_somebody_elses_lets_them(self) -> None:
        """By the rows alone: a role in force, or a power lent out of one to who belongs there."""
        held = list(Mandate.objects.on(today()))
        lent = list(Delegation.objects.filter(withdrawn_at=None))
        said = attrgetter("member_id", "power")
        places = list(Community.objects.all())
        for member in getattr(self, "people", []):
            reader = fresh_reader(member)
            for place in places:
                for power in (POWERS[key] for key in LENT):
                    if not reader.may(place, power):
                        continue
                    out_of = {one.mandate_id for one in lent if said(one) == (member.pk, power.key)}
                    here = (place.pk, *place.ancestor_ids)
                    assert any(
                        one.role in power.roles
                        and one.community_id in here
                        and (one.member_id == member.pk or one.pk in out_of)
                        for one in held
                    ), (member, place, power)

    @invariant()
    def who_hosts_belongs(self) -> None:
        held = Mandate.objects.on(today()).values_list("community_id", "member_id")
        assert set(held) <= set(dates())

    @invariant()
    def what_went_up_leads_to_something_open(self) -> None:
        known = Community.objects.in_bulk()
        for one in known.values():
            end, steps = one, 0
            while end.merged_into_id:
                assert end.closed_at
                end, steps = known[end.merged_into_id], steps + 1
                assert steps <= len(known)
            assert end.closed_at is None


def dates() -> Dates:
    rows = Membership.objects.filter(left_at=None)
    return {
        (c, m): joined
        for c, m, joined in rows.values_list("community_id", "member_id", "joined_at")
    }


def roles() -> set[tuple[int, int, str]]:
    return set(Mandate.objects.on(today()).values_list("community_id", "member_id", "role"))


def assert_earlier(merge: Merge) -> None:
    """Whoever belongs to the source belongs to the target, since a day that is no later."""
    there = dates()
    for (community_id, member_id), joined in there.items():
        if community_id == merge.source_id:
            assert there[merge.target_id, member_id] <= joined


@pytest.mark.django_db
def test_whatever_happens_to_a_tree_its_dates_roles_and_lineages_are_true() -> None:
    run_state_machine_as_test(
        Trees,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            suppress_health_check=list(HealthCheck),
        ),
    )
