"""Subqueries that are the same on every page: Django writes their SQL once, then it is reused.

Building and compiling an annotation costs more processor time than reading its answer. What depends
on nothing but one column of the outer query is compiled at its first use and kept as text.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection as database
from django.db.models import Expression, F, Func, Model
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
