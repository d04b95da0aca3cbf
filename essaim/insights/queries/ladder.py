"""The ladder: how many stand on which rung, how fast people climb, what made them: numbers only.

A person's rung is the highest whose rule held within a window: aware by belonging or an act of
looking, interacting by an act with others, engaged by a commitment kept, or by acting in a role
that somebody entrusted. It is reached at once, and lost thirty days after its rule lapses.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from essaim.foundation.clock import now
from essaim.insights.survival import Watched

WINDOWS = (365, 90)
GRACE_DAYS = 30
AWARE, INTERACTING, ENGAGED = 1, 2, 3
COHORTS = 12  # months of entry that are told, and the days after entry at which
HORIZONS = (90, 180, 365)
# What no fact of a single act says.
ROLE_HELD = "insights.RoleHeld"
COMMITMENT_KEPT = "commitments.CommitmentKept"

# What people did in these communities or below, on which level; a community may have moved a kind.
_EVENTS = """
WITH below AS (
    SELECT top.id AS top, inner_one.id
    FROM communities_community top
    JOIN communities_community inner_one
      ON inner_one.id = top.id OR inner_one.ancestor_ids @> ARRAY[top.id]
    WHERE top.id = ANY(%(ids)s)
), told AS (
    SELECT below.top, fact.actor_id AS member_id, fact.kind, fact.happened_at,
        CASE coalesce(moved.rung, fact.rung)
            WHEN 'engage' THEN 3 WHEN 'interact' THEN 2 WHEN 'aware' THEN 1 ELSE 0
        END AS level
    FROM below
    JOIN foundation_fact fact ON fact.community_id = below.id
    LEFT JOIN insights_kindrung moved
      ON moved.community_id = below.top AND moved.kind = fact.kind
    WHERE fact.actor_id IS NOT NULL AND fact.happened_at <= %(now)s {facts}
), event AS (
    SELECT top, member_id, kind, happened_at, level FROM told WHERE level > 0
    UNION ALL
    SELECT below.top, owed.owner_id, '{commitment}', owed.kept_at, 3
    FROM below JOIN commitments_commitment owed ON owed.community_id = below.id
    WHERE owed.kept_at <= %(now)s AND owed.owner_id IS NOT NULL {commitments}
    UNION ALL
    SELECT told.top, told.member_id, '{role}', told.happened_at, 3
    FROM told
    JOIN communities_mandate mandate ON mandate.member_id = told.member_id
    JOIN below ON below.top = told.top AND below.id = mandate.community_id
    WHERE told.level = 2 AND mandate.starts_on <= told.happened_at::date
      AND (mandate.ends_on IS NULL OR mandate.ends_on > told.happened_at::date)
)
"""


def _with_events(query: str, *, facts: str = "", commitments: str = "") -> str:
    events = _EVENTS.format(
        role=ROLE_HELD, commitment=COMMITMENT_KEPT, facts=facts, commitments=commitments
    )
    return events + query


# How many members stand on which rung, in each window; belonging is being aware.
_STOCK = _with_events(
    """, person AS (
    SELECT member_id,
        coalesce(max(level) FILTER (WHERE happened_at > %(long_ago)s), 1) AS in_long,
        coalesce(max(level) FILTER (WHERE happened_at > %(short_ago)s), 1) AS in_short
    FROM event WHERE happened_at > %(long_ago)s GROUP BY member_id
)
SELECT count(*), count(*) FILTER (WHERE in_long >= 2), count(*) FILTER (WHERE in_long >= 3),
    count(*) FILTER (WHERE in_short >= 2), count(*) FILTER (WHERE in_short >= 3)
FROM communities_membership belonging LEFT JOIN person USING (member_id)
WHERE belonging.community_id = ANY(%(ids)s) AND belonging.left_at IS NULL
""",
    facts="AND fact.happened_at > %(long_ago)s",
)

# From joining to the first act on a level, in days: reached, or watched until leaving or now.
_CLIMB = _with_events(
    """, climber AS (
    SELECT member_id, min(joined_at) AS joined_at,
        CASE WHEN bool_or(left_at IS NULL) THEN %(now)s ELSE max(left_at) END AS until
    FROM communities_membership
    WHERE community_id = ANY(%(ids)s) AND joined_at <= %(now)s GROUP BY member_id
), first AS (
    SELECT member_id, min(happened_at) FILTER (WHERE level >= 2) AS interacting,
        min(happened_at) FILTER (WHERE level >= 3) AS engaged
    FROM event GROUP BY member_id
), watched AS (
    SELECT climber.joined_at, climber.until, level.number AS level,
        CASE level.number WHEN 2 THEN first.interacting ELSE first.engaged END AS reached_at
    FROM climber LEFT JOIN first USING (member_id)
    CROSS JOIN (VALUES (2), (3)) AS level (number)
    WHERE climber.joined_at > %(since)s
)
SELECT to_char(joined_at AT TIME ZONE %(zone)s, 'YYYY-MM'), level,
    coalesce(reached_at <= until, false),
    greatest(0, extract(day FROM least(coalesce(reached_at, until), until) - joined_at))::int,
    count(*)
