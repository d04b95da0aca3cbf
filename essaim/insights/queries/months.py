"""Who came, left and came back, month by month, and how the active ones changed: both balance.

members at the end = members at the start + joins + returns − leaves
active at the end  = active at the start + new + back − lapsed
"""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from essaim.communities.queries import ACTIVE_DAYS, COUNTED
from essaim.foundation.clock import now
from essaim.insights.cells import grouped

MONTHS = 12

# Each row of memberships comes once and goes at most once; the first of a person is their joining,
# a later one a return. Members at each edge are counted by themselves, not added up.
_MOVES = """
WITH edge AS (
    SELECT number, moment FROM unnest(%(edges)s::timestamptz[])
    WITH ORDINALITY AS edge (moment, number)
), belonging AS (
    SELECT joined_at, left_at,
        row_number() OVER (PARTITION BY member_id ORDER BY joined_at, id) = 1 AS is_first
    FROM communities_membership
    WHERE community_id = %(id)s AND joined_at <= %(now)s
), present AS (
    SELECT edge.number, count(*) AS members FROM edge
    JOIN belonging ON belonging.joined_at <= edge.moment
     AND (belonging.left_at IS NULL OR belonging.left_at > edge.moment)
    GROUP BY edge.number
), moves AS (
    SELECT width_bucket(joined_at, %(buckets)s::timestamptz[]) AS number,
        count(*) FILTER (WHERE is_first) AS joins,
        count(*) FILTER (WHERE NOT is_first) AS returns, 0 AS leaves
    FROM belonging GROUP BY 1
    UNION ALL
    SELECT width_bucket(left_at, %(buckets)s::timestamptz[]), 0, 0, count(*)
    FROM belonging WHERE left_at <= %(now)s GROUP BY 1
)
SELECT edge.number, coalesce(max(present.members), 0), coalesce(sum(moves.joins), 0),
    coalesce(sum(moves.returns), 0), coalesce(sum(moves.leaves), 0)
FROM edge
LEFT JOIN present ON present.number = edge.number
LEFT JOIN moves ON moves.number = edge.number
GROUP BY edge.number ORDER BY edge.number
"""

# Active at an edge: a member then, with an act of theirs there or below in the days before it. Of
# the acts between two edges the last one matters, at that edge and at the three that follow.
_FLOW = """
WITH edge AS MATERIALIZED (
    SELECT number::int, moment FROM unnest(%(edges)s::timestamptz[])
    WITH ORDINALITY AS edge (moment, number)
), act AS MATERIALIZED (
    SELECT actor_id, width_bucket(happened_at, %(buckets)s::timestamptz[]) AS bucket,
        min(happened_at) AS first_at, max(happened_at) AS last_at
    FROM foundation_fact
    WHERE community_id IN (
        SELECT id FROM communities_community
        WHERE id = %(id)s OR ancestor_ids @> ARRAY[%(id)s::bigint]
    ) AND rung = ANY(%(counted)s) AND happened_at <= %(now)s AND actor_id IS NOT NULL
    GROUP BY 1, 2
), first AS (
    SELECT actor_id, min(first_at) AS first_at FROM act GROUP BY actor_id
), active AS (
    SELECT DISTINCT edge.number, act.actor_id
    FROM act
    CROSS JOIN LATERAL generate_series(act.bucket + 1, act.bucket + 4) AS near (number)
    JOIN edge ON edge.number = near.number
     AND act.last_at > edge.moment - make_interval(days => %(days)s)
    JOIN communities_membership belonging
      ON belonging.community_id = %(id)s AND belonging.member_id = act.actor_id
     AND belonging.joined_at <= edge.moment
     AND (belonging.left_at IS NULL OR belonging.left_at > edge.moment)
), flagged AS (
    SELECT number, actor_id,
        coalesce(lag(number) OVER one = number - 1, false) AS was,
        coalesce(lead(number) OVER one = number + 1, false) AS stays
    FROM active WINDOW one AS (PARTITION BY actor_id ORDER BY number)
), counts AS (
    SELECT flagged.number, count(*) AS active,
        count(*) FILTER (WHERE NOT flagged.was AND first.first_at > before.moment) AS new,
        count(*) FILTER (WHERE NOT flagged.was AND first.first_at <= before.moment) AS back,
        count(*) FILTER (WHERE NOT flagged.stays) AS lapsing
    FROM flagged
    JOIN first ON first.actor_id = flagged.actor_id
    LEFT JOIN edge AS before ON before.number = flagged.number - 1
    GROUP BY flagged.number
)
SELECT edge.number, coalesce(counts.active, 0), coalesce(counts.new, 0),
    coalesce(counts.back, 0), coalesce(earlier.lapsing, 0)
FROM edge
LEFT JOIN counts ON counts.number = edge.number
LEFT JOIN counts AS earlier ON earlier.number = edge.number - 1
ORDER BY edge.number
"""

