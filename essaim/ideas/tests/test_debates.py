from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction
from django.utils import timezone

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.actions import close_community
from essaim.communities.models import Audience, Role
from essaim.foundation.access import Refused
from essaim.foundation.clock import at, now
from essaim.ideas import actions
from essaim.ideas.models import Debate, Idea
from essaim.ideas.tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_debate_is_drafted_opened_and_its_thread_opens_to_the_same_people() -> None:
    community = make.make_community()
    host = make.make_host(community)
    debate = make.make_draft(community, host)
    assert debate.thread.audience == Audience.ROLE_HOLDERS
    actions.open_debate(member=host, debate=debate)
    debate.thread.refresh_from_db()
    assert debate.thread.audience == Audience.PUBLIC
    assert make.kinds() == ["DebateAsked", "DebateOpened"]


def test_opening_a_debate_without_its_promise_is_refused_by_the_action_itself() -> None:
    community = make.make_community()
    host = make.make_host(community)
    debate = make.make_draft(community, host, support_threshold=None)
    with pytest.raises(Refused, match="threshold of at least one support"):
        actions.open_debate(member=host, debate=debate)
    debate.refresh_from_db()
    assert debate.opened_at is None


@pytest.mark.django_db(transaction=True)
def test_a_question_asked_while_its_community_is_being_closed_waits_and_is_refused() -> None:
    community = make.make_community()
    host = make.make_host(community)
    administrator = make.entrust(make.make_person(community), community, Role.ADMINISTRATOR)

    def ask() -> None:
        try:
            make.make_draft(community, host)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            close_community(member=administrator, community=community)
            asked = pool.submit(ask)
            wait([asked], timeout=1)
        with pytest.raises(Refused, match="not open"):
            asked.result(timeout=20)
    assert not Debate.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"question": ""}, "question"),
        ({"question": "x" * 241}, "question"),
        ({"question": "Two\nlines?"}, "question"),
        ({"introduction": "x" * 5001}, "introduction"),
        ({"support_threshold": 0}, "support_threshold"),
        ({"answer_delay_days": -1}, "answer_delay_days"),
        ({"answer_delay_days": 100_000}, "answer_delay_days"),
        ({"answering_role": "king"}, "answering_role"),
        ({"answering_title": "x" * 81}, "answering_title"),
        ({"audience": "nobody"}, "audience"),
        ({"language": "xx"}, "language"),
    ],
)
def test_a_wrong_value_of_a_debate_is_named_and_nothing_is_kept(
    values: dict[str, Any], field: str
) -> None:
    community = make.make_community()
    with pytest.raises(ValidationError) as caught:
        make.make_draft(community, **values)
    assert list(caught.value.message_dict) == [field]
    assert not Debate.objects.exists()


def test_an_open_debate_is_neither_reworded_nor_prolonged() -> None:
    debate = make.make_debate()
    host = debate.asked_by
    assert host
    with pytest.raises(Refused):
        actions.update_debate(member=host, debate=debate, closes_at=now() + timedelta(days=99))


def test_a_draft_changes_and_keeps_what_was_not_said() -> None:
    community = make.make_community()
    host = make.make_host(community)
    debate = make.make_draft(community, host)
    actions.update_debate(member=host, debate=debate, question="How to warm our homes?")
    debate.refresh_from_db()
    assert debate.question == "How to warm our homes?"
    assert debate.support_threshold == 2


def test_closing_owes_an_answer_to_each_idea_above_the_threshold_and_one_to_the_others() -> None:
    debate = make.make_debate(support_threshold=2, answer_delay_days=60)
    decider = make.make_decider(debate.community)
    above, below, also_below = (make.propose(debate) for _ in range(3))
    make.support(above, 2)
    make.support(below, 1)
    debate = make.close(debate)
    due = timezone.localdate(debate.closes_at) + timedelta(days=60)
    (answer,) = make.owed(CommitmentKind.ANSWER)
    (group,) = make.owed(CommitmentKind.GROUPED_ANSWER)
    assert (answer.subject_kind, answer.subject_id) == ("idea", above.pk)
    assert (group.subject_kind, group.subject_id) == ("debate", debate.pk)
    assert answer.due_on == group.due_on == debate.answers_due_on == due
    assert answer.owner == decider
    assert answer.owner_title == make.TITLE
    passed = dict(Idea.objects.values_list("pk", "passed_threshold"))
    assert passed == {above.pk: True, below.pk: False, also_below.pk: False}


def test_no_grouped_answer_is_owed_when_every_idea_passed() -> None:
    make.make_closed(ideas=2)
    assert len(make.owed(CommitmentKind.ANSWER)) == 2
    assert not make.owed(CommitmentKind.GROUPED_ANSWER)


def test_answers_are_counted_from_the_promised_day_even_when_the_clock_was_late() -> None:
    debate = make.make_debate(answer_delay_days=10)
    assert debate.closes_at
    make.propose(debate)
    with at(debate.closes_at + timedelta(days=5)):
        actions.close_debate(debate=debate)
    closing_day = timezone.localdate(debate.closes_at)
    debate.refresh_from_db()
    assert debate.answers_due_on == closing_day + timedelta(days=10)


def test_the_clock_does_not_close_a_debate_before_its_hour() -> None:
    debate = make.make_debate()
    with pytest.raises(Refused):
        actions.close_debate(debate=debate)


def test_with_two_holders_of_the_role_the_title_says_who_owes() -> None:
    debate = make.make_debate()
    make.make_decider(debate.community, "deputy mayor for schools")
    mobility = make.make_decider(debate.community, make.TITLE)
    make.support(make.propose(debate), 2)
    make.close(debate)
    assert make.owed(CommitmentKind.ANSWER)[0].owner == mobility


def test_withdrawn_and_hidden_ideas_are_owed_nothing() -> None:
    debate = make.make_debate()
    withdrawn, hidden = make.propose(debate), make.propose(debate)
    make.support(withdrawn, 2)
    make.support(hidden, 2)
    assert withdrawn.author
    actions.withdraw_idea(member=withdrawn.author, idea=withdrawn)
    moderator = make.entrust(make.make_member(), debate.community, Role.MODERATOR)
    actions.hide_idea(member=moderator, idea=hidden, reason="It attacks a person.")
    make.close(debate)
    assert not make.owed(CommitmentKind.ANSWER)
    assert not make.owed(CommitmentKind.GROUPED_ANSWER)


@pytest.mark.django_db(transaction=True)
def test_a_debate_closed_eight_times_at_once_owes_each_answer_once() -> None:
    debate = make.make_debate()
    for _ in range(3):
        make.support(make.propose(debate), 2)
    make.propose(debate)
    moment = make.closing_moment(debate)

    def close_now(_: int) -> bool:
        try:
            with at(moment):
                return actions.close_debate(debate=debate)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        closed = list(threads.map(close_now, range(8)))
    assert closed.count(True) == 1
    assert Commitment.objects.filter(kind=CommitmentKind.ANSWER).count() == 3
    assert Commitment.objects.filter(kind=CommitmentKind.GROUPED_ANSWER).count() == 1
    assert make.kinds().count("DebateClosed") == 1


@pytest.mark.parametrize("year", [1, 1900, 9999])
def test_a_closing_date_that_no_calendar_of_people_holds_is_told_beside_its_field(
    year: int,
) -> None:
    community = make.make_community()
    host = make.make_host(community)
    far = now().replace(year=year, month=1, day=1)
    with pytest.raises(ValidationError) as caught:
        make.make_draft(community, host, closes_at=far)
    assert set(caught.value.message_dict) == {"closes_at"}
