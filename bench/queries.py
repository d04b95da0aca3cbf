"""How many queries a page asks, and whether one of them reads a large table from end to end."""

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.pages import Ask
from essaim.foundation.http.cache import GENERATION

# Where ten thousand ideas, their supports and what is said about them stand.
LARGE_TABLES = {
    "discussions_post",
    "discussions_thread",
    "foundation_fact",
    "ideas_idea",
    "ideas_support",
    "members_member",
}


def queries_of(ask: Ask) -> list[dict[str, str]]:
    """What the page asks the database once it is warm; `time` in seconds, as the client saw it."""
    ask()
    GENERATION.forget()  # the one query of the page cache, asked once a second, counts as well
    with CaptureQueriesContext(connection) as captured:
        ask()
        return list(captured.captured_queries)  # now: the next request empties the list


def scans_of(ask: Ask) -> list[str]:
    """Large tables that the page reads from end to end."""
    found = []
    for query in queries_of(ask):
        if query["sql"].startswith(("SELECT", "WITH", "\nWITH")):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (FORMAT JSON) {query['sql']}")
                plan = cursor.fetchone()[0]
            plan = json.loads(plan) if isinstance(plan, str) else plan
            found += [name for name in _scanned(plan[0]["Plan"]) if name in LARGE_TABLES]
    return found


def _scanned(node: dict[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for below in node.get("Plans", ()):
        yield from _scanned(below)
