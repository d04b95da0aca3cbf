"""Two at the same moment: one state is left."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from essaim.communities import actions
from essaim.communities.models import AskState, Community, DecisionAppeal, OpeningAsk
from essaim.communities.tests.beginning import Scene
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at
from essaim.foundation.models import FactRow

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Each in a thread and a connection of its own, started together: how they ended."""
    ends: list[str] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        start.wait(30)
        try:
            act()
            ends.append("done")
        except Refused:
            ends.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return sorted(ends)


def test_two_asks_at_once_leave_one() -> None:
    scene = Scene()

    def ask() -> None:
        actions.open_community(member=scene.founder, community=scene.draft)

    assert at_once(ask, ask) == ["done", "done"]
    assert OpeningAsk.objects.count() == 1
    assert FactRow.objects.filter(kind="communities.OpeningAsked").count() == 1


@pytest.mark.parametrize("answer", ["grant", "refuse"])
def test_the_check_and_the_clock_at_once_leave_one_state(answer: str) -> None:
    scene = Scene()
    ask = scene.ask()

    def check() -> None:
        if answer == "grant":
            actions.grant_opening(member=scene.referent, ask=ask)
        else:
            actions.refuse_opening(member=scene.referent, ask=ask, reason="No.")

    def clock() -> None:
        with at(ask.due_at):
            actions.open_in_silence()

    at_once(check, clock)
    ask.refresh_from_db()
    is_open = Community.objects.get(pk=scene.draft.pk).is_open
    assert ask.state in {AskState.SILENT, AskState.OPENED, AskState.REFUSED}
    assert is_open == (ask.state != AskState.REFUSED)
    assert FactRow.objects.filter(kind="communities.CommunityOpened").count() == is_open


def test_two_checks_that_disagree_at_once_leave_one() -> None:
    scene = Scene()
    ask = scene.ask()

    def yes() -> None:
        actions.grant_opening(member=scene.referent, ask=ask)

    def no() -> None:
        actions.refuse_opening(member=scene.host, ask=ask, reason="No.")

    assert at_once(yes, no) == ["done", "refused"]
    ask.refresh_from_db()
    assert Community.objects.get(pk=scene.draft.pk).is_open == (ask.state == AskState.OPENED)


def test_two_appeals_at_once_leave_one() -> None:
    scene = Scene()
    decision = scene.refused().decision
    assert decision

    def appeal() -> None:
        actions.appeal_decision(member=scene.founder, decision=decision, words="No.")

    assert at_once(appeal, appeal) == ["done", "refused"]
    assert DecisionAppeal.objects.count() == 1


def test_a_second_look_and_its_silence_at_once_leave_one() -> None:
    scene = Scene()
    decision = scene.appealed()
    due = DecisionAppeal.objects.get().due_at

    def look() -> None:
        actions.answer_appeal(member=scene.host, decision=decision, is_upheld=False, reason="No.")

    def clock() -> None:
        with at(due):
            actions.answer_appeals_in_silence()

    at_once(look, clock)
    with at(due):
        deliver_pending()
    appeal = DecisionAppeal.objects.get()
    assert Community.objects.get(pk=scene.draft.pk).is_open == appeal.is_upheld
