"""Committees that begin: opened at once or after a check that silence ends."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from essaim.communities import actions, queries, rules
from essaim.communities.models import (
    AskState,
    Community,
    Decision,
    DecisionAppeal,
    Kind,
    KitStep,
    Mandate,
    OpeningAsk,
    OpeningPolicy,
    Role,
    Step,
    Verb,
)
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now, today
from essaim.foundation.models import FactRow
from essaim.members.models import Member

pytestmark = pytest.mark.django_db

REASON = "There is one in the next street already."


class Scene:
    """A movement whose referent checks what begins in it within seven days, and a draft."""

    def __init__(self, *, days: int = 7) -> None:
        self.movement = community_factory(kind=Kind.MOVEMENT, name="The movement")
        self.host = in_role(self.movement, Role.ADMINISTRATOR)
        self.referent = in_role(self.movement, Role.REFERENT, name="Rosa Referent")
        actions.set_opening_policy(
            member=self.host,
            community=self.movement,
            is_checked=True,
            days=days,
            referent=self.referent,
        )
        self.founder = member_of(self.movement)
        self.draft = self.begin()

    def begin(self, name: str = "Nay") -> Community:
        return actions.found_community(
            member=self.founder,
            kind=Kind.COMMITTEE,
            name=name,
            parent=self.movement,
            purpose="To ride to school together.",
        )

    def ask(self) -> OpeningAsk:
        actions.open_community(member=self.founder, community=self.draft)
        return OpeningAsk.objects.waiting().get(community=self.draft)

    def refused(self) -> OpeningAsk:
        return actions.refuse_opening(member=self.referent, ask=self.ask(), reason=REASON)

    def appealed(self) -> Decision:
        decision = self.refused().decision
        assert decision
        actions.appeal_decision(
            member=self.founder, decision=decision, words="That one meets by day, we by night."
        )
        deliver_pending()
        return Decision.objects.get(pk=decision.pk)

    @property
    def is_open(self) -> bool:
        return Community.objects.get(pk=self.draft.pk).is_open


def test_without_a_policy_it_opens_at_once() -> None:
    movement = community_factory(kind=Kind.MOVEMENT)
    founder = member_of(movement)
    draft = actions.found_community(
        member=founder, kind=Kind.COMMITTEE, name="Nay", parent=movement, purpose="To meet."
    )
    assert actions.open_community(member=founder, community=draft).is_open
    assert not OpeningAsk.objects.exists()


def test_with_a_check_opening_asks_and_asking_twice_asks_once() -> None:
    scene = Scene()
    ask = scene.ask()
    actions.open_community(member=scene.founder, community=scene.draft)

    assert not scene.is_open
    assert OpeningAsk.objects.get() == ask
    assert ask.due_at == ask.asked_at + timedelta(days=7)
    assert FactRow.objects.filter(kind="communities.OpeningAsked").count() == 1


def test_circles_are_never_checked() -> None:
    scene = Scene()
    circle = actions.found_community(
        member=scene.founder, kind=Kind.CIRCLE, name="Eight", parent=scene.movement, purpose="Us."
    )
    assert actions.open_community(member=scene.founder, community=circle).is_open


def test_the_check_says_yes_and_it_opens() -> None:
    scene = Scene()
    ask = actions.grant_opening(member=scene.referent, ask=scene.ask())
    assert scene.is_open
    assert (ask.state, ask.ended_by, ask.ended_role) == (
        AskState.OPENED,
        scene.referent,
        Role.REFERENT,
    )


def test_silence_opens_it_at_the_hour_and_not_before_and_once() -> None:
    scene = Scene(days=3)
    ask = scene.ask()
    with at(ask.due_at - timedelta(seconds=1)):
        assert actions.open_in_silence() == 0
        assert not scene.is_open
    with at(ask.due_at):
        assert actions.open_in_silence() == 1
        assert actions.open_in_silence() == 0
    assert scene.is_open
    ask.refresh_from_db()
    assert (ask.state, ask.ended_by) == (AskState.SILENT, None)
    assert FactRow.objects.filter(kind="communities.CommunityOpened").count() == 1


def test_a_worker_that_slept_for_a_month_catches_up() -> None:
    scene = Scene()
    ask = scene.ask()
    with at(ask.due_at + timedelta(days=30)):
        assert actions.open_in_silence() == 1
    assert scene.is_open


@pytest.mark.parametrize("gone", ["left", "closed", "no purpose", "parent closed"])
def test_silence_does_not_open_what_nobody_could_open(gone: str) -> None:
    scene = Scene()
    ask = scene.ask()
    if gone == "left":
        actions.leave_community(member=scene.founder, community=scene.draft)
    elif gone == "closed":
        actions.close_community(member=scene.founder, community=scene.draft)
    elif gone == "no purpose":
        actions.update_community(member=scene.founder, community=scene.draft, purpose="")
    else:
        Community.objects.filter(pk=scene.movement.pk).update(closed_at=now())
    with at(ask.due_at):
        assert actions.open_in_silence() == 0
    assert not scene.is_open
    ask.refresh_from_db()
    assert ask.state == AskState.WITHDRAWN


def test_a_refusal_says_why_and_is_a_decision_that_the_founder_may_appeal() -> None:
    scene = Scene()
    ask = scene.ask()
    with pytest.raises(ValidationError, match="Say why"):
        actions.refuse_opening(member=scene.referent, ask=ask, reason="  ")
    ask = actions.refuse_opening(member=scene.referent, ask=ask, reason=REASON)

    decision = Decision.objects.get()
    assert ask.decision == decision
    assert (decision.verb, decision.community, decision.reason) == (
        Verb.REFUSED,
        scene.movement,
        REASON,
    )
    assert rules.may_appeal(fresh_reader(scene.founder), decision)
    fate = queries.last_try(fresh_reader(scene.founder), scene.draft)
    assert fate
    assert (fate.reason, fate.by, fate.may_appeal) == (REASON, "referent", True)


def test_a_refusal_blocks_no_later_try() -> None:
    scene = Scene()
    scene.refused()
    second = scene.ask()
    assert second.state == AskState.ASKED
    actions.grant_opening(member=scene.host, ask=second)
    assert scene.is_open
    third = scene.begin("Another")
    actions.open_community(member=scene.founder, community=third)
    assert OpeningAsk.objects.waiting().get().community == third


def test_an_appeal_that_is_won_opens_it() -> None:
    scene = Scene()
    decision = scene.appealed()
    with pytest.raises(Refused, match="somebody else"):
        actions.answer_appeal(
            member=scene.referent, decision=decision, is_upheld=True, reason="I was wrong."
        )
    actions.answer_appeal(
        member=scene.host, decision=decision, is_upheld=True, reason="There is room for two."
    )
    deliver_pending()
    assert scene.is_open
    assert OpeningAsk.objects.get().state == AskState.WON


def test_an_appeal_that_is_lost_leaves_it_closed_and_another_try_free() -> None:
    scene = Scene()
    decision = scene.appealed()
    actions.answer_appeal(
        member=scene.host, decision=decision, is_upheld=False, reason="It is the same street."
    )
    deliver_pending()
    assert not scene.is_open
    assert scene.ask().state == AskState.ASKED


def test_an_appeal_has_the_days_of_the_check_and_its_silence_opens_too() -> None:
    scene = Scene(days=3)
    scene.appealed()
    appeal = DecisionAppeal.objects.get()
    assert appeal.due_at == appeal.asked_at + timedelta(days=3)
    with at(appeal.due_at - timedelta(seconds=1)):
        assert actions.answer_appeals_in_silence() == 0
    with at(appeal.due_at):
        assert actions.answer_appeals_in_silence() == 1
        assert actions.answer_appeals_in_silence() == 0
        deliver_pending()
    appeal.refresh_from_db()
    assert (appeal.is_upheld, appeal.answered_by) == (True, None)
    assert scene.is_open


def test_an_appeal_won_while_another_try_waits_answers_both() -> None:
    scene = Scene()
    decision = scene.appealed()
    second = scene.ask()
    actions.answer_appeal(member=scene.host, decision=decision, is_upheld=True, reason="Yes.")
    deliver_pending()
    second.refresh_from_db()
    assert scene.is_open
    assert second.state == AskState.WITHDRAWN
    with at(second.due_at):
        assert actions.open_in_silence() == 0


def test_who_checks_is_the_referent_and_those_who_run_it_never_who_begins_it() -> None:
    scene = Scene()
    ask = scene.ask()
    moderator = in_role(scene.movement, Role.MODERATOR)
    for member, allowed in [
        (scene.referent, True),
        (scene.host, True),
        (moderator, False),
        (scene.founder, False),
        (member_of(scene.movement), False),
    ]:
        assert bool(rules.may_check(fresh_reader(member), ask)) is allowed
    own = actions.found_community(
        member=scene.host, kind=Kind.COMMITTEE, name="Own", parent=scene.movement, purpose="To."
    )
    actions.open_community(member=scene.host, community=own)
    with pytest.raises(Refused, match="somebody else"):
        actions.grant_opening(member=scene.host, ask=own.asks.get())


def test_when_the_referent_goes_the_check_is_owned_by_those_who_run_it() -> None:
    scene = Scene()
    ask = scene.ask()
    reader = fresh_reader(scene.host)
    line = queries.opening_for_page(reader, ask).line
    assert line.owner == "Rosa Referent, referent"
    assert queries.checkers_of(ask.pk) == {scene.referent.pk}

    Mandate.objects.filter(member=scene.referent).update(ends_on=today())

    assert queries.opening_for_page(reader, ask).line.owner == "those who run The movement"
    assert queries.checkers_of(ask.pk) == {scene.host.pk}
    with pytest.raises(Refused):
        actions.grant_opening(member=scene.referent, ask=ask)
    with at(ask.due_at):
        assert actions.open_in_silence() == 1


def test_a_draft_is_seen_by_those_who_begin_it_and_by_nobody_from_above() -> None:
    scene = Scene()
    ask = scene.ask()
    assert rules.may_see_community(fresh_reader(scene.founder), scene.draft)
    for member in (scene.host, scene.referent, member_of(scene.movement)):
        reader = fresh_reader(member)
        assert not rules.may_see_community(reader, scene.draft)
        assert scene.draft not in rules.communities_visible_to(reader)
    assert rules.may_see_ask(fresh_reader(scene.referent), ask)
    moderator = fresh_reader(in_role(scene.movement, Role.MODERATOR))
    assert not rules.may_see_ask(moderator, ask)
    ask = actions.refuse_opening(member=scene.referent, ask=ask, reason=REASON)
    assert rules.may_see_ask(moderator, ask), "who may look again sees what was refused"


def test_moving_is_no_way_round_the_check() -> None:
    scene = Scene()
    elsewhere = community_factory(kind=Kind.MOVEMENT)
    founder = in_role(elsewhere, Role.ADMINISTRATOR)
    other = actions.found_community(
        member=founder, kind=Kind.COMMITTEE, name="Pau", parent=elsewhere, purpose="To meet."
    )
    actions.open_community(member=founder, community=other)
    scene.movement.memberships.create(member=founder)
    with pytest.raises(Refused, match="checks what opens in it"):
        actions.move_community(member=founder, community=other, parent=scene.movement)


def test_moving_or_withdrawing_voids_what_was_asked() -> None:
    scene = Scene()
    ask = scene.ask()
    actions.withdraw_ask(member=scene.founder, ask=ask)
    ask.refresh_from_db()
    assert ask.state == AskState.WITHDRAWN
    ask = scene.ask()
    actions.move_community(member=scene.founder, community=scene.draft, parent=None)
    ask.refresh_from_db()
    assert ask.state == AskState.WITHDRAWN
    with pytest.raises(Refused, match="answered already"):
        actions.grant_opening(member=scene.referent, ask=ask)


def test_who_sets_the_policy_and_who_can_be_the_referent() -> None:
    scene = Scene()
    policy = {"community": scene.movement, "is_checked": True}
    with pytest.raises(Refused):
        actions.set_opening_policy(member=scene.referent, days=7, **policy)
    with pytest.raises(ValidationError, match="Between 1 and 30"):
        actions.set_opening_policy(member=scene.host, days=0, **policy)
    with pytest.raises(ValidationError, match="holds a role here"):
        actions.set_opening_policy(member=scene.host, days=7, referent=scene.founder, **policy)
    actions.set_opening_policy(
        member=scene.host, community=scene.movement, is_checked=False, days=7
    )
    assert actions.open_community(member=scene.founder, community=scene.draft).is_open


def test_what_waits_keeps_the_days_it_was_promised() -> None:
    scene = Scene(days=3)
    ask = scene.ask()
    actions.set_opening_policy(
        member=scene.host, community=scene.movement, is_checked=True, days=30
    )
    with at(ask.due_at):
        assert actions.open_in_silence() == 1


def test_the_database_keeps_one_ask_and_no_refusal_without_its_decision() -> None:
    ask = Scene().ask()
    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningAsk.objects.create(
            community=ask.community, parent=ask.parent, days=1, due_at=now() + timedelta(days=1)
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningAsk.objects.filter(pk=ask.pk).update(state=AskState.REFUSED, ended_at=now())


def test_first_steps_are_ticked_from_facts_or_by_hosts() -> None:
    scene = Scene()

    def done() -> set[str]:
        return {one.key for one in queries.kit_of(scene.draft).steps if one.is_done}

    assert done() == {Step.PURPOSE}
    tick = {"member": scene.founder, "community": scene.draft}
    for _twice in range(2):
        actions.tick_step(**tick, step=Step.MEETING, is_done=True)
    assert KitStep.objects.count() == 1
    assert done() == {Step.PURPOSE, Step.MEETING}
    actions.tick_step(**tick, step=Step.MEETING, is_done=False)
    with pytest.raises(ValidationError, match="by what you do"):
        actions.tick_step(**tick, step=Step.SHARE, is_done=True)
    with pytest.raises(Refused):
        actions.tick_step(member=scene.host, community=scene.draft, step=Step.MEETING, is_done=True)
    for number in range(2):
        actions.invite_founder(
            member=scene.founder,
            community=scene.draft,
            name=f"Friend {number}",
            email=f"friend{number}@example.org",
        )
    assert done() == {Step.PURPOSE, Step.INVITE}


WON = {AskState.OPENED, AskState.SILENT, AskState.WON}
MOVES = ["ask", "grant", "refuse", "appeal", "uphold", "confirm", "withdraw", "wait", "deliver"]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.sampled_from(MOVES), min_size=1, max_size=12))
def test_whatever_happens_in_whatever_order_the_states_agree(moves: list[str]) -> None:
    """Open exactly when one try was won; at most one waits; nothing that ended changes again."""
    with transaction.atomic():
        scene = Scene()
        moment = now()
        ended: dict[int, tuple[str, object]] = {}
        for move in moves:
            moment += timedelta(hours=30)
            with at(moment):
                _do(scene, move)
                asks = list(OpeningAsk.objects.order_by("pk"))
                for ask in asks:
                    if ask.pk in ended and not (
                        ended[ask.pk][0] == AskState.REFUSED and ask.state == AskState.WON
                    ):
                        assert ended[ask.pk] == (ask.state, ask.ended_at)
                    if ask.state != AskState.ASKED:
                        ended[ask.pk] = (ask.state, ask.ended_at)
                assert sum(ask.state == AskState.ASKED for ask in asks) <= 1
                won = [
                    a for a in asks if a.state in {AskState.OPENED, AskState.SILENT, AskState.WON}
                ]
                assert len(won) == scene.is_open
                assert not (scene.is_open and OpeningAsk.objects.waiting().exists())
        transaction.set_rollback(True)


def _do(scene: Scene, move: str) -> None:
    waiting = OpeningAsk.objects.waiting().select_related("parent", "community").first()
    refused = Decision.objects.order_by("-pk").first()
    try:
        if move == "ask":
            actions.open_community(member=scene.founder, community=scene.draft)
        elif move == "wait":
            actions.open_in_silence()
            actions.answer_appeals_in_silence()
        elif move == "deliver":
            deliver_pending()
        elif move in {"grant", "refuse", "withdraw"} and waiting:
            if move == "grant":
                actions.grant_opening(member=scene.referent, ask=waiting)
            elif move == "refuse":
                actions.refuse_opening(member=scene.referent, ask=waiting, reason=REASON)
            else:
                actions.withdraw_ask(member=scene.founder, ask=waiting)
        elif move == "appeal" and refused:
            actions.appeal_decision(member=scene.founder, decision=refused, words="No.")
        elif move in {"uphold", "confirm"} and refused:
            actions.answer_appeal(
                member=scene.host, decision=refused, is_upheld=move == "uphold", reason="So."
            )
    except Refused:
        return


def test_the_policy_is_one_for_each_community() -> None:
    scene = Scene()
    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningPolicy.objects.create(community=scene.movement)


def test_whoever_is_erased_leaves_no_name_in_what_they_asked() -> None:
    scene = Scene()
    ask = scene.ask()
    Member.objects.filter(pk=scene.founder.pk).update(is_active=False)
    ask.refresh_from_db()
    assert not rules.may_see_ask(fresh_reader(scene.founder), ask)
