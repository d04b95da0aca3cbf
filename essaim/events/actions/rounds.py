"""The opening round, by those who hold the gathering: its questions, when, and what is on paper."""

from collections.abc import Collection, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from essaim.communities.readers import fresh_reader
from essaim.design.typography import number
from essaim.events import rules
from essaim.events.actions.agenda import add_at_end
from essaim.events.actions.lines import add_lines, said_lines
from essaim.events.actions.locks import about, locked, unseen
from essaim.events.actions.positions import count
from essaim.events.actions.rooms import round_of
from essaim.events.actions.turns import end_running
from essaim.events.facts import (
    AgendaChanged,
    OpeningRoundEnded,
    RoundAnswered,
    RoundClosed,
    RoundLineHidden,
    RoundOpened,
)
from essaim.events.models import (
    ITEM_LENGTH,
    MOST_ROUND_QUESTIONS,
    QUESTION_LENGTH,
    AgendaItem,
    Event,
    ItemKind,
    Round,
    RoundLine,
    RoundQuestion,
    round_code,
)
from essaim.events.queries.templates import beginning_of
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_line
from essaim.members.models import Member

QUESTION_MINUTES = 5


@transaction.atomic
def word_round(
    *, member: Member, event: Event, questions: Sequence[str], agenda: int | None
) -> Round:
    """What everybody is asked; `agenda` is the place, from 1, of the one whose answers are
    questions for the day.
    """
    event = locked(event.pk)
    opened = round_of(event)
    require(rules.may_word_round(fresh_reader(member), event, opened))
    texts = _questions(questions)
    if agenda is not None and not 1 <= agenda <= len(texts):
        raise ValidationError({"agenda": _("Choose one of the questions you ask.")})
    opened = opened or Round.objects.create(event=event)
    if opened.lines.exists():
        raise ValidationError(_("Some answers are typed in already: the questions stay."))
    opened.questions.all().delete()
    _ask(opened, [(text, place == agenda) for place, text in enumerate(texts, start=1)])
    return opened


@transaction.atomic
def open_round(*, member: Member, event: Event) -> Round:
    """Phones can answer from now on, or again."""
    event = locked(event.pk)
    opened = round_of(event)
    require(rules.may_open_round(fresh_reader(member), event, opened))
    opened = opened or _prepared(event)
    opened.code = opened.code or round_code()
    opened.opened_at = opened.opened_at or now()
    opened.answered_at = opened.closed_at = None
    opened.save()
    record(RoundOpened(actor_id=member.pk, **unseen(event)))
    bump_generation()
    return opened


@transaction.atomic
def end_opening_round(*, member: Member, event: Event) -> None:
    """Phones go on with questions, turns and positions."""
    event = locked(event.pk)
    opened = round_of(event)
    require(rules.may_end_opening_round(fresh_reader(member), event, opened))
    if opened is None:
        return
    opened.answered_at = now()
    opened.save(update_fields=["answered_at"])
    lines = opened.lines.count()
    record(OpeningRoundEnded(actor_id=member.pk, lines=lines, **unseen(event)))
    bump_generation()


@transaction.atomic
def close_round(*, member: Member, event: Event) -> None:
    """Phones can do nothing any more; positions that are being taken are counted."""
    event = locked(event.pk)
    opened = round_of(event)
    require(rules.may_close_round(fresh_reader(member), event, opened))
    if opened is None:
        return
    for item in event.agenda.filter(asked_at__isnull=False, counted_at__isnull=True):
        count(event, item, member)
    opened.closed_at = now()
    opened.save(update_fields=["closed_at"])
    opened.turns.filter(started_at__isnull=True).delete()
    end_running(member, event, opened)
    record(RoundClosed(actor_id=member.pk, **unseen(event)))
    bump_generation()


