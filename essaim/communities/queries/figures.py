"""Honest numbers: how many are active of how many, which committees are alive.

Small communities are counted from recorded facts at each request; large ones are read from their
tallies, which the clock keeps: one query either way, for all communities asked about. Small groups
are not counted for outsiders (k-anonymity): in a political community a number below eleven,
elsewhere below five, could tell who somebody is.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.models import Community, Tally
from essaim.communities.queries.counted import (
    ACTIVE_DAYS,
    ALIVE_PEOPLE,
    BOTH,
    MEMBERS,
    people_rows,
    rows_of,
)
from essaim.communities.queries.sections import Figure
from essaim.communities.readers import Reader
from essaim.communities.rules import may_see_members
from essaim.design.typography import day, percent
from essaim.foundation.clock import now, today

SMALLEST_POLITICAL = 11
SMALLEST = 5
# The definitions in force; a figure says by which it was counted. They change on a named day.
DEFINITIONS_VERSION = 3
DEFINITIONS_OF = date(2026, 11, 30)


@dataclass(frozen=True, slots=True)
class MemberFigure:
    """How many are active of how many, on a day; withheld from outsiders when they are few.

    The number of members is never told alone: `counts` gives both, and the sentences say both.
    """

    active: int
    _members: int
    on: date
    smallest: int
    is_withheld: bool

    @property
    def share(self) -> float:
        return self.active / self._members if self._members else 0.0

    @property
    def counts(self) -> tuple[int, int] | None:
        """Active, and of how many; None when they are not told."""
        return None if self.is_withheld else (self.active, self._members)

    @property
    def sentence(self) -> str:
        """« 12 active of 40 members »: never how many members alone."""
        if self.is_withheld:
            return _("fewer than %(number)s members") % {"number": self.smallest}
        return ngettext(
            "%(active)s active of %(members)s member",
            "%(active)s active of %(members)s members",
            self._members,
        ) % {"active": self.active, "members": self._members}

    @property
    def in_full(self) -> str:
        """« 12 active of 40 members (30 %), 90 days to 22 November 2026 »."""
        if self.is_withheld:
            return self.sentence
        return _("%(sentence)s (%(percent)s), %(days)s days to %(day)s") % {
            "sentence": self.sentence,
            "percent": percent(self.share),
            "days": ACTIVE_DAYS,
            "day": day(self.on),
        }


@dataclass(frozen=True, slots=True)
class AliveFigure:
    """How many local communities are alive, asleep, empty; which of those asked about are alive."""

    alive: int
    all: int
    alive_ids: frozenset[int]
    asleep: int = 0
    empty: int = 0
    on: date | None = None


@dataclass(frozen=True, slots=True)
class PeopleCounts:
    """All that is counted of who belongs to a community, on a day."""

    on: date
    registered: int
    verified: int
    active_28: int
    active: int
    active_365: int
    regular: int
    dormant: int


def member_figures(reader: Reader, communities: Collection[Community]) -> dict[int, MemberFigure]:
    """One query for all; a community without members is there too."""
    rows = rows_of(MEMBERS, [one.pk for one in communities]) if communities else []
    return _of_members(reader, communities, [row[1:] for row in rows])


def figures_of_page(
    reader: Reader, communities: Collection[Community], below: Community
) -> tuple[dict[int, MemberFigure], AliveFigure]:
    """The members of each, and which of them are alive below one; one query."""
    asked = {one.pk for one in communities}
    rows = rows_of(BOTH, asked, [below.pk])
    members = [row[1:] for row in rows if row[0] == "members"]
    alive = [row[1:] for row in rows if row[0] == "alive"]
    return _of_members(reader, communities, members), _of_alive(alive, asked)


def people_counts(community: Community) -> PeopleCounts:
    """Kept for a large community, counted now for a small one; one query or two."""
    fields = ("verified", "active_28", "active", "active_365", "regular", "dormant")
    newest = Tally.objects.filter(community=community, counted_at__lte=now()).order_by("-day")
    kept = newest.values_list("members", *fields, "counted_at").first()
    if kept:
        *numbers, counted_at = kept
        return PeopleCounts(timezone.localdate(counted_at), *numbers)
    return PeopleCounts(today(), *people_rows([community.pk]).get(community.pk, (0,) * 7))


def _of_members(
    reader: Reader, communities: Collection[Community], rows: list[Any]
) -> dict[int, MemberFigure]:
    counts = {row[0]: (row[1], row[2], row[6]) for row in rows}
    figures = {}
    for one in communities:
        members, active, counted_at = counts.get(one.pk, (0, 0, None))
        smallest = smallest_told(one)
        figures[one.pk] = MemberFigure(
            active=active,
            _members=members,
            on=timezone.localdate(counted_at) if counted_at else today(),
            smallest=smallest,
            is_withheld=members < smallest and not may_see_members(reader, one),
        )
    return figures


def smallest_told(community: Community) -> int:
    """The smallest number of people that outsiders are told."""
    return SMALLEST_POLITICAL if community.is_political else SMALLEST


def active_figure(figure: MemberFigure) -> Figure:
    """The active members as a community page shows them."""
    href = reverse("definitions") + "#active"
    label = _("Active members")
    if figure.counts is None:
        text = figure.sentence[:1].upper() + figure.sentence[1:]
        note = _("small numbers are shown to members only")
        return Figure(label, text=text, note=note, href=href, as_of=figure.on)
    active, members = figure.counts
    return Figure(
        label,
        value=active,
        of=members,
        share=figure.share,
        note=_("over %(days)s days") % {"days": ACTIVE_DAYS},
        href=href,
        as_of=figure.on,
    )


def _of_alive(rows: list[Any], asked: set[int]) -> AliveFigure:
    """The open, public local communities below one."""
    for _top, local, alive, asleep, empty, ids, counted_at in rows:
        alive_ids = asked.intersection(ids or ())
        on = timezone.localdate(counted_at)
        return AliveFigure(alive, local, frozenset(alive_ids), asleep, empty, on)
    return AliveFigure(0, 0, frozenset())


def alive_figure(community: Community, figure: AliveFigure) -> Figure:
    """The local communities that are alive, as a community page shows them."""
    label = _("Committees alive") if community.is_political else _("Groups alive")
    return Figure(
        label,
        value=figure.alive,
        of=figure.all,
        share=figure.alive / figure.all if figure.all else 0.0,
        note=_("at least %(number)s people came to a gathering of it in %(days)s days")
        % {"number": ALIVE_PEOPLE, "days": ACTIVE_DAYS},
        href=reverse("definitions") + "#alive",
        as_of=figure.on or today(),
    )
