"""Whoever stands behind an idea stays there, whatever becomes of the others; and nobody waits."""

import threading
from collections.abc import Callable
from datetime import timedelta
from time import sleep
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused
from essaim.foundation.clock import at, now
from essaim.ideas import actions
from essaim.ideas.models import Idea, Support
from essaim.ideas.queries import idea_to_read
from essaim.ideas.rules import may_support
from essaim.ideas.tests import factories as make
from essaim.ideas.tests.test_upward import WORDS, below, person
from essaim.members.models import Member
from essaim.members.tests.door import confirmed

pytestmark = pytest.mark.django_db


class CarriedGroup:
    """Two ideas of a committee, merged, sent up; three people support the one that was merged."""

    def __init__(self, *, speaker_first: bool = True) -> None:
        self.movement = make.make_community()
        self.committee = below(self.movement)
        self.host = make.join(make.make_host(self.committee), self.movement)
        self.target = make.make_debate(self.movement)
        with at(now() - timedelta(days=20)):
            debate = make.make_debate(
                self.committee, self.host, closes_at=now() + timedelta(days=19)
            )
            ideas = [make.propose(debate, person(self.committee, self.movement)) for _ in "ab"]
            self.speaker, self.other = ideas if speaker_first else reversed(ideas)
            self.supporters = [person(self.committee, self.movement) for _ in range(3)]
            for one in self.supporters:
                actions.support_idea(member=one, idea=self.other)
            self.regrouping = make.merge(self.host, self.speaker, self.other)
        make.close(debate)
        actions.send_upward(
            member=self.host,
            debate=debate,
            target=self.target,
            ideas=[self.speaker],
            synthesis=WORDS,
        )
        self.above = Idea.objects.select_related("debate__community").get(carried_from=self.speaker)


def author_of(idea: Idea) -> Member:
    assert idea.author
    return idea.author


def is_owed(idea: Idea) -> bool:
    owed = Commitment.objects.filter(kind=CommitmentKind.ANSWER, subject_id=idea.pk)
    return owed.standing().filter(subject_kind="idea").exists()


@pytest.mark.parametrize("how", ["withdrawn", "hidden"])
def test_a_group_keeps_its_people_above_when_who_spoke_for_it_below_goes(how: str) -> None:
    group = CarriedGroup()
    assert group.above.supporters == 3
    if how == "withdrawn":
        actions.withdraw_idea(member=author_of(group.speaker), idea=group.speaker)
    else:
        actions.hide_idea(member=group.host, idea=group.speaker, reason="Insults.")
    above, heir = make.fresh(group.above), make.fresh(group.other)
    assert above.supporters == 3
    assert heir.is_by_itself
    assert above.carried_from_id == heir.pk
    assert Idea.objects.carried_up().filter(pk=heir.pk).exists()
    assert not is_owed(heir), "It is answered above."
    actions.withdraw_idea(member=author_of(group.above), idea=above)
    assert is_owed(heir), "Nobody answers it above any more."


def test_whoever_proposed_what_counts_for_an_idea_cannot_support_it_one_step_away() -> None:
    group = CarriedGroup()
    author = author_of(group.other)
    with pytest.raises(Refused, match="An idea of yours is merged"):
        actions.support_idea(member=author, idea=group.above)
    seen = idea_to_read(fresh_reader(author), group.above.public_id)
    assert seen
    assert not may_support(fresh_reader(author), seen)


def test_nor_the_parts_of_what_it_was_merged_into() -> None:
    debate = make.make_debate()
    host = make.make_host(debate.community)
    whole, other = make.propose(debate), make.propose(debate)
    make.merge(host, whole, other)
    part, _second = make.split(host, whole)
    with pytest.raises(Refused, match="An idea of yours is merged"):
        actions.support_idea(member=author_of(other), idea=part)
    assert not Support.objects.exists()


def test_a_part_put_back_after_its_split_was_undone_is_no_idea_of_its_own() -> None:
    debate = make.make_debate()
    host = make.make_host(debate.community)
    whole = make.propose(debate)
    make.support(whole)
    _first, second = make.split(host, whole)
    actions.withdraw_idea(member=author_of(second), idea=second)
    make.undo(host, whole.regroupings.get())
    actions.restore_idea(member=author_of(second), idea=make.fresh(second))
    assert [*Idea.objects.filter(debate=debate).current()] == [whole]
    assert make.fresh(second).merged_into == whole
    assert make.behind(whole) == [1]


Act = Callable[[], Any]


def waiting_for_each_other(held: Idea, first: Act, second: Act) -> list[Any]:
    """What two acts give that begin while somebody holds an idea: first the one, then the other."""
    found: dict[str, Any] = {}
    holding, free = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Idea.objects.select_for_update().get(pk=held.pk)
            holding.set()
            free.wait(30)

    def run(name: str, act: Act) -> threading.Thread:
        def go() -> None:
            try:
                found[name] = act()
            except Exception as error:  # noqa: BLE001  what it was is what we ask
                found[name] = error
            finally:
                connections.close_all()

        thread = threading.Thread(target=go)
        thread.start()
        return thread

    threads = [run("hold", hold)]
    assert holding.wait(30)
    for name, act in (("first", first), ("second", second)):
        threads.append(run(name, act))
        _until_somebody_waits(len(threads) - 1)
    free.set()
    for thread in threads:
        thread.join(60)
    return [found["first"], found["second"]]


def _until_somebody_waits(how_many: int) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    for _turn in range(300):
        with connections["default"].cursor() as cursor:
            cursor.execute(f"{waiting} AND datname = current_database()")
            if cursor.fetchone()[0] >= how_many:
                return
        sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_withdrawing_below_and_taking_support_back_above_at_once_both_succeed() -> None:
    group = CarriedGroup(speaker_first=False)
    assert group.other.pk < group.speaker.pk
    supporter = group.supporters[0]
    said = waiting_for_each_other(
        group.speaker,
        lambda: actions.withdraw_idea(member=author_of(group.speaker), idea=group.speaker),
        lambda: actions.withdraw_support(member=supporter, idea=group.above),
    )
    assert said == [group.speaker, True]
    assert make.fresh(group.above).supporters == 2


@pytest.mark.django_db(transaction=True)
def test_erasing_oneself_while_a_support_is_taken_back_is_tried_again() -> None:
    """An erasure takes its rows as they come: what the database ends for that begins anew."""
    debate = make.make_debate()
    survivor, merged = make.propose(debate), make.propose(debate)
    supporter, author = make.make_person(debate.community), author_of(merged)
    actions.support_idea(member=supporter, idea=merged)
    make.merge(make.make_host(debate.community), survivor, merged)

    def posting(member: Member, address: str, **said: str) -> Act:
        client = Client(raise_request_exception=False)  # the first try ends in one
        client.force_login(member)
        confirmed(client)
        said["idempotency_key"] = f"key of {member.pk}"
        return lambda: client.post(address, said).status_code

    statuses = waiting_for_each_other(
        merged,
        posting(author, reverse("erase"), understood="on"),
        posting(supporter, reverse("idea_unsupport", args=[survivor.public_id])),
    )
    assert statuses == [302, 302]
    assert not Support.objects.exists()
    author.refresh_from_db()
    assert author.erased_at
