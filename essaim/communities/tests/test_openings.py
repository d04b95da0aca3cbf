"""Committees that begin: opened at once or after a check that silence ends."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from essaim.communities import actions, queries, rules
from essaim.communities.models import (
    AskState,
    Community,
    Kind,
    KitStep,
    Mandate,
    OpeningAsk,
    OpeningPolicy,
    Role,
    Step,
)
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.beginning import REASON, Scene
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.foundation.access import Refused
from essaim.foundation.clock import at, now, today
from essaim.foundation.models import FactRow
from essaim.members.models import Member

pytestmark = pytest.mark.django_db


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
        assert OpeningAsk.objects.waiting().exists()
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
    policy: dict[str, Any] = {"community": scene.movement, "is_checked": True}
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
    tick: dict[str, Any] = {"member": scene.founder, "community": scene.draft}
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
