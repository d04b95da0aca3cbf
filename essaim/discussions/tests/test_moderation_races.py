"""Acts of moderation at the same moment: one of each is left, and nothing in between."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from essaim.communities.actions import appeal_decision
from essaim.communities.models import Decision, DecisionAppeal, Role
from essaim.communities.tests.factories import in_role, member_of
from essaim.discussions import actions
from essaim.discussions.models import Case, Outcome, Post, Report, ReportReason
from essaim.discussions.tests.factories import post_factory, reported
from essaim.foundation.access import Refused
from essaim.foundation.clock import at

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act, started with the others, came to: its result, or what refused it."""
    start = Barrier(len(acts))

    def one(act: Callable[[], object]) -> object:
        start.wait()
        try:
            return act()
        except Refused as refused:
            return refused
        finally:
            connections.close_all()

    connection.close()
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_two_decisions_at_once_leave_one() -> None:
    case = reported()
    first, second = (in_role(case.community, Role.MODERATOR) for _each in range(2))
    found = at_once(
        lambda: actions.decide_case(member=first, case=case, hide=True, reason="Insults."),
        lambda: actions.decide_case(member=second, case=case, hide=False, reason="Polite."),
    )
    assert sorted(map(bool, found)) == [False, True]
    decision = Decision.objects.get()
    case.refresh_from_db()
    assert case.decision == decision
    assert bool(Post.objects.get().hidden_at) == (case.outcome == Outcome.HIDDEN)


def test_two_who_take_a_case_at_once_leave_one() -> None:
    case = reported()
    people = [in_role(case.community, Role.MODERATOR) for _each in range(4)]
    found = at_once(*(lambda p=one: actions.take_case(member=p, case=case) for one in people))
    assert found.count(True) == 1
    case.refresh_from_db()
    assert case.owner == people[found.index(True)]


def test_many_reports_at_once_make_one_case() -> None:
    post = post_factory()
    people = [member_of(post.thread.community) for _each in range(4)]
    at_once(
        *(
            lambda p=one: actions.report_post(member=p, post=post, reason=ReportReason.SPAM)
            for one in people
        )
    )
    assert (Case.objects.count(), Report.objects.count()) == (1, 4)


def test_a_report_beside_a_decision_is_decided_with_it_or_refused() -> None:
    case = reported()
    post = Post.objects.get()
    host, late = in_role(case.community, Role.HOST), member_of(case.community)
    at_once(
        lambda: actions.decide_case(member=host, case=case, hide=True, reason="Insults."),
        lambda: actions.report_post(member=late, post=post, reason=ReportReason.SPAM),
    )
    assert not Case.objects.waiting().exists()
    assert Post.objects.get().hidden_at


def test_two_appeals_at_once_leave_one() -> None:
    case = reported()
    host = in_role(case.community, Role.HOST)
    actions.decide_case(member=host, case=case, hide=True, reason="Insults.")
    decision, author = Decision.objects.get(), Post.objects.get().author
    assert author
    found = at_once(
        *(
            lambda w=words: appeal_decision(member=author, decision=decision, words=w)
            for words in ("No.", "Not so.")
        )
    )
    assert sum(isinstance(one, Refused) for one in found) == 1
    assert DecisionAppeal.objects.count() == 1


def test_the_clock_and_a_moderator_at_once_end_a_first_look_once() -> None:
    post = post_factory(text="The new tea of the doctor for a week of your life: bit.ly/tea")
    case = Case.objects.get()
    host = in_role(case.community, Role.HOST)
    assert case.release_at
    due = case.release_at

    def clock() -> object:
        with at(due):
            return actions.release_case(case=case)

    found = at_once(
        clock,
        lambda: actions.decide_case(member=host, case=case, hide=True, reason="It sells."),
    )
    assert sorted(map(bool, found)) == [False, True]
    post.refresh_from_db()
    case.refresh_from_db()
    assert bool(post.hidden_at) == (case.outcome == Outcome.HIDDEN)
    assert post.waiting_for == ""
