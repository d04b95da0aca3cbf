"""What `make bench-crowd` prints: the same pages in a movement a hundred times as large."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from procrastinate.contrib.django import app

from bench.budgets import BUDGETS, Verdict
from bench.crowd import Crowd
from bench.crowd_pages import blocks_of, milliseconds_of, pages_of
from bench.pages import empty_page
from bench.queries import queries_of
from bench.timing import timed
from essaim.communities.queries import nearest_communities
from essaim.communities.readers import fresh_reader
from essaim.places.models import Level, Place

TRIES = 5
TOWNS = 4
AT_SEA = (40.0, -20.0)
TOLD = 0.5  # seconds
ROW = "{:<28}" + "{:>16}" * 4


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one page for a member: `processor` and `database` in multiples of the empty page's
    processor time."""

    queries: int
    blocks: int
    processor: float
    database: float
    milliseconds: float


def costs_of(crowd: Crowd) -> dict[str, Cost]:
    """What each page costs in this crowd, the rounds of all alternating with the empty one's."""
    pages = list(pages_of(crowd))
    empty, *times = timed(empty_page(crowd.reader).member, *(page.member for page in pages))
    spread = max(one.spread for one in (empty, *times))
    print(
        f"    the empty page takes {empty.seconds * 1000:.2f} ms; rounds up to {spread:.0%} apart"
    )
    costs = {}
    for page, spent in zip(pages, times, strict=True):
        tries = [queries_of(page.member) for _ in range(TRIES)]
        database = min(sum(float(query["time"]) for query in asked) for asked in tries)
        costs[page.name] = Cost(
            queries=len(tries[-1]),
            blocks=blocks_of(page.member),
            processor=spent.seconds / empty.seconds,
            database=database / empty.seconds,
            milliseconds=database * 1000,
        )
    return costs


def report_costs(costs: Mapping[str, Mapping[str, Cost]], verdict: Verdict) -> None:
    """By size; the same number of queries in each, and about as much to do for the database."""
    sizes = list(costs)
    print("\n" + ROW.format("With members:", *(["queries", "blocks", "processor", "database"])))
    print(ROW.format(" / ".join(sizes), "", "of 8 KB", "× empty", "× empty"))
    budgets = BUDGETS["crowd"]
    for name in costs[sizes[0]]:
        row = [costs[size][name] for size in sizes]
        print(
            ROW.format(
                name,
                "/".join(str(one.queries) for one in row),
                "/".join(str(one.blocks) for one in row),
                "/".join(f"{one.processor:.1f}" for one in row),
                "/".join(f"{one.database:.1f}" for one in row),
            )
        )
        first, last = row[0], row[-1]
        most = budgets["times_the_empty_page"][name]
        told = f"{name}: {last.processor:.1f} times the empty page, {most} are allowed"
        verdict.demand(last.processor <= most, told)
        counts = [one.queries for one in row]
        told = f"{name}: {counts} queries, as the crowd grows"
        verdict.demand(len(set(counts)) == 1, told)
        growth = last.blocks / first.blocks
        told = f"{name}: {growth:.1f} times the blocks in a crowd 100 times as large"
        verdict.demand(growth <= budgets["times_the_blocks"], told)


def report_nearest(crowd: Crowd, verdict: Verdict) -> None:
    """What the database says it needs for the nearest committees, at the best of some tries.

    From the largest towns, and from a point in the sea, whence all are far.
    """
    reader = fresh_reader(crowd.reader)
    towns = Place.objects.filter(level=Level.COMMUNE).order_by("-population", "pk")[:TOWNS]
    points = [(one.latitude or 0.0, one.longitude or 0.0) for one in towns]
    spent = []
    for point in (*points, AT_SEA):
        ask = partial(nearest_communities, reader, crowd.movement, *point)
        spent.append(min(milliseconds_of(ask) for _ in range(TRIES)))
    most = BUDGETS["crowd"]["milliseconds_to_the_nearest"]
    told = f"{min(spent):.1f} to {max(spent):.1f} ms, {most} are allowed"
    print(f"    the nearest committees take the database {told}")
    verdict.demand(max(spent) <= most, f"the nearest committees: {told}")


def do_the_work_of_the_clock() -> None:
    """All that is done every minute, hour or night, once; told where it takes long."""
    for one in app.periodic_registry.periodic_tasks.values():
        began = time.perf_counter()
        one.task.func(int(time.time()))
        passed = time.perf_counter() - began
        if passed > TOLD:
            print(f"    {one.task.name.removeprefix('essaim.')} takes {passed:.1f} s")
