"""The pages of a crowd, and what the database does for each, in numbers that no machine changes."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.crowd import Crowd
from bench.pages import Ask, Page, page_at
from bench.queries import queries_of
from essaim.communities.models import Community, Membership
from essaim.communities.queries.lists import COMMUNITY_ORDER, MEMBER_ORDER
from essaim.foundation.http.pages import Cursor


def pages_of(crowd: Crowd) -> Iterator[Page]:
    for name, address in addresses_of(crowd):
        yield page_at(name, address, crowd.reader)
    ladder = reverse("community_ladder", args=[crowd.movement.slug])
    yield page_at("ladder, for who leads", ladder, crowd.administrator)


def addresses_of(crowd: Crowd) -> Iterator[tuple[str, str]]:
    """What members read of a movement and of the committee they belong to."""
    above, inside = [crowd.movement.slug], [crowd.committee.slug]
    members = reverse("community_members", args=above)
    groups = reverse("community_groups", args=above)
    yield "landing of the movement", reverse("community", args=above)
    yield "committee", reverse("community", args=inside)
    yield "figures of the movement", reverse("community_figures", args=above)
    yield "figures of a committee", reverse("community_figures", args=inside)
    yield "members, first page", members
    yield "members, in the middle", f"{members}?after={_middle_of_members(crowd)}"
    yield "members of a committee", reverse("community_members", args=inside)
    yield "committees, first page", groups
    yield "committees, in the middle", f"{groups}?after={_middle_of_groups(crowd)}"
    yield "all committees", f"{reverse('communities')}?kind=committee"
    yield "roles of the movement", reverse("mandates", args=above)


def _middle_of_members(crowd: Crowd) -> str:
    rows = Membership.objects.filter(community=crowd.movement, left_at__isnull=True)
    return _middle(rows, MEMBER_ORDER)


def _middle_of_groups(crowd: Crowd) -> str:
    return _middle(Community.objects.filter(parent=crowd.movement), COMMUNITY_ORDER)


def _middle(rows: Any, order: tuple[str, ...]) -> str:
    """Where a page ends after half of these rows."""
    values = rows.order_by(*order).values_list(*order)[rows.count() // 2]
    return Cursor(order, values).encode()


def blocks_of(ask: Ask) -> int:
    """How many blocks (8 KB) the database reads or writes for a page, wherever it finds them."""
    return sum(_blocks(plan["Plan"]) for plan in _plans(queries_of(ask)))


def milliseconds_of(ask: Callable[[], object]) -> float:
    """To plan and to run each query that is asked, as the database says."""
    ask()
    with CaptureQueriesContext(connection) as captured:
        ask()
        asked = list(captured.captured_queries)
    return sum(float(plan["Planning Time"] + plan["Execution Time"]) for plan in _plans(asked))


def _plans(asked: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    """Each query asked again, with what was done for it."""
    for query in asked:
        if query["sql"].lstrip().startswith(("SELECT", "WITH", "(")):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query['sql']}")
                plan = cursor.fetchone()[0]
            yield (json.loads(plan) if isinstance(plan, str) else plan)[0]


def _blocks(plan: dict[str, Any]) -> int:
    kinds = ("Shared Hit", "Shared Read", "Temp Read", "Temp Written")
    return sum(int(plan[f"{kind} Blocks"]) for kind in kinds)
