"""How people and local communities are counted, from memberships and recorded facts, in SQL.

Small communities are counted when asked, in one query for all of them; large ones are counted by
the clock, all at once, and read from their tallies. Both say the same: a nightly check compares.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from essaim.communities.facts import PeopleMet
from essaim.communities.models import LOCAL_KINDS, Visibility
from essaim.foundation.activity import Rung, kind_of
from essaim.foundation.clock import now

ACTIVE_DAYS = 90
ASLEEP_DAYS = 180
ALIVE_PEOPLE = 3  # who came, besides whoever planned it
MET = kind_of(PeopleMet)
COUNTED = [Rung.INTERACT.value, Rung.ENGAGE.value]
# A tally exists from so many members or local communities on, and is kept up from then on.
TALLIED_MEMBERS = 1000
TALLIED_LOCAL = 100

# Who belongs now. To count a moment that has passed, those who belonged then.
_NOW = "belonging.left_at IS NULL"
_THEN = (
    "belonging.joined_at <= %(now)s AND (belonging.left_at IS NULL OR belonging.left_at > %(now)s)"
)

_NEWEST = """
kept AS MATERIALIZED (
    SELECT tally.* FROM unnest(%(ids)s::bigint[] || %(tops)s::bigint[]) AS one (id)
    CROSS JOIN LATERAL (
        SELECT * FROM communities_tally
        WHERE community_id = one.id AND counted_at <= %(now)s ORDER BY day DESC LIMIT 1
    ) tally
)"""
_NOTHING = "kept AS (SELECT * FROM communities_tally WHERE false)"

# A member is active by an act of their own, in the community or anywhere below it. One community
# after the other, each by its indexes: what is kept is not looked at.
_MEMBERS = """
small AS MATERIALIZED (
    SELECT unnest(%(ids)s::bigint[]) AS id EXCEPT SELECT community_id FROM kept
), members AS (
    SELECT small.id, people.number, people.part, 0 AS asleep, 0 AS empty, NULL::bigint[] AS ids,
        %(now)s::timestamptz AS counted_at
    FROM small CROSS JOIN LATERAL (
        SELECT count(*) AS number, count(acted.actor_id) AS part
        FROM communities_membership belonging
        LEFT JOIN (
            SELECT DISTINCT fact.actor_id
            FROM communities_community inner_one
            JOIN foundation_fact fact ON fact.community_id = inner_one.id
            WHERE (inner_one.id = small.id OR inner_one.ancestor_ids @> ARRAY[small.id])
              AND fact.rung = ANY(%(counted)s) AND fact.happened_at > %(active_since)s
              AND fact.happened_at <= %(now)s
        ) acted ON acted.actor_id = belonging.member_id
        WHERE belonging.community_id = small.id AND {present}
    ) people
    UNION ALL
    SELECT DISTINCT community_id, members, active, 0, 0, NULL::bigint[], counted_at FROM kept
    WHERE community_id = ANY(%(ids)s)
)"""

# A local community is alive by a gathering to which three people came, and empty without one.
_LOCAL = """
local_one AS (
    SELECT top.id AS top, inner_one.id
    FROM communities_community top
    JOIN communities_community inner_one ON inner_one.ancestor_ids @> ARRAY[top.id]
    WHERE top.id = ANY(%(tops)s) AND top.id <> ALL (ARRAY(SELECT community_id FROM kept))
      AND inner_one.kind = ANY(%(kinds)s)
      AND inner_one.visibility = %(public)s AND inner_one.opened_at IS NOT NULL
      AND inner_one.closed_at IS NULL AND inner_one.archived_at IS NULL
), life AS (
    SELECT fact.community_id AS id, max(fact.happened_at) > %(active_since)s AS is_alive
    FROM foundation_fact fact
    WHERE fact.kind = %(met)s AND fact.happened_at > %(asleep_since)s
      AND fact.happened_at <= %(now)s AND (fact.details ->> 'people')::int >= %(enough)s
      AND fact.community_id IN (SELECT id FROM local_one)
    GROUP BY fact.community_id
), alive AS (
    SELECT local_one.top AS id, count(*) AS number,
        count(*) FILTER (WHERE life.is_alive) AS part,
        count(*) FILTER (WHERE NOT life.is_alive) AS asleep,
        count(*) FILTER (WHERE life.id IS NULL) AS empty,
        array_agg(local_one.id) FILTER (WHERE life.is_alive) AS ids,
        %(now)s::timestamptz AS counted_at
    FROM local_one LEFT JOIN life ON life.id = local_one.id
    GROUP BY local_one.top
    UNION ALL
    SELECT DISTINCT ON (community_id) community_id, local, alive, asleep, empty,
        ARRAY(SELECT unnest(alive_ids) INTERSECT SELECT unnest(%(ids)s::bigint[])), counted_at
    FROM kept WHERE community_id = ANY(%(tops)s) AND local > 0
)"""
_COLUMNS = "id, number, part, asleep, empty, ids, counted_at"


def _query(kept: str, *parts: str, present: str = _NOW) -> str:
    """One statement for these parts; each row begins with the part's name."""
    texts = {"members": _MEMBERS, "alive": _LOCAL}
    tables = ", ".join(texts[part].format(present=present) for part in parts)
    told = " UNION ALL ".join(f"SELECT '{part}', {_COLUMNS} FROM {part}" for part in parts)  # noqa: S608  our own texts
    return f"WITH {kept}, {tables} {told}"


