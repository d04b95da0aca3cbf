"""Queries that are the same on every page: Django writes their SQL once, then it is reused.

Building and compiling a query costs more processor time than reading its answer. A subquery that
depends on nothing but one column of the outer query (`WrittenOnce`), and a query in which nothing
but a few values changes (`AskedOnce`), are compiled at their first use and kept as text.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db import connection as database
from django.db.models import Expression, F, Func, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

_COLUMN = "\0"  # stands in the text for the column of the outer query
_ALIAS = re.compile(r"\b([T-Z])(\d+)\b")  # as Django names tables within subqueries


@dataclass(frozen=True, slots=True)
class _Text:
    sql: str
    params: tuple[Any, ...]


class _Written(Func):
    """A text with one column of the query that it is put into."""

    arity = 1

    def __init__(self, column: Any, text: _Text, **extra: Any) -> None:
        super().__init__(column, **extra)
        self.text = text

    def as_sql(  # type: ignore[override]  # other functions have templates
        self, compiler: SQLCompiler, _connection: Any, **_extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        column, params = compiler.compile(self.source_expressions[0])
        if params:
            raise ValueError("A subquery that is written once refers to a column.")
        return self.text.sql.replace(_COLUMN, column), self.text.params


class WrittenOnce:
    """An expression of `OuterRef(by)` alone, built on the model `of`, for any query.

    `build` is called at the first use. Calling it with the name of the outer query's column (any
    path that leads to the same values) gives an expression to annotate with.
    """

    def __init__(self, build: Callable[[], Any], *, of: type[Model], by: str) -> None:
        self._build, self._of, self._by = build, of, by

    def __call__(self, column: str) -> Expression:
        return _Written(F(column), self._text, output_field=self._output_field)

    @cached_property
    def _annotated(self) -> Any:
        return self._of._default_manager.annotate(written=self._build()).values_list("written")

    @cached_property
    def _output_field(self) -> Any:
        return self._annotated.query.annotations["written"].output_field

    @cached_property
    def _text(self) -> _Text:
        query = self._annotated.query
        compiler = query.get_compiler(connection=database)
        compiler.pre_sql_setup()
        sql, params = compiler.compile(query.annotations["written"])
        meta: Any = self._of._meta
        field = meta.pk if self._by == "pk" else meta.get_field(self._by)
        quote = database.ops.quote_name
        table = quote(meta.db_table)
        sql = sql.replace(f"{table}.{quote(field.column)}", _COLUMN)
        if _COLUMN not in sql or f"{table}." in sql:
            raise ValueError(f"It refers to more than “{self._by}” of {self._of.__name__}.")
        # Its tables have names of their own, whatever the queries are called that it is put into.
        return _Text(_ALIAS.sub(r"once_\1\2", sql), tuple(params))


class AskedOnce:
    """A query of plain columns of which only some numbers and days change.

    `build` is called once for each set of `options` with stand-ins for the values, and returns a
    queryset of `values_list`. What it asks besides must not depend on anything that changes.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._texts: dict[tuple[Any, ...], tuple[str, tuple[Any, ...]]] = {}

    def rows(self, values: Mapping[str, int | date], **options: bool) -> list[tuple[Any, ...]]:
        """The rows as the driver reads them."""
        key = tuple(sorted(options.items()))
        if key not in self._texts:
            self._texts[key] = self._text(values, options)
        sql, params = self._texts[key]
        filled = [values[one.name] if isinstance(one, _Named) else one for one in params]
        with database.cursor() as cursor:
            cursor.execute(sql, filled)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def _text(
        self, values: Mapping[str, int | date], options: Mapping[str, bool]
    ) -> tuple[str, tuple[Any, ...]]:
        stand_ins = {
            name: date.min + timedelta(days=place)
            if isinstance(value, date)
            else _SOME_NUMBER - place
            for place, (name, value) in enumerate(values.items())
        }
        named = {stand_in: _Named(name) for name, stand_in in stand_ins.items()}
        sql, params = self._build(**stand_ins, **options).query.sql_with_params()
        filled = tuple(
            named.get(param, param) if isinstance(param, int | date) else param for param in params
        )
        if missing := {*named.values()} - {one for one in filled if isinstance(one, _Named)}:
            raise ValueError(f"It does not ask for {missing}.")
        return sql, filled


_SOME_NUMBER = -(10**15)  # no row has it


@dataclass(frozen=True, slots=True)
class _Named:
    """Where a value of this name goes."""

    name: str