# Whoever left during the year, by the role they held when they did. The kind is compared as an
# expression: a community's own acts are fewer than everybody's exits, and have an index.
_EXITS = """
SELECT details->>'role', count(*) FROM foundation_fact
WHERE kind || '' = 'communities.MembershipEnded' AND community_id = %(id)s
  AND happened_at > %(since)s AND happened_at <= %(now)s
GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Period:
    """From the end of one day to the end of another; a month unless months were put together."""

    starts: date
    ends: date
    members_before: int
    members_after: int
    joins: int
    returns: int
    leaves: int
    active_before: int
    active_after: int
    new: int
    back: int
    lapsed: int

    @property
    def is_balanced(self) -> bool:
        return (
            self.members_after == self.members_before + self.joins + self.returns - self.leaves
            and self.active_after == self.active_before + self.new + self.back - self.lapsed
        )

    @property
    def moves(self) -> tuple[int, int, int, int, int, int]:
        return (self.joins, self.returns, self.leaves, self.new, self.back, self.lapsed)


@dataclass(frozen=True, slots=True)
class Months:
    """The last months, this one as far as it has come; exits of a year by role."""

    periods: tuple[Period, ...]
    exits: dict[str, int]


def count_months(community_id: int) -> dict[str, Any]:
    """The numbers of `months_of`, as JSON keeps them; three queries."""
    moment = now()
    edges = _edges(moment)
    values: dict[str, Any] = {
        "id": community_id,
        "edges": edges,
        # An edge belongs to the month before it: its moves come after the edge before.
        "buckets": [edge + timedelta(microseconds=1) for edge in edges],
        "now": moment,
        "days": ACTIVE_DAYS,
        "counted": COUNTED,
        "since": moment - timedelta(days=365),
    }
    with connection.cursor() as cursor:
        cursor.execute(_MOVES, values)
        moves = cursor.fetchall()
        cursor.execute(_FLOW, values)
        flow = cursor.fetchall()
        cursor.execute(_EXITS, values)
        exits = {role or "": number for role, number in cursor.fetchall()}
    days = [_last_day(edge) for edge in edges]
    periods = []
    for number in range(1, len(edges)):
        # What moved in the bucket of the edge before belongs between both.
        _n, members_before, *moved = moves[number - 1]
        _f, active_before, *_flowed = flow[number - 1]
        _n, active_after, *flowed = flow[number]
        periods.append(
            [
                (days[number - 1] + timedelta(days=1)).isoformat(),
                days[number].isoformat(),
                *(members_before, moves[number][1], *map(int, moved)),
                *(active_before, active_after, *flowed),
            ]
        )
    return {"periods": periods, "exits": exits}


def months_of(numbers: dict[str, Any]) -> Months:
    """The same as dataclasses."""
    return Months(
        tuple(
            Period(date.fromisoformat(one[0]), date.fromisoformat(one[1]), *one[2:])
            for one in numbers["periods"]
        ),
        dict(numbers["exits"]),
    )


def told_months(months: Months, k: int) -> tuple[Period, ...]:
    """What outsiders are told: whole months only, put together until no number is small."""
    return tuple(grouped(months.periods[:-1], k, lambda one: one.moves, _joined))


def _joined(first: Period, then: Period) -> Period:
    added = ("joins", "returns", "leaves", "new", "back", "lapsed")
    values = {field.name: getattr(then, field.name) for field in fields(Period)}
    values |= {name: getattr(first, name) + getattr(then, name) for name in added}
    values |= {name: getattr(first, name) for name in ("starts", "members_before", "active_before")}
    return Period(**values)


def _edges(moment: datetime) -> list[datetime]:
    """The last moment of each of the months before, and now."""
    first = timezone.localtime(moment).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    year, month = first.year, first.month
    edges = []
    for ago in range(MONTHS - 1, -1, -1):
        months = year * 12 + month - 1 - ago
        start = first.replace(year=months // 12, month=months % 12 + 1, tzinfo=None)
        edges.append(timezone.make_aware(start) - timedelta(microseconds=1))
    return [*edges, moment]


def _last_day(edge: datetime) -> date:
    return timezone.localdate(edge)
