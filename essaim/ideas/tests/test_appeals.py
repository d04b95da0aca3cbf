from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from essaim.commitments.models import Commitment, CommitmentKind, State
from essaim.communities.models import Kind, Role
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now, today
from essaim.ideas import actions
from essaim.ideas.models import (
    Answer,
    Appeal,
    Decision,
    Idea,
    Outcome,
    ProgrammeItem,
    SentenceSource,
    Support,
)
from essaim.ideas.queries import audiences
from essaim.ideas.tasks import tell_who_is_late_with_a_second_look
from essaim.ideas.tests import factories as make
from essaim.members.actions import erase_member
from essaim.members.models import Member
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db

REASONS = "Nobody asked the night workers."


def refused_idea(**values: Any) -> tuple[Idea, Member]:
    """An idea that was answered « not adopted » a moment ago, and whoever decided so."""
    debate = make.make_closed(**values)
    decider = make.make_decider(debate.community)
    idea = Idea.objects.get(debate=debate)
    actions.answer_idea(
        member=decider, idea=idea, decision=Decision.NOT_ADOPTED, reasons="It costs too much."
    )
    return fresh(idea), decider


def fresh(idea: Idea) -> Idea:
    return Idea.objects.select_related("debate__community", "author").get(pk=idea.pk)


def author_of(idea: Idea) -> Member:
    assert idea.author
    return idea.author


def contested(**values: Any) -> tuple[Idea, Member, Member]:
    """The idea, its first decider, and a host who may look again."""
    idea, decider = refused_idea(**values)
    host = make.make_host(idea.debate.community)
    actions.contest_answer(member=author_of(idea), idea=idea, reasons=REASONS)
    return fresh(idea), decider, host


def decide(idea: Idea, member: Member, **values: Any) -> Appeal:
    given: dict[str, Any] = {"outcome": Outcome.UPHELD, "reasons": "The sum was checked."}
    return actions.decide_appeal(member=member, idea=idea, **given | values)


def adopt_it(idea: Idea, member: Member, **values: Any) -> Appeal:
    return decide(
        idea,
        member,
        outcome=Outcome.CHANGED,
        decision=Decision.ADOPTED,
        reasons="They were right.",
        delivery=make.promise(**values),
    )


def second_looks() -> list[Commitment]:
    return make.owed(CommitmentKind.APPEAL)


def told(kind: str) -> list[int]:
    rows = Notice.objects.filter(kind=kind).order_by("member_id")
    return list(rows.values_list("member_id", flat=True))


def test_the_author_contests_and_a_second_look_is_owed_by_a_day() -> None:
    idea, decider, host = contested(answer_delay_days=20)
    appeal = Appeal.objects.get()
    assert (appeal.first_decision, appeal.first_answered_by) == (Decision.NOT_ADOPTED, decider)
    (owed,) = second_looks()
    assert owed.due_on == appeal.due_on == today() + timedelta(days=20)
    assert owed.owner_role == Role.HOST
    assert make.kinds()[-1] == "AnswerContested"
    assert host.pk in audiences.who_takes_the_second_look(idea.pk)


def test_those_behind_the_idea_contest_and_nobody_else() -> None:
    idea, _decider = refused_idea()
    community = idea.debate.community
    for stranger in (make.make_member(), make.make_person(community)):
        with pytest.raises(Refused):
            actions.contest_answer(member=stranger, idea=idea, reasons=REASONS)
    supporter = Member.objects.get(pk=Support.objects.values_list("member_id", flat=True)[0])
    actions.contest_answer(member=supporter, idea=idea, reasons=REASONS)
    assert Appeal.objects.get().appellant == supporter


def test_whoever_left_the_community_contests_nothing() -> None:
    idea, _decider = refused_idea()
    author_of(idea).memberships.update(left_at=now())
    with pytest.raises(Refused):
        actions.contest_answer(member=author_of(idea), idea=idea, reasons=REASONS)


def test_an_answer_is_contested_within_thirty_days() -> None:
    idea, _decider = refused_idea()
    with at(now() + timedelta(days=30, hours=1)), pytest.raises(Refused):
        actions.contest_answer(member=author_of(idea), idea=idea, reasons=REASONS)
    with at(now() + timedelta(days=29)):
        actions.contest_answer(member=author_of(idea), idea=idea, reasons=REASONS)


def test_an_answer_is_contested_once_even_after_it_was_upheld_or_taken_back() -> None:
    idea, _decider, host = contested()
    with pytest.raises(Refused):
        actions.contest_answer(member=author_of(idea), idea=fresh(idea), reasons="Again!")
    decide(idea, host)
    with pytest.raises(Refused):
        actions.contest_answer(member=author_of(idea), idea=fresh(idea), reasons="Again!")


