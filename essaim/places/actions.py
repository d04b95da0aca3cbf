"""Places come in from files: staged by COPY, merged by one INSERT … ON CONFLICT a level."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from essaim.foundation.activity import record
from essaim.foundation.ids import public_id
from essaim.places.facts import PlacesImported
from essaim.places.models import Level, Place, place_key


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """One line of a file of communes; what is None or empty was not said."""

    line: int
    code: str
    name: str
    department: str = ""
    department_name: str = ""
    region: str = ""
    region_name: str = ""
    population: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    postcodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line did not go in."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did, or would do: with the places of the lines, and with those above."""

    added: int
    changed: int
    unchanged: int
    parents: int  # countries, regions and departments added or changed
    problems: tuple[Problem, ...]

    @property
    def changed_nothing(self) -> bool:
        return not (self.added or self.changed or self.parents)


@dataclass(slots=True)
class _Tree:
    """The places above the lines of one file, and what speaks against some lines."""

    country: str
    names: dict[tuple[str, str], str]  # (level, code) -> name
    parents: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    said_on: dict[tuple[str, str], int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place_row(self, row: PlaceRow) -> tuple[str, str] | None:
        """The parent (level, code) of a line; None, and a problem, when the line contradicts."""
        try:
            return self._department(row, self._region(row))
        except ValidationError as error:
            self.problems.append(Problem(row.line, " ".join(error.messages)))
            return None

    def _region(self, row: PlaceRow) -> tuple[str, str]:
        region = (Level.REGION.value, row.region)
        # Overseas collectivities are written as a region and a department of one code: one place.
        doubled = row.region == row.department and region not in self.names and not row.region_name
        if not row.region or doubled:
            return (Level.COUNTRY.value, self.country)
        self._join(region, row.region_name, (Level.COUNTRY.value, self.country), row.line)
        return region

    def _department(self, row: PlaceRow, region: tuple[str, str]) -> tuple[str, str]:
        if not row.department:
            return region
        department = (Level.DEPARTMENT.value, row.department)
        self._join(department, row.department_name, region, row.line)
        return department

    def _join(self, place: tuple[str, str], name: str, parent: tuple[str, str], line: int) -> None:
        if place not in self.names and not name:
            raise ValidationError(
                _("the name of the %(level)s “%(code)s” is not known: add a column “%(column)s”.")
                % {
                    "level": Level(place[0]).label,
                    "code": place[1],
                    "column": f"{place[0]}_name",
                }
            )
        if self.parents.setdefault(place, parent) != parent:
            raise ValidationError(
                _(
                    "the %(level)s “%(code)s” is in “%(first)s” on line %(line)s "
                    "and in “%(other)s” here."
                )
                % {
                    "level": Level(place[0]).label,
                    "code": place[1],
                    "first": self.parents[place][1],
                    "line": self.said_on[place],
                    "other": parent[1],
                }
            )
        self.said_on.setdefault(place, line)
        if name:
            self.names[place] = name


@transaction.atomic
def import_places(*, country: str, rows: Sequence[PlaceRow], dry_run: bool = False) -> Imported:
    """Bring communes and the departments and regions above them; again, it changes nothing.

    What a row does not say (population, point, postcodes) stays as it was. A dry run does
    everything, and takes it back. Raises ValidationError for a country that ISO 3166 does not know.
    """
    tree = _Tree(country, {**_known_names(country), **_stored_names(country)})
    name = tree.names.get((Level.COUNTRY.value, country)) or country_name(country)
    tree.names[Level.COUNTRY.value, country] = name
    placed = [(row, parent) for row in _once_each(rows, tree) if (parent := tree.place_row(row))]
    with connection.cursor() as cursor:
        # Two imports at once wait for each other: their merges would deadlock on shared parents.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('essaim.places.import'))")
        _stage(cursor, tree, placed)
        added_above, changed_above = set[int](), set[int]()
        for level in (Level.COUNTRY, Level.REGION, Level.DEPARTMENT):
            _merge(cursor, country, level, added_above, changed_above)
        if changed_above:
            _repair_ancestors(cursor, country)
        added, changed = set[int](), set[int]()
        _merge(cursor, country, Level.COMMUNE, added, changed)
        changed |= _merge_postcodes(cursor, country) - added
        cursor.execute("ANALYZE places_postcode; DROP TABLE places_staged, places_staged_postcode")
    done = Imported(
        added=len(added),
        changed=len(changed),
        unchanged=len(placed) - len(added) - len(changed),
        parents=len(added_above) + len(changed_above),
        problems=tuple(tree.problems),
    )
    if dry_run:
        transaction.set_rollback(True)
    elif not done.changed_nothing:
        above = Place.objects.get(country=country, level=Level.COUNTRY)
        record(
            PlacesImported(
                country_id=above.pk, added=done.added, changed=done.changed, audience="nobody"
            )
        )
    return done


# What CLDR names beside countries: unions, private use, unknown.
_NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}


