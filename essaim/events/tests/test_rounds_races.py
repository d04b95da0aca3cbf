"""A hundred phones at the same moment, each on a connection of its own."""

from functools import partial

import pytest

from essaim.communities.tests.factories import community_factory
from essaim.events import actions
from essaim.events.models import RoundLine, SpeakingTurn, Tap
from essaim.events.tests.factories import make_host
from essaim.events.tests.rooms import gathered, make_item, make_line, make_round
from essaim.foundation.models import FactRow
from essaim.needs.tests.test_slots_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
PHONES = [f"{number:064}" for number in range(100)]


def answer(opened: object, device: str) -> partial[int]:
    return partial(
        actions.answer_round,
        opened=opened,  # type: ignore[arg-type]  # a round, as below
        device=device,
        answers={1: "neighbours"},
    )


def test_a_hundred_phones_answer_at_once_and_each_is_counted_once() -> None:
    opened = make_round(gathered(community_factory()))
    went = at_once([answer(opened, device) for device in PHONES])
    assert went.count(True) == 100
    assert RoundLine.objects.count() == 100
    assert FactRow.objects.filter(kind="events.RoundAnswered").count() == 100


def test_one_phone_that_sends_twenty_times_at_once_has_said_it_once() -> None:
    opened = make_round(gathered(community_factory()))
    at_once([answer(opened, PHONES[0]) for _ in range(20)])
    assert RoundLine.objects.count() == 1
    assert FactRow.objects.filter(kind="events.RoundAnswered").count() == 1


def test_what_is_answered_while_it_closes_came_before_or_is_refused() -> None:
    community = community_factory()
    host, event = make_host(community), gathered(community)
    opened = make_round(event)
    went = at_once(
        [
            *(answer(opened, device) for device in PHONES[:30]),
            partial(actions.end_opening_round, member=host, event=event),
        ]
    )
    assert went[-1]
    assert RoundLine.objects.count() == went[:-1].count(True)
    (ended,) = FactRow.objects.filter(kind="events.OpeningRoundEnded")
    assert ended.details["lines"] == RoundLine.objects.count()


def test_no_tap_is_lost_or_left_when_positions_are_counted_meanwhile() -> None:
    community = community_factory()
    host, event = make_host(community), gathered(community)
    opened, item = make_round(event), make_item(event)
    actions.ask_positions(member=host, item=item)
    taps = [
        partial(actions.tap, opened=opened, device=device, item=item, position="for")
        for device in PHONES[:30]
    ]
    went = at_once([*taps, partial(actions.count_positions, member=host, item=item)])
    item.refresh_from_db()
    assert went[-1]
    assert item.count_for == went[:-1].count(True)
    assert not Tap.objects.exists()


def test_a_question_is_taken_once_by_two_hosts_and_parts_keep_one_order() -> None:
    community = community_factory()
    hosts, event = [make_host(community) for _ in range(2)], gathered(community)
    opened = make_round(event)
    lines = [make_line(opened, f"{number}?", 2, device=f"{number}") for number in range(8)]

    def take(number: int) -> None:
        line = lines[number // 2].public_id
        actions.take_questions(member=hosts[number % 2], event=event, lines=[line])

    acts = [partial(take, number) for number in range(8)]
    with pytest.raises(Exception, match="not taken yet"):
        at_once(acts)
    assert event.agenda.count() == 4
    assert len(set(event.agenda.values_list("number", flat=True))) == 4


def test_one_speaks_when_two_hosts_give_turns_at_once() -> None:
    community = community_factory()
    hosts, event = [make_host(community) for _ in range(2)], gathered(community)
    opened = make_round(event)
    turns = [
        actions.ask_turn(opened=opened, device=device, pseudonym="Ali") for device in PHONES[:6]
    ]
    at_once(
        [
            partial(actions.start_turn, member=hosts[number % 2], turn=turn)
            for number, turn in enumerate(turns)
        ]
    )
    speaking = SpeakingTurn.objects.filter(started_at__isnull=False, ended_at__isnull=True)
    assert speaking.count() == 1
