"""Ask, accept, decline, withdraw, call off, undo, confirm, expire in any order, for both sides.

A model is kept beside the database: what it allows goes through and nothing else does, and slots,
states, history and notices are what it says after each step. Its clock only moves on, so that the
day for undoing and the two weeks of silence are crossed.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at
from essaim.members.models import Member
from essaim.needs import actions, tasks
from essaim.needs.listeners import KINDS
from essaim.needs.models import (
    REMINDED_AFTER,
    SILENT_AFTER,
    UNDO_WINDOW,
    Act,
    Match,
    MatchEvent,
    MatchMessage,
    Need,
    Offer,
    Side,
    State,
)
from essaim.needs.tests.factories import make_community, make_need, make_person
from essaim.needs.tests.match_model import (
    ACTS,
    BEFORE,
    MINUTE,
    OFFER,
    OFTEN,
    Asked,
    Line,
    MatchModel,
    Pair,
    Told,
)
from essaim.outreach.actions import mark_notices_read
from essaim.outreach.models import Notice


class MatchLife(MatchModel):
    # What happens. Each act is chosen among those that can be done now.

    def _do_one(self, data: st.DataObject, act: str) -> None:
        self._try(*data.draw(st.sampled_from(self._doable(act))))

    @precondition(lambda self: self._doable(OFFER))
    @rule(data=st.data())
    def offer(self, data: st.DataObject) -> None:
        self._do_one(data, OFFER)

    @precondition(lambda self: self._doable(Act.ASK))
    @rule(data=st.data())
    def ask(self, data: st.DataObject) -> None:
        self._do_one(data, Act.ASK)

    @precondition(lambda self: self._doable(Act.ACCEPT))
    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        self._do_one(data, Act.ACCEPT)

    @precondition(lambda self: self._doable(Act.DECLINE))
    @rule(data=st.data())
    def decline(self, data: st.DataObject) -> None:
        self._do_one(data, Act.DECLINE)

    @precondition(lambda self: self._doable(Act.WITHDRAW))
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        self._do_one(data, Act.WITHDRAW)

    @precondition(lambda self: self._doable(Act.UNMATCH))
    @rule(data=st.data())
    def call_off(self, data: st.DataObject) -> None:
        self._do_one(data, Act.UNMATCH)

    @precondition(lambda self: self._doable(Act.DONE))
    @rule(data=st.data())
    def confirm(self, data: st.DataObject) -> None:
        self._do_one(data, Act.DONE)

    @precondition(lambda self: self._doable(Act.UNDO))
    @rule(data=st.data(), seconds=st.sampled_from((None, -1, 0, 1)))
    def undo(self, data: st.DataObject, seconds: int | None) -> None:
        """At once, or about when its day ends; another tries it first."""
        act, pair, actor = data.draw(st.sampled_from(self._doable(Act.UNDO)))
        others = [one for one in self.everybody if one != actor]
        self._try(act, pair, data.draw(st.sampled_from(others)))
        if seconds is not None:
            self.moment = pair.lines[-1].at + UNDO_WINDOW + timedelta(seconds=seconds)
        self._try(act, pair, actor)

    @precondition(lambda self: any(self._doable(act) for act in BEFORE))
    @rule(data=st.data(), is_read=st.booleans())
    def act_and_undo(self, data: st.DataObject, is_read: bool) -> None:
        """Before the other side has read of it, or after."""
        act = data.draw(st.sampled_from([one for one in OFTEN if self._doable(one)]))
        _act, pair, actor = data.draw(st.sampled_from(self._doable(act)))
        self._try(act, pair, actor)
        if is_read:
            self.hear()
            self._read(pair.helper)
            self._read(self.poster)
        self._try(Act.UNDO, pair, actor)

    @rule(data=st.data(), act=st.sampled_from(ACTS))
    def anything(self, data: st.DataObject, act: str) -> None:
        """By anybody, whether or not it can be done."""
        pair = data.draw(st.sampled_from([one for one in self.pairs if one.lines] or self.pairs))
        is_first = act in (OFFER, Act.ASK)
        if not pair.lines and not is_first:
            return
        actor = pair.helper if act == OFFER else data.draw(st.sampled_from(self.everybody))
        self._try(act, pair, actor)

    @rule(hours=st.sampled_from((1, 20, 30, 5 * 24, 20 * 24)))
    def wait(self, hours: int) -> None:
        self.moment += timedelta(hours=hours)

    def _waiting(self) -> list[Pair]:
        return [pair for pair in getattr(self, "pairs", ()) if pair.state == State.ASKED]

    def _wait_since_asked(self, pair: Pair, time: timedelta) -> None:
        assert pair.asked_at
        self.moment = max(self.moment, pair.asked_at + time)

    @precondition(lambda self: self._waiting())
    @rule(data=st.data(), is_over=st.booleans())
    def expire(self, data: st.DataObject, is_over: bool) -> None:
        """Its two weeks have passed, or not quite; a need whose side kept silent ends too."""
        pair = data.draw(st.sampled_from(self._waiting()))
        self._wait_since_asked(pair, SILENT_AFTER - (timedelta(0) if is_over else MINUTE))
        with at(self.moment):
            tasks.end_silences()
        for one in sorted(self._waiting(), key=lambda one: one.asked_at or self.moment):
            assert one.asked_at
            if one.state != State.ASKED or one.asked_at + SILENT_AFTER > self.moment:
                continue
            if one.asked_by == Side.NEED or one.need.closed_at or self._is_answered(one.need):
                self._expire([one])
                self._count("expire: the helper was silent")
            else:
                self._close(one.need)
                self._count("expire: the need was silent")
        self.moment += MINUTE

    def _is_answered(self, need: Asked) -> bool:
        """Whether somebody who offered was answered, or somebody waits since less."""
        if any(
            pair.state == State.ASKED
            and pair.asked_at
            and pair.asked_at + SILENT_AFTER > self.moment
            for pair in self._of(need)
        ):
            return True
        return any(
            line.act == Act.ACCEPT or (line.act == Act.DECLINE and line.actor != pair.helper.pk)
            for pair in self._of(need)
            for place, line in enumerate(pair.lines)
            if place not in {one.undoes for one in pair.lines}
        )

    def _expire(self, pairs: list[Pair]) -> None:
        for pair in pairs:
            self._add(pair, Line(Act.EXPIRE, State.EXPIRED, None, self.moment))

    def _close(self, need: Asked) -> None:
        need.closed_at = self.moment
        self._expire([pair for pair in self._of(need) if pair.state == State.ASKED])

        def tell() -> None:
            if need.closed_at:
                what = f"{need.row.pk}:{need.closed_at.isoformat()}"
                people = (self.poster.pk, self.contact.pk)
                self.told |= {Told(one, "needs.closed", what) for one in people}

        self.to_tell.append(tell)

    @precondition(lambda self: self._waiting())
    @rule(data=st.data(), time=st.sampled_from(REMINDED_AFTER), early=st.booleans())
    def remind(self, data: st.DataObject, time: timedelta, early: bool) -> None:
        """Whoever owes an answer for three days, and for seven."""
        pair = data.draw(st.sampled_from(self._waiting()))
        self._wait_since_asked(pair, time - (MINUTE if early else timedelta(0)))
        with at(self.moment):
            tasks.remind_who_owes_an_answer()
        for one in self._waiting():
            assert one.asked_at
            due = sum(one.asked_at + after <= self.moment for after in REMINDED_AFTER)
            if due > one.reminders:
                one.reminders = due
                side = Side.HELPER if one.asked_by == Side.NEED else Side.NEED
                what = f"{one.name}:{one.asked_at.isoformat()}:{due}"
                people = self._members(side, one)
                self.told |= {Told(member, "needs.reminder", what) for member in people}
                self._count("remind")
        self.moment += MINUTE

    @precondition(lambda self: any(not self._takes(one) for one in getattr(self, "needs", ())))
    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        """A need that nobody answered, or whose day has passed, looks for somebody again."""
        need = data.draw(st.sampled_from([one for one in self.needs if not self._takes(one)]))
        actor = data.draw(st.sampled_from([self.poster, self.contact]))
        may = need.closed_at is not None or not self._is_full(need)
        assert self._went(lambda: actions.renew_need(member=actor, need=need.row)) == may
        if may:
            need.closed_at, need.until = None, Need.objects.get(pk=need.row.pk).expires_on
            assert self._takes(need)
            self._count("renew")
        self.moment += MINUTE

    @rule()
    def hear(self) -> None:
        """The worker delivers what was recorded so far."""
        with at(self.moment):
            deliver_pending()
        for tell in self.to_tell:
            tell()
        self.to_tell.clear()

    @precondition(lambda self: bool(getattr(self, "told", None)))
    @rule(data=st.data())
    def read_notices(self, data: st.DataObject) -> None:
        self.hear()
        self._read(data.draw(st.sampled_from(self.everybody)))

    def _read(self, reader: Member) -> None:
        newest = Notice.objects.latest("pk").pk
        assert self._went(lambda: mark_notices_read(member=reader, up_to=newest))
        self.read |= {one for one in self.told if one.member == reader.pk}

    # Everything agrees with the model after each step.

    @invariant()
    def all_agree(self) -> None:
        if not hasattr(self, "pairs"):
            return
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        matches = {f"{one.need_id}-{one.helper_id}": one for one in Match.objects.all()}
        begun = {pair.name: pair for pair in self.pairs if pair.lines}
        assert matches.keys() == begun.keys()
        for name, pair in begun.items():
            match = matches[name]
            assert (match.state, match.changed_at) == (pair.state, pair.lines[-1].at)
            assert (match.asked_by, match.asked_at) == (pair.asked_by, pair.asked_at)
            assert match.reminders == pair.reminders
            assert (match.offer_id is not None) == pair.is_through_offer
        self.slots_agree()
        self.promises_agree({one.pk: begun[name] for name, one in matches.items()})
        self.history_and_notices_agree({one.pk: name for name, one in matches.items()})

    def slots_agree(self) -> None:
        for need in self.needs:
            row = Need.objects.get(pk=need.row.pk)
            assert row.taken == self._taken(need) <= row.people
            assert (row.filled_at is not None) == self._is_full(need)
            assert row.closed_at == need.closed_at
        for offer in Offer.objects.select_related("member"):
            assert offer.member
            assert offer.taken == self._given(offer.member) <= offer.slots

    def promises_agree(self, pairs: dict[int, Pair]) -> None:
        owed = Commitment.objects.filter(kind=CommitmentKind.HOURS)
        standing = sorted(owed.standing().values_list("subject_id", flat=True))
        kept = sorted(owed.filter(kept_at__isnull=False).values_list("subject_id", flat=True))
        agreed = [pk for pk, pair in pairs.items() if pair.state == State.ACCEPTED]
        done = [pk for pk, pair in pairs.items() if pair.state == State.DONE]
        assert (standing, kept) == (sorted(agreed), sorted(done))

    def history_and_notices_agree(self, names: dict[int, str]) -> None:
        history: dict[str, list[Line]] = {name: [] for name in names.values()}
        places: dict[int, int] = {}
        lines: dict[str, str] = {}  # the key of its notice, and what the model calls it
        for row in MatchEvent.objects.order_by("pk"):
            name = names[row.match_id]
            places[row.pk] = len(history[name])
            lines[str(row.pk)] = f"{name}:{places[row.pk]}"
            undoes = places[row.undone_id] if row.undone_id else None
            history[name].append(Line(Act(row.act), State(row.state), row.actor_id, row.at, undoes))
        assert history == {pair.name: pair.lines for pair in self.pairs if pair.lines}
        notices = list(self._notices(names, lines))
        assert {one for one, _read in notices} == self.told
        assert len(notices) == len(self.told)
        assert {one for one, is_read in notices if is_read} == self.read

    def _notices(self, names: dict[int, str], lines: dict[str, str]) -> Iterator[tuple[Told, bool]]:
        said: Counter[str] = Counter()
        messages = {}
        for message in MatchMessage.objects.order_by("pk"):
            name = names[message.match_id]
            messages[str(message.pk)] = f"{name}:{said[name]}"
            said[name] += 1
        for notice in Notice.objects.filter(kind__startswith="needs."):
            what = notice.key
            if notice.kind in KINDS.values():
                what = lines[notice.key]
            elif notice.kind == "needs.message":
                what = messages[notice.key]
            elif notice.kind == "needs.reminder":
                pk, rest = notice.key.split(":", 1)
                what = f"{names[int(pk)]}:{rest}"
            yield Told(notice.member_id, notice.kind, what), notice.read_at is not None

    def teardown(self) -> None:
        try:
            if hasattr(self, "pairs"):
                self.hear()
                self.all_agree()
        finally:
            transaction.set_rollback(True)
            self.frame.__exit__(None, None, None)


# What happens in a run, each at least once: an act that never goes through proves nothing.
HAPPENS = {
    *(OFFER, Act.ASK, Act.ACCEPT, Act.DECLINE, Act.WITHDRAW, Act.UNMATCH, Act.DONE),
    *(f"undo {act}" for act in BEFORE),
    *(f"refused: {act}" for act in ACTS),
    *("refused: undo late", "refused: undo of another"),
    *("expire: the helper was silent", "expire: the need was silent"),
    *("release", "remind", "renew", "told of a free place"),
    *("undone when it was read", "undone before it was read"),
}


@pytest.mark.django_db
def test_whatever_happens_slots_history_and_notices_agree() -> None:
    MatchLife.counts.clear()
    run_state_machine_as_test(
        MatchLife,
        settings=settings(
            max_examples=20,
            stateful_step_count=50,
            deadline=None,
            phases=[Phase.generate],  # shrinking takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert HAPPENS - MatchLife.counts.keys() == set()


def test_the_side_of_the_need_is_whoever_posted_it_and_whoever_answers(db: None) -> None:
    community = make_community()
    contact = make_person(community)
    need = make_need(community)
    Need.objects.update(contact=contact)
    need.refresh_from_db()
    match = Match(need=need, helper=make_person(community))
    assert match.need.side == {need.posted_by_id, contact.pk}