@cache
def country_name(country: str) -> str:
    """Its name in its first official language; ValidationError for what is not in ISO 3166."""
    languages = () if country in _NO_COUNTRIES else (*get_official_languages(country), "en")
    for language in languages:
        try:
            name: str | None = Locale.parse(language).territories.get(country)
        except (UnknownLocaleError, ValueError):
            continue
        if name:
            return name
    raise ValidationError(_("“%(code)s” is not the code of a country.") % {"code": country})


def _known_names(country: str) -> dict[tuple[str, str], str]:
    """Names that files give only by code, from `parents_<country>.csv` beside this module."""
    table = files("essaim.places").joinpath(f"parents_{country.lower()}.csv")
    if not table.is_file():
        return {}
    with table.open(encoding="utf-8") as lines:
        return {(row["level"], row["code"]): row["name"] for row in csv.DictReader(lines)}


def _stored_names(country: str) -> dict[tuple[str, str], str]:
    above = Place.objects.filter(country=country).exclude(level=Level.COMMUNE)
    return {(level, code): name for level, code, name in above.values_list("level", "code", "name")}


def _once_each(rows: Iterable[PlaceRow], tree: _Tree) -> Iterator[PlaceRow]:
    seen: dict[str, int] = {}
    for row in rows:
        first = seen.setdefault(row.code, row.line)
        if first == row.line:
            yield row
        else:
            reason = _("the code “%(code)s” is already on line %(line)s.")
            tree.problems.append(Problem(row.line, reason % {"code": row.code, "line": first}))


def _stage(
    cursor: CursorWrapper, tree: _Tree, placed: Sequence[tuple[PlaceRow, tuple[str, str]]]
) -> None:
    cursor.execute(
        """
        CREATE TEMPORARY TABLE places_staged (
            public_id text, level text, code text, name text, key text, parent_level text,
            parent_code text, population integer, latitude float8, longitude float8
        ) ON COMMIT DROP;
        CREATE TEMPORARY TABLE places_staged_postcode (place_code text, code text) ON COMMIT DROP;
        """
    )
    # A file whose lines are all refused leaves nothing behind, not even its country.
    country = [(Level.COUNTRY.value, tree.country)] if placed else []
    above: list[tuple[str, str]] = [*country, *(tree.parents if placed else ())]
    with cursor.copy("COPY places_staged FROM STDIN") as copy:
        for level, code in above:
            name = tree.names[level, code]
            parent = tree.parents.get((level, code), (None, None))
            copy.write_row(
                (public_id(), level, code, name, place_key(name), *parent, None, None, None)
            )
        for row, parent in placed:
            copy.write_row(
                (
                    *(public_id(), Level.COMMUNE.value, row.code, row.name, place_key(row.name)),
                    *(*parent, row.population, row.latitude, row.longitude),
                )
            )
    with cursor.copy("COPY places_staged_postcode FROM STDIN") as copy:
        for row, _parent in placed:
            for postcode in row.postcodes:
                copy.write_row((row.code, postcode))
    cursor.execute("ANALYZE places_staged; ANALYZE places_staged_postcode")


