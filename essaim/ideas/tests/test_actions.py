from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from essaim.commitments.models import Commitment, CommitmentKind, State
from essaim.communities.models import Audience, Membership, Role
from essaim.discussions.actions import write_post
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now, today
from essaim.foundation.models import FactRow
from essaim.ideas import actions
from essaim.ideas.models import Answer, Debate, Decision, Idea, Support
from essaim.ideas.tests import factories as make
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db


def kinds() -> list[str]:
    facts = FactRow.objects.filter(kind__startswith="ideas.").order_by("pk")
    return [kind.removeprefix("ideas.") for kind in facts.values_list("kind", flat=True)]


def standing(kind: CommitmentKind) -> list[Commitment]:
    return list(Commitment.objects.filter(kind=kind, cancelled_at__isnull=True).order_by("pk"))


# Debates


def test_a_debate_is_drafted_opened_and_its_thread_opens_to_the_same_people() -> None:
    community = make.make_community()
    host = make.make_host(community)
    debate = make.make_draft(community, host)
    assert debate.thread.audience == Audience.ROLE_HOLDERS
    actions.open_debate(member=host, debate=debate)
    debate.thread.refresh_from_db()
    assert debate.thread.audience == Audience.PUBLIC
    assert kinds() == ["DebateAsked", "DebateOpened"]


def test_opening_a_debate_without_its_promise_is_refused_by_the_action_itself() -> None:
    community = make.make_community()
    host = make.make_host(community)
    debate = make.make_draft(community, host, support_threshold=None)
    with pytest.raises(Refused, match="threshold of at least one support"):
        actions.open_debate(member=host, debate=debate)
    debate.refresh_from_db()
    assert debate.opened_at is None


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


# Closing


def test_closing_owes_an_answer_to_each_idea_above_the_threshold_and_one_to_the_others() -> None:
    debate = make.make_debate(support_threshold=2, answer_delay_days=60)
    decider = make.make_decider(debate.community)
    above, below, also_below = (make.propose(debate) for _ in range(3))
    make.support(above, 2)
    make.support(below, 1)
    debate = make.close(debate)
    due = timezone.localdate(debate.closes_at) + timedelta(days=60)
    (answer,) = standing(CommitmentKind.ANSWER)
    (group,) = standing(CommitmentKind.GROUPED_ANSWER)
    assert (answer.subject_kind, answer.subject_id) == ("idea", above.pk)
    assert (group.subject_kind, group.subject_id) == ("debate", debate.pk)
    assert answer.due_on == group.due_on == debate.answers_due_on == due
    assert answer.owner == decider
    assert answer.owner_title == make.TITLE
    passed = dict(Idea.objects.values_list("pk", "passed_threshold"))
    assert passed == {above.pk: True, below.pk: False, also_below.pk: False}


def test_no_grouped_answer_is_owed_when_every_idea_passed() -> None:
    make.make_closed(ideas=2)
    assert len(standing(CommitmentKind.ANSWER)) == 2
    assert not standing(CommitmentKind.GROUPED_ANSWER)


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
    assert standing(CommitmentKind.ANSWER)[0].owner == mobility


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
    assert not standing(CommitmentKind.ANSWER)
    assert not standing(CommitmentKind.GROUPED_ANSWER)


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
    assert kinds().count("DebateClosed") == 1


# Ideas


def test_an_idea_is_proposed_with_its_thread_and_a_fact() -> None:
    debate = make.make_debate(audience=Audience.MEMBERS)
    idea = make.propose(debate, title="  A Sunday   bus ")
    assert idea.title == "A Sunday bus"
    assert idea.audience == idea.thread.audience == Audience.MEMBERS
    fact = FactRow.objects.get(kind="ideas.IdeaProposed")
    assert (fact.rung, fact.audience, fact.details["idea_id"]) == ("interact", "members", idea.pk)


@pytest.mark.parametrize(
    ("title", "text", "field"),
    [
        ("", "Text", "title"),
        ("x" * 161, "Text", "title"),
        ("Two\r\nlines", "Text", "title"),
        ("Title", "   ", "text"),
        ("Title", "x" * 8001, "text"),
        ("Title", "a\x00b", "text"),
    ],
)
def test_a_wrong_value_of_an_idea_is_named_and_nothing_is_kept(
    title: str, text: str, field: str
) -> None:
    debate = make.make_debate()
    with pytest.raises(ValidationError) as caught:
        actions.propose_idea(
            member=make.make_person(debate.community), debate=debate, title=title, text=text
        )
    assert list(caught.value.message_dict) == [field]
    assert not Idea.objects.exists()