@pytest.mark.parametrize("reasons", ["", "   ", "x" * 2001])
def test_contesting_takes_reasons_of_a_page_at_most(reasons: str) -> None:
    idea, _decider = refused_idea()
    with pytest.raises(ValidationError) as caught:
        actions.contest_answer(member=author_of(idea), idea=idea, reasons=reasons)
    assert list(caught.value.message_dict) == ["reasons"]
    assert not Appeal.objects.exists()
    actions.contest_answer(member=author_of(idea), idea=idea, reasons="x" * 2000)


def test_each_idea_of_a_group_is_contested_by_itself() -> None:
    debate = make.make_debate()
    first, second = make.propose(debate), make.propose(debate)
    debate = make.close(debate)
    decider = make.make_decider(debate.community)
    actions.answer_group(member=decider, debate=debate, reasons="Too few of us.")
    actions.contest_answer(member=author_of(first), idea=fresh(first), reasons=REASONS)
    adopt_it(fresh(first), make.make_host(debate.community))
    assert Answer.objects.get(idea=first).group is None
    assert Answer.objects.get(idea=second).decision == Decision.NOT_ADOPTED


def test_neither_the_first_decider_nor_the_parties_decide() -> None:
    idea, decider, _host = contested()
    author = make.entrust(author_of(idea), idea.debate.community, Role.HOST)
    make.entrust(decider, idea.debate.community, Role.ADMINISTRATOR)
    for party in (decider, author, make.make_person(idea.debate.community)):
        with pytest.raises(Refused):
            decide(idea, party)
    assert Appeal.objects.get().decided_at is None


@pytest.mark.parametrize("party", ["first_answered_by", "appellant"])
def test_the_database_refuses_a_decision_by_a_party(party: str) -> None:
    contested()
    appeal = Appeal.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.update(
            outcome="upheld",
            decision_reasons="So it is.",
            decided_at=now(),
            decided_by=getattr(appeal, party),
        )


def test_another_holder_of_the_answering_role_comes_first() -> None:
    idea, _decider = refused_idea()
    community = idea.debate.community
    make.make_host(community)
    other = make.entrust(make.make_person(community), community, Role.ELECTED, "mayor")
    actions.contest_answer(member=author_of(idea), idea=idea, reasons=REASONS)
    assert (second_looks()[0].owner_role, second_looks()[0].owner_title) == (Role.ELECTED, "mayor")
    assert decide(fresh(idea), other).decided_title == "mayor"


def test_where_nobody_else_is_there_those_above_are_told_and_decide() -> None:
    movement = make.make_community()
    administrator = make.entrust(make.make_person(movement), movement, Role.ADMINISTRATOR)
    committee = make.make_community(
        kind=Kind.COMMITTEE, parent=movement, ancestor_ids=[movement.pk]
    )
    idea, _decider = refused_idea(community=committee)
    committee.mandates.filter(role=Role.HOST).delete()
    actions.contest_answer(member=author_of(idea), idea=idea, reasons=REASONS)
    deliver_pending()
    assert told("ideas.second_look_due") == [administrator.pk]
    assert decide(fresh(idea), administrator).decided_at


def test_without_anybody_else_the_second_look_is_owed_all_the_same() -> None:
    idea, decider = refused_idea()
    idea.debate.community.mandates.exclude(member=decider).delete()
    actions.contest_answer(member=author_of(idea), idea=idea, reasons=REASONS)
    assert second_looks()[0].owner_title == "someone other than whoever answered first"


def test_when_the_first_decider_is_gone_any_holder_of_the_role_decides() -> None:
    idea, decider, _host = contested()
    erase_member(member=decider)
    other = make.make_decider(idea.debate.community)
    assert decide(fresh(idea), other).decided_by == other


def test_upholding_leaves_the_answer_and_keeps_the_commitment() -> None:
    idea, decider, host = contested()
    appeal = decide(idea, host)
    answer = Answer.objects.get()
    assert (answer.decision, answer.answered_by) == (Decision.NOT_ADOPTED, decider)
    assert (appeal.outcome, appeal.decided_by) == (Outcome.UPHELD, host)
    assert second_looks()[0].state_on(today()) == State.KEPT
    assert make.kinds()[-1] == "AppealDecided"


def test_a_second_look_after_its_day_is_late_and_kept_late() -> None:
    idea, _decider, host = contested(answer_delay_days=5)
    with at(now() + timedelta(days=6)):
        assert second_looks()[0].state_on(today()) == State.LATE
        tell_who_is_late_with_a_second_look()
        tell_who_is_late_with_a_second_look()
        assert host.pk in told("ideas.second_look_late")
        assert len(told("ideas.second_look_late")) == len(set(told("ideas.second_look_late")))
        decide(idea, host)
        assert second_looks()[0].state_on(today()) == State.KEPT_LATE


