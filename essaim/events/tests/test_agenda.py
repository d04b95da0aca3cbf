"""The agenda: one order, one part at a time, what each question became."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override

from essaim.communities.models import Community
from essaim.communities.readers import Reader, fresh_reader
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions
from essaim.events.kinds import KINDS
from essaim.events.models import MOST_ROUND_QUESTIONS, AgendaItem, Event, Kind, State, Tap
from essaim.events.queries.agenda import agenda_for_page, agenda_in_short
from essaim.events.tests.factories import make_event, make_host
from essaim.events.tests.rooms import PHONE, gathered, make_item, make_line, make_round
from essaim.foundation import clock
from essaim.foundation.access import Refused
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow

pytestmark = pytest.mark.django_db
PART = {"title": "The bus", "minutes": 20, "lead": "Zoé", "kind": "topic"}


@pytest.fixture
def community() -> Community:
    return community_factory()


def titles(event: Event) -> list[str]:
    return list(event.agenda.values_list("title", flat=True))


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_begins_with_an_agenda_that_can_be_kept(community: Community, kind: Kind) -> None:
    beginning = KINDS[kind]
    assert 1 <= len(beginning.asked) <= MOST_ROUND_QUESTIONS
    assert sum(one.is_agenda for one in beginning.asked) == 1
    assert beginning.purpose
    assert beginning.roles
    assert beginning.follow_up
    host = make_host(community)
    event = make_event(community, kind=kind, state=State.DRAFT)
    made = actions.begin_from_template(member=host, event=event)
    assert made == event.agenda.count() == len(beginning.agenda)
    with pytest.raises(Refused, match="agenda already"):
        actions.begin_from_template(member=host, event=event)


def test_parts_move_up_and_down_and_stop_at_either_end(community: Community) -> None:
    host, event = make_host(community), make_event(community)
    one, two, three = (make_item(event, title) for title in ("one", "two", "three"))
    actions.move_item(member=host, item=three, is_up=True)
    assert titles(event) == ["one", "three", "two"]
    actions.move_item(member=host, item=one, is_up=False)
    assert titles(event) == ["three", "one", "two"]
    actions.move_item(member=host, item=three, is_up=True)
    actions.move_item(member=host, item=two, is_up=False)
    assert titles(event) == ["three", "one", "two"]


def test_a_part_is_added_said_better_and_removed(community: Community) -> None:
    host, event = make_host(community), make_event(community)
    item = actions.add_item(member=host, event=event, **PART)
    actions.change_item(member=host, item=item, **PART | {"title": "The night bus"})
    assert titles(event) == ["The night bus"]
    for wrong in ({"title": " "}, {"minutes": 0}, {"minutes": None}, {"kind": "party"}):
        with pytest.raises(ValidationError):
            actions.add_item(member=host, event=event, **PART | wrong)
    actions.remove_item(member=host, item=item)
    assert titles(event) == []
    kinds = FactRow.objects.filter(kind="events.AgendaChanged").order_by("pk")
    assert [row.details["minutes"] for row in kinds] == [20, 20, 0]


def test_who_holds_nothing_changes_nothing(community: Community) -> None:
    event = gathered(community)
    item = make_item(event, kind="question")
    member = member_of(community)
    acts: list[Callable[[], object]] = [
        lambda: actions.begin_from_template(member=member, event=event),
        lambda: actions.add_item(member=member, event=event, **PART),
        lambda: actions.change_item(member=member, item=item, **PART),
        lambda: actions.move_item(member=member, item=item, is_up=True),
        lambda: actions.remove_item(member=member, item=item),
        lambda: actions.merge_items(member=member, item=item, into=item),
        lambda: actions.start_item(member=member, item=item),
        lambda: actions.close_question(member=member, item=item, outcome="answered"),
        lambda: actions.ask_positions(member=member, item=item),
        lambda: actions.count_positions(member=member, item=item),
    ]
    for act in acts:
        with pytest.raises(Refused, match="ask one of them"):
            act()


def test_one_part_at_a_time_and_its_real_minutes_are_kept(community: Community) -> None:
    host, event = make_host(community), gathered(community)
    one, two = make_item(event, "one"), make_item(event, "two")
    actions.start_item(member=host, item=one)
    with clock.at(now() + timedelta(minutes=12)):
        actions.start_item(member=host, item=two)
        with pytest.raises(Refused, match="not under way"):
            actions.end_item(member=host, item=one)
    one.refresh_from_db()
    assert one.taken_minutes == 12
    page = agenda_for_page(Reader(member_id=None), event)
    assert [(item.is_over, item.is_under_way) for item in page.items] == [
        (True, False),
        (False, True),
    ]
    with pytest.raises(Refused, match="it stays"):
        actions.remove_item(member=host, item=one)


def test_nothing_starts_days_before(community: Community) -> None:
    event = make_event(community)
    with pytest.raises(Refused, match="two hours before"):
        actions.start_item(member=make_host(community), item=make_item(event))


def test_two_that_ask_the_same_become_one(community: Community) -> None:
    host, event = make_host(community), gathered(community)
    opened = make_round(event)
    one, two = make_item(event, "Who pays?"), make_item(event, "Who will pay?")
    line = make_line(opened, "Who will pay?", 2, item=two)
    with pytest.raises(ValidationError):
        actions.merge_items(member=host, item=one, into=one)
    with pytest.raises(AgendaItem.DoesNotExist):
        actions.merge_items(member=host, item=one, into=make_item(gathered(community)))
    actions.merge_items(member=host, item=two, into=one)
    line.refresh_from_db()
    assert (titles(event), line.item) == (["Who pays?"], one)


def test_questions_are_answered_or_not_and_the_others_are_shown_at_the_end(
    community: Community,
) -> None:
    host, event = make_host(community), gathered(community)
    one, two, three = (make_item(event, title, kind="question") for title in ("a?", "b?", "c?"))
    topic = make_item(event, "a topic")
    actions.close_question(member=host, item=one, outcome="answered")
    actions.close_question(member=host, item=two, outcome="unanswered")
    actions.close_question(member=host, item=three, outcome="answered")
    actions.close_question(member=host, item=three, outcome="")
    with pytest.raises(Refused, match="Only questions"):
        actions.close_question(member=host, item=topic, outcome="answered")
    with pytest.raises(ValidationError):
        actions.close_question(member=host, item=one, outcome="maybe")
    with pytest.raises(ValidationError, match="open it again"):
        actions.change_item(member=host, item=one, **PART)
    page = agenda_for_page(Reader(member_id=None), event)
    assert [item.title for item in page.unanswered] == ["b?", "c?"]
    assert agenda_in_short(event).unanswered == ()
    with clock.at(event.ends_at):
        assert agenda_in_short(event).unanswered == ("b?", "c?")


def test_the_minutes_are_told_against_the_length(community: Community) -> None:
    event = make_event(community)
    make_item(event, minutes=90)
    reader = Reader(member_id=None)
    assert agenda_for_page(reader, event).fit == "90 minutes are planned, of 120."
    make_item(event, minutes=45)
    page = agenda_for_page(reader, event)
    assert page.is_too_long
    assert page.fit.endswith("That is 15 too many: shorten a part, or take one out.")


def test_the_hours_of_an_agenda_are_those_of_its_zone(community: Community) -> None:
    starts_at = (now() + timedelta(days=2)).replace(hour=12, minute=0)
    event = make_event(community, starts_at=starts_at, zone="Pacific/Noumea")
    make_item(event, minutes=15)
    make_item(event)
    with override("en"):
        page = agenda_for_page(fresh_reader(member_of(community)), event)
    assert [item.clock for item in page.items] == ["23:00", "23:15"]


@pytest.mark.parametrize(("phones", "told"), [(4, False), (5, True)])
def test_positions_are_three_numbers_told_above_a_few_and_the_taps_are_gone(
    community: Community, phones: int, told: bool
) -> None:
    host, event = make_host(community), gathered(community)
    opened, item = make_round(event), make_item(event)
    with pytest.raises(Refused, match="wait until"):
        actions.tap(opened=opened, device=PHONE, item=item, position="for")
    actions.ask_positions(member=host, item=item)
    for number in range(phones):
        device = f"{number:064}"
        for position in ("against", "for" if number else "another_way"):
            actions.tap(opened=opened, device=device, item=item, position=position)
    with pytest.raises(ValidationError):
        actions.tap(opened=opened, device=PHONE, item=item, position="")
    (line,) = agenda_for_page(fresh_reader(host), event).items
    assert line.chosen is None
    actions.count_positions(member=host, item=item)
    assert not Tap.objects.exists()
    (line,) = agenda_for_page(fresh_reader(host), event).items
    assert line.chosen
    assert line.chosen.is_told is told
    assert line.chosen.sentence == (
        f"{phones - 1} for, 0 against, 1 another way"
        if told
        else "Fewer than 5 chose: too few to be told."
    )
    for act in (actions.ask_positions, actions.count_positions):
        with pytest.raises(Refused):
            act(member=host, item=item)
    with pytest.raises(Refused, match="no longer taken"):
        actions.tap(opened=opened, device=PHONE, item=item, position="for")


def test_positions_are_taken_only_while_phones_can_and_closing_counts_them(
    community: Community,
) -> None:
    host, event = make_host(community), gathered(community)
    item, pause = make_item(event), make_item(event, kind="break")
    with pytest.raises(Refused, match="Open it to phones"):
        actions.ask_positions(member=host, item=item)
    opened = make_round(event)
    with pytest.raises(Refused, match="break"):
        actions.ask_positions(member=host, item=pause)
    actions.ask_positions(member=host, item=item)
    actions.tap(opened=opened, device=PHONE, item=item, position="for")
    elsewhere = make_item(gathered(community), asked_at=now())
    with pytest.raises(AgendaItem.DoesNotExist):
        actions.tap(opened=opened, device=PHONE, item=elsewhere, position="for")
    actions.close_round(member=host, event=event)
    item.refresh_from_db()
    assert (item.count_for, item.takes_positions) == (1, False)


def test_the_database_keeps_the_order_and_one_part_under_way(community: Community) -> None:
    event = gathered(community)
    make_item(event, started_at=now())
    wrong: list[dict[str, Any]] = [
        {"started_at": now()},
        {"minutes": 0},
        {"ended_at": now()},
        {"outcome": "answered"},
        {"counted_at": now()},
        {"count_for": 1, "asked_at": now()},
    ]
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            make_item(event, **values)
    make_item(event, number=1)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    AgendaItem.objects.order_by("-pk")[:1].get().delete()


def test_every_outcome_has_a_place_in_what_is_left(community: Community) -> None:
    event = gathered(community)
    for kind, outcome in product(("topic", "question", "break"), ("", "answered", "unanswered")):
        if kind == "question" or not outcome:
            make_item(event, f"{kind} {outcome}", kind=kind, outcome=outcome)
    page = agenda_for_page(Reader(member_id=None), event)
    assert [item.title for item in page.unanswered] == ["question ", "question unanswered"]