def test_the_same_idea_sent_twice_is_there_once() -> None:
    debate = make.make_debate()
    author = make.make_person(debate.community)
    make.propose(debate, author, title="A Sunday bus")
    with pytest.raises(ValidationError, match="already proposed"):
        make.propose(debate, author, title="a sunday BUS")
    assert Idea.objects.count() == 1
    make.propose(debate, title="A Sunday bus")


def test_nobody_proposes_in_a_closed_debate() -> None:
    debate = make.make_debate()
    person = make.make_person(debate.community)
    with at(make.closing_moment(debate)), pytest.raises(Refused, match="no more ideas"):
        make.propose(debate, person)


def test_an_author_rewrites_an_idea_while_its_debate_is_open() -> None:
    idea = make.propose(make.make_debate())
    assert idea.author
    actions.edit_idea(member=idea.author, idea=idea, title="Better", text="Clearer")
    idea.refresh_from_db()
    assert (idea.title, idea.text) == ("Better", "Clearer")
    with at(make.closing_moment(idea.debate)), pytest.raises(Refused):
        actions.edit_idea(member=idea.author, idea=idea, title="Later", text="Too late")


def test_a_withdrawn_idea_on_which_nobody_built_is_gone_for_all() -> None:
    idea = make.propose(make.make_debate())
    assert idea.author
    actions.withdraw_idea(member=idea.author, idea=idea)
    idea.refresh_from_db()
    idea.thread.refresh_from_db()
    assert idea.audience == idea.thread.audience == Audience.NOBODY


def test_a_withdrawn_idea_on_which_others_built_stays_readable() -> None:
    debate = make.make_debate()
    supported, discussed = make.propose(debate), make.propose(debate)
    make.support(supported)
    write_post(member=make.make_person(debate.community), thread=discussed.thread, text="Yes.")
    for idea in (supported, discussed):
        assert idea.author
        actions.withdraw_idea(member=idea.author, idea=idea)
        idea.refresh_from_db()
        assert idea.withdrawn_at
        assert idea.audience == Audience.PUBLIC


def test_withdrawing_an_idea_releases_whoever_owed_its_answer() -> None:
    make.make_closed()
    idea = Idea.objects.get()
    assert idea.author
    actions.withdraw_idea(member=idea.author, idea=idea)
    commitment = Commitment.objects.get()
    assert commitment.cancelled_at
    assert "withdrawn" in commitment.cancelling_reason


def test_withdrawing_the_last_idea_below_the_threshold_releases_the_grouped_answer() -> None:
    debate = make.make_debate()
    first, second = make.propose(debate), make.propose(debate)
    make.close(debate)
    for idea, left in ((first, 1), (second, 0)):
        assert idea.author
        actions.withdraw_idea(member=idea.author, idea=idea)
        assert len(standing(CommitmentKind.GROUPED_ANSWER)) == left


def test_hiding_an_idea_needs_a_reason_and_narrows_its_thread_too() -> None:
    idea = make.propose(make.make_debate())
    moderator = make.entrust(make.make_member(), idea.debate.community, Role.MODERATOR)
    with pytest.raises(ValidationError):
        actions.hide_idea(member=moderator, idea=idea, reason="  ")
    actions.hide_idea(member=moderator, idea=idea, reason="It attacks a person.")
    idea.refresh_from_db()
    idea.thread.refresh_from_db()
    assert idea.audience == idea.thread.audience == Audience.ROLE_HOLDERS
    assert idea.hidden_by == moderator
    assert kinds()[-1] == "IdeaHidden"


# Support


def test_support_is_given_once_and_taken_back() -> None:
    idea = make.propose(make.make_debate())
    member = make.make_person(idea.debate.community)
    assert actions.support_idea(member=member, idea=idea)
    assert not actions.support_idea(member=member, idea=idea)
    assert actions.withdraw_support(member=member, idea=idea)
    assert not actions.withdraw_support(member=member, idea=idea)
    assert kinds()[-2:] == ["IdeaSupported", "SupportWithdrawn"]