def test_changing_to_adoption_promises_a_delivery_and_drafts_an_item() -> None:
    idea, _decider, host = contested()
    adopt_it(idea, host)
    answer = Answer.objects.get()
    assert (answer.decision, answer.answered_by) == (Decision.ADOPTED, host)
    assert Appeal.objects.get().first_reasons == "It costs too much."
    assert make.owed(CommitmentKind.DELIVERY)[0].state_on(today()) == State.DUE
    assert make.kinds()[-2:] == ["IdeaAdopted", "AppealDecided"]
    deliver_pending()
    assert SentenceSource.objects.get().idea == idea


def test_changing_to_adoption_takes_a_promise() -> None:
    idea, _decider, host = contested()
    with pytest.raises(ValidationError) as caught:
        decide(idea, host, outcome=Outcome.CHANGED, decision=Decision.ADOPTED)
    assert list(caught.value.message_dict) == ["promise"]
    assert Appeal.objects.get().decided_at is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"outcome": "perhaps"}, "outcome"),
        ({"reasons": " "}, "reasons"),
        ({"outcome": "changed", "decision": "not_adopted"}, "decision"),
        ({"outcome": "changed", "decision": "perhaps"}, "decision"),
    ],
)
def test_a_decision_that_says_nothing_is_refused(values: dict[str, str], field: str) -> None:
    idea, _decider, host = contested()
    with pytest.raises(ValidationError) as caught:
        decide(idea, host, **values)
    assert list(caught.value.message_dict) == [field]


def adopted_then_contested() -> tuple[Idea, Member, Member]:
    debate = make.make_closed()
    decider = make.make_decider(debate.community)
    idea = Idea.objects.get()
    make.adopt(idea, decider)
    deliver_pending()
    supporter = Member.objects.get(pk=Support.objects.values_list("member_id", flat=True)[0])
    actions.contest_answer(member=supporter, idea=fresh(idea), reasons="Not like this.")
    return fresh(idea), decider, make.make_host(debate.community)


def test_an_adoption_that_is_undone_cancels_its_promise_and_leaves_the_programme() -> None:
    idea, _decider, host = adopted_then_contested()
    decide(idea, host, outcome=Outcome.CHANGED, decision=Decision.NOT_ADOPTED)
    cancelled = Commitment.objects.get(kind=CommitmentKind.DELIVERY)
    assert cancelled.cancelling_reason == "A second look changed the answer that promised it."
    assert ProgrammeItem.objects.count() == 1  # its writers decide what becomes of it
    deliver_pending()
    assert host.pk in told("ideas.adoption_undone")


def test_another_adoption_takes_another_promise() -> None:
    idea, _decider, host = adopted_then_contested()
    decide(
        idea,
        host,
        outcome=Outcome.CHANGED,
        decision=Decision.IN_PART,
        delivery=make.promise(promise="Half of it."),
    )
    (promised,) = make.owed(CommitmentKind.DELIVERY)
    assert promised.promise == "Half of it."
    assert make.kinds().count("IdeaAdopted") == 1


def test_what_was_delivered_is_not_undone() -> None:
    idea, decider, host = adopted_then_contested()
    actions.keep_delivery(member=decider, idea=idea, text="It is there.")
    with pytest.raises(ValidationError) as caught:
        decide(fresh(idea), host, outcome=Outcome.CHANGED, decision=Decision.NOT_ADOPTED)
    assert list(caught.value.message_dict) == ["decision"]
    assert decide(fresh(idea), host).outcome == Outcome.UPHELD


def test_taking_it_back_cancels_the_second_look_for_good() -> None:
    idea, _decider, host = contested()
    with pytest.raises(Refused):
        actions.withdraw_appeal(member=host, idea=idea)
    actions.withdraw_appeal(member=author_of(idea), idea=idea)
    assert Appeal.objects.get().reasons == ""
    assert not second_looks()
    with pytest.raises(Refused):
        decide(fresh(idea), host)
    with pytest.raises(Refused):
        actions.contest_answer(member=author_of(idea), idea=fresh(idea), reasons="Again!")
    with pytest.raises(Refused):
        actions.withdraw_appeal(member=author_of(idea), idea=fresh(idea))


def test_a_hidden_idea_gets_no_second_look() -> None:
    idea, _decider, host = contested()
    actions.hide_idea(member=host, idea=idea, reason="It names a person.")
    assert not second_looks()
    with pytest.raises(Refused):
        decide(fresh(idea), host)


def test_everyone_concerned_hears_of_the_second_look_once() -> None:
    idea, decider, host = contested()
    deliver_pending()
    assert told("ideas.contested") == [decider.pk]
    assert host.pk in told("ideas.second_look_due")
    assert decider.pk not in told("ideas.second_look_due")
    adopt_it(idea, host)
    deliver_pending()
    supporters = Support.objects.values_list("member_id", flat=True)
    assert told("ideas.second_look_taken") == sorted({*supporters, author_of(idea).pk, decider.pk})
    assert not told("ideas.answered") or len(told("ideas.answered")) == len(supporters) + 1
