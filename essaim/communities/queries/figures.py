"""Honest numbers: how many are active of how many, which committees are alive.

Counted from recorded facts at each request, in one query for all communities asked about. Small
groups are not counted for outsiders (k-anonymity): in a political community a number below eleven,
elsewhere below five, could tell who somebody is.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.models import LOCAL_KINDS, Community, Visibility
from essaim.communities.queries.sections import Figure
from essaim.communities.readers import Reader
from essaim.communities.rules import may_see_members
from essaim.foundation.activity import Rung
from essaim.foundation.clock import now, today

ACTIVE_DAYS = 90
ALIVE_MEMBERS = 3
SMALLEST_POLITICAL = 11
SMALLEST = 5
COUNTED = [Rung.INTERACT.value, Rung.ENGAGE.value]

# A member is active by an act of their own, in the community or anywhere below it.
_MEMBERS = """
WITH below AS (
    SELECT top.id AS top, inner_one.id
    FROM communities_community top
    JOIN communities_community inner_one
      ON inner_one.id = top.id OR inner_one.ancestor_ids @> ARRAY[top.id]
    WHERE top.id = ANY(%(ids)s)
), acted AS (
    SELECT DISTINCT below.top, fact.actor_id
    FROM below JOIN foundation_fact fact ON fact.community_id = below.id
    WHERE fact.rung = ANY(%(counted)s) AND fact.happened_at > %(since)s
      AND fact.happened_at <= %(now)s
)
SELECT belonging.community_id, count(*), count(acted.actor_id), NULL::bigint[]
FROM communities_membership belonging
LEFT JOIN acted
  ON acted.top = belonging.community_id AND acted.actor_id = belonging.member_id
WHERE belonging.left_at IS NULL AND belonging.community_id = ANY(%(ids)s)
GROUP BY belonging.community_id
"""

_ALIVE = """
WITH local_one AS (
    SELECT top.id AS top, inner_one.id
    FROM communities_community top
    JOIN communities_community inner_one ON inner_one.ancestor_ids @> ARRAY[top.id]
    WHERE top.id = ANY(%(tops)s) AND inner_one.kind = ANY(%(kinds)s)
      AND inner_one.visibility = %(public)s AND inner_one.opened_at IS NOT NULL
      AND inner_one.closed_at IS NULL AND inner_one.archived_at IS NULL
), alive AS (
    SELECT local_one.top, local_one.id
    FROM local_one
    JOIN foundation_fact fact ON fact.community_id = local_one.id
    JOIN communities_membership belonging
      ON belonging.community_id = local_one.id AND belonging.member_id = fact.actor_id
     AND belonging.left_at IS NULL
    WHERE fact.rung = ANY(%(counted)s) AND fact.happened_at > %(since)s
      AND fact.happened_at <= %(now)s
    GROUP BY local_one.top, local_one.id
    HAVING count(DISTINCT fact.actor_id) >= %(enough)s
)
SELECT local_one.top, count(*), count(alive.id), array_agg(alive.id)
FROM local_one LEFT JOIN alive ON alive.id = local_one.id AND alive.top = local_one.top
GROUP BY local_one.top
"""

_BOTH = (
    f"SELECT 'members', * FROM ({_MEMBERS}) AS counted (id, number, part, ids)"  # noqa: S608  ours
    f" UNION ALL SELECT 'alive', * FROM ({_ALIVE}) AS counted (id, number, part, ids)"
)


@dataclass(frozen=True, slots=True)
class MemberFigure:
    """How many are active of how many, on a day; withheld from outsiders when they are few."""

    members: int
    active: int
    on: date
    smallest: int
    is_withheld: bool

    @property
    def share(self) -> float:
        return self.active / self.members if self.members else 0.0

    @property
    def sentence(self) -> str:
        """« 12 active of 40 members »: never how many members alone."""
        if self.is_withheld:
            return _("fewer than %(number)s members") % {"number": self.smallest}
        return ngettext(
            "%(active)s active of %(members)s member",
            "%(active)s active of %(members)s members",
            self.members,
        ) % {"active": self.active, "members": self.members}


@dataclass(frozen=True, slots=True)
class AliveFigure:
    """How many local communities are alive, and which."""

    alive: int
    all: int
    alive_ids: frozenset[int]


def member_figures(reader: Reader, communities: Collection[Community]) -> dict[int, MemberFigure]:
    """One query for all; a community without members is there too."""
    rows = _counted(_MEMBERS, communities) if communities else []
    return _of_members(reader, communities, rows)


def figures_of_page(
    reader: Reader, communities: Collection[Community], below: Community
) -> tuple[dict[int, MemberFigure], AliveFigure]:
    """The members of each, and which local communities below one are alive; one query."""
    rows = _counted(_BOTH, communities, below.pk)
    alive = [row[1:] for row in rows if row[0] == "alive"]
    members = [row[1:] for row in rows if row[0] == "members"]
    figure = _of_alive(alive).get(below.pk, AliveFigure(0, 0, frozenset()))
    return _of_members(reader, communities, members), figure


def _of_members(
    reader: Reader, communities: Collection[Community], rows: list[Any]
) -> dict[int, MemberFigure]:
    counts = {row[0]: (row[1], row[2]) for row in rows}
    figures = {}
    for one in communities:
        members, active = counts.get(one.pk, (0, 0))
        smallest = smallest_told(one)
        figures[one.pk] = MemberFigure(
            members=members,
            active=active,
            on=today(),
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
    if figure.is_withheld:
        text = figure.sentence[:1].upper() + figure.sentence[1:]
        note = _("small numbers are shown to members only")
        return Figure(label, text=text, note=note, href=href, as_of=figure.on)
    return Figure(
        label,
        value=figure.active,
        of=figure.members,
        share=figure.share,
        note=_("over %(days)s days") % {"days": ACTIVE_DAYS},
        href=href,
        as_of=figure.on,
    )


def _of_alive(rows: list[Any]) -> dict[int, AliveFigure]:
    """The open, public local communities below each; those without any are left out."""
    return {
        top: AliveFigure(alive, local, frozenset(pk for pk in ids if pk is not None))
        for top, local, alive, ids in rows
    }


def alive_figure(community: Community, figure: AliveFigure) -> Figure:
    """The local communities that are alive, as a community page shows them."""
    label = _("Committees alive") if community.is_political else _("Groups alive")
    return Figure(
        label,
        value=figure.alive,
        of=figure.all,
        share=figure.alive / figure.all if figure.all else 0.0,
        note=_("at least %(number)s members did something there in %(days)s days")
        % {"number": ALIVE_MEMBERS, "days": ACTIVE_DAYS},
        href=reverse("definitions") + "#alive",
        as_of=today(),
    )


def _counted(query: str, communities: Collection[Community], *tops: int) -> list[Any]:
    moment = now()
    values: dict[str, Any] = {
        "ids": [one.pk for one in communities],
        "tops": list(tops),
        "counted": COUNTED,
        "since": moment - timedelta(days=ACTIVE_DAYS),
        "now": moment,
        "kinds": sorted(LOCAL_KINDS),
        "public": Visibility.PUBLIC.value,
        "enough": ALIVE_MEMBERS,
    }
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows: list[Any] = cursor.fetchall()
    return rows