@transaction.atomic
def type_in(*, member: Member, event: Event, question: int, text: str) -> int:
    """What those without a phone wrote on paper, a line each; returns how many."""
    event = locked(event.pk)
    opened = round_of(event)
    require(rules.may_keep_lines(fresh_reader(member), event))
    opened = opened or _prepared(event)
    asked = opened.questions.filter(number=question).first()
    if asked is None:
        raise ValidationError({"question": _("Choose one of the questions you ask.")})
    lines = said_lines("text", text, most=None)
    if not lines:
        raise ValidationError({"text": _("Type at least one answer, each on a line of its own.")})
    made = add_lines(opened, lines, question=asked)
    record(RoundAnswered(actor_id=member.pk, lines=made, **unseen(event)))
    return made


@transaction.atomic
def hide_line(*, member: Member, line: RoundLine, is_hidden: bool = True) -> None:
    """Nobody but those who hold it reads it any more; or it is shown again."""
    event = locked(line.round.event_id)
    require(rules.may_keep_lines(fresh_reader(member), event))
    line = RoundLine.objects.select_for_update().get(pk=line.pk)
    if (line.hidden_at is not None) == is_hidden:
        return
    line.hidden_at = now() if is_hidden else None
    line.save(update_fields=["hidden_at"])
    record(
        RoundLineHidden(actor_id=member.pk, line_id=line.pk, is_hidden=is_hidden, **unseen(event))
    )
    bump_generation()


@transaction.atomic
def take_questions(
    *, member: Member, event: Event, lines: Collection[str], is_one: bool = False, title: str = ""
) -> list[AgendaItem]:
    """What was asked becomes parts of the agenda: each its own, or all of them one.

    What was taken before, hidden or taken back meanwhile is passed over.
    """
    event = locked(event.pk)
    opened = round_of(event)
    require(rules.may_keep_lines(fresh_reader(member), event))
    found = list(
        opened.lines.shown().for_agenda().filter(public_id__in=lines, item=None).order_by("pk")
        if opened
        else ()
    )
    if not found:
        raise ValidationError({"lines": _("Choose at least one question that is not taken yet.")})
    titles = [_one_title(title, found)] if is_one else [line.text for line in found]
    question = {"minutes": QUESTION_MINUTES, "kind": ItemKind.QUESTION}
    items = add_at_end(event, [{"title": text, **question} for text in titles])
    for place, line in enumerate(found):
        line.item = items[0] if is_one else items[place]
    RoundLine.objects.bulk_update(found, ["item"])
    parts = list(event.agenda.values_list("minutes", flat=True))
    record(AgendaChanged(actor_id=member.pk, items=len(parts), minutes=sum(parts), **about(event)))
    return items


def _one_title(title: str, found: list[RoundLine]) -> str:
    kept = clean_line(title).strip()
    if len(kept) > ITEM_LENGTH:
        raise ValidationError({"title": _("Shorter, please: one line.")})
    return kept or found[0].text


def _prepared(event: Event) -> Round:
    """With the questions that gatherings of its kind begin with."""
    opened = Round.objects.create(event=event)
    with override(event.language):
        asked = beginning_of(event.community, event.kind).asked
        _ask(opened, [(str(one.text), one.is_agenda) for one in asked])
    return opened


def _ask(opened: Round, asked: Sequence[tuple[str, bool]]) -> None:
    RoundQuestion.objects.bulk_create(
        RoundQuestion(round=opened, number=place, text=text, is_agenda=is_agenda)
        for place, (text, is_agenda) in enumerate(asked, start=1)
    )


def _questions(given: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for one in given:
        line = clean_line(one).strip()
        if len(line) > QUESTION_LENGTH:
            said = _("At most %(most)s characters for one question.")
            raise ValidationError({"questions": said % {"most": number(QUESTION_LENGTH)}})
        if line and line not in kept:
            kept.append(line)
    if not kept:
        raise ValidationError({"questions": _("Ask at least one question.")})
    if len(kept) > MOST_ROUND_QUESTIONS:
        said = ngettext(
            "At most %(most)s question.", "At most %(most)s questions.", MOST_ROUND_QUESTIONS
        )
        raise ValidationError({"questions": said % {"most": number(MOST_ROUND_QUESTIONS)}})
    return kept
