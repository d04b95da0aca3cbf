"""A refusal has its reason and one appeal; whatever happens, the states agree."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from essaim.communities import actions, queries, rules
from essaim.communities.models import (
    AskState,
    Decision,
    DecisionAppeal,
    OpeningAsk,
    Verb,
)
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.beginning import REASON, Scene
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now

pytestmark = pytest.mark.django_db


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
        with override("en"):  # whatever the worker speaks, its reason is in the community’s words
            assert actions.answer_appeals_in_silence() == 1
        assert actions.answer_appeals_in_silence() == 0
        deliver_pending()
    appeal.refresh_from_db()
    assert (appeal.is_upheld, appeal.answered_by) == (True, None)
    assert scene.draft.language == "fr"
    assert "silence" in appeal.reason
    assert "Nobody" not in appeal.reason
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
