"""The ways of running: in a database made for it, or within a transaction that is undone."""

import logging
import time
from typing import cast

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg import sql

from bench import crowd
from bench.budgets import Verdict
from bench.crowd_report import (
    Cost,
    costs_of,
    do_the_work_of_the_clock,
    report_costs,
    report_nearest,
)
from bench.gatherings import make_events, report_events
from bench.offers import make_offers, report_offers
from bench.report import report_queries, report_scans, report_times
from bench.world import LARGE, TWIN, Size, make_world
from bench.writers import report_writers
from essaim.foundation.embedded_postgres import database_url

FEW = Size(ideas=3, supports=6, comments=6, members=8, undertaken=1)
MORE = Size(ideas=40, supports=300, comments=120, members=60, undertaken=5)


def queries() -> int:
    """A page that asks more than its budget fails, in a world that is gone afterwards."""
    make_database(anew=False)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # ours is in the middle of a transaction
    verdict = Verdict()
    with transaction.atomic():
        worlds = {name: make_world(name, size) for name, size in (("few", FEW), ("more", MORE))}
        report_queries(worlds, verdict)
        transaction.set_rollback(True)
    return verdict.told()


def everything() -> int:
    make_database(anew=True)
    verdict = Verdict()
    worlds = {name: make_world(name, size) for name, size in (("twin", TWIN), ("large", LARGE))}
    world = worlds["large"]
    report_queries(worlds, verdict)
    report_scans(world)
    report_times(world, verdict)
    report_writers(world, verdict)
    return verdict.told()


def crowds() -> int:
    """The same pages in three crowds, one after the other; their database is gone afterwards."""
    logging.disable(logging.INFO)  # who looks at which list
    make_database(anew=True)
    verdict = Verdict()
    try:
        sizes = (crowd.HUNDREDTH, crowd.TENTH, crowd.WHOLE)
        costs = {f"{size.members:,}": _costs_of(size, verdict) for size in sizes}
        report_costs(costs, verdict)
    finally:
        connection.close()
        cast(DatabaseWrapper, connection).close_pool()
        _drop_database()
    return verdict.told()


def offers() -> int:
    """Suggestions for needs among 100,000 offers; their database is gone afterwards."""
    logging.disable(logging.INFO)
    make_database(anew=True)
    verdict = Verdict()
    try:
        report_offers(make_offers(), verdict)
    finally:
        connection.close()
        cast(DatabaseWrapper, connection).close_pool()
        _drop_database()
    return verdict.told()


def events() -> int:
    """Gatherings around a place among 100,000; their database is gone afterwards."""
    logging.disable(logging.INFO)
    make_database(anew=True)
    verdict = Verdict()
    try:
        report_events(make_events(), verdict)
    finally:
        connection.close()
        cast(DatabaseWrapper, connection).close_pool()
        _drop_database()
    return verdict.told()


def _costs_of(size: crowd.Size, verdict: Verdict) -> dict[str, Cost]:
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE places_place, members_member, foundation_fact CASCADE")
    made = crowd.make_crowd(size)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # what autovacuum does a minute later
    passed = time.perf_counter() - began
    print(
        f"{size.committees:,} committees, {size.members:,} members, {size.facts:,} facts,"
        f" made in {passed:.0f} s"
    )
    do_the_work_of_the_clock()
    report_nearest(made, verdict)
    return costs_of(made)


def make_database(*, anew: bool) -> None:
    if anew:
        _drop_database()
    name = settings.DATABASES["default"]["NAME"]
    with psycopg.connect(database_url(), autocommit=True) as server:
        known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not known:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    connection.close()
    call_command("migrate", verbosity=0)


def _drop_database() -> None:
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    with psycopg.connect(database_url(), autocommit=True) as server:
        server.execute(drop.format(sql.Identifier(settings.DATABASES["default"]["NAME"])))
