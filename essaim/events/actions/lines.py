"""What is said at a gathering without a name: from phones, or typed in from paper."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.design.typography import number
from essaim.events import rules
from essaim.events.actions.locks import unseen
from essaim.events.actions.rooms import locked_round
from essaim.events.facts import RoundAnswered, RoundLineTakenBack
from essaim.events.models import (
    LINE_LENGTH,
    MOST_LINES,
    MOST_LINES_EACH,
    LineKind,
    Round,
    RoundLine,
    RoundQuestion,
)
from essaim.foundation.access import refused, require
from essaim.foundation.activity import record
from essaim.foundation.text import clean_line, clean_text
from essaim.needs.actions.values import addresses_in


@transaction.atomic
def answer_round(*, opened: Round, device: str, answers: Mapping[int, str]) -> int:
    """One phone's answers by the number of the question, a line each; what it said already is said
    once. Returns how many are new.
    """
    opened = locked_round(opened.pk)
    require(rules.may_answer_round(opened))
    asked = {one.number: one for one in opened.questions.all()}
    said = {
        number: lines
        for number in asked
        if (lines := said_lines(f"question_{number}", answers.get(number, "")))
    }
    if not said:
        raise ValidationError(_("Write a word or a sentence below one of the questions."))
    made = 0
    for place, lines in said.items():
        made += add_lines(
            opened, lines, question=asked[place], device=device, name=f"question_{place}"
        )
    if made:
        record(RoundAnswered(lines=made, **unseen(opened.event)))
    return made


@transaction.atomic
def say(*, opened: Round, device: str, kind: str, text: str) -> int:
    """A question for the day, or what does not go well: as long as it is open to phones."""
    opened = locked_round(opened.pk)
    require(rules.may_use_phone(opened))
    if kind not in (LineKind.QUESTION, LineKind.CRITIQUE):
        raise ValidationError({"kind": _("Choose one of the answers offered.")})
    lines = said_lines("text", text, most=1)
    if not lines:
        raise ValidationError({"text": _("Write it in a sentence.")})
    made = add_lines(opened, lines, kind=LineKind(kind), device=device)
    if made:
        record(RoundAnswered(lines=made, **unseen(opened.event)))
    return made


@transaction.atomic
def take_back(*, opened: Round, device: str, line: str) -> bool:
    """By the phone that wrote it; what became a part of the agenda meanwhile stays there."""
    opened = locked_round(opened.pk)
    require(rules.may_take_back(opened))
    found = opened.lines.filter(public_id=line, device=device).first() if device else None
    if found is None:
        return False
    found.delete()
    record(RoundLineTakenBack(**unseen(opened.event)))
    return True


def said_lines(name: str, text: str, *, most: int | None = MOST_LINES_EACH) -> list[str]:
    """Each line once, as it is kept; blamed on the field `name`."""
    try:
        given = [clean_line(one).strip() for one in clean_text(text).split("\n")]
    except ValidationError as error:
        raise ValidationError({name: list(error.messages)}) from error
    lines = list(dict.fromkeys(one for one in given if one))
    if any(len(one) > LINE_LENGTH for one in lines):
        said = _("At most %(most)s characters on one line.")
        raise ValidationError({name: said % {"most": number(LINE_LENGTH)}})
    if any(addresses_in(one) for one in lines):
        raise ValidationError(
            {name: _("No e-mail address and no phone number here: the whole room reads it.")}
        )
    if most is not None and len(lines) > most:
        raise ValidationError({name: _too_many(most)})
    return lines


def add_lines(
    opened: Round,
    lines: list[str],
    *,
    question: RoundQuestion | None = None,
    kind: LineKind = LineKind.ANSWER,
    device: str = "",
    name: str = "text",
) -> int:
    """The round is locked, so that no phone says more than it may; returns how many are new."""
    if device:
        mine = opened.lines.filter(device=device, kind=kind, question=question)
        had = set(mine.values_list("text", flat=True))
        lines = [one for one in lines if one not in had]
        if lines and len(had) + len(lines) > MOST_LINES_EACH:
            raise ValidationError({name: _too_many(MOST_LINES_EACH)})
    if opened.lines.count() + len(lines) > MOST_LINES:
        require(refused(_("So much was said that there is no room left: say it aloud.")))
    RoundLine.objects.bulk_create(
        RoundLine(round=opened, question=question, kind=kind, text=text, device=device)
        for text in lines
    )
    return len(lines)


def _too_many(most: int) -> str:
    said = ngettext(
        "One line here: take one back to say another.",
        "At most %(most)s lines here: take one back to say another.",
        most,
    )
    return said % {"most": number(most)}
