"""What `make bench` prints, and what it finds over budget."""

from collections.abc import Mapping

from bench.budgets import BUDGETS, Verdict
from bench.pages import Page, empty_page, pages_of, pages_of_undertaking
from bench.queries import queries_of, scans_of
from bench.timing import timed
from bench.world import World

READERS = ("member", "anonymous")
QUERY_ROW = "{:<32}{:<12}{:>9}" + "{:>12}" * 2 + "{:>16}"
TIME_ROW = "{:<32}{:>14}{:>10}{:>14}{:>10}{:>16}"


def report_queries(worlds: Mapping[str, World], verdict: Verdict) -> None:
    """The same number in every world, within the budget; no large table read from end to end."""
    print(QUERY_ROW.format("Queries", "reader", "budget", *worlds, "database, ms"))
    every = ([*pages_of(world), *pages_of_undertaking(world)] for world in worlds.values())
    for pages in zip(*every, strict=True):
        name = pages[0].name
        for reader in READERS:
            asked = [queries_of(getattr(page, reader)) for page in pages]
            counts = [len(queries) for queries in asked]
            budget = BUDGETS["queries"][name][reader]
            spent = sum(float(query["time"]) for query in asked[-1]) * 1000
            print(QUERY_ROW.format(name, reader, budget, *counts, f"{spent:.1f}"))
            who = f"{name}, {reader}:"
            verdict.demand(max(counts) <= budget, f"{who} {counts} queries, {budget} are allowed")
            verdict.demand(len(set(counts)) == 1, f"{who} {counts} queries, as its list grows")


def report_scans(world: World) -> None:
    """Told, not judged: of one debate that is nearly the whole table, all is read to be counted."""
    for page in pages_of(world):
        for reader in READERS:
            scans = sorted(set(scans_of(getattr(page, reader))))
            if scans:
                print(f"    {page.name}, {reader}: reads all of {', '.join(scans)}")


def report_times(world: World, verdict: Verdict) -> None:
    """In multiples of the empty page for the same reader, in the same seconds."""
    print()
    print(TIME_ROW.format("Processor time", "signed in", "× empty", "made anew", "× empty", "kept"))
    empty = empty_page(world.reader)
    for page in pages_of(world):
        _report_time(empty, page, verdict)


def _report_time(empty: Page, page: Page, verdict: Verdict) -> None:
    nothing, nobody, member, anew, kept = timed(
        empty.member, empty.anonymous, page.member, page.anonymous, page.kept
    )
    signed_in = member.seconds / nothing.seconds
    throughput = nobody.seconds / kept.seconds
    print(
        TIME_ROW.format(
            page.name,
            f"{member.seconds * 1000:.1f} ms",
            f"{signed_in:.1f}",
            f"{anew.seconds * 1000:.1f} ms",
            f"{anew.seconds / nobody.seconds:.1f}",
            f"{throughput:.0%} of empty",
        )
    )
    print(
        f"    the empty page takes {nothing.seconds * 1000:.2f} ms signed in,"
        f" {nobody.seconds * 1000:.2f} ms otherwise;"
        f" rounds up to {max(one.spread for one in (nothing, member)):.0%} apart"
    )
    most = BUDGETS["times_the_empty_page"][page.name]
    told = f"{page.name}: {signed_in:.1f} times the empty page, {most} are allowed"
    verdict.demand(signed_in <= most, told)
    least = BUDGETS["of_the_empty_page_s_throughput"]["kept"]
    told = f"{page.name}, kept: {throughput:.0%} of the empty page's throughput, under {least:.0%}"
    verdict.demand(throughput >= least, told)