@pytest.mark.django_db(transaction=True)
def test_fifty_supports_of_one_member_at_once_leave_one() -> None:
    idea = make.propose(make.make_debate())
    member = make.make_person(idea.debate.community)

    def support_now(_: int) -> bool:
        try:
            return actions.support_idea(member=member, idea=idea)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        given = list(threads.map(support_now, range(50)))
    assert given.count(True) == 1
    assert Support.objects.count() == 1
    assert kinds().count("IdeaSupported") == 1


def test_whoever_leaves_no_longer_counts_in_open_debates_and_still_does_in_closed_ones() -> None:
    community = make.make_community()
    host = make.make_host(community)
    member = make.make_person(community)
    soon = make.make_debate(community, host, closes_at=now() + timedelta(days=1))
    later = make.make_debate(community, host)
    mine = make.propose(later, member)
    for debate in (soon, later):
        actions.support_idea(member=member, idea=make.propose(debate))
    make.close(soon)
    with at(now() + timedelta(days=2)):
        Membership.objects.filter(member=member).update(left_at=now())
        withdrawn = actions.withdraw_supports_of_leaver(
            member_id=member.pk, community_id=community.pk
        )
    assert withdrawn == 1
    assert [s.idea.debate for s in Support.objects.filter(member=member)] == [soon]
    assert Idea.objects.get(pk=mine.pk).withdrawn_at is None


def test_whoever_came_back_before_it_was_heard_keeps_their_supports() -> None:
    idea = make.propose(make.make_debate())
    member = make.make_person(idea.debate.community)
    actions.support_idea(member=member, idea=idea)
    actions.withdraw_supports_of_leaver(member_id=member.pk, community_id=idea.debate.community_id)
    assert Support.objects.count() == 1


# Answers


def test_adopting_keeps_the_answer_commitment_and_makes_one_to_deliver() -> None:
    debate = make.make_closed()
    decider = make.make_decider(debate.community)
    make.adopt(Idea.objects.get(), decider)
    (answer,) = standing(CommitmentKind.ANSWER)
    (delivery,) = standing(CommitmentKind.DELIVERY)
    assert answer.state_on(today()) == State.KEPT
    assert delivery.state_on(today()) == State.DUE
    assert delivery.promise == "A trial from March to May."
    assert delivery.owner == decider
    assert kinds()[-2:] == ["IdeaAnswered", "IdeaAdopted"]


def test_an_answer_after_its_day_is_kept_late() -> None:
    debate = make.make_closed(answer_delay_days=10)
    decider = make.make_decider(debate.community)
    with at(now() + timedelta(days=30)):
        assert standing(CommitmentKind.ANSWER)[0].state_on(today()) == State.LATE
        actions.answer_idea(
            member=decider, idea=Idea.objects.get(), decision="not_adopted", reasons="No."
        )
        assert standing(CommitmentKind.ANSWER)[0].state_on(today()) == State.KEPT_LATE


@pytest.mark.parametrize("decision", [Decision.ADOPTED, Decision.IN_PART])
def test_adopting_without_a_promise_is_refused(decision: Decision) -> None:
    debate = make.make_closed()
    with pytest.raises(ValidationError) as caught:
        actions.answer_idea(
            member=make.make_decider(debate.community),
            idea=Idea.objects.get(),
            decision=decision,
            reasons="Yes.",
        )
    assert list(caught.value.message_dict) == ["promise"]
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"promise": ""}, "promise"),
        ({"owner_role": "king"}, "owner_role"),
        ({"owner_title": " "}, "owner_title"),
        ({"due_on": now().date() - timedelta(days=2)}, "due_on"),
    ],
)
def test_an_incomplete_promise_is_refused_and_nothing_is_kept(
    values: dict[str, Any], field: str
) -> None:
    debate = make.make_closed()
    with pytest.raises(ValidationError) as caught:
        make.adopt(Idea.objects.get(), make.make_decider(debate.community), **values)
    assert list(caught.value.message_dict) == [field]
    assert not Answer.objects.exists()
    assert not standing(CommitmentKind.DELIVERY)


def test_an_answer_needs_reasons_and_a_known_decision() -> None:
    debate = make.make_closed()
    with pytest.raises(ValidationError) as caught:
        actions.answer_idea(
            member=make.make_decider(debate.community),
            idea=Idea.objects.get(),
            decision="perhaps",
            reasons="",
        )
    assert set(caught.value.message_dict) == {"decision", "reasons"}


