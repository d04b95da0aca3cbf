"""What a phone shows in the room, for whoever has the code: without an account, without names."""

from dataclasses import dataclass
from zlib import crc32

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.queries import smallest_told
from essaim.design.typography import number
from essaim.discussions.models import Position
from essaim.events import rules
from essaim.events.models import AgendaItem, LineKind, Round, SpeakingTurn
from essaim.events.queries.agenda import Chosen, chosen_of
from essaim.events.queries.rounds import line_of_turns
from essaim.events.queries.words import when_words
from essaim.foundation.access import Verdict

CRITIQUES = 50


@dataclass(frozen=True, slots=True)
class MyLine:
    public_id: str
    text: str
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class PhoneQuestion:
    number: int
    text: str
    is_agenda: bool
    mine: tuple[MyLine, ...]


@dataclass(frozen=True, slots=True)
class PhoneItem:
    """A part of the agenda on which positions are taken, or were."""

    public_id: str
    title: str
    mine: str  # what this phone chose
    mine_words: str
    chosen: Chosen | None


@dataclass(frozen=True, slots=True)
class PhonePage:
    """`is_open` and why not, for the page of a round that is closed."""

    code: str
    title: str
    lang: str
    when: str
    may_use: Verdict
    may_answer: Verdict
    questions: tuple[PhoneQuestion, ...]
    said: tuple[MyLine, ...]  # questions and critiques of this phone
    items: tuple[PhoneItem, ...]
    critiques: tuple[str, ...]
    hidden: str  # how many critiques are hidden, where some are
    called: str  # as which this phone waits to speak
    place: str  # in the line
    is_speaking: bool

    @property
    def seen(self) -> str:
        """Changes with what a phone is asked, so that it is drawn again only then."""
        asked = [
            (one.public_id, one.mine, one.chosen and one.chosen.sentence) for one in self.items
        ]
        state = repr((bool(self.may_use), self.is_speaking, asked))
        return f"{crc32(state.encode()):08x}"

    @property
    def has_mine(self) -> bool:
        return bool(self.said) or any(question.mine for question in self.questions)


def phone_page(opened: Round, device: str) -> PhonePage:
    """`device` is empty for a phone that comes for the first time."""
    event = opened.event
    may_use = rules.may_use_phone(opened)
    lines = list(opened.lines.filter(device=device).order_by("pk")) if device else []
    mine: dict[int | None, list[MyLine]] = {}
    for line in lines:
        kept = MyLine(line.public_id, line.text, line.hidden_at is not None)
        mine.setdefault(line.question_id, []).append(kept)
    critiques, hidden = _critiques(opened) if may_use else ((), "")
    turns = list(opened.turns.order_by("pk")) if may_use and device else []
    waiting = line_of_turns(turns)
    me = next((one for one in waiting if one.speaker == device), None)
    return PhonePage(
        code=opened.code or "",
        title=event.title if may_use else "",
        lang=event.language,
        when=when_words(event) if may_use else "",
        may_use=may_use,
        may_answer=rules.may_answer_round(opened),
        questions=tuple(
            PhoneQuestion(one.number, one.text, one.is_agenda, tuple(mine.get(one.pk, ())))
            for one in opened.questions.all()
        )
        if may_use or lines
        else (),
        said=tuple(mine.get(None, ())),
        items=_items(opened, device) if may_use else (),
        critiques=critiques,
        hidden=hidden,
        called=me.pseudonym if me else "",
        place=_place(waiting, me) if me else "",
        is_speaking=any(one.speaker == device and _speaks(one) for one in turns),
    )


def asked_item(opened: Round, public_id: str) -> AgendaItem | None:
    """A part of the agenda that phones have been asked about."""
    items = AgendaItem.objects.filter(event_id=opened.event_id, asked_at__isnull=False)
    return items.filter(public_id=public_id).first()


def _items(opened: Round, device: str) -> tuple[PhoneItem, ...]:
    """Those that are being chosen on, then what came of the others."""
    smallest = smallest_told(opened.event.community)
    items = list(opened.event.agenda.filter(asked_at__isnull=False))
    taps: dict[int, str] = {}
    if device:
        mine = opened.event.agenda.filter(taps__device=device)
        taps = dict(mine.values_list("pk", "taps__position"))
    return tuple(
        PhoneItem(
            public_id=item.public_id,
            title=item.title,
            mine=taps.get(item.pk, ""),
            mine_words=str(Position(taps[item.pk]).label) if item.pk in taps else "",
            chosen=chosen_of(item, smallest),
        )
        for item in sorted(items, key=lambda item: item.counted_at is not None)
    )


def _critiques(opened: Round) -> tuple[tuple[str, ...], str]:
    """What does not go well, for the whole room; hiding some does not hide that there is some."""
    said = opened.lines.filter(kind=LineKind.CRITIQUE)
    rows = list(said.order_by("-pk").values_list("text", "hidden_at"))
    hidden = sum(1 for _text, hidden_at in rows if hidden_at)
    words = ngettext(
        "%(count)s line was hidden by those who hold the gathering.",
        "%(count)s lines were hidden by those who hold the gathering.",
        hidden,
    ) % {"count": number(hidden)}
    shown = tuple(text for text, hidden_at in rows if not hidden_at)
    return shown[:CRITIQUES], words if hidden else ""


def _place(waiting: list[SpeakingTurn], me: SpeakingTurn) -> str:
    before = waiting.index(me)
    if not before:
        return _("You are next.")
    return ngettext(
        "%(count)s person speaks before you.", "%(count)s people speak before you.", before
    ) % {"count": number(before)}


def _speaks(turn: SpeakingTurn) -> bool:
    return turn.started_at is not None and turn.ended_at is None
