"""The opening round and the turns to speak: for those who hold the gathering, and for a wall."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from essaim.communities.readers import Reader
from essaim.design.qr_code import QrCode, qr_code
from essaim.design.typography import number
from essaim.events import rules
from essaim.events.keywords import grouped
from essaim.events.models import (
    Event,
    LineKind,
    Round,
    RoundLine,
    SpeakingTurn,
)
from essaim.events.queries.during import code_words, round_of
from essaim.events.queries.templates import beginning_of
from essaim.events.queries.words import when_words
from essaim.events.speaking import Spoken, Waiting, in_order
from essaim.foundation.access import Verdict
from essaim.foundation.clock import now
from essaim.foundation.http import Page, keyset

LINES = 60  # of a page
GROUPS = 10  # of one question on a wall, where several are shown
ALONE = 24
SIZES = ((8, 4), (4, 3), (2, 2))  # how large a keyword is, by how many said it


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    number: int
    text: str
    is_agenda: bool
    lines: int  # shown


@dataclass(frozen=True, slots=True)
class SaidLine:
    public_id: str
    text: str
    about: str  # the question, or what it is
    is_hidden: bool
    is_taken: bool


@dataclass(frozen=True, slots=True)
class TurnLine:
    public_id: str
    name: str
    times: str  # « has not spoken yet », « spoke twice, 3 min »


@dataclass(frozen=True, slots=True)
class Joining:
    """How phones come in."""

    address: str  # in full, as the square says it
    short: str  # where the code is typed
    code: str
    square: QrCode


@dataclass(frozen=True, slots=True)
class HostPage:
    """All of it, for those who hold the gathering; no name of who wrote what: nobody knows it."""

    public_id: str
    title: str
    slug: str
    lang: str
    when: str
    questions: tuple[AskedQuestion, ...]
    is_open: bool
    takes_answers: bool
    joining: Joining | None
    count_words: str
    lines: Page[SaidLine]
    to_take: tuple[SaidLine, ...]
    speaking: TurnLine | None
    waiting: tuple[TurnLine, ...]
    may_word: Verdict
    may_open: Verdict
    may_end: Verdict
    may_close: Verdict
    may_keep: Verdict
    may_lead: Verdict


@dataclass(frozen=True, slots=True)
class Keyword:
    label: str
    count: int
    size: int  # 1 to 4


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    number: int
    text: str
    count_words: str
    keywords: tuple[Keyword, ...]
    more: int  # groups there is no room for


@dataclass(frozen=True, slots=True)
class ScreenPage:
    """For a wall: what was said, by nobody, without what is hidden."""

    public_id: str
    title: str
    lang: str
    joining: Joining | None
    takes_answers: bool
    count_words: str
    questions: tuple[ShownQuestion, ...]
    others: tuple[tuple[int, str], ...]  # questions one can show alone; 0 is all
    only: int


def round_for_host(reader: Reader, event: Event, *, after: str | None = None) -> HostPage:
    opened = round_of(event)
    questions = _asked(event, opened)
    turns = list(opened.turns.order_by("pk")) if opened else []
    may_keep = rules.may_keep_lines(reader, event)
    speaking = next((one for one in turns if one.started_at and not one.ended_at), None)
    return HostPage(
        public_id=event.public_id,
        title=event.title,
        slug=event.community.slug,
        lang=event.language,
        when=when_words(event),
        questions=questions,
        is_open=bool(opened and opened.is_open),
        takes_answers=bool(opened and opened.takes_answers),
        joining=joining(opened) if opened and opened.is_open else None,
        count_words=_answers(sum(one.lines for one in questions)),
        lines=_said(opened, questions, after),
        to_take=_to_take(opened, questions),
        speaking=_turn(speaking, turns) if speaking else None,
        waiting=tuple(_turn(one, turns) for one in line_of_turns(turns)),
        may_word=rules.words_open(opened) if may_keep else may_keep,
        may_open=rules.opens(event, opened) if may_keep else may_keep,
        may_end=rules.ends_opening(opened) if may_keep else may_keep,
        may_close=rules.closes(opened) if may_keep else may_keep,
        may_keep=may_keep,
        may_lead=rules.takes_place(event) if may_keep else may_keep,
    )


def round_for_screen(event: Event, *, only: int = 0) -> ScreenPage:
    """`only` shows one question, by its number."""
    opened = round_of(event)
    asked = _asked(event, opened)
    chosen = [one for one in asked if one.number == only] or list(asked)
    texts: dict[int, list[str]] = {}
    lines = opened.lines.shown() if opened else RoundLine.objects.none()
    shown = lines.filter(kind=LineKind.ANSWER)
    for place, text in shown.values_list("question__number", "text"):
        texts.setdefault(place, []).append(text)
    if (agenda := next((one.number for one in asked if one.is_agenda), None)) is not None:
        asked_since = lines.filter(kind=LineKind.QUESTION)
        texts.setdefault(agenda, []).extend(asked_since.values_list("text", flat=True))
    most = ALONE if len(chosen) == 1 else GROUPS
    return ScreenPage(
        public_id=event.public_id,
        title=event.title,
        lang=event.language,
        joining=joining(opened) if opened and opened.is_open else None,
        takes_answers=bool(opened and opened.takes_answers),
        count_words=_answers(sum(map(len, texts.values()))),
        questions=tuple(_shown(one, texts.get(one.number, []), event, most) for one in chosen),
        others=tuple((one.number, one.text) for one in asked) if len(asked) > 1 else (),
        only=only if len(chosen) == 1 and len(asked) > 1 else 0,
    )


def joining(opened: Round) -> Joining | None:
    if opened.code is None:
        return None
    address = settings.SITE_URL + reverse("round_phone", args=[opened.code])
    short = settings.SITE_URL + reverse("round_typed")
    return Joining(
        address=address,
        short=short.removeprefix(f"{urlsplit(short).scheme}://").rstrip("/"),
        code=code_words(opened.code),
        square=qr_code(address),
    )


def line_of_turns(turns: Iterable[SpeakingTurn]) -> list[SpeakingTurn]:
    """Those who wait to speak, whose turn is next first."""
    turns = list(turns)
    waiting = {one.pk: one for one in turns if one.started_at is None}
    spoken = [
        Spoken(one.speaker, ((one.ended_at or now()) - one.started_at).total_seconds())
        for one in turns
        if one.started_at
    ]
    asked = [Waiting(one.pk, one.speaker, one.asked_at) for one in waiting.values()]
    return [waiting[one.key] for one in in_order(asked, spoken)]


def questions_given(event: Event) -> list[tuple[str, bool]]:
    """What the form of the questions begins with."""
    return [(one.text, one.is_agenda) for one in _asked(event, round_of(event))]


def _asked(event: Event, opened: Round | None) -> tuple[AskedQuestion, ...]:
    """As they were worded; until then those that gatherings of its kind begin with."""
    if opened is None:
        with override(event.language):
            return tuple(
                AskedQuestion(place, str(one.text), one.is_agenda, 0)
                for place, one in enumerate(
                    beginning_of(event.community, event.kind).asked, start=1
                )
            )
    shown = opened.lines.shown().filter(kind=LineKind.ANSWER)
    counts = Counter(shown.values_list("question_id", flat=True))
    return tuple(
        AskedQuestion(one.number, one.text, one.is_agenda, counts[one.pk])
        for one in opened.questions.all()
    )


def _said(
    opened: Round | None, questions: Iterable[AskedQuestion], after: str | None
) -> Page[SaidLine]:
    """The newest first."""
    if opened is None:
        return Page((), None)
    texts = {one.number: one.text for one in questions}
    lines = opened.lines.select_related("question")
    return keyset(lines, order=("-id",), after=after, size=LINES).map(
        lambda line: _line(line, texts)
    )


def _to_take(opened: Round | None, questions: Iterable[AskedQuestion]) -> tuple[SaidLine, ...]:
    """Questions for the day that are not on the agenda yet, in the order they were asked."""
    if opened is None:
        return ()
    texts = {one.number: one.text for one in questions}
    lines = opened.lines.shown().for_agenda().filter(item=None).select_related("question")
    return tuple(_line(line, texts) for line in lines.order_by("pk")[: LINES * 2])


def _line(line: RoundLine, texts: dict[int, str]) -> SaidLine:
    about = texts.get(line.question.number, "") if line.question else ""
    return SaidLine(
        public_id=line.public_id,
        text=line.text,
        about=about or str(LineKind(line.kind).label),
        is_hidden=line.hidden_at is not None,
        is_taken=line.item_id is not None,
    )


def _turn(turn: SpeakingTurn, turns: list[SpeakingTurn]) -> TurnLine:
    had = [one for one in turns if one.ended_at and one.speaker == turn.speaker and one.started_at]
    if not had:
        return TurnLine(turn.public_id, turn.pseudonym, _("has not spoken yet"))
    seconds = sum(
        (one.ended_at - one.started_at).total_seconds()
        for one in had
        if one.ended_at and one.started_at
    )
    words = ngettext(
        "has spoken once, %(minutes)s min",
        "has spoken %(count)s times, %(minutes)s min",
        len(had),
    ) % {"count": number(len(had)), "minutes": number(max(1, round(seconds / 60)))}
    return TurnLine(turn.public_id, turn.pseudonym, words)


def _shown(asked: AskedQuestion, texts: list[str], event: Event, most: int) -> ShownQuestion:
    groups = grouped(texts, event.language)
    return ShownQuestion(
        number=asked.number,
        text=asked.text,
        count_words=_answers(len(texts)),
        keywords=tuple(
            Keyword(group.label, group.count, _size(group.count)) for group in groups[:most]
        ),
        more=max(0, len(groups) - most),
    )


def _size(count: int) -> int:
    return next((size for least, size in SIZES if count >= least), 1)


def _answers(count: int) -> str:
    return ngettext("%(count)s answer", "%(count)s answers", count) % {"count": number(count)}
