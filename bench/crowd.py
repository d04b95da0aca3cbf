"""A generated movement of many: committees on a map, members, mandates, and the log of their acts.

PostgreSQL writes the rows itself (`INSERT … SELECT`), in a minute for 388,000 members. The same
numbers give the same crowd each time. Committees are as large and as small whatever the size of the
movement, so that what a page of one costs can be compared.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection

from bench.filling import fill, number_of, public_id, word
from essaim.communities.facts import ManifestoSigned, MembershipEnded, MembershipStarted
from essaim.communities.models import (
    Community,
    Kind,
    Mandate,
    Membership,
    Role,
    Signature,
    Visibility,
)
from essaim.communities.tests.factories import community_factory, manifesto_factory
from essaim.discussions.facts import PostWritten
from essaim.foundation.activity import Fact
from essaim.foundation.activity.facts import kind_of
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow
from essaim.ideas.facts import IdeaProposed, IdeaSupported
from essaim.members.models import Member
from essaim.places.models import Level, Place, Postcode

BLOCK = 32  # committees of all sizes, the first with a sixth of the block's members
MONTHS = 16
# 80,000 after six months, 300,000 after twelve, 388,000 after sixteen: the share there by then.
AFTER_SIX, AFTER_TWELVE = 80 / 388, 300 / 388
LOCAL = 0.6  # of all members belong to a committee as well
ACTING = 0.4  # of all members ever do anything; a few of them, very much
PRIME = 999_983  # more than any number of members: times it, and all are in another order

_FIRST = (
    *("Ada", "Brune", "Camille", "Dana", "Eli", "Flore", "Gaël", "Hana", "Ines", "Jo", "Kim"),
    *("Lou", "Maé", "Noa", "Olga", "Paul", "Quin", "Rose", "Sacha", "Théo", "Uma", "Yael"),
)

# How many months after the beginning the one with this share of all before them came.
_CAME = f"""
CASE WHEN share < {AFTER_SIX} THEN 6 * sqrt(share / {AFTER_SIX})
     WHEN share < {AFTER_TWELVE} THEN 6 + 6 * (share - {AFTER_SIX}) / {AFTER_TWELVE - AFTER_SIX}
     ELSE 12 + {MONTHS - 12} * (share - {AFTER_TWELVE}) / {1 - AFTER_TWELVE} END
"""


@dataclass(frozen=True, slots=True)
class Size:
    """`committees` in whole blocks; `facts` in all, of joining, leaving, signing and acting."""

    committees: int
    members: int
    facts: int
    communes: int = 35_000


WHOLE = Size(committees=3_200, members=388_000, facts=2_000_000)
TENTH = Size(committees=320, members=38_800, facts=200_000)
HUNDREDTH = Size(committees=32, members=3_880, facts=20_000)


@dataclass(frozen=True, slots=True)
class Crowd:
    """What the pages that are measured are about: `committee` is the largest of its block."""

    movement: Community
    committee: Community
    reader: Member
    administrator: Member


def make_crowd(size: Size) -> Crowd:
    """A movement of this size, in tables that may hold others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
    movement = community_factory(
        slug=f"crowd-{size.members}",
        name="The whole movement",
        kind=Kind.MOVEMENT,
        opened_at=now() - timedelta(days=MONTHS * 30.4),
    )
    manifesto = manifesto_factory(movement, published_at=movement.opened_at)
    made: dict[str, Any] = {
        "movement": movement.pk,
        "manifesto": manifesto.pk,
        "opened": movement.opened_at,
        "now": now(),
        "members": size.members,
        "committees": size.committees,
    }
    _make_places(size, made)
    _make_committees(made)
    _make_members(made)
    _make_memberships(made)
    _make_mandates(made)
    _make_facts(size, made)
    return Crowd(
        movement=movement,
        committee=Community.objects.get(pk=made["first_committee"]),
        reader=_reader(movement, made["first_committee"]),
        administrator=Member.objects.filter(
            mandates__community=movement, mandates__role=Role.ADMINISTRATOR
        ).order_by("pk")[0],
    )


