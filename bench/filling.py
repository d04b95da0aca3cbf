"""Many rows at once, made by PostgreSQL itself (`INSERT … SELECT`), in the columns of a model."""

import re
from collections.abc import Mapping
from typing import Any

from django.db import connection, models
from django.db.models import Model

_PARTS = (
    *("mar", "du", "ler", "bo", "ga", "chet", "vi"),
    *("lo", "ré", "nan", "tou", "sel", "ber", "ty"),
)


class NoValueError(Exception):
    """A field has neither a value, null or a default; or a value has no field."""


def fill(model: type[Model], rows: str, made: Mapping[str, Any], **columns: str) -> int:
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
    return number_of(
        f"WITH made AS (INSERT INTO {options.db_table} ({', '.join(named)}) {chosen}"  # noqa: S608  ours
        " RETURNING id) SELECT coalesce(min(id), 0) FROM made",
        values,
    )


def number_of(statement: str, values: Mapping[str, Any]) -> int:
    """The one number it gives; `%` is its own where no name follows."""
    with connection.cursor() as cursor:
        cursor.execute(re.sub(r"%(?!\()", "%%", statement), values)
        return int(cursor.fetchone()[0])


def _default(field: "models.Field[Any, Any]") -> Any:
    """The same for every row: what is made anew for each one, the crowd must say itself."""
    if field.blank and field.empty_strings_allowed and not field.has_default():
        return ""
    if not field.has_default() or (callable(field.default) and field.default not in (list, dict)):
        raise NoValueError(f"{field.model._meta.label} needs a {field.name}.")
    return field.get_default()


def word(number: str, parts: int, of: tuple[str, ...] = _PARTS) -> str:
    """A name made of so many parts, by a number."""
    array = "ARRAY[" + ", ".join(f"'{part}'" for part in of) + "]"
    chosen = [
        f"({array})[1 + ({number} / {len(of) ** place}) % {len(of)}]" for place in range(parts)
    ]
    return f"initcap({' || '.join(chosen)})"


def public_id(text: str) -> str:
    """Twelve characters such as `public_id` draws, by a text."""
    return f"translate(left(md5({text}), 12), '01', 'gh')"