def _merge(
    cursor: CursorWrapper, country: str, level: Level, added: set[int], changed: set[int]
) -> None:
    """Bring one level of the staged places in; ids go to `added` or `changed` where it was so."""
    cursor.execute(
        """
        INSERT INTO places_place AS place (public_id, country, level, code, name, key, parent_id,
                                           ancestor_ids, population, latitude, longitude)
        SELECT staged.public_id, %(country)s, staged.level, staged.code, staged.name, staged.key,
               parent.id, coalesce(parent.ancestor_ids || parent.id, '{}'),
               staged.population, staged.latitude, staged.longitude
        FROM places_staged AS staged
        LEFT JOIN places_place AS parent ON parent.country = %(country)s
            AND parent.level = staged.parent_level AND parent.code = staged.parent_code
        WHERE staged.level = %(level)s
        ON CONFLICT (country, level, code) DO UPDATE SET
            name = excluded.name, key = excluded.key, parent_id = excluded.parent_id,
            ancestor_ids = excluded.ancestor_ids,
            population = coalesce(excluded.population, place.population),
            latitude = coalesce(excluded.latitude, place.latitude),
            longitude = coalesce(excluded.longitude, place.longitude)
        WHERE (place.name, place.key, place.parent_id, place.ancestor_ids,
               place.population, place.latitude, place.longitude)
            IS DISTINCT FROM
              (excluded.name, excluded.key, excluded.parent_id, excluded.ancestor_ids,
               coalesce(excluded.population, place.population),
               coalesce(excluded.latitude, place.latitude),
               coalesce(excluded.longitude, place.longitude))
        RETURNING id, xmax = 0
        """,
        {"country": country, "level": level.value},
    )
    for id_, is_new in cursor.fetchall():
        (added if is_new else changed).add(id_)


def _repair_ancestors(cursor: CursorWrapper, country: str) -> None:
    """A parent that moved takes along the places below it that this file does not name."""
    cursor.execute(
        """
        WITH RECURSIVE tree (id, ancestor_ids) AS (
            SELECT id, '{}'::bigint[] FROM places_place
            WHERE country = %(country)s AND parent_id IS NULL
            UNION ALL
            SELECT child.id, tree.ancestor_ids || tree.id
            FROM places_place AS child JOIN tree ON child.parent_id = tree.id
        )
        UPDATE places_place AS place SET ancestor_ids = tree.ancestor_ids
        FROM tree WHERE tree.id = place.id AND tree.ancestor_ids <> place.ancestor_ids
        """,
        {"country": country},
    )


def _merge_postcodes(cursor: CursorWrapper, country: str) -> set[int]:
    """Give each staged place the postcodes its line names; ids of those where that changed any."""
    params: dict[str, Any] = {"country": country, "level": Level.COMMUNE.value}
    # Without knowing how many rows there are, PostgreSQL compares each with each, for minutes.
    cursor.execute("ANALYZE places_place, places_postcode")
    cursor.execute(
        """
        DELETE FROM places_postcode AS gone USING places_place AS place
        WHERE gone.place_id = place.id AND place.country = %(country)s AND place.level = %(level)s
            AND EXISTS (SELECT FROM places_staged_postcode AS said
                        WHERE said.place_code = place.code)
            AND NOT EXISTS (SELECT FROM places_staged_postcode AS said
                            WHERE said.place_code = place.code AND said.code = gone.code)
        RETURNING gone.place_id
        """,
        params,
    )
    touched = {id_ for (id_,) in cursor.fetchall()}
    cursor.execute(
        """
        INSERT INTO places_postcode (place_id, code)
        SELECT place.id, said.code FROM places_staged_postcode AS said
        JOIN places_place AS place ON place.country = %(country)s AND place.level = %(level)s
            AND place.code = said.place_code
        ON CONFLICT (place_id, code) DO NOTHING
        RETURNING place_id
        """,
        params,
    )
    return touched | {id_ for (id_,) in cursor.fetchall()}