def test_the_grouped_answer_reaches_every_idea_that_has_none_of_its_own() -> None:
    debate = make.make_debate()
    alone, first, second = (make.propose(debate) for _ in range(3))
    debate = make.close(debate)
    decider = make.make_decider(debate.community)
    actions.answer_idea(member=decider, idea=alone, decision=Decision.NEEDS_MORE, reasons="Where?")
    group = actions.answer_group(member=decider, debate=debate, reasons="Too few of us.")
    assert {a.idea_id for a in group.answers.all()} == {first.pk, second.pk}
    assert Answer.objects.get(idea=alone).decision == Decision.NEEDS_MORE
    (owed,) = standing(CommitmentKind.GROUPED_ANSWER)
    assert owed.kept_at


def test_answering_each_idea_below_the_threshold_keeps_the_grouped_promise() -> None:
    debate = make.make_debate()
    idea = make.propose(debate)
    debate = make.close(debate)
    make.adopt(idea, make.make_decider(debate.community))
    assert standing(CommitmentKind.GROUPED_ANSWER)[0].kept_at
    assert standing(CommitmentKind.DELIVERY)


def test_a_group_is_not_adopted_at_once() -> None:
    debate = make.make_debate()
    make.propose(debate)
    debate = make.close(debate)
    with pytest.raises(ValidationError) as caught:
        actions.answer_group(
            member=make.make_decider(debate.community),
            debate=debate,
            reasons="All of them!",
            decision=Decision.ADOPTED,
        )
    assert list(caught.value.message_dict) == ["decision"]


def test_whoever_promised_says_it_is_delivered_and_nobody_else() -> None:
    debate = make.make_closed()
    decider = make.make_decider(debate.community)
    idea = Idea.objects.get()
    make.adopt(idea, decider)
    with pytest.raises(Refused):
        actions.keep_delivery(
            member=make.make_host(debate.community), idea=idea, text="It is there."
        )
    actions.keep_delivery(member=decider, idea=idea, text="It left on Sunday.")
    assert standing(CommitmentKind.DELIVERY)[0].kept_at
    with pytest.raises(Refused):
        actions.keep_delivery(member=decider, idea=idea, text="Again.")


# Notices


def told(kind: str) -> list[int]:
    rows = Notice.objects.filter(kind=kind).order_by("member_id")
    return list(rows.values_list("member_id", flat=True))


def test_the_author_and_the_supporters_hear_the_answer_once() -> None:
    debate = make.make_closed()
    idea = Idea.objects.get()
    decider = make.make_decider(debate.community)
    actions.answer_idea(member=decider, idea=idea, decision="not_adopted", reasons="No.")
    deliver_pending()
    supporters = list(Support.objects.values_list("member_id", flat=True))
    assert told("ideas.answered") == sorted([*supporters, idea.author_id or 0])


def test_a_grouped_answer_is_told_once_to_each_contributor_of_the_group() -> None:
    debate = make.make_debate(support_threshold=5)
    author = make.make_person(debate.community)
    first, second = make.propose(debate, author), make.propose(debate, author)
    supporter = make.make_person(debate.community)
    for idea in (first, second):
        actions.support_idea(member=supporter, idea=idea)
    debate = make.close(debate)
    actions.answer_group(
        member=make.make_decider(debate.community), debate=debate, reasons="Too few."
    )
    deliver_pending()
    assert told("ideas.group_answered") == sorted([author.pk, supporter.pk])


def test_members_hear_that_a_debate_opens_and_the_answering_role_that_answers_are_due() -> None:
    community = make.make_community()
    host, decider = make.make_host(community), make.make_decider(community)
    member, stranger = make.make_person(community), make.make_member()
    debate = make.make_debate(community, host)
    make.propose(debate, member)
    make.close(debate)
    with at(make.closing_moment(debate)):
        deliver_pending()
    assert told("ideas.debate_opened") == sorted([decider.pk, member.pk])
    assert told("ideas.answers_due") == [decider.pk]
    assert stranger.pk not in told("ideas.debate_opened")


def test_an_author_hears_why_their_idea_was_hidden() -> None:
    idea = make.propose(make.make_debate())
    moderator = make.entrust(make.make_member(), idea.debate.community, Role.MODERATOR)
    actions.hide_idea(member=moderator, idea=idea, reason="It attacks a person.")
    deliver_pending()
    assert told("ideas.hidden") == [idea.author_id]
