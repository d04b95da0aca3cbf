"""The opening round: who opens it, what phones may say, and what becomes of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from essaim.communities.models import Community
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events import actions
from essaim.events.models import (
    MOST_LINES_EACH,
    AgendaItem,
    LineKind,
    Round,
    RoundLine,
    State,
)
from essaim.events.queries.rounds import round_for_screen
from essaim.events.tests.factories import make_event, make_host, make_registration
from essaim.events.tests.rooms import PHONE, gathered, make_line, make_round
from essaim.foundation import clock
from essaim.foundation.access import Refused
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow

pytestmark = pytest.mark.django_db
OTHER = "e" * 64


@pytest.fixture
def community() -> Community:
    return community_factory()


def kinds() -> list[str]:
    rows = FactRow.objects.filter(kind__startswith="events.").order_by("pk")
    return [kind.removeprefix("events.") for kind in rows.values_list("kind", flat=True)]


def test_it_opens_with_the_two_questions_in_the_language_of_the_gathering(
    community: Community,
) -> None:
    host = make_host(community)
    opened = actions.open_round(member=host, event=gathered(community))
    assert list(opened.questions.values_list("text", "is_agenda")) == [
        ("Why are you here?", False),
        ("What are your questions for today?", True),
    ]
    assert opened.code
    assert len(opened.code) == 8
    french = gathered(community, language="fr")
    actions.open_round(member=host, event=french)
    assert french.round.questions.count() == 2
    assert kinds() == ["RoundOpened", "RoundOpened"]


def test_its_questions_are_worded_before_it_opens_and_stay_afterwards(
    community: Community,
) -> None:
    host, event = make_host(community), gathered(community)
    asked = ["What brings you?", "", "What do you want to know?"]
    actions.word_round(member=host, event=event, questions=asked, agenda=2)
    assert list(event.round.questions.values_list("number", "text", "is_agenda")) == [
        (1, "What brings you?", False),
        (2, "What do you want to know?", True),
    ]
    for wrong, agenda in (([], None), ([f"{n}?" for n in range(5)], 1), (["a?"], 2)):
        with pytest.raises(ValidationError):
            actions.word_round(member=host, event=event, questions=wrong, agenda=agenda)
    actions.open_round(member=host, event=event)
    with pytest.raises(Refused, match="It was opened"):
        actions.word_round(member=host, event=event, questions=["Another?"], agenda=None)


def test_who_holds_nothing_opens_nothing(community: Community) -> None:
    event = gathered(community)
    coming = make_registration(event).member
    assert coming
    for member in (coming, member_of(community), make_host(community_factory())):
        with pytest.raises(Refused, match="ask one of them"):
            actions.open_round(member=member, event=event)
    assert not Round.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"starts_at": now() + timedelta(days=3)}, "two hours before"),
        ({"starts_at": now() - timedelta(days=3)}, "is over"),
        ({"state": State.DRAFT}, "publish it"),
        ({"state": State.CANCELLED, "reason": "Rain."}, "cancelled"),
        ({"hidden_at": now()}, "hidden by a moderator"),
    ],
)
def test_it_opens_around_its_hour_and_says_why_not(
    community: Community, values: dict[str, object], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        actions.open_round(member=make_host(community), event=gathered(community, **values))


def test_a_phone_answers_in_several_lines_each_kept_once(community: Community) -> None:
    opened = make_round(gathered(community))
    sheet = {1: "neighbours\n  the bus \n\nneighbours", 2: "Who decides\u202f?"}
    assert actions.answer_round(opened=opened, device=PHONE, answers=sheet) == 3
    assert actions.answer_round(opened=opened, device=PHONE, answers=sheet) == 0
    assert actions.answer_round(opened=opened, device=OTHER, answers={1: "the bus"}) == 1
    texts = list(opened.lines.order_by("pk").values_list("text", flat=True))
    assert texts == ["neighbours", "the bus", "Who decides\u202f?", "the bus"]
    assert kinds() == ["RoundAnswered", "RoundAnswered"]
    assert FactRow.objects.filter(actor_id__isnull=False).count() == 0


@pytest.mark.parametrize(
    "text",
    [
        "x" * 201,
        "\n".join(f"word {n}" for n in range(MOST_LINES_EACH + 1)),
        "write to me@example.org",
        "call 06 12 34 56 78",
        "a\x00b",
        "   \n  ",
    ],
)
def test_what_cannot_be_kept_is_said(community: Community, text: str) -> None:
    opened = make_round(gathered(community))
    with pytest.raises(ValidationError):
        actions.answer_round(opened=opened, device=PHONE, answers={1: text})
    assert not RoundLine.objects.exists()


def test_no_phone_says_more_than_a_few_lines_and_what_it_took_back_makes_room(
    community: Community,
) -> None:
    opened = make_round(gathered(community))
    lines = [make_line(opened, f"word {n}") for n in range(MOST_LINES_EACH)]
    with pytest.raises(ValidationError, match="take one back"):
        actions.answer_round(opened=opened, device=PHONE, answers={1: "one more"})
    assert not actions.take_back(opened=opened, device=OTHER, line=lines[0].public_id)
    assert not actions.take_back(opened=opened, device="", line=lines[0].public_id)
    assert actions.take_back(opened=opened, device=PHONE, line=lines[0].public_id)
    assert actions.answer_round(opened=opened, device=PHONE, answers={1: "one more"}) == 1


def test_nobody_takes_back_what_was_typed_in_from_paper(community: Community) -> None:
    host, event = make_host(community), gathered(community)
    opened = make_round(event)
    assert actions.type_in(member=host, event=event, question=1, text="a garden\nthe bus") == 2
    line = opened.lines.first()
    assert line
    assert not actions.take_back(opened=opened, device="", line=line.public_id)
    with pytest.raises(ValidationError):
        actions.type_in(member=host, event=event, question=7, text="a garden")
    with pytest.raises(Refused):
        actions.type_in(member=member_of(community), event=event, question=1, text="a garden")


def test_a_closed_round_refuses_in_a_sentence_and_opens_again(community: Community) -> None:
    host, event = make_host(community), gathered(community)
    opened = actions.open_round(member=host, event=event)
    actions.end_opening_round(member=host, event=event)
    with pytest.raises(Refused, match="The opening round is over"):
        actions.answer_round(opened=opened, device=PHONE, answers={1: "late"})
    assert actions.say(opened=opened, device=PHONE, kind="question", text="And the bus?") == 1
    actions.close_round(member=host, event=event)
    with pytest.raises(Refused, match="This is closed"):
        actions.say(opened=opened, device=PHONE, kind="question", text="And the train?")
    mine = opened.lines.get()
    assert actions.take_back(opened=opened, device=PHONE, line=mine.public_id)
    actions.open_round(member=host, event=event)
    assert actions.answer_round(opened=opened, device=PHONE, answers={1: "again"}) == 1
    with pytest.raises(Refused, match="already"):
        actions.open_round(member=host, event=event)


def test_what_is_hidden_leaves_the_wall_and_comes_back(community: Community) -> None:
    host, event = make_host(community), gathered(community)
    opened = make_round(event)
    kept, bad = make_line(opened, "the bus"), make_line(opened, "an insult")
    with pytest.raises(Refused):
        actions.hide_line(member=member_of(community), line=bad)
    actions.hide_line(member=host, line=bad)
    actions.hide_line(member=host, line=bad)
    page = round_for_screen(event)
    assert [one.label for one in page.questions[0].keywords] == [kept.text]
    assert page.count_words == "1 answer"
    actions.hide_line(member=host, line=bad, is_hidden=False)
    assert round_for_screen(event).count_words == "2 answers"
    assert kinds() == ["RoundLineHidden", "RoundLineHidden"]


def test_questions_for_today_go_on_the_agenda_each_or_as_one(community: Community) -> None:
    host, event = make_host(community), gathered(community)
    opened = make_round(event)
    first, second = make_line(opened, "Who decides?", 2), make_line(opened, "Who pays?", 2)
    since = make_line(opened, "And the bus?", kind=LineKind.QUESTION)
    why = make_line(opened, "neighbours", 1)
    hidden = make_line(opened, "hidden", 2, hidden_at=now())
    critique = make_line(opened, "too long", kind=LineKind.CRITIQUE)
    for line in (why, hidden, critique):
        with pytest.raises(ValidationError):
            actions.take_questions(member=host, event=event, lines=[line.public_id])
    (since_item,) = actions.take_questions(member=host, event=event, lines=[since.public_id])
    chosen = [first.public_id, second.public_id, since.public_id]
    (item,) = actions.take_questions(
        member=host, event=event, lines=chosen, is_one=True, title="Who decides and pays?"
    )
    assert list(AgendaItem.objects.values_list("title", "kind", "number")) == [
        ("And the bus?", "question", 1),
        ("Who decides and pays?", "question", 2),
    ]
    assert list(item.lines.order_by("pk")) == [first, second]
    actions.remove_item(member=host, item=since_item)
    since.refresh_from_db()
    assert since.item is None


def test_a_day_after_the_code_the_names_and_the_phones_are_forgotten(
    community: Community,
) -> None:
    host, event = make_host(community), gathered(community)
    opened = make_round(event)
    line = make_line(opened, "the bus")
    waits = actions.ask_turn(opened=opened, device=PHONE, pseudonym="Zoé")
    spoke = actions.ask_turn(opened=opened, device=OTHER, pseudonym="Ali")
    actions.start_turn(member=host, turn=spoke)
    assert actions.forget_rounds() == 0
    with clock.at(event.ends_at + timedelta(days=1, minutes=1)):
        assert actions.forget_rounds() == 1
        assert actions.forget_rounds() == 0
    opened.refresh_from_db()
    line.refresh_from_db()
    spoke.refresh_from_db()
    assert (opened.code, opened.is_open, line.device, line.text) == (None, False, "", "the bus")
    assert (spoke.pseudonym, spoke.speaker, spoke.ended_at) == ("", "", spoke.started_at)
    assert not opened.turns.filter(pk=waits.pk).exists()


def test_the_database_refuses_what_makes_no_sense(community: Community) -> None:
    opened = make_round(gathered(community))
    make_line(opened, "once")
    wrong: list[Callable[[], object]] = [
        lambda: make_line(opened, "once"),
        lambda: RoundLine.objects.create(round=opened, text="an answer to nothing"),
        lambda: make_line(opened, ""),
        lambda: Round.objects.filter(pk=opened.pk).update(code=None),
        lambda: Round.objects.create(event=make_event(community), closed_at=now()),
        lambda: opened.questions.create(number=5, text="Too many?"),
        lambda: opened.questions.create(number=3, text="Two agendas?", is_agenda=True),
    ]
    for act in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
