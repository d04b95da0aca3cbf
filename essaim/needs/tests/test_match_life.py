"""Ask, accept, decline, withdraw, call off, undo, expire in any order, for both sides.

Slots, history and notices always agree with a model that is kept beside them.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now
from essaim.members.models import Member
from essaim.needs import actions, rules
from essaim.needs.listeners import KINDS
from essaim.needs.models import (
    SILENT_AFTER,
    Act,
    Match,
    MatchEvent,
    Need,
    Offer,
    Side,
    State,
)
from essaim.needs.tests.factories import make_community, make_need, make_offer, make_person
from essaim.outreach.models import Notice

HELPERS = 4
PEOPLE = 2
HOLDING = (State.ACCEPTED, State.DONE)  # these fill a slot of the need
helpers = st.integers(0, HELPERS - 1)
is_helpers = st.booleans()


class MatchLife(RuleBasedStateMachine):
    """`expected` is where the model thinks each helper's match stands."""

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()

    @initialize(is_full=st.booleans())
    def begin(self, is_full: bool) -> None:
        self.moment = now()
        community = make_community()
        self.poster = make_person(community)
        self.people = [make_person(community) for _ in range(HELPERS)]
        self.need = make_need(community, self.poster, people=PEOPLE)
        self.offers = [make_offer(community, one, slots=1) for one in self.people]
        self.expected: dict[int, State] = {}
        if is_full:
            self.fill(0)

    def _match(self, one: int) -> Match | None:
        found = Match.objects.filter(helper=self.people[one], need=self.need)
        return found.select_related("need__community", "offer").first()

    def _actor(self, one: int, helps: bool) -> Member:
        return self.people[one] if helps else self.poster

    def _try(self, one: int, act: Any, state: State | None) -> bool:
        """Whether the act went through; the model follows what it allows."""
        before = self.expected.get(one)
        try:
            with at(self.moment), transaction.atomic():
                act()
        except Refused:
            assert self.expected.get(one) == before
            return False
        if state:
            self.expected[one] = state
        return True

    def _is_full(self) -> bool:
        return sum(state in HOLDING for state in self.expected.values()) >= PEOPLE

    def _release(self) -> None:
        """What the model thinks that filling the last slot does."""
        if self._is_full():
            for one, state in self.expected.items():
                if state == State.ASKED:
                    self.expected[one] = State.RELEASED

    @rule(one=helpers)
    def offer(self, one: int) -> None:

        def act() -> None:
            member, need = self.people[one], Need.objects.get()
            actions.offer_help(member=member, need=need, words="I can.")

        was = self.expected.get(one)
        went = self._try(one, act, State.ASKED)
        may = was not in (State.ASKED, State.ACCEPTED, State.DONE) and not self._is_full()
        assert went <= may

    @rule(one=helpers)
    def ask(self, one: int) -> None:

        def act() -> None:
            need, offer = Need.objects.get(), self.offers[one]
            actions.ask_helper(member=self.poster, need=need, words="Can you?", offer=offer)

        was = self.expected.get(one)
        went = self._try(one, act, State.ASKED)
        assert went <= (was not in (State.ASKED, State.ACCEPTED) and not self._is_full())

    @rule(one=helpers, helps=is_helpers)
    def accept(self, one: int, helps: bool) -> None:
        self._answer(one, helps, actions.accept, State.ACCEPTED, {State.ASKED})
        self._release()

    @rule(first=helpers)
    def fill(self, first: int) -> None:
        """Whoever can still be taken is, one after the other, until nobody is looked for."""
        for step in range(HELPERS):
            one = (first + step) % HELPERS
            self.offer(one)
            self.accept(one, helps=False)

    @rule(one=helpers, helps=is_helpers)
    def decline(self, one: int, helps: bool) -> None:
        self._answer(one, helps, actions.decline, State.DECLINED, {State.ASKED})

    @rule(one=helpers, helps=is_helpers)
    def withdraw(self, one: int, helps: bool) -> None:
        self._answer(one, helps, actions.withdraw, State.WITHDRAWN, {State.ASKED})

    @rule(one=helpers, helps=is_helpers)
    def call_off(self, one: int, helps: bool) -> None:
        self._answer(one, helps, actions.call_off, State.UNMATCHED, {State.ACCEPTED})

    def _answer(self, one: int, helps: bool, action: Any, state: State, of: set[State]) -> None:
        match = self._match(one)
        if match is None:
            return
        was = self.expected[one]

        def act() -> None:
            action(member=self._actor(one, helps), match=match)

        went = self._try(one, act, state)
        assert went <= (was in of)

    @rule(one=helpers, helps=is_helpers)
    def undo(self, one: int, helps: bool) -> None:
        match = self._match(one)
        if match is None:
            return
        last = match.events.latest("pk")

        def act() -> None:
            actions.undo(member=self._actor(one, helps), match=match)

        if self._try(one, act, rules.state_before(last)):
            assert last.act in (Act.ACCEPT, Act.DECLINE, Act.WITHDRAW, Act.UNMATCH)
            assert last.actor_id == self._actor(one, helps).pk
            self._release()

    @rule(one=helpers)
    def confirm(self, one: int) -> None:
        match = self._match(one)
        if match is None:
            return

        def act() -> None:
            actions.confirm_help(member=self.poster, match=match, minutes=30)

        was = self.expected[one]
        went = self._try(one, act, State.DONE)
        assert went == (was == State.ACCEPTED)

    @rule()
    def settle(self) -> None:
        """All the help that is agreed is confirmed."""
        for one, state in dict(self.expected).items():
            if state == State.ACCEPTED:
                self.confirm(one)

    @rule(one=helpers)
    def expire(self, one: int) -> None:
        """Its two weeks have passed, whatever the clock of the others says."""
        match = self._match(one)
        if match is None or match.asked_by == Side.HELPER:
            return  # a silent poster ends the need as well: another test
        with at(match.asked_at + SILENT_AFTER + timedelta(minutes=1)):
            actions.end_silence(match)
        if self.expected[one] == State.ASKED:
            self.expected[one] = State.EXPIRED

    @rule()
    def hear(self) -> None:
        """The worker delivers what was recorded so far, also by those whose clock is ahead."""
        with at(self.moment + 3 * SILENT_AFTER):
            deliver_pending()

    @invariant()
    def slots_and_history_agree(self) -> None:
        if not hasattr(self, "need"):
            return
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        need = Need.objects.get()
        matches = {one.helper_id: one for one in Match.objects.all()}
        states = {pk: State(one.state) for pk, one in matches.items()}
        assert states == {self.people[one].pk: state for one, state in self.expected.items()}
        taken = sum(state in HOLDING for state in states.values())
        assert need.taken == taken <= need.people
        assert (need.filled_at is not None) == (taken == need.people)
        for offer in Offer.objects.all():
            of = Match.objects.filter(offer=offer, state=State.ACCEPTED)
            assert offer.taken == of.count()
        for match in matches.values():
            assert match.events.latest("pk").state == match.state
        owed = Commitment.objects.filter(kind=CommitmentKind.HOURS)
        standing = set(owed.standing().values_list("subject_id", flat=True))
        assert standing == {one.pk for one in matches.values() if one.state == State.ACCEPTED}
        kept = set(owed.filter(kept_at__isnull=False).values_list("subject_id", flat=True))
        assert kept == {one.pk for one in matches.values() if one.state == State.DONE}

    def teardown(self) -> None:
        try:
            if hasattr(self, "need"):
                self.hear()
                self.notices_agree()
        finally:
            transaction.set_rollback(True)
            self.frame.__exit__(None, None, None)

    def notices_agree(self) -> None:
        """One notice for each line of the history, to the side that did not act.

        What was undone before they heard is told of neither; what they had heard, of both.
        """
        for event in MatchEvent.objects.select_related("match__need"):
            kind = KINDS[Act(event.act)]
            found = set(
                Notice.objects.filter(kind=kind, key=str(event.pk)).values_list(
                    "member_id", flat=True
                )
            )
            assert found <= self._concerned(event), (event, found)
            undoing = MatchEvent.objects.filter(undone=event).first()
            if undoing:
                undo_told = Notice.objects.filter(kind=KINDS[Act.UNDO], key=str(undoing.pk))
                assert found == set(undo_told.values_list("member_id", flat=True))
            elif event.act != Act.UNDO:
                assert found == self._concerned(event), (event, found)

    def _concerned(self, event: MatchEvent) -> set[int]:
        match = event.match
        helper, poster = match.helper_id, self.poster.pk
        if event.act == Act.EXPIRE:
            return {poster}
        if event.act == Act.RELEASE:
            return {helper or 0} - {event.actor_id or 0}
        return {poster} if event.actor_id == helper else {helper or 0}


@pytest.mark.django_db
def test_whatever_happens_slots_history_and_notices_agree() -> None:
    run_state_machine_as_test(
        MatchLife,
        settings=settings(
            max_examples=10,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_side_of_the_need_is_whoever_posted_it_and_whoever_answers(db: None) -> None:
    community = make_community()
    contact = make_person(community)
    need = make_need(community)
    Need.objects.update(contact=contact)
    need.refresh_from_db()
    match = Match(need=need, helper=make_person(community))
    assert match.need.side == {need.posted_by_id, contact.pk}