def _reader(movement: Community, committee: int) -> Member:
    """Somebody without a role, who belongs to both."""
    both = Member.objects.filter(memberships__community=committee, memberships__left_at=None)
    without_role = both.filter(mandates=None).order_by("pk")
    return without_role.filter(pk__in=movement.memberships.values("member"))[0]


def _make_places(size: Size, made: dict[str, Any]) -> None:
    """Departments with their communes around them, dense in the middle; postcodes shared by few."""
    made["communes"] = size.communes
    made["departments"] = max(2, min(96, size.communes // 20))
    country = fill(
        Place,
        "SELECT",
        made,
        **_place("'Generated country'", Level.COUNTRY, code="'GEN'", parent="NULL::bigint"),
        ancestor_ids="ARRAY[]::bigint[]",
    )
    made["country"] = country
    made["first_department"] = fill(
        Place,
        "SELECT FROM generate_series(0, %(departments)s - 1) AS number",
        made,
        **_place(word("number", 3), Level.DEPARTMENT, code="'D' || number", parent="%(country)s"),
        ancestor_ids="ARRAY[%(country)s]::bigint[]",
        latitude="42.7 + 8 * (number * 0.6180339 % 1)",
        longitude="-4 + 11.5 * (number * 0.7548776 % 1)",
    )
    made["first_commune"] = fill(
        Place,
        "SELECT FROM generate_series(0, %(communes)s - 1) AS number"
        " JOIN places_place AS above"
        " ON above.id = %(first_department)s + number % %(departments)s",
        made,
        **_place(
            f"'Saint-' || {word('number', 2)} || '-' || {word('number * 5', 3)}",
            Level.COMMUNE,
            code="'C' || number",
            parent="above.id",
        ),
        ancestor_ids="ARRAY[%(country)s, above.id]::bigint[]",
        population="50 + (200000 * power(random(), 12))::int",
        latitude="above.latitude + (random() + random() + random() - 1.5) * 0.6",
        longitude="above.longitude + (random() + random() + random() - 1.5) * 0.8",
    )
    fill(
        Postcode,
        "SELECT FROM generate_series(0, %(communes)s - 1) AS number",
        made,
        place="%(first_commune)s + number",
        code="lpad((1000 * (number % %(departments)s) + number / %(departments)s / 4)::text,"
        " 5, '0')",
    )


def _place(name: str, level: Level, *, code: str, parent: str) -> dict[str, str]:
    return {
        "public_id": public_id(f"'{level}' || {code}"),
        "country": "'ZZ'",
        "level": f"'{level}'",
        "name": name,
        "key": f"replace(essaim_unaccent({name}), '-', ' ')",
        "code": code,
        "parent": parent,
    }


def _make_committees(made: dict[str, Any]) -> None:
    """Most are open to all; of forty, one is not open yet, one is for its members, one closed."""
    made["apart"] = max(1, made["communes"] // made["committees"])
    name = "'Committee of ' || place.name"
    made["first_committee"] = fill(
        Community,
        "SELECT FROM generate_series(0, %(committees)s - 1) AS number"
        " JOIN places_place AS place"
        " ON place.id = %(first_commune)s + number * %(apart)s % %(communes)s",
        made,
        slug="'committee-' || %(movement)s || '-' || number",
        kind=f"'{Kind.COMMITTEE}'",
        name=f"left({name}, 80)",
        name_key=f"left(essaim_unaccent({name}), 80)",
        tagline="'We meet on the first Monday of each month.'",
        purpose="'We do near home what the movement wants everywhere. Whoever comes is welcome.'",
        parent="%(movement)s",
        ancestor_ids="ARRAY[%(movement)s]::bigint[]",
        place="place.id",
        is_political="TRUE",
        visibility=f"CASE number % 40 WHEN 12 THEN '{Visibility.MEMBERS}'"
        f" ELSE '{Visibility.PUBLIC}' END",
        created_at="%(opened)s",
        opened_at="CASE number % 40 WHEN 11 THEN NULL ELSE %(opened)s::timestamptz"
        " + random() * (%(now)s - %(opened)s::timestamptz) / 2 END",
        closed_at="CASE number % 40 WHEN 13 THEN %(now)s::timestamptz - interval '9 days' END",
    )


def _make_members(made: dict[str, Any]) -> None:
    """In the order in which they came, by names that some share."""
    name = f"{word('number * 5', 1, _FIRST)} || ' ' || {word('number * 11', 3)}"
    made["first_member"] = fill(
        Member,
        f"SELECT FROM (SELECT number, {_CAME} AS month FROM (SELECT number,"  # noqa: S608  ours
        " number::float / %(members)s AS share FROM generate_series(0, %(members)s - 1) AS number"
        f") AS numbered) AS member, LATERAL (SELECT {name} AS name) AS called",
        made,
        public_id=public_id("'member' || number || '-' || %(movement)s"),
        email="'crowd-' || number || '@example.org'",
        password="''",  # noqa: S106  nobody signs in with it
        name="called.name",
        name_key="essaim_unaccent(called.name)",
        place="CASE number % 3 WHEN 0 THEN %(first_commune)s + number % %(communes)s END",
        created_at=f"{_at_month('month')}",
        proved_at=f"{_at_month('month')}",
    )


def _make_memberships(made: dict[str, Any]) -> None:
    """Of the movement, of whom three in five of a committee; one in 25 left, some came back."""
    made["blocks"] = max(1, made["committees"] // BLOCK)
    made["block"] = min(BLOCK, made["committees"])
    made["ends"] = made["first_member"] + made["members"]
    people = (
        "SELECT FROM (SELECT member.id, member.created_at AS came,"
        " member.id - %(first_member)s AS number,"
        " CASE (member.id - %(first_member)s) % 25 WHEN 7 THEN member.created_at"
        " + (%(now)s - member.created_at) * 0.8 END AS went"
        " FROM members_member AS member"
        " WHERE member.id >= %(first_member)s AND member.id < %(ends)s) AS one"
    )
    fill(
        Membership,
        people,
        made,
        community="%(movement)s",
        member="one.id",
        joined_at="one.came",
        left_at="one.went",
    )
    fill(
        Membership,
        f"{people} WHERE (number * 0.7548776) % 1 < {LOCAL}",
        made,
        community="%(first_committee)s + number % %(blocks)s + %(blocks)s"
        " * floor(%(block)s * power((number * 0.6180339) % 1, 2))::bigint",
        member="one.id",
        joined_at="one.came + (%(now)s - one.came) * 0.1",
        left_at="one.went",
    )
    fill(
        Membership,
        f"{people} WHERE went IS NOT NULL AND number % 10 = 2",
        made,
        community="%(movement)s",
        member="one.id",
        joined_at="one.went + (%(now)s - one.went) * 0.5",
    )
    fill(
        Signature,
        f"{people} WHERE number % 5 < 4",
        made,
        manifesto="%(manifesto)s",
        member="one.id",
        signed_at="one.came",
        ended_at="one.went",
    )


def _make_mandates(made: dict[str, Any]) -> None:
    """Two hosts and a moderator for each committee, one host before them; a few at the top."""
    ranked = (
        "SELECT FROM (SELECT community_id, member_id, row_number() OVER"
        " (PARTITION BY community_id ORDER BY (member_id * 0.6180339) % 1, member_id) AS rank"
        " FROM communities_membership WHERE left_at IS NULL"
        " AND (community_id = %(movement)s OR community_id >= %(first_committee)s"
        " AND community_id < %(first_committee)s + %(committees)s)) AS one"
        " WHERE (community_id = %(movement)s) = "
    )
    entrusted = {
        "community": "one.community_id",
        "member": "one.member_id",
        "given_by": "%(first_member)s",
        "created_at": "%(now)s",
    }
    fill(
        Mandate,
        f"{ranked} FALSE AND rank <= 4",
        made,
        **entrusted,
        role=f"CASE rank WHEN 3 THEN '{Role.MODERATOR}' ELSE '{Role.HOST}' END",
        starts_on="%(now)s::date - 300 + rank::int",
        ends_on="CASE rank WHEN 4 THEN %(now)s::date - 100 END",
    )
    fill(
        Mandate,
        f"{ranked} TRUE AND rank <= 12",
        made,
        **entrusted,
        role=f"CASE WHEN rank <= 3 THEN '{Role.ADMINISTRATOR}'"
        f" WHEN rank <= 8 THEN '{Role.MODERATOR}' ELSE '{Role.REFERENT}' END",
        starts_on="%(now)s::date - 300",
    )


def _make_facts(size: Size, made: dict[str, Any]) -> None:
    """What joining, leaving and signing left in the log, then acts, half of them in committees.

    In the order of time, as a log is written: recent ones lie close together.
    """
    ours = "row.member_id >= %(first_member)s AND row.member_id < %(ends)s"
    signed = "(SELECT *, %(movement)s AS community_id FROM communities_signature)"
    told = " UNION ALL ".join(
        f"SELECT '{kind_of(fact)}', '{fact.rung}', row.member_id, row.community_id, 'members',"  # noqa: S608  ours
        f" jsonb_build_object('{key}', row.{column}), row.{moment}"
        f" FROM {table} AS row WHERE row.{moment} IS NOT NULL AND {ours}"
        for fact, table, moment, key, column in (
            (MembershipStarted, "communities_membership", "joined_at", "membership_id", "id"),
            (MembershipEnded, "communities_membership", "left_at", "membership_id", "id"),
            (ManifestoSigned, signed, "signed_at", "manifesto_id", "manifesto_id"),
        )
    )
    counted = number_of(f"SELECT count(*) FROM ({told}) AS told", made)  # noqa: S608  ours
    made["acts"] = max(0, size.facts - counted)
    made["acting"] = max(1, int(size.members * ACTING))
    acts = (
        f"SELECT {_of_ten(kind_of)}, {_of_ten(lambda fact: fact.rung.value)}, act.member_id,"  # noqa: S608  ours
        " there.community_id, 'public', jsonb_build_object('idea_id', number % 9999),"
        " there.joined_at + (there.until - there.joined_at) * act.chance"
        " FROM (SELECT number, random() AS chance, %(first_member)s + (floor(%(acting)s"
        f" * power(random(), 2))::bigint * {PRIME}) % %(members)s AS member_id"
        " FROM generate_series(1, %(acts)s) AS number) AS act"
        " JOIN LATERAL (SELECT community_id, joined_at, coalesce(left_at, %(now)s) AS until"
        " FROM communities_membership WHERE member_id = act.member_id"
        " ORDER BY (community_id = %(movement)s) = (number % 2 = 0), id LIMIT 1) AS there ON TRUE"
    )
    columns = ("kind", "rung", "actor_id", "community_id", "audience", "details", "happened_at")
    fill(
        FactRow,
        f"SELECT FROM ({told} UNION ALL {acts}) AS told ({', '.join(columns)})"
        " ORDER BY happened_at",
        made,
        **{column: f"told.{column}" for column in columns},
    )


def _of_ten(say: Callable[[type[Fact]], str]) -> str:
    """What is said of ten acts: one message, one idea, eight supports."""
    return (
        f"CASE number % 10 WHEN 8 THEN '{say(PostWritten)}' WHEN 9 THEN '{say(IdeaProposed)}'"
        f" ELSE '{say(IdeaSupported)}' END"
    )


def _at_month(month: str) -> str:
    return f"%(opened)s::timestamptz + (%(now)s - %(opened)s::timestamptz) * {month} / {MONTHS}"