MEMBERS = _query(_NEWEST, "members")
BOTH = _query(_NEWEST, "members", "alive")
# Whatever the tallies say: what the nightly check compares them with.
ANEW = _query(_NOTHING, "members", "alive", present=_THEN)

# Everything a tally holds of people: their last act there or below, and in which of the last six
# months (of thirty days) they acted.
PEOPLE = """
WITH below AS (
    SELECT top.id AS top, inner_one.id
    FROM communities_community top
    JOIN communities_community inner_one
      ON inner_one.id = top.id OR inner_one.ancestor_ids @> ARRAY[top.id]
    WHERE top.id = ANY(%(ids)s)
), acted AS (
    SELECT community_id, actor_id, max(happened_at) AS last_at,
        coalesce(bit_or(1 << floor(extract(epoch FROM %(now)s - happened_at) / 2592000)::int)
            FILTER (WHERE happened_at > %(asleep_since)s), 0) AS months
    FROM foundation_fact
    WHERE rung = ANY(%(counted)s) AND happened_at > %(year_ago)s AND happened_at <= %(now)s
      AND actor_id IS NOT NULL AND community_id IN (SELECT id FROM below)
    GROUP BY community_id, actor_id
), person AS (
    SELECT below.top, acted.actor_id, max(acted.last_at) AS last_at, bit_or(acted.months) AS months
    FROM acted JOIN below ON below.id = acted.community_id
    GROUP BY below.top, acted.actor_id
)
SELECT belonging.community_id, count(*),
    count(*) FILTER (WHERE member.is_active AND member.proved_at IS NOT NULL),
    count(*) FILTER (WHERE person.last_at > %(month_ago)s),
    count(*) FILTER (WHERE person.last_at > %(active_since)s),
    count(person.last_at),
    count(*) FILTER (WHERE bit_count(person.months::bit(6)) >= 3),
    count(*) FILTER (WHERE person.last_at IS NULL AND belonging.joined_at <= %(year_ago)s)
FROM communities_membership belonging
JOIN members_member member ON member.id = belonging.member_id
LEFT JOIN person
  ON person.top = belonging.community_id AND person.actor_id = belonging.member_id
WHERE belonging.community_id = ANY(%(ids)s) AND belonging.joined_at <= %(now)s
  AND (belonging.left_at IS NULL OR belonging.left_at > %(now)s)
GROUP BY belonging.community_id
"""

LARGE = """
SELECT community_id FROM communities_tally
UNION
SELECT community_id FROM communities_membership WHERE left_at IS NULL
GROUP BY community_id HAVING count(*) >= %(members)s
UNION
SELECT above FROM (
    SELECT unnest(ancestor_ids) AS above FROM communities_community WHERE kind = ANY(%(kinds)s)
) local_one GROUP BY above HAVING count(*) >= %(local)s
ORDER BY 1
"""


def rows_of(
    query: str,
    ids: Iterable[int],
    tops: Iterable[int] = (),
    *,
    at: datetime | None = None,
) -> list[Any]:
    """The rows of one of the texts above, as of now or of another moment."""
    moment = at or now()
    values: dict[str, Any] = {
        "ids": list(ids),
        "tops": list(tops),
        "counted": COUNTED,
        "now": moment,
        "month_ago": moment - timedelta(days=28),
        "active_since": moment - timedelta(days=ACTIVE_DAYS),
        "asleep_since": moment - timedelta(days=ASLEEP_DAYS),
        "year_ago": moment - timedelta(days=365),
        "kinds": sorted(LOCAL_KINDS),
        "public": Visibility.PUBLIC.value,
        "enough": ALIVE_PEOPLE,
        "met": MET,
    }
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows: list[Any] = cursor.fetchall()
    return rows


def large_ones() -> list[int]:
    """The communities that have a tally, or are large enough for one."""
    values: dict[str, Any] = {
        "members": TALLIED_MEMBERS,
        "local": TALLIED_LOCAL,
        "kinds": sorted(LOCAL_KINDS),
    }
    with connection.cursor() as cursor:
        cursor.execute(LARGE, values)
        return [pk for (pk,) in cursor.fetchall()]


def people_rows(ids: Collection[int], *, at: datetime | None = None) -> dict[int, tuple[int, ...]]:
    """Members, verified, active in 28, 90 and 365 days, regular, dormant; by community."""
    return {row[0]: row[1:] for row in rows_of(PEOPLE, ids, at=at)} if ids else {}
