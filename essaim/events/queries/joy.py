"""How much joy a gathering gave: who is asked, and what is told once nobody is asked any more."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.models import Kind
from essaim.communities.queries import smallest_told
from essaim.communities.readers import Reader
from essaim.design.typography import day, number, percent
from essaim.events import rules
from essaim.events.joy import TOP, Joy, Range, joy_told
from essaim.events.models import TAKES_PLACE, Event, EventQuerySet, JoyTally, Registration, Standing
from essaim.events.queries.lists import EventLine, line_of, lined
from essaim.events.queries.words import in_its_zone
from essaim.foundation.access import Verdict
from essaim.foundation.clock import now

SMALLEST_CIRCLE = 5  # of one whole small circle the mean alone is told, of five people at least
MOST_ASKED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class JoyPart:
    """Of one gathering: the question, where this reader may answer it, or what was told.

    `told` are rows of a label and words; none where too few answered.
    """

    may_tell: bool = False
    has_told: bool = False
    is_closed: bool = False
    smallest: int
    closes: str
    told: tuple[tuple[str, str], ...] = ()


def has_door(event: Event) -> bool:
    """Whether somebody who had registered was checked in."""
    return event.registrations.filter(checked_in_at__isnull=False).exists()


def joy_of(reader: Reader, event: Event) -> JoyPart | None:
    """Of a gathering that the reader may see; None where there is nothing to ask or to tell.

    Two queries at most, none before it is over.
    """
    mine = None
    if reader.is_known and rules.asks_joy(event):
        mine = event.registrations.filter(member=reader.member_id).first()
    return _part(event, mine)


def registration_of(event: Event, member_id: int | None) -> Registration:
    """What this member said; where that is nothing, that they do not come."""
    found = event.registrations.filter(member=member_id or 0).first()
    return found or Registration(event=event, member_id=member_id, standing=Standing.NOT)


def joy_of_registration(registration: Registration) -> JoyPart | None:
    """The same, behind the secret link of whoever has no account."""
    return _part(registration.event, registration)


def may_answer_joy(reader: Reader, event: Event) -> Verdict:
    """Whether this reader is asked; whoever never registered is not."""
    return may_answer_as(registration_of(event, reader.member_id), event)


def may_answer_as(mine: Registration, event: Event) -> Verdict:
    mine.event = event
    return rules.may_tell_joy(mine, has_door=has_door(event))


def joy_asked(reader: Reader) -> list[EventLine]:
    """Gatherings that the reader came to and has not said of how they were; one query."""
    over = events_to_ask(reader)
    return [line_of(one) for one in lined(reader, over).order_by("-ends_at", "-pk")[:MOST_ASKED]]


def events_to_ask(reader: Reader) -> EventQuerySet:
    """The twin of `may_tell_joy`, for what the reader has said nothing of."""
    since = now() - rules.JOY_STAYS_OPEN
    let_in = Registration.objects.filter(event=OuterRef("event"), checked_in_at__isnull=False)
    mine = Registration.objects.filter(
        Q(checked_in_at__isnull=False) | ~Exists(let_in),
        member=reader.member_id,
        standing=Standing.GOING,
        has_told_joy=False,
        event__ends_at__gt=since,
    )
    found = rules.events_visible_to(reader).told().filter(pk__in=mine.values("event"))
    return found.filter(state__in=TAKES_PLACE, ends_at__lte=now(), ends_at__gt=since)


def _part(event: Event, mine: Registration | None) -> JoyPart | None:
    part = JoyPart(smallest=_smallest(event), closes=_closes(event))
    if rules.tells_joy(event):
        told = _joy_told(event)
        return replace(part, is_closed=True, told=_rows(told) if told else ())
    if mine is None or not rules.asks_joy(event):
        return None
    if mine.has_told_joy:
        return replace(part, has_told=True)
    return replace(part, may_tell=True) if may_answer_as(mine, event) else None


def _joy_told(event: Event) -> Joy | None:
    tally = JoyTally.objects.filter(event=event).first()
    if tally is None:
        return None
    going = event.registrations.filter(standing=Standing.GOING)
    let_in = going.filter(checked_in_at__isnull=False)
    asked = let_in.count() if has_door(event) else going.count()
    return joy_told(
        tally.counts,
        asked=asked,
        k=_smallest(event),
        is_whole_circle=event.community.kind == Kind.CIRCLE,
    )


def _smallest(event: Event) -> int:
    is_circle = event.community.kind == Kind.CIRCLE
    return SMALLEST_CIRCLE if is_circle else smallest_told(event.community)


def _closes(event: Event) -> str:
    with in_its_zone(event):
        return day(rules.joy_closes_at(event))


def _rows(told: Joy) -> tuple[tuple[str, str], ...]:
    """Each with what it is of; what is not told is left out."""
    answered = ngettext("%(count)s person", "%(count)s people", told.n)
    rows = [(_("Answered"), answered % {"count": number(told.n)})]
    if told.rate:
        said = _("%(people)s, %(share)s of those who were asked")
        rows[0] = (rows[0][0], said % {"people": rows[0][1], "share": _share(told.rate)})
    if told.mean:
        rows.append((_("On average, from 0 to 10"), _within(told.mean, number, TOP)))
    if told.interval:
        said = _("between %(least)s and %(most)s, if those who answered are like those who did not")
        bounds = {"least": number(told.interval.least), "most": number(told.interval.most)}
        rows.append((_("Of all who were asked, 19 times out of 20"), said % bounds))
    if told.high:
        rows.append((_("Said 8 to 10"), _share(told.high)))
    if told.low:
        rows.append((_("Said 0 to 4"), _share(told.low)))
    return tuple(rows)


def _share(told: Range) -> str:
    return _within(told, lambda one: percent(one / 100), 100)


def _within(told: Range, words: Callable[[float], str], most: float) -> str:
    if told.is_exact:
        return words(told.least)
    if told.most == most:
        return _("at least %(number)s") % {"number": words(told.least)}
    return _("at most %(number)s") % {"number": words(told.most)}
