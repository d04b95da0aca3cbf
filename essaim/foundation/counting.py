"""Counts beside each row of a list, in the list's own query."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce


def count_of(related: QuerySet[Any]) -> Coalesce:
    """How many rows of a subquery, which groups by nothing but its outer reference."""
    counted = related.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("*"))
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)


@contextmanager
def counting_all() -> Iterator[None]:
    """The frame of what the clock counts among all members: one transaction, tables joined whole.

    PostgreSQL guesses a few communities below one that has hundreds (`@>` on a column), and would
    compare each act with each member: minutes instead of a second.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off")
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_nestloop = on; SET LOCAL enable_mergejoin = on")
