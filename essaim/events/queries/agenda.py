from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.queries import smallest_told
from essaim.communities.readers import Reader
from essaim.communities.rules import may_divide, may_see_circles
from essaim.design.typography import hour, number
from essaim.events import rules
from essaim.events.models import AgendaItem, Event, ItemKind, Outcome, State
from essaim.events.queries.words import in_its_zone, when_words
from essaim.foundation.access import Verdict
from essaim.foundation.clock import now


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a room thought of it, where enough have chosen to be told."""

    count_for: int
    count_against: int
    count_another: int
    smallest: int

    @property
    def total(self) -> int:
        return self.count_for + self.count_against + self.count_another

    @property
    def is_told(self) -> bool:
        return self.total >= self.smallest

    @property
    def sentence(self) -> str:
        """« 12 for, 3 against, 5 another way »; of too few, only that."""
        if not self.is_told:
            said = _("Fewer than %(smallest)s chose: too few to be told.")
            return said % {"smallest": number(self.smallest)}
        said = _("%(for)s for, %(against)s against, %(another)s another way")
        return said % {
            "for": number(self.count_for),
            "against": number(self.count_against),
            "another": number(self.count_another),
        }


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One part as a page shows it; the hours are those that were planned."""

    public_id: str
    title: str
    lead: str
    kind: str
    kind_words: str
    minutes: int
    taken: int | None
    clock: str  # the hour that was planned
    is_under_way: bool
    is_over: bool
    outcome: str
    outcome_words: str
    is_asking: bool
    chosen: Chosen | None
    can_start: Verdict
    can_end: Verdict
    can_remove: Verdict
    can_ask: Verdict
    is_first: bool
    is_last: bool

    @property
    def is_question(self) -> bool:
        return self.kind == ItemKind.QUESTION


@dataclass(frozen=True, slots=True)
class AgendaPage:
    """The agenda of a gathering, for whoever reads it."""

    public_id: str
    title: str
    slug: str
    lang: str
    zone: str
    when: str
    is_over: bool
    items: tuple[AgendaLine, ...]
    minutes: int  # of all parts
    length: int  # of the gathering
    may_plan: Verdict
    may_lead: Verdict
    may_begin: Verdict

    @property
    def unanswered(self) -> tuple[AgendaLine, ...]:
        """Questions that were not answered, or of which nobody has said it."""
        return tuple(
            one for one in self.items if one.is_question and one.outcome != Outcome.ANSWERED
        )

    @property
    def fit(self) -> str:
        """« 95 minutes are planned, of 120 »; and what to do where it is too much."""
        said = ngettext(
            "%(minutes)s minute is planned, of %(length)s.",
            "%(minutes)s minutes are planned, of %(length)s.",
            self.minutes,
        ) % {"minutes": number(self.minutes), "length": number(self.length)}
        if self.minutes <= self.length:
            return said
        over = _("That is %(over)s too many: shorten a part, or take one out.")
        return f"{said} {over % {'over': number(self.minutes - self.length)}}"

    @property
    def is_too_long(self) -> bool:
        return self.minutes > self.length


def agenda_for_page(reader: Reader, event: Event) -> AgendaPage:
    """With the community of the gathering loaded."""
    items = list(event.agenda.all())
    may_plan = rules.may_plan_agenda(reader, event)
    return AgendaPage(
        public_id=event.public_id,
        title=event.title,
        slug=event.community.slug,
        lang=event.language,
        zone=event.zone,
        when=when_words(event),
        is_over=event.state == State.HELD or event.ends_at <= now(),
        items=tuple(_lines(event, items)),
        minutes=sum(item.minutes for item in items),
        length=round((event.ends_at - event.starts_at).total_seconds() / 60),
        may_plan=may_plan,
        may_lead=rules.takes_place(event) if may_plan else may_plan,
        may_begin=rules.begins_empty(is_empty=not items) if may_plan else may_plan,
    )


def circles_page(reader: Reader, event: Event) -> str:
    """Where those who lead it go on in circles: the page's name, none where there is none."""
    if may_divide(reader, event.community):
        return "circles_divide"
    return "circles" if may_see_circles(reader, event.community) else ""


@dataclass(frozen=True, slots=True)
class AgendaInShort:
    """What the page of the gathering says of it."""

    parts: int
    unanswered: tuple[str, ...]  # once it is over: what is still owed an answer


def agenda_in_short(event: Event) -> AgendaInShort:
    rows = list(event.agenda.values_list("title", "kind", "outcome"))
    is_over = event.state == State.HELD or event.ends_at <= now()
    left = [
        title
        for title, kind, outcome in rows
        if kind == ItemKind.QUESTION and outcome != Outcome.ANSWERED
    ]
    return AgendaInShort(len(rows), tuple(left) if is_over else ())


def item_choices(event: Event, besides: AgendaItem | None = None) -> list[tuple[str, str]]:
    """The parts something can be put together with."""
    found = event.agenda.exclude(pk=besides.pk) if besides else event.agenda.all()
    return [(item.public_id, item.title) for item in found]


def item_given(item: AgendaItem) -> dict[str, object]:
    """What the form of a part begins with."""
    return {
        "title": item.title,
        "minutes": item.minutes,
        "lead": item.lead,
        "kind": item.kind,
    }


def _lines(event: Event, items: list[AgendaItem]) -> Iterator[AgendaLine]:
    smallest = smallest_told(event.community)
    with in_its_zone(event):
        starts_at = event.starts_at
        for place, item in enumerate(items):
            yield _line(item, starts_at, smallest, is_last=place == len(items) - 1, place=place)
            starts_at += timedelta(minutes=item.minutes)


def _line(
    item: AgendaItem, starts_at: datetime, smallest: int, *, is_last: bool, place: int
) -> AgendaLine:
    return AgendaLine(
        public_id=item.public_id,
        title=item.title,
        lead=item.lead,
        kind=item.kind,
        kind_words=str(ItemKind(item.kind).label),
        minutes=item.minutes,
        taken=item.taken_minutes,
        clock=hour(starts_at),
        is_under_way=item.is_under_way,
        is_over=item.ended_at is not None,
        outcome=item.outcome,
        outcome_words=str(Outcome(item.outcome).label) if item.outcome else "",
        is_asking=item.takes_positions,
        chosen=chosen_of(item, smallest),
        can_start=rules.can_start(item),
        can_end=rules.can_end(item),
        can_remove=rules.can_remove(item),
        can_ask=rules.can_ask(item),
        is_first=place == 0,
        is_last=is_last,
    )


def chosen_of(item: AgendaItem, smallest: int) -> Chosen | None:
    if item.counted_at is None:
        return None
    return Chosen(item.count_for, item.count_against, item.count_another, smallest)
