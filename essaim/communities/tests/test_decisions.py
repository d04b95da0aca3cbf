"""Decisions about what others made: recorded with a reason, contested once, looked at by others."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client
from django.urls import reverse

from essaim.communities import actions, queries, rules
from essaim.communities.facts import DecisionOverturned, DecisionTaken
from essaim.communities.models import (
    APPEAL_WINDOW,
    Audience,
    Community,
    Decision,
    DecisionAppeal,
    Kind,
    Mandate,
    Role,
    Verb,
)
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.activity.facts import kind_of
from essaim.foundation.clock import at, now
from essaim.foundation.models import FactRow
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory

THING = ("communities.community", 1)


class Case:
    """A movement with an administrator and a moderator, and a committee with its host below."""

    def __init__(self) -> None:
        self.movement = community_factory(kind=Kind.MOVEMENT)
        self.committee = community_factory(kind=Kind.COMMITTEE, parent=self.movement)
        self.administrator = in_role(self.movement, Role.ADMINISTRATOR)
        self.moderator = in_role(self.movement, Role.MODERATOR)
        self.host = in_role(self.committee, Role.HOST)
        self.author = member_of(self.movement, self.committee)

    def hidden(self, by: Member | None = None, **values: Any) -> Decision:
        return actions.record_decision(
            member=by or self.host,
            community=self.committee,
            verb=Verb.HID,
            subject=THING,
            concerned=self.author,
            reason=values.pop("reason", "It names a neighbour."),
            **values,
        )


@pytest.fixture
def case() -> Case:
    return Case()


@pytest.mark.django_db
def test_a_decision_says_why(case: Case) -> None:
    for nothing in ("", "  \n "):
        with pytest.raises(ValidationError):
            case.hidden(reason=nothing)
    with pytest.raises(ValidationError):
        case.hidden(reason="x" * 601)
    assert not Decision.objects.exists()


@pytest.mark.django_db
def test_what_is_decided_by_a_role_from_above_is_central(case: Case) -> None:
    assert not case.hidden(by=case.host).is_central
    assert case.hidden(by=case.moderator).is_central


@pytest.mark.django_db
def test_what_somebody_of_the_place_decides_by_a_power_that_was_lent_is_local(case: Case) -> None:
    actions.delegate(
        member=case.host,
        mandate=Mandate.objects.get(member=case.host),
        delegate=case.author,
        powers=["discussions.moderate"],
    )
    assert not case.hidden(by=case.author).is_central


@pytest.mark.django_db
def test_only_whom_it_concerns_contests_and_once(case: Case) -> None:
    decision = case.hidden()
    for other in (case.host, case.moderator, member_factory()):
        with pytest.raises(Refused):
            actions.appeal_decision(member=other, decision=decision, words="No.")
    actions.appeal_decision(member=case.author, decision=decision, words="No.")
    with pytest.raises(Refused):
        actions.appeal_decision(member=case.author, decision=decision, words="Again.")
    assert DecisionAppeal.objects.count() == 1


@pytest.mark.django_db
def test_an_appeal_comes_within_a_month(case: Case) -> None:
    decision = case.hidden()
    with at(now() + APPEAL_WINDOW + timedelta(minutes=1)), pytest.raises(Refused):
        actions.appeal_decision(member=case.author, decision=decision, words="Late.")


@pytest.mark.django_db
def test_what_was_kept_is_not_contested(case: Case) -> None:
    decision = actions.record_decision(
        member=case.host,
        community=case.committee,
        verb=Verb.KEPT,
        subject=THING,
        concerned=case.author,
        reason="It is frank, not rude.",
    )
    assert not rules.may_appeal(fresh_reader(case.author), decision)


@pytest.mark.django_db
def test_somebody_else_looks_again(case: Case) -> None:
    decision = case.hidden(by=case.host)
    actions.appeal_decision(member=case.author, decision=decision, words="No.")
    for nobody in (case.host, case.author, member_factory()):
        with pytest.raises(Refused):
            actions.answer_appeal(member=nobody, decision=decision, is_upheld=True, reason="Yes.")
    with pytest.raises(ValidationError):
        actions.answer_appeal(member=case.moderator, decision=decision, is_upheld=True, reason="")
    actions.answer_appeal(member=case.moderator, decision=decision, is_upheld=True, reason="True.")
    decision.refresh_from_db()
    assert decision.overturned_at
    assert FactRow.objects.filter(kind=kind_of(DecisionOverturned)).count() == 1
    with pytest.raises(Refused):
        actions.answer_appeal(
            member=case.administrator, decision=decision, is_upheld=False, reason="Hm."
        )


@pytest.mark.django_db
def test_a_concerned_moderator_does_not_judge_their_own_case(case: Case) -> None:
    decision = actions.record_decision(
        member=case.administrator,
        community=case.movement,
        verb=Verb.HID,
        subject=THING,
        concerned=case.moderator,
        reason="Off the subject.",
    )
    actions.appeal_decision(member=case.moderator, decision=decision, words="No.")
    with pytest.raises(Refused):
        actions.answer_appeal(
            member=case.moderator, decision=decision, is_upheld=True, reason="I was right."
        )


@pytest.mark.django_db
def test_closing_from_above_is_a_decision_that_its_host_contests(case: Case) -> None:
    with pytest.raises(Refused):
        actions.close_from_above(member=case.host, community=case.committee, reason="Enough.")
    with pytest.raises(Refused):  # a moderator judges words, not communities
        actions.close_from_above(member=case.moderator, community=case.committee, reason="Enough.")
    with pytest.raises(ValidationError):
        actions.close_from_above(member=case.administrator, community=case.committee, reason=" ")
    case.committee.refresh_from_db()
    assert case.committee.is_open
    actions.close_from_above(
        member=case.administrator, community=case.committee, reason="It was used to sell."
    )
    decision = Decision.objects.get()
    assert (decision.is_central, decision.verb) == (True, Verb.CLOSED)
    actions.appeal_decision(member=case.host, decision=decision, words="One person did.")
    actions.answer_appeal(
        member=case.moderator, decision=decision, is_upheld=True, reason="One is not all."
    )
    deliver_pending()
    case.committee.refresh_from_db()
    assert case.committee.is_open


@pytest.mark.django_db
def test_everyone_reads_the_decisions_without_a_name(case: Case) -> None:
    case.hidden(by=case.moderator, word="Dear you, take the name out.", asked_at=now())
    page = Client().get(reverse("decisions", args=[case.movement.slug])).content.decode()
    assert "It names a neighbour." in page
    assert "taken from above" in page
    for secret in ("Dear you", case.author.name, case.moderator.name):
        assert secret not in page


@pytest.mark.django_db
def test_decisions_of_a_private_committee_stay_inside(case: Case) -> None:
    case.hidden()
    Community.objects.filter(pk=case.committee.pk).update(visibility="members")
    page = Client().get(reverse("decisions", args=[case.movement.slug])).content.decode()
    assert "It names a neighbour." not in page


@pytest.mark.django_db
def test_figures_of_decisions(case: Case) -> None:
    case.hidden(by=case.moderator, asked_at=now() - timedelta(hours=5))
    late = case.hidden(by=case.host, asked_at=now() - timedelta(days=4))
    actions.appeal_decision(member=case.author, decision=late, words="No.")
    DecisionAppeal.objects.update(due_at=now() - timedelta(hours=1))
    reader = fresh_reader(case.author)
    figures = queries.decisions_for_page(reader, case.movement).figures
    assert (figures.decided, figures.central) == (2, 1)
    assert (figures.appeals, figures.upheld, figures.waiting, figures.late) == (1, 0, 1, 1)
    assert figures.within == "2 days"  # the middle of 5 hours and 4 days: 50.5 hours


@pytest.mark.django_db
def test_a_decision_records_its_fact(case: Case) -> None:
    case.hidden()
    fact = FactRow.objects.get(kind=kind_of(DecisionTaken))
    assert fact.details["verb"] == "hid"
    assert fact.details["concerned_id"] == case.author.pk


@pytest.mark.django_db(transaction=True)
def test_two_appeals_at_once_leave_one() -> None:
    case = Case()
    decision = case.hidden()
    said: list[str] = []
    start = threading.Barrier(2)

    def appeal() -> None:
        start.wait(30)
        try:
            actions.appeal_decision(member=case.author, decision=decision, words="No.")
            said.append("kept")
        except Refused:
            said.append("refused")
        finally:
            connections.close_all()

    both = [threading.Thread(target=appeal) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert sorted(said) == ["kept", "refused"]
    assert DecisionAppeal.objects.count() == 1


@pytest.mark.django_db
def test_a_decision_is_read_by_whom_the_thing_was_for(case: Case) -> None:
    case.hidden(audience=Audience.MEMBERS)
    address = reverse("decisions", args=[case.committee.slug])
    assert "It names a neighbour." not in Client().get(address).content.decode()
    inside = Client()
    inside.force_login(case.author)
    assert "It names a neighbour." in inside.get(address).content.decode()
