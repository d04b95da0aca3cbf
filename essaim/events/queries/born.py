"""What came up at a gathering: ideas, as the floor above tells them, and needs."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from essaim.communities.readers import Reader
from essaim.design.typography import day
from essaim.events import rules
from essaim.events.models import CoHolder, Event, EventQuerySet
from essaim.events.queries.agenda import agenda_in_short
from essaim.events.queries.words import in_its_zone
from essaim.foundation.panels import Place
from essaim.needs.models import Closing, Need
from essaim.needs.queries.board import duration_words, state_of
from essaim.needs.rules import needs_visible_to

MOST_SHOWN = 100
MOST_TO_LINK = 200  # offered in one choice, the newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Born:
    """A line of what came up; `words` say what became of it.

    `unlink`: where the reader says, by a POST, that it did not come up here.
    """

    title: str
    url: str
    words: str
    tone: str = "plain"
    meta: str = ""
    lang: str = ""
    unlink: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """Where one can go on with what came up: a title may be added to its address."""

    label: str
    url: str
    lang: str = ""


# Key: event id. What came up there and is told elsewhere, as far as the reader may read it.
EVENT_BORN: Place[int, Born] = Place("what came up at a gathering")
# Key: event id. Where the reader may propose what came up there; each address has a query already.
EVENT_PROPOSING: Place[int, Way] = Place("where to propose what came up at a gathering")


@dataclass(frozen=True, slots=True)
class BornHere:
    ideas: tuple[Born, ...] = ()
    needs: tuple[Born, ...] = ()
    may_say: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BornPage:
    """For whoever has something to add; a question that stayed open is a title to begin with."""

    public_id: str
    title: str
    slug: str
    lang: str
    born: BornHere
    proposing: tuple[Way, ...]
    asking: tuple[Way, ...]
    open_questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gathering:
    """A gathering as the page of something that came up at it names it."""

    public_id: str
    title: str
    day: str
    lang: str


def born_of(reader: Reader, event: Event) -> BornHere:
    """Of a gathering that the reader may see: nothing before it begins."""
    if not rules.has_begun(event):
        return BornHere()
    return BornHere(
        ideas=tuple(EVENT_BORN.collect(reader, [event.pk]).get(event.pk, ())[:MOST_SHOWN]),
        needs=_needs(reader, event),
        may_say=reader.is_known,
    )


def born_for_page(reader: Reader, event: Event) -> BornPage:
    return BornPage(
        public_id=event.public_id,
        title=event.title,
        slug=event.community.slug,
        lang=event.language,
        born=born_of(reader, event),
        proposing=tuple(EVENT_PROPOSING.collect(reader, [event.pk]).get(event.pk, ())),
        asking=tuple(
            Way(one.name, reverse("event_need", args=[event.public_id, one.slug]))
            for one in rules.holders(event)
            if rules.may_ask_help(reader, event, one)
        ),
        open_questions=agenda_in_short(event).unanswered,
    )


def _needs(reader: Reader, event: Event) -> tuple[Born, ...]:
    """Those the reader may read, each with what became of it; one query."""
    found = needs_visible_to(reader).filter(born__event=event, hidden_at__isnull=True)
    rows = found.select_related("community").order_by("born__at", "born__pk")
    holds = rules.holds(reader, event)
    return tuple(_line(reader, event, one, holds=holds) for one in rows[:MOST_SHOWN])


def _line(reader: Reader, event: Event, need: Need, *, holds: bool) -> Born:
    state = state_of(need)
    words = {
        "open": pgettext("need", "looked for"),
        "filled": pgettext("need", "found"),
        "waiting": _("waits for a facilitator"),
        "expired": _("its day passed"),
        "closed": str(Closing(need.closing).label) if need.closing else "",
    }
    may_unlink = holds or (reader.is_known and need.posted_by_id == reader.member_id)
    is_good = state == "filled" or need.closing == Closing.DONE
    return Born(
        title=need.title,
        url=reverse("need", args=[need.public_id]),
        words=words[state],
        tone="good" if is_good else "now" if state == "open" else "plain",
        meta=f"{duration_words(need.minutes)} · {need.community.name}",
        lang=need.language,
        unlink=reverse("event_need_unlink", args=[event.public_id, need.public_id])
        if may_unlink
        else "",
    )


def needs_to_link(reader: Reader, event: Event) -> list[tuple[str, str]]:
    """Open ones of the communities that hold it: others than those who hold it see their own."""
    found = needs_visible_to(reader).open().filter(community__in=rules.holders(event))
    if not rules.holds(reader, event):
        found = found.filter(posted_by=reader.member_id)
    rows = found.filter(born__isnull=True).order_by("-created_at", "-pk")
    return list(rows.values_list("public_id", "title")[:MOST_TO_LINK])


def need_named(reader: Reader, public_id: str) -> Need | None:
    found = needs_visible_to(reader).filter(public_id=public_id)
    return found.select_related("community").first()


def need_linked(reader: Reader, event: Event, public_id: str) -> Need | None:
    """One that came up here, as far as the reader may read it."""
    found = needs_visible_to(reader).filter(born__event=event, public_id=public_id)
    return found.select_related("community").first()


def gathering_named(reader: Reader, event_id: int | None) -> Gathering | None:
    """What a page elsewhere may say of it: not to whoever may not see it, nor does it give away
    what only those who have its address know. No query for none.
    """
    if event_id is None:
        return None
    event = rules.events_listed(reader).filter(pk=event_id).first()
    return gathering(event) if event else None


def gathering(event: Event) -> Gathering:
    """For a reader who is known to see it."""
    with in_its_zone(event):
        return Gathering(event.public_id, event.title, day(event.starts_at), event.language)


def held_in(path: str, ids: Collection[int]) -> EventQuerySet:
    """Of these gatherings those that the community at the end of `path` holds, alone or with
    others: a subquery of what has that path.
    """
    together = CoHolder.objects.filter(
        community=OuterRef(OuterRef(path)), accepted_at__isnull=False
    )
    held = Q(community=OuterRef(path)) | Q(pk__in=together.values("event"))
    return Event.objects.filter(held, pk__in=ids).order_by("pk")