FROM watched GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
)

# The kind of act that was a person's first on a level, where that was within a year.
_MOVED = _with_events(
    """
SELECT level, kind, count(*) FROM (
    SELECT DISTINCT ON (reached.number, event.member_id) reached.number AS level, event.kind,
        event.happened_at
    FROM event
    JOIN (VALUES (2), (3)) AS reached (number) ON event.level >= reached.number
    JOIN communities_membership belonging
      ON belonging.community_id = ANY(%(ids)s) AND belonging.member_id = event.member_id
     AND belonging.left_at IS NULL
    ORDER BY reached.number, event.member_id, event.happened_at, event.level, event.kind
) first
WHERE happened_at > %(year_ago)s GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2
"""
)

# One person: their last act on each level, in each of some communities.
_OWN = _with_events(
    """
SELECT DISTINCT ON (top, level) top, level, kind, happened_at FROM event
WHERE member_id = %(member)s ORDER BY top, level, happened_at DESC
""",
    facts="AND fact.actor_id = %(member)s",
    commitments="AND owed.owner_id = %(member)s",
)

# Whose rule of their rung has lapsed and is still held by grace; not those who will not see it.
_LAPSING = _with_events(
    """, person AS (
    SELECT top, member_id, max(happened_at) FILTER (WHERE level >= 3) AS engaged,
        max(happened_at) FILTER (WHERE level >= 2) AS interacting
    FROM event WHERE happened_at > %(long_ago)s GROUP BY top, member_id
), rung AS (
    SELECT top, member_id, CASE WHEN engaged IS NULL THEN 2 ELSE 3 END AS level,
        coalesce(engaged, interacting) AS last_at
    FROM person WHERE interacting IS NOT NULL
)
SELECT rung.member_id, rung.level, rung.last_at FROM rung
JOIN communities_membership belonging
  ON belonging.community_id = rung.top AND belonging.member_id = rung.member_id
 AND belonging.left_at IS NULL
JOIN members_member member ON member.id = rung.member_id AND member.is_active
WHERE rung.last_at <= %(window_ago)s AND NOT EXISTS (
    SELECT 1 FROM insights_ownview own
    WHERE own.member_id = rung.member_id AND (own.declined_at IS NOT NULL OR own.is_hidden)
)
ORDER BY rung.member_id
""",
    facts="AND fact.happened_at > %(long_ago)s",
)


@dataclass(frozen=True, slots=True)
class OwnAct:
    """A member's last act on a level, in one community or below."""

    community_id: int
    level: int
    kind: str
    happened_at: datetime


def count_ladder(community_id: int) -> dict[str, Any]:
    """Stock, climb and what moved people up, as JSON keeps them; three queries."""
    values = _values([community_id])
    with connection.cursor() as cursor:
        cursor.execute(_STOCK, values)
        aware, *rest = cursor.fetchone()
        cursor.execute(_CLIMB, values)
        climb = [list(row) for row in cursor.fetchall()]
        cursor.execute(_MOVED, values)
        moved = [list(row) for row in cursor.fetchall()]
    stock = {str(WINDOWS[0]): [aware, *rest[:2]], str(WINDOWS[1]): [aware, *rest[2:]]}
    return {"stock": stock, "climb": climb, "moved": moved}


def watched_in(
    numbers: dict[str, Any], level: int, months: Iterable[str] | None = None
) -> list[Watched]:
    """Of those who joined in these months, or at all: how long until they reached a level."""
    wanted = None if months is None else set(months)
    return [
        Watched(days, reached, people)
        for month, at_level, reached, days, people in numbers["climb"]
        if at_level == level and (wanted is None or month in wanted)
    ]


def own_acts(member_id: int, community_ids: Iterable[int]) -> list[OwnAct]:
    """For this person only; one query."""
    ids = list(community_ids)
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_OWN, _values(ids) | {"member": member_id})
        return [OwnAct(*row) for row in cursor.fetchall()]


def lapsing_in(community_id: int) -> list[tuple[int, int, datetime]]:
    """(member, level, last act) of those to be told once that a rung will lapse."""
    values = _values([community_id])
    with connection.cursor() as cursor:
        cursor.execute(_LAPSING, values)
        rows: list[tuple[int, int, datetime]] = cursor.fetchall()
        return rows


def _values(ids: list[int]) -> dict[str, Any]:
    moment = now()
    return {
        "ids": ids,
        "now": moment,
        "long_ago": moment - timedelta(days=WINDOWS[0] + GRACE_DAYS),
        "short_ago": moment - timedelta(days=WINDOWS[1] + GRACE_DAYS),
        "window_ago": moment - timedelta(days=WINDOWS[0]),
        "year_ago": moment - timedelta(days=365),
        "since": moment - timedelta(days=365 + 366),
        "zone": str(timezone.get_default_timezone()),
    }
