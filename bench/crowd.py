"""A generated movement of many: committees on a map, members, mandates, and the log of their acts.

PostgreSQL writes the rows itself (`INSERT … SELECT`), in a minute for 388,000 members. The same
numbers give the same crowd each time. Committees are as large and as small whatever the size of the
movement, so that what a page of one costs can be compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, models
from django.db.models import Model

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

_FIRST = ("Ada", "Brune", "Camille", "Dana", "Eli", "Flore", "Gaël", "Hana", "Ines", "Jo", "Kim")
_FIRST += ("Lou", "Maé", "Noa", "Olga", "Paul", "Quin", "Rose", "Sacha", "Théo", "Uma", "Yael")
_PARTS = (
    "mar",
    "du",
    "ler",
    "bo",
    "ga",
    "chet",
    "vi",
    "lo",
    "ré",
    "nan",
    "tou",
    "sel",
    "ber",
    "ty",
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


class NoValueError(Exception):
    """A field has neither a value in the crowd, nor null, nor a default of its own."""


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
    country = _insert(
        Place,
        "SELECT",
        made,
        **_place("'Generated country'", Level.COUNTRY, code="'GEN'", parent="NULL::bigint"),
        ancestor_ids="ARRAY[]::bigint[]",
    )
    made["country"] = country
    made["first_department"] = _insert(
        Place,
        "SELECT FROM generate_series(0, %(departments)s - 1) AS number",
        made,
        **_place(_word("number", 3), Level.DEPARTMENT, code="'D' || number", parent="%(country)s"),
        ancestor_ids="ARRAY[%(country)s]::bigint[]",
        latitude="42.7 + 8 * (number * 0.6180339 %% 1)",
        longitude="-4 + 11.5 * (number * 0.7548776 %% 1)",
    )
    made["first_commune"] = _insert(
        Place,
        "SELECT FROM generate_series(0, %(communes)s - 1) AS number"
        " JOIN places_place AS above"
        " ON above.id = %(first_department)s + number %% %(departments)s",
        made,
        **_place(
            f"'Saint-' || {_word('number', 2)} || '-' || {_word('number * 5', 3)}",
            Level.COMMUNE,
            code="'C' || number",
            parent="above.id",
        ),
        ancestor_ids="ARRAY[%(country)s, above.id]::bigint[]",
        population="50 + (200000 * power(random(), 12))::int",
        latitude="above.latitude + (random() + random() + random() - 1.5) * 0.6",
        longitude="above.longitude + (random() + random() + random() - 1.5) * 0.8",
    )
    _insert(
        Postcode,
        "SELECT FROM generate_series(0, %(communes)s - 1) AS number",
        made,
        place="%(first_commune)s + number",
        code="lpad((1000 * (number %% %(departments)s) + number / %(departments)s / 4)::text,"
        " 5, '0')",
    )


def _place(name: str, level: Level, *, code: str, parent: str) -> dict[str, str]:
    return {
        "public_id": _public_id(f"'{level}' || {code}"),
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
    made["first_committee"] = _insert(
        Community,
        "SELECT FROM generate_series(0, %(committees)s - 1) AS number"
        " JOIN places_place AS place"
        " ON place.id = %(first_commune)s + number * %(apart)s %% %(communes)s",
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
        visibility=f"CASE number %% 40 WHEN 12 THEN '{Visibility.MEMBERS}'"
        f" ELSE '{Visibility.PUBLIC}' END",
        created_at="%(opened)s",
        opened_at="CASE number %% 40 WHEN 11 THEN NULL ELSE %(opened)s::timestamptz"
        " + random() * (%(now)s - %(opened)s::timestamptz) / 2 END",
        closed_at="CASE number %% 40 WHEN 13 THEN %(now)s::timestamptz - interval '9 days' END",
    )


def _make_members(made: dict[str, Any]) -> None:
    """In the order in which they came, by names that some share."""
    name = f"{_word('number * 5', 1, _FIRST)} || ' ' || {_word('number * 11', 3)}"
    made["first_member"] = _insert(
        Member,
        f"SELECT FROM (SELECT number, {_CAME} AS month FROM (SELECT number,"  # noqa: S608  ours
        " number::float / %(members)s AS share FROM generate_series(0, %(members)s - 1) AS number"
        f") AS numbered) AS member, LATERAL (SELECT {name} AS name) AS called",
        made,
        public_id=_public_id("'member' || number || '-' || %(movement)s"),
        email="'crowd-' || number || '@example.org'",
        password="''",
        name="called.name",
        name_key="essaim_unaccent(called.name)",
        place="CASE number %% 3 WHEN 0 THEN %(first_commune)s + number %% %(communes)s END",
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
        " CASE (member.id - %(first_member)s) %% 25 WHEN 7 THEN member.created_at"
        " + (%(now)s - member.created_at) * 0.8 END AS went"
        " FROM members_member AS member"
        " WHERE member.id >= %(first_member)s AND member.id < %(ends)s) AS one"
    )
    _insert(
        Membership,
        people,
        made,
        community="%(movement)s",
        member="one.id",
        joined_at="one.came",
        left_at="one.went",
    )
    _insert(
        Membership,
        f"{people} WHERE (number * 0.7548776) %% 1 < {LOCAL}",
        made,
        community="%(first_committee)s + number %% %(blocks)s + %(blocks)s"
        " * floor(%(block)s * power((number * 0.6180339) %% 1, 2))::bigint",
        member="one.id",
        joined_at="one.came + (%(now)s - one.came) * 0.1",
        left_at="one.went",
    )
    _insert(
        Membership,
        f"{people} WHERE went IS NOT NULL AND number %% 10 = 2",
        made,
        community="%(movement)s",
        member="one.id",
        joined_at="one.went + (%(now)s - one.went) * 0.5",
    )
    _insert(
        Signature,
        f"{people} WHERE number %% 5 < 4",
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
        " (PARTITION BY community_id ORDER BY (member_id * 0.6180339) %% 1, member_id) AS rank"
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
    _insert(
        Mandate,
        f"{ranked} FALSE AND rank <= 4",
        made,
        **entrusted,
        role=f"CASE rank WHEN 3 THEN '{Role.MODERATOR}' ELSE '{Role.HOST}' END",
        starts_on="%(now)s::date - 300 + rank::int",
        ends_on="CASE rank WHEN 4 THEN %(now)s::date - 100 END",
    )
    _insert(
        Mandate,
        f"{ranked} TRUE AND rank <= 12",
        made,
        **entrusted,
        role=f"CASE WHEN rank <= 3 THEN '{Role.ADMINISTRATOR}'"
        f" WHEN rank <= 8 THEN '{Role.MODERATOR}' ELSE '{Role.REFERENT}' END",
        starts_on="%(now)s::date - 300",
    )


def _make_facts(size: Size, made: dict[str, Any]) -> None:
    """What joining, leaving and signing left in the log, then acts: half of them at home."""
    _told(MembershipStarted, "communities_membership", "joined_at", "membership_id", made)
    _told(MembershipEnded, "communities_membership", "left_at", "membership_id", made)
    signed = "(SELECT *, %(movement)s AS community_id FROM communities_signature)"
    _told(ManifestoSigned, signed, "signed_at", "manifesto_id", made, thing="manifesto_id")
    ours = "community_id = %(movement)s OR community_id BETWEEN %(first_committee)s"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM foundation_fact"  # noqa: S608  ours
            f" WHERE {ours} AND %(first_committee)s + %(committees)s - 1",
            made,
        )
        made["acts"] = max(0, size.facts - int(cursor.fetchone()[0]))
    made["acting"] = max(1, int(size.members * ACTING))
    _insert(
        FactRow,
        "SELECT FROM (SELECT number, random() AS chance, %(first_member)s"
        f" + (floor(%(acting)s * power(random(), 2))::bigint * {PRIME}) %% %(members)s AS member_id"
        " FROM generate_series(1, %(acts)s) AS number) AS act"
        " JOIN LATERAL (SELECT community_id, joined_at, coalesce(left_at, %(now)s) AS until"
        " FROM communities_membership WHERE member_id = act.member_id"
        " ORDER BY (community_id = %(movement)s) = (number %% 2 = 0), id LIMIT 1) AS there ON TRUE",
        made,
        kind=_of_ten({8: PostWritten, 9: IdeaProposed}, IdeaSupported, "kind"),
        rung=_of_ten({8: PostWritten, 9: IdeaProposed}, IdeaSupported, "rung"),
        actor_id="act.member_id",
        community_id="there.community_id",
        audience="'public'",
        details="jsonb_build_object('idea_id', number %% 9999, 'debate_id', 1)",
        happened_at="there.joined_at + (there.until - there.joined_at) * act.chance",
    )


def _told(
    fact: type[Fact],
    table: str,
    moment: str,
    key: str,
    made: Mapping[str, Any],
    *,
    thing: str = "row.id",
) -> None:
    """One fact for each row of a table of memberships that has this moment."""
    _insert(
        FactRow,
        f"SELECT FROM {table} AS row WHERE row.{moment} IS NOT NULL"
        " AND row.member_id >= %(first_member)s AND row.member_id < %(ends)s",
        made,
        kind=f"'{kind_of(fact)}'",
        rung=f"'{fact.rung}'",
        actor_id="row.member_id",
        community_id="row.community_id",
        audience="'members'",
        details=f"jsonb_build_object('{key}', {thing})",
        happened_at=f"row.{moment}",
    )


def _of_ten(some: Mapping[int, type[Fact]], others: type[Fact], what: str) -> str:
    """The kind or rung of these among ten acts, and of the others."""

    def said(fact: type[Fact]) -> str:
        return f"'{kind_of(fact) if what == 'kind' else fact.rung.value}'"

    cases = " ".join(f"WHEN {place} THEN {said(fact)}" for place, fact in some.items())
    return f"CASE number %% 10 {cases} ELSE {said(others)} END"


def _insert(model: type[Model], rows: str, made: Mapping[str, Any], **columns: str) -> int:
    """Insert what `SELECT FROM …` gives; the first id. What no column says is null or its default.

    A field that has neither fails here, before the database does.
    """
    options: Any = model._meta
    values = dict(made)
    named: dict[str, str] = {}
    for field in options.concrete_fields:
        if field.name in columns:
            named[field.column] = columns.pop(field.name)
        elif not (field.primary_key or field.null or field.generated):
            values[f"default_{field.name}"] = field.get_db_prep_save(_default(field), connection)
            named[field.column] = f"%(default_{field.name})s"
    if columns:
        raise NoValueError(f"{options.label} has no {', '.join(columns)}.")
    chosen = rows.replace("SELECT", f"SELECT {', '.join(named.values())}", 1)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH made AS (INSERT INTO {options.db_table} ({', '.join(named)}) {chosen}"  # noqa: S608
            " RETURNING id) SELECT coalesce(min(id), 0) FROM made",
            values,
        )
        return int(cursor.fetchone()[0])


def _default(field: "models.Field[Any, Any]") -> Any:
    """The same for every row: what is made anew for each one, the crowd must say itself."""
    if field.blank and field.empty_strings_allowed and not field.has_default():
        return ""
    if not field.has_default() or (callable(field.default) and field.default not in (list, dict)):
        raise NoValueError(f"{field.model._meta.label} needs a {field.name}.")
    return field.get_default()


def _word(number: str, parts: int, of: tuple[str, ...] = _PARTS) -> str:
    """A name made of so many parts, by a number."""
    array = "ARRAY[" + ", ".join(f"'{part}'" for part in of) + "]"
    chosen = [
        f"({array})[1 + ({number} / {len(of) ** place}) %% {len(of)}]" for place in range(parts)
    ]
    return f"initcap({' || '.join(chosen)})"


def _public_id(text: str) -> str:
    """Twelve characters such as `public_id` draws, by a text."""
    return f"translate(left(md5({text}), 12), '01', 'gh')"


def _at_month(month: str) -> str:
    return f"%(opened)s::timestamptz + (%(now)s - %(opened)s::timestamptz) * {month} / {MONTHS}"
