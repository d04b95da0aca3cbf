"""The two ways of running: in a database made for it, or within a transaction that is undone."""

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from psycopg import sql

from bench.budgets import Verdict
from bench.report import report_queries, report_scans, report_times
from bench.world import LARGE, TWIN, Size, make_world
from bench.writers import report_writers
from essaim.foundation.embedded_postgres import database_url

FEW = Size(ideas=3, supports=6, comments=6, members=8)
MORE = Size(ideas=40, supports=300, comments=120, members=60)


def queries() -> int:
    """A page that asks more than its budget fails, in a world that is gone afterwards."""
    _make_database(anew=False)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # ours is in the middle of a transaction
    verdict = Verdict()
    with transaction.atomic():
        worlds = {name: make_world(name, size) for name, size in (("few", FEW), ("more", MORE))}
        report_queries(worlds, verdict)
        transaction.set_rollback(True)
    return verdict.told()


def everything() -> int:
    _make_database(anew=True)
    verdict = Verdict()
    worlds = {name: make_world(name, size) for name, size in (("twin", TWIN), ("large", LARGE))}
    world = worlds["large"]
    report_queries(worlds, verdict)
    report_scans(world)
    report_times(world, verdict)
    report_writers(world, verdict)
    return verdict.told()


def _make_database(*, anew: bool) -> None:
    name = settings.DATABASES["default"]["NAME"]
    with psycopg.connect(database_url(), autocommit=True) as server:
        if anew:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            server.execute(drop.format(sql.Identifier(name)))
        known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not known:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    connection.close()
    call_command("migrate", verbosity=0)
