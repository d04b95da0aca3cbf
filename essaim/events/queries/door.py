"""The door of a gathering: who is expected, who is here, what two doors say differently.

Names, never addresses: whoever helps at a door has no account.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.readers import Reader
from essaim.design.qr_code import QrCode, qr_code
from essaim.design.typography import moment, number
from essaim.events import rules
from essaim.events.models import (
    IN_PERSON,
    Admission,
    CheckIn,
    DoorLink,
    Event,
    How,
    Registration,
    Standing,
    contradict,
    standing_acts,
)
from essaim.events.queries.door_words import (
    Told,
    guests_words,
    hour_words,
    name_of,
    opens_words,
    told,
)
from essaim.events.queries.words import in_its_zone, when_words, where_words
from essaim.foundation.text import unaccented


@dataclass(frozen=True, slots=True)
class DoorRow:
    """Somebody who is expected; `here` says since when they are."""

    public_id: str
    name: str
    note: str
    here: str


@dataclass(frozen=True, slots=True)
class WalkIn:
    nonce: str
    name: str
    at: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """One ticket that two doors let in, neither knowing of the other."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    public_id: str
    label: str
    address: str
    square: QrCode
    made: str


@dataclass(frozen=True, slots=True)
class Counts:
    """« 12 of 30 are here » and « 3 more, who had not registered »."""

    here: int
    expected: int
    others: int
    words: str
    others_words: str


@dataclass(frozen=True, slots=True)
class DoorPage:
    title: str
    lang: str
    when: str
    where: str
    opens: str  # when it is not open: why
    counts: Counts
    rows: tuple[DoorRow, ...]
    walk_ins: tuple[WalkIn, ...]
    conflicts: tuple[Conflict, ...]


def door_of(reader: Reader, public_id: str) -> Event | None:
    """The gathering whose door this reader holds; for all others there is none."""
    event = _events().filter(public_id=public_id).first()
    return event if event and rules.holds(reader, event) and rules.are_on(event.community) else None


def link_of(token: str) -> DoorLink | None:
    """The link that somebody has, while it is good for anything."""
    link = _links().filter(token=token).first()
    return link if link and rules.may_use_link(link) else None


def link_named(event: Event, public_id: str) -> DoorLink | None:
    return event.door_links.filter(public_id=public_id, revoked_at__isnull=True).first()


def door_page(event: Event, *, shows_names: bool = True) -> DoorPage:
    """In three queries, however many come."""
    rows = _expected(event) if shows_names else []
    acts = list(event.check_ins.exclude(outcome=Admission.REFUSED)) if shows_names else []
    with in_its_zone(event):
        return DoorPage(
            title=event.title,
            lang=event.language,
            when=when_words(event),
            where=where_words(event),
            opens=opens_words(event),
            counts=counts_of(event, rows),
            rows=tuple(sorted(map(_row, rows), key=lambda one: unaccented(one.name).casefold())),
            walk_ins=_walk_ins(acts),
            conflicts=_conflicts(acts, {one.pk: name_of(one) for one in rows}),
        )


def paper_names(event: Event) -> tuple[DoorRow, ...]:
    """For a sheet with boxes: in the order of the names, no addresses, no codes."""
    rows = [one for one in _expected(event) if one.standing in (Standing.GOING, Standing.OFFERED)]
    with in_its_zone(event):
        return tuple(sorted(map(_row, rows), key=lambda one: unaccented(one.name).casefold()))


def links_of(event: Event) -> tuple[LinkRow, ...]:
    """The links that were handed out and not taken back."""
    with in_its_zone(event):
        return tuple(
            LinkRow(
                public_id=one.public_id,
                label=one.label or _("A door"),
                address=(address := link_address(one)),
                square=qr_code(address),
                made=moment(one.made_at),
            )
            for one in event.door_links.filter(revoked_at__isnull=True).order_by("pk")
        )


def link_address(link: DoorLink) -> str:
    return f"{settings.SITE_URL}{reverse('door_by_link', args=[link.token])}"


def counts_now(event: Event) -> Counts:
    """As the triggers have them, after something was done."""
    event.refresh_from_db(fields=["attended", "headcount"])
    return counts_of(event, _expected(event))


def counts_of(event: Event, rows: list[Registration]) -> Counts:
    expected = sum(one.party for one in rows if one.standing == Standing.GOING)
    others = max(0, event.headcount)
    said = ngettext(
        "%(here)s is here, %(expected)s expected",
        "%(here)s are here, %(expected)s expected",
        event.attended,
    )
    more = ngettext(
        "and %(count)s who had not registered",
        "and %(count)s who had not registered",
        others,
    )
    return Counts(
        here=event.attended,
        expected=expected,
        others=others,
        words=said % {"here": number(event.attended), "expected": number(expected)},
        others_words=more % {"count": number(others)} if others else "",
    )


def act_told(event: Event, nonce: str) -> Told | None:
    """What was answered to an act of this door."""
    rows = event.check_ins.select_related("registration__member")
    found = rows.filter(nonce=nonce).first() if nonce else None
    return told(event, found) if found else None


def _row(registration: Registration) -> DoorRow:
    notes = {
        Standing.MAYBE: _("was not sure"),
        Standing.WAITING: _("waits for a seat"),
        Standing.OFFERED: _("is offered a seat"),
    }
    said = (guests_words(registration.guests), notes.get(Standing(registration.standing), ""))
    return DoorRow(
        public_id=registration.public_id,
        name=name_of(registration),
        note=", ".join(filter(None, said)),
        here=hour_words(registration.checked_in_at) if registration.checked_in_at else "",
    )


def _walk_ins(acts: list[CheckIn]) -> tuple[WalkIn, ...]:
    undone = {one.undoes for one in acts if one.how == How.UNDO}
    here = [one for one in acts if one.how == How.WALK_IN and one.nonce not in undone]
    here.sort(key=lambda one: (one.scanned_at, one.nonce))
    return tuple(
        WalkIn(one.nonce, one.name or _("Without a name"), hour_words(one.scanned_at))
        for one in here
    )


def _conflicts(acts: list[CheckIn], names: dict[int, str]) -> tuple[Conflict, ...]:
    by_person = defaultdict(list)
    for one in acts:
        if one.registration_id and (one.how in IN_PERSON or one.how == How.UNDO):
            by_person[one.registration_id].append(one)
    found = []
    for person, theirs in by_person.items():
        here = standing_acts(theirs)
        for other in here[1:]:
            if contradict(here[0], other):
                hours = {
                    "first": hour_words(here[0].scanned_at),
                    "second": hour_words(other.scanned_at),
                }
                said = _("in at %(first)s, and by another door at %(second)s") % hours
                found.append((other.scanned_at, other.nonce, Conflict(names.get(person, ""), said)))
    return tuple(one for _at, _nonce, one in sorted(found, key=lambda one: one[:2]))


def _expected(event: Event) -> list[Registration]:
    return list(event.registrations.expected().select_related("member"))


def _events() -> QuerySet[Event]:
    return Event.objects.select_related("community", "place")


def _links() -> QuerySet[DoorLink]:
    return DoorLink.objects.select_related("event__community", "event__place")
