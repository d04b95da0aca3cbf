from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from essaim.commitments.models import CommitmentKind, State
from essaim.communities.models import Role
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now, today
from essaim.ideas import actions
from essaim.ideas.models import Answer, Decision, Idea, Support
from essaim.ideas.tests import factories as make
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db


def test_adopting_keeps_the_answer_commitment_and_makes_one_to_deliver() -> None:
    debate = make.make_closed()
    decider = make.make_decider(debate.community)
    make.adopt(Idea.objects.get(), decider)
    (answer,) = make.owed(CommitmentKind.ANSWER)
    (delivery,) = make.owed(CommitmentKind.DELIVERY)
    assert answer.state_on(today()) == State.KEPT
    assert delivery.state_on(today()) == State.DUE
    assert delivery.promise == "A trial from March to May."
    assert delivery.owner == decider
    assert make.kinds()[-2:] == ["IdeaAnswered", "IdeaAdopted"]


def test_an_answer_after_its_day_is_kept_late() -> None:
    debate = make.make_closed(answer_delay_days=10)
    decider = make.make_decider(debate.community)
    with at(now() + timedelta(days=30)):
        assert make.owed(CommitmentKind.ANSWER)[0].state_on(today()) == State.LATE
        actions.answer_idea(
            member=decider, idea=Idea.objects.get(), decision="not_adopted", reasons="No."
        )
        assert make.owed(CommitmentKind.ANSWER)[0].state_on(today()) == State.KEPT_LATE


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
    assert not make.owed(CommitmentKind.DELIVERY)


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
    (owed,) = make.owed(CommitmentKind.GROUPED_ANSWER)
    assert owed.kept_at


def test_answering_each_idea_below_the_threshold_keeps_the_grouped_promise() -> None:
    debate = make.make_debate()
    idea = make.propose(debate)
    debate = make.close(debate)
    make.adopt(idea, make.make_decider(debate.community))
    assert make.owed(CommitmentKind.GROUPED_ANSWER)[0].kept_at
    assert make.owed(CommitmentKind.DELIVERY)


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
    assert make.owed(CommitmentKind.DELIVERY)[0].kept_at
    with pytest.raises(Refused):
        actions.keep_delivery(member=decider, idea=idea, text="Again.")


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
    assert told("communities.decision") == [idea.author_id]
