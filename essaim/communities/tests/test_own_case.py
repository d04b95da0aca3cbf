"""Nobody judges their own case: not by a friend, from a second seat, or in another role."""

import pytest

from essaim.communities import actions, queries, rules
from essaim.communities.models import Decision, Delegation, Mandate, Membership, Role
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.beginning import Scene
from essaim.communities.tests.factories import in_role, member_of
from essaim.communities.tests.test_decisions import Case
from essaim.foundation.access import Refused
from essaim.members.models import Member

LOOK, CHECK, RUN = "communities.look_again", "communities.check_openings", "communities.run"


def lend(holder: Member, friend: Member, *powers: str) -> None:
    mandate = Mandate.objects.get(member=holder)
    actions.delegate(member=holder, mandate=mandate, delegate=friend, powers=powers)


def look_again(by: Member, decision: Decision) -> None:
    actions.answer_appeal(member=by, decision=decision, is_upheld=True, reason="Yes.")


@pytest.mark.django_db
@pytest.mark.parametrize("lender", ["host", "author"])
def test_what_is_lent_by_who_decided_or_whom_it_concerns_takes_no_second_look(lender: str) -> None:
    case = Case()
    Mandate.objects.create(community=case.committee, member=case.author, role=Role.MODERATOR)
    friend = member_of(case.movement, case.committee)
    decision = case.hidden(by=case.host)
    appeal = actions.appeal_decision(member=case.author, decision=decision, words="No.")
    lend(getattr(case, lender), friend, LOOK)
    assert not rules.may_answer_appeal(fresh_reader(friend), appeal)
    assert friend.pk not in queries.may_look_again(decision.pk)
    with pytest.raises(Refused):
        look_again(friend, decision)
    other = in_role(case.committee, Role.MODERATOR)
    lend(other, friend, LOOK)
    assert friend.pk in queries.may_look_again(decision.pk)
    look_again(friend, decision)  # in the stead of somebody who has no part in it


@pytest.mark.django_db
def test_those_who_run_what_was_closed_do_not_look_at_that_again() -> None:
    case = Case()
    other = in_role(case.committee, Role.HOST)
    actions.close_from_above(member=case.administrator, community=case.committee, reason="Sold.")
    decision = Decision.objects.get()
    actions.appeal_decision(member=case.host, decision=decision, words="One did.")
    assert other.pk not in queries.may_look_again(decision.pk)
    with pytest.raises(Refused):
        look_again(other, decision)
    look_again(case.moderator, decision)


@pytest.mark.django_db
def test_those_who_begin_something_do_not_look_at_its_refusal_again() -> None:
    scene = Scene()
    beginner = in_role(scene.movement, Role.MODERATOR)
    Membership.objects.create(community=scene.draft, member=beginner)
    decision = scene.appealed()
    assert beginner.pk not in queries.may_look_again(decision.pk)
    with pytest.raises(Refused):
        look_again(beginner, decision)


@pytest.mark.django_db
def test_who_asked_does_not_check_after_leaving_nor_by_a_friend() -> None:
    scene = Scene()
    Mandate.objects.create(community=scene.movement, member=scene.founder, role=Role.HOST)
    in_role(scene.draft, Role.HOST)
    friend = member_of(scene.movement)
    ask = scene.ask()
    mandate = Mandate.objects.get(member=scene.founder, community=scene.movement)
    actions.delegate(member=scene.founder, mandate=mandate, delegate=friend, powers=[CHECK])
    with pytest.raises(Refused):
        actions.grant_opening(member=friend, ask=ask)
    actions.leave_community(member=scene.founder, community=scene.draft)
    assert not scene.is_open
    with pytest.raises(Refused):
        actions.grant_opening(member=scene.founder, ask=ask)
    actions.grant_opening(member=scene.referent, ask=ask)


@pytest.mark.django_db
def test_what_is_lent_names_nobody_to_check() -> None:
    """Else the right to check would outlive what was lent."""
    scene = Scene()
    friend = in_role(scene.movement, Role.COACH)
    lend(scene.host, friend, RUN)
    with pytest.raises(Refused):
        actions.set_opening_policy(
            member=friend, community=scene.movement, is_checked=True, days=3, referent=friend
        )


@pytest.mark.django_db
def test_closing_from_above_stays_central_whatever_else_one_is_there() -> None:
    case = Case()
    Membership.objects.create(community=case.committee, member=case.administrator)
    Mandate.objects.create(community=case.committee, member=case.administrator, role=Role.COACH)
    actions.close_from_above(member=case.administrator, community=case.committee, reason="Sold.")
    decision = Decision.objects.get()
    assert decision.is_central
    actions.appeal_decision(member=case.host, decision=decision, words="One did.")


@pytest.mark.django_db
def test_what_the_place_itself_lent_is_not_from_above() -> None:
    case = Case()
    friend = member_of(case.movement, case.committee)
    lend(case.host, friend, LOOK)
    assert not case.hidden(by=friend).is_central
    assert Delegation.objects.on(Mandate.objects.get(member=case.host).starts_on).exists()
