"""Each fact that needs hear, and who is told of it: those people, and nobody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from essaim.communities.actions import answer_appeal, appeal_decision, leave_community
from essaim.communities.facts import DecisionOverturned, MembershipEnded
from essaim.communities.models import Decision, Role
from essaim.foundation.activity import Fact, deliver_pending, kind_of
from essaim.foundation.activity.listeners import all_listeners
from essaim.foundation.clock import at, now
from essaim.members.actions import erase_member
from essaim.members.facts import MemberErased
from essaim.members.models import Member
from essaim.needs import actions, facts, listeners, tasks
from essaim.needs.actions.needs import record_posted
from essaim.needs.models import Closing, Match, Need, NeedKind, Side, State
from essaim.needs.tests.factories import (
    entrust,
    make_community,
    make_match,
    make_need,
    make_offer,
    make_person,
)
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db


class Scene:
    """A need with a contact of its own, two who would help, and two who carry to the elected."""

    def __init__(self) -> None:
        self.community = make_community()
        names = "poster contact helper second carrier nora bystander"
        self.people = {name: make_person(self.community) for name in names.split()}
        for name in ("carrier", "nora"):
            entrust(self[name], self.community, Role.FACILITATOR)
        self.need = make_need(self.community, self["poster"])
        Need.objects.filter(pk=self.need.pk).update(contact=self["contact"])
        self.need.refresh_from_db()

    def __getitem__(self, name: str) -> Member:
        return self.people[name]

    def match(self, who: str = "helper", **values: Any) -> Match:
        return make_match(self.need, self[who], **values)

    def asked(self) -> Match:
        return self.match(asked_by=Side.NEED)

    def agreed(self) -> Match:
        return self.match(state=State.ACCEPTED)

    def official(self) -> Need:
        """Its contact is one of those who may carry it: they are not told what they did."""
        need = make_need(self.community, self["poster"], kind=NeedKind.OFFICIAL)
        Need.objects.filter(pk=need.pk).update(contact=self["carrier"])
        return need

    def told(self) -> dict[str, set[str]]:
        """Names of those told, by kind of notice; also of what a later day recorded."""
        with at(now() + timedelta(days=60)):
            deliver_pending()
        names = {member.pk: name for name, member in self.people.items()}
        found: dict[str, set[str]] = {}
        for kind, member in Notice.objects.values_list("kind", "member_id"):
            if kind.startswith("needs."):
                found.setdefault(kind.removeprefix("needs."), set()).add(names[member])
        return found


def _offers_help(all_: Scene) -> None:
    actions.offer_help(member=all_["helper"], need=all_.need, words="I can.")


def _is_asked(all_: Scene) -> None:
    offer = make_offer(all_.community, all_["helper"])
    actions.ask_helper(member=all_["contact"], need=all_.need, offer=offer, words="Can you?")


def _is_filled(all_: Scene) -> None:
    all_.match("second")
    actions.accept(member=all_["contact"], match=all_.match())


def _is_freed(all_: Scene) -> None:
    all_.match("second", state=State.RELEASED)
    match = all_.agreed()
    Need.objects.filter(pk=all_.need.pk).update(filled_at=now())
    actions.call_off(member=all_["helper"], match=match)


def _is_freed_by_more_people(all_: Scene) -> None:
    all_.match("second", state=State.RELEASED)
    all_.agreed()
    Need.objects.filter(pk=all_.need.pk).update(filled_at=now())
    named = "title what_for deliverable minutes remote place by_on audience language"
    given = {name: getattr(all_.need, name) for name in named.split()}
    actions.edit_need(member=all_["contact"], need=all_.need, people=2, must=(), nice=(), **given)


def _nobody_answers(all_: Scene, side: Side) -> None:
    all_.match(asked_by=side)
    with at(now() + timedelta(days=15)):
        tasks.end_silences()


def _its_day_passes(all_: Scene) -> None:
    with at(now() + timedelta(days=40)):
        tasks.close_expired_needs()


def _is_refused(all_: Scene) -> None:
    actions.refuse_need(member=all_["carrier"], need=all_.official(), reason="Too vague.")


def _is_posted_for_the_elected(all_: Scene) -> None:
    with transaction.atomic():
        record_posted(all_.official())


def _is_taken_on(all_: Scene) -> None:
    actions.take_on(member=all_["carrier"], need=all_.official())


def _is_handed_back(all_: Scene) -> None:
    need = all_.official()
    Need.objects.filter(pk=need.pk).update(facilitator=all_["bystander"], approved_at=now())
    tasks.hand_back_what_nobody_carries()


def _undoes(all_: Scene) -> None:
    match = all_.match()
    actions.decline(member=all_["contact"], match=match)
    deliver_pending()
    Notice.objects.all().delete()
    actions.undo(member=all_["contact"], match=match)


def _helper_leaves(all_: Scene) -> None:
    all_.agreed()
    leave_community(member=all_["helper"], community=all_.community)


def _helper_is_erased(all_: Scene) -> None:
    all_.agreed()
    erase_member(member=all_["helper"])


SIDE = {"poster", "contact"}
FACILITATORS = {"carrier", "nora"}
HELPER = {"helper"}
Act = Callable[[Scene], object]
HEARD: list[tuple[type[Fact], Act, dict[str, set[str]]]] = [
    (facts.HelpAsked, _offers_help, {"asked": SIDE, "message": SIDE}),
    (facts.HelpAsked, _is_asked, {"asked": HELPER, "message": HELPER}),
    (
        facts.MatchAccepted,
        lambda all_: actions.accept(member=all_["helper"], match=all_.asked()),
        {"accepted": SIDE},
    ),
    (facts.MatchReleased, _is_filled, {"accepted": HELPER, "released": {"second"}}),
    (
        facts.MatchReleased,
        lambda all_: actions.close_need(member=all_["contact"], need=all_.asked().need),
        {"released": HELPER},
    ),
    (
        facts.MatchDeclined,
        lambda all_: actions.decline(member=all_["contact"], match=all_.match()),
        {"declined": HELPER},
    ),
    (
        facts.MatchWithdrawn,
        lambda all_: actions.withdraw(member=all_["helper"], match=all_.match()),
        {"withdrawn": SIDE},
    ),
    (
        facts.MatchCalledOff,
        lambda all_: actions.call_off(member=all_["poster"], match=all_.agreed()),
        {"called_off": HELPER},
    ),
    (facts.MatchExpired, lambda all_: _nobody_answers(all_, Side.NEED), {"expired": SIDE}),
    (facts.MatchActUndone, _undoes, {"undone": HELPER}),
    (
        facts.HelpConfirmed,
        lambda all_: actions.confirm_help(member=all_["poster"], match=all_.agreed(), minutes=30),
        {"confirmed": HELPER},
    ),
    (
        facts.HelpSaid,
        lambda all_: actions.say_help(member=all_["helper"], match=all_.agreed(), minutes=30),
        {"help_said": SIDE},
    ),
    (
        facts.MessageSent,
        lambda all_: actions.write_message(
            member=all_["contact"], match=all_.agreed(), text="When?"
        ),
        {"message": HELPER},
    ),
    (facts.NeedFreed, _is_freed, {"called_off": SIDE, "freed": {"second"}}),
    (facts.NeedFreed, _is_freed_by_more_people, {"freed": {"second"}}),
    (facts.NeedClosed, _its_day_passes, {"closed": SIDE}),
    (
        facts.NeedClosed,
        lambda all_: _nobody_answers(all_, Side.HELPER),
        {"closed": SIDE, "expired": HELPER},
    ),
    (facts.NeedClosed, _is_refused, {"closed": {"poster"}}),
    (
        facts.NeedClosed,
        lambda all_: actions.close_need(member=all_["contact"], need=all_.need),
        {},
    ),
    (facts.NeedForOfficialPosted, _is_posted_for_the_elected, {"to_facilitate": FACILITATORS}),
    (facts.NeedHandedBack, _is_handed_back, {"to_facilitate": FACILITATORS}),
    (facts.NeedTakenOn, _is_taken_on, {"taken_on": {"poster"}}),
    (MembershipEnded, _helper_leaves, {"called_off": SIDE}),
    (MemberErased, _helper_is_erased, {"called_off": SIDE}),
]
# It tells nobody: its own test is below.
SILENT = {DecisionOverturned}


def _name(row: tuple[type[Fact], Act, dict[str, set[str]]]) -> str:
    return f"{row[0].__name__}-{'-'.join(row[2]) or 'nobody'}"


@pytest.mark.parametrize("row", HEARD, ids=_name)
def test_each_fact_is_told_to_those_it_concerns(
    row: tuple[type[Fact], Act, dict[str, set[str]]],
) -> None:
    _fact, act, told = row
    scene = Scene()
    act(scene)
    assert scene.told() == told


def test_every_fact_that_is_heard_is_in_the_table() -> None:
    heard = {
        kind
        for kind, names in all_listeners().items()
        if any(name.startswith(listeners.__name__) for name in names)
    }
    assert heard == {kind_of(row[0]) for row in HEARD} | {kind_of(one) for one in SILENT}


def test_a_refusal_that_is_overturned_puts_the_need_back() -> None:
    scene = Scene()
    need = scene.official()
    actions.refuse_need(member=scene["carrier"], need=need, reason="Too vague.")
    need.refresh_from_db()
    assert need.closing == Closing.REFUSED
    decision = Decision.objects.get()
    appeal_decision(member=scene["poster"], decision=decision, words="It is clear.")
    second = entrust(make_person(scene.community), scene.community, Role.ADMINISTRATOR)
    answer_appeal(member=second, decision=decision, is_upheld=True, reason="It is.")
    deliver_pending()
    need.refresh_from_db()
    assert (need.closed_at, need.closing) == (None, "")
    actions.take_on(member=scene["nora"], need=need)
