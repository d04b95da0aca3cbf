"""Counts beside each row of a list, in the list's own query."""

from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce


def count_of(related: QuerySet[Any]) -> Coalesce:
    """How many rows of a subquery, which groups by nothing but its outer reference."""
    counted = related.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("*"))
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)
