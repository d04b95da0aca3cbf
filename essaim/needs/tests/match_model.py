"""What the state machine of matches expects: kept beside the database, by rules of its own."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, NamedTuple

from django.db import transaction
from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
)

from essaim.foundation.access import Refused
from essaim.foundation.clock import at, now, today
from essaim.members.models import Member
from essaim.needs import actions
from essaim.needs.listeners import KINDS
from essaim.needs.models import (
    UNDO_WINDOW,
    Act,
    Match,
    Need,
    Offer,
    Side,
    State,
)
from essaim.needs.tests.factories import make_community, make_need, make_offer, make_person

HELPERS = 3
PEOPLE = (2, 1)  # that each need looks for; each helper offers one place, for both needs
HOLDING = (State.ACCEPTED, State.DONE)  # these fill a slot of the need
MINUTE = timedelta(minutes=1)
OFFER = "offer"  # ask as a helper: in the history, as the other side's
BEFORE = {  # where undoing leads to
    Act.ACCEPT: State.ASKED,
    Act.DECLINE: State.ASKED,
    Act.WITHDRAW: State.ASKED,
    Act.UNMATCH: State.ACCEPTED,
}
OFTEN = (Act.ACCEPT, Act.UNMATCH, Act.ACCEPT, Act.UNMATCH, Act.DECLINE, Act.WITHDRAW)
AFTER = {
    Act.ACCEPT: State.ACCEPTED,
    Act.DECLINE: State.DECLINED,
    Act.WITHDRAW: State.WITHDRAWN,
    Act.UNMATCH: State.UNMATCHED,
    Act.DONE: State.DONE,
}
DO: dict[str, Callable[..., Any]] = {
    Act.ACCEPT: actions.accept,
    Act.DECLINE: actions.decline,
    Act.WITHDRAW: actions.withdraw,
    Act.UNMATCH: actions.call_off,
    Act.UNDO: actions.undo,
}
ACTS = (OFFER, Act.ASK, *DO, Act.DONE)


class Line(NamedTuple):
    """Of the history; `undoes` is the place of another one."""

    act: Act
    state: State
    actor: int | None
    at: datetime
    undoes: int | None = None


@dataclass(eq=False)
class Asked:
    """What the model has of a need."""

    row: Need
    until: date
    closed_at: datetime | None = None


@dataclass(eq=False)
class Pair:
    """What the model has of a need and a helper."""

    name: str
    helper: Member
    need: Asked
    asked_by: Side = Side.HELPER
    asked_at: datetime | None = None
    reminders: int = 0
    is_through_offer: bool = False
    messages: int = 0
    lines: list[Line] = field(default_factory=list)

    @property
    def state(self) -> State | None:
        return self.lines[-1].state if self.lines else None


class Told(NamedTuple):
    """A notice; `what` is the line of the history, or whatever else it is about."""

    member: int
    kind: str
    what: str


Doable = tuple[str, Pair, Member]


class MatchModel(RuleBasedStateMachine):
    """What may happen between two needs and three helpers, and what it leads to."""

    counts: ClassVar[Counter[str]] = Counter()  # of what went through, and what was refused

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()

    @initialize(asks=st.lists(st.sampled_from((OFFER, Act.ASK, None)), min_size=6, max_size=6))
    def begin(self, asks: list[str | None]) -> None:
        self.moment = now()
        community = make_community()
        self.poster, self.contact = make_person(community), make_person(community)
        self.helpers = [make_person(community) for _ in range(HELPERS)]
        until = today() + timedelta(days=60)
        always = today() + timedelta(days=5000)
        for one in self.helpers:
            make_offer(community, one, slots=1, expires_on=always)
        self.needs = []
        for people in PEOPLE:
            row = make_need(community, self.poster, people=people, expires_on=until)
            Need.objects.filter(pk=row.pk).update(contact=self.contact)
            self.needs.append(Asked(row, until))
        self.pairs = [
            Pair(f"{need.row.pk}-{helper.pk}", helper, need)
            for need in self.needs
            for helper in self.helpers
        ]
        self.everybody = [*self.helpers, self.poster, self.contact]
        self.told: set[Told] = set()
        self.read: set[Told] = set()
        self.to_tell: list[Callable[[], None]] = []  # what the worker has not delivered yet
        for pair, act in zip(self.pairs, asks, strict=True):
            if act:
                self._try(act, pair, pair.helper if act == OFFER else self.contact)

    # What the model says.

    def _of(self, need: Asked) -> list[Pair]:
        return [pair for pair in self.pairs if pair.need is need]

    def _taken(self, need: Asked) -> int:
        return sum(pair.state in HOLDING for pair in self._of(need))

    def _is_full(self, need: Asked) -> bool:
        return self._taken(need) == need.row.people

    def _takes(self, need: Asked) -> bool:
        with at(self.moment):
            in_time = today() <= need.until
        return need.closed_at is None and not self._is_full(need) and in_time

    def _given(self, helper: Member) -> int:
        """Places of their offer that are taken."""
        return sum(
            pair.is_through_offer and pair.state == State.ACCEPTED
            for pair in self.pairs
            if pair.helper == helper
        )

    def _has_place(self, pair: Pair) -> bool:
        return not pair.is_through_offer or self._given(pair.helper) == 0

    def _side(self, pair: Pair, actor: Member) -> Side | None:
        if actor == pair.helper:
            return Side.HELPER
        return Side.NEED if actor in (self.poster, self.contact) else None

    def _others(self, pair: Pair, actor: Member) -> set[int]:
        return self._members(Side.NEED if actor == pair.helper else Side.HELPER, pair)

    def _members(self, side: Side, pair: Pair) -> set[int]:
        return {pair.helper.pk} if side == Side.HELPER else {self.poster.pk, self.contact.pk}

    def _may(self, act: str, pair: Pair, actor: Member) -> bool:
        side, state = self._side(pair, actor), pair.state
        if act in (OFFER, Act.ASK):
            asks = Side.HELPER if act == OFFER else Side.NEED
            again = state not in (State.ASKED, *HOLDING) and not (
                state == State.DECLINED and pair.asked_by == asks
            )
            has_place = act == OFFER or self._given(pair.helper) == 0
            return side == asks and again and has_place and self._takes(pair.need)
        if side is None or not pair.lines:
            return False
        if act == Act.UNDO:
            return self._may_undo(pair, actor)
        is_asked, is_agreed = state == State.ASKED, state == State.ACCEPTED
        answers = is_asked and side != pair.asked_by
        return {
            Act.ACCEPT: answers and self._takes(pair.need) and self._has_place(pair),
            Act.DECLINE: answers,
            Act.WITHDRAW: is_asked and side == pair.asked_by,
            Act.UNMATCH: is_agreed,
            Act.DONE: is_agreed and side == Side.NEED,
        }[Act(act)]

    def _may_undo(self, pair: Pair, actor: Member) -> bool:
        last = pair.lines[-1]
        if last.actor != actor.pk or last.act not in BEFORE:
            return False
        if self.moment > last.at + UNDO_WINDOW:
            return False
        if last.act == Act.ACCEPT:
            return pair.need.closed_at is None
        back = last.act != Act.UNMATCH or self._has_place(pair)
        return self._takes(pair.need) and back

    def _doable(self, act: str) -> list[Doable]:
        if not hasattr(self, "pairs"):
            return []
        return [
            (act, pair, actor)
            for pair in self.pairs
            for actor in self.everybody
            if self._may(act, pair, actor)
        ]

    # What is done, and how the model follows.

    def _count(self, what: str) -> None:
        self.counts[what] += 1
        event(what)

    def _went(self, act: Callable[[], Any]) -> bool:
        try:
            with at(self.moment), transaction.atomic():
                act()
        except Refused:
            return False
        return True

    def _try(self, act: str, pair: Pair, actor: Member) -> None:
        """It goes through where the model allows it, and nowhere else."""
        may = self._may(act, pair, actor)
        last = pair.lines[-1] if pair.lines else None
        went = self._went(lambda: self._do(act, pair, actor))
        assert went == may, (act, pair, actor)
        if went:
            self._follow(act, pair, actor)
            self._count(f"undo {last.act}" if act == Act.UNDO and last else act)
        else:
            self._count(f"refused: {act}")
            if act == Act.UNDO and last and last.act in BEFORE:
                is_mine = last.actor == actor.pk
                is_late = self.moment > last.at + UNDO_WINDOW
                if is_late or not is_mine:
                    self._count(f"refused: undo {'late' if is_mine else 'of another'}")
        self.moment += MINUTE

    def _do(self, act: str, pair: Pair, actor: Member) -> None:
        offer, need = Offer.objects.get(member=pair.helper), pair.need.row
        if act == OFFER:
            actions.offer_help(member=actor, need=need, words="I can.", offer=offer)
        elif act == Act.ASK:
            actions.ask_helper(member=actor, need=need, words="Can you?", offer=offer)
        else:
            match = Match.objects.get(need=need, helper=pair.helper)
            if act == Act.DONE:
                actions.confirm_help(member=actor, match=match, minutes=30)
            else:
                DO[act](member=actor, match=match)

    def _follow(self, act: str, pair: Pair, actor: Member) -> None:
        if act in (OFFER, Act.ASK):
            pair.is_through_offer = act == Act.ASK or self._given(pair.helper) == 0
            pair.asked_by = Side.HELPER if act == OFFER else Side.NEED
            self._waits_from_now(pair)
            self._add(pair, Line(Act.ASK, State.ASKED, actor.pk, self.moment))
            self._tell_message(pair, self._others(pair, actor))
        elif act == Act.UNDO:
            self._follow_undo(pair, actor)
        else:
            was_full, act = self._is_full(pair.need), Act(act)
            self._add(pair, Line(act, AFTER[act], actor.pk, self.moment))
            if act == Act.ACCEPT:
                self._fill(pair.need, actor)
            elif act == Act.UNMATCH:
                self._free(pair.need, actor, was_full)

    def _follow_undo(self, pair: Pair, actor: Member) -> None:
        was_full, undone = self._is_full(pair.need), len(pair.lines) - 1
        act = pair.lines[undone].act
        self._add(pair, Line(Act.UNDO, BEFORE[act], actor.pk, self.moment, undone))
        if act == Act.UNMATCH:
            self._fill(pair.need, actor)
        else:
            self._waits_from_now(pair)
        if act == Act.ACCEPT:
            self._free(pair.need, actor, was_full)

    def _waits_from_now(self, pair: Pair) -> None:
        pair.asked_at, pair.reminders = self.moment, 0

    def _fill(self, need: Asked, actor: Member) -> None:
        """The last slot releases those who wait."""
        if self._is_full(need):
            for pair in self._of(need):
                if pair.state == State.ASKED:
                    self._add(pair, Line(Act.RELEASE, State.RELEASED, actor.pk, self.moment))
                    self._count("release")

    def _free(self, need: Asked, actor: Member, was_full: bool) -> None:
        """Whoever was released hears of it, if there is a place when they are told."""
        if not was_full or need.closed_at:
            return

        def tell() -> None:
            if self._is_full(need) or need.closed_at:
                return
            freed = (Act.UNMATCH, Act.UNDO)
            times = sum(line.act in freed for pair in self._of(need) for line in pair.lines)
            for pair in self._of(need):
                if pair.state == State.RELEASED and pair.helper != actor:
                    what = f"{need.row.pk}:{times}"
                    self.told.add(Told(pair.helper.pk, "needs.freed", what))
                    self._count("told of a free place")

        self.to_tell.append(tell)

    def _add(self, pair: Pair, line: Line) -> None:
        """A line of the history, of which some are told: each of them once."""
        place, asked_by = len(pair.lines), pair.asked_by
        pair.lines.append(line)
        if line.act == Act.EXPIRE:
            people = self._members(asked_by, pair)
        elif line.act == Act.RELEASE:
            people = {pair.helper.pk} - {line.actor or 0}
        else:
            people = self._members(Side.NEED if line.actor == pair.helper.pk else Side.HELPER, pair)

        def tell() -> None:
            kept_from = set() if line.undoes is None else self._take_back(pair, line.undoes)
            what = f"{pair.name}:{place}"
            self.told |= {Told(one, KINDS[line.act], what) for one in people - kept_from}

        self.to_tell.append(tell)

    def _take_back(self, pair: Pair, undone: int) -> set[int]:
        """Who had not read of it: they are told of neither."""
        kind, what = KINDS[pair.lines[undone].act], f"{pair.name}:{undone}"
        told = {one for one in self.told if (one.kind, one.what) == (kind, what)}
        self._count("undone when it was read" if told & self.read else "undone before it was read")
        self.told -= told - self.read
        return {one.member for one in told - self.read}

    def _tell_message(self, pair: Pair, people: set[int]) -> None:
        what = f"{pair.name}:{pair.messages}"
        pair.messages += 1
        told = {Told(one, "needs.message", what) for one in people}
        self.to_tell.append(lambda: self.told.update(told))
