import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from essaim.foundation.embedded_postgres import EmbeddedServer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    """A database server of the test's own, to be killed at will."""
    server = EmbeddedServer.of(tmp_path)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.home, ignore_errors=True)
        shutil.rmtree(server.socket_folder, ignore_errors=True)


class Foundation:
    """The foundation on that server, driven from outside as an administrator would."""

    def __init__(
        self, server: EmbeddedServer, settings: str = "tests.reliability.settings", **more: str
    ) -> None:
        self.server = server
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": settings,
            "ESSAIM_DATABASE_URL": server.url,
            "PYTHONPATH": str(ROOT),
            **more,
        }

    def run(self, code: str) -> None:
        command = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
        subprocess.run(command, env=self.environment, cwd=ROOT, check=True)

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.worker"], env=self.environment, cwd=ROOT
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                assert process.wait(30) == 0, "the worker must end well when told to"

    @contextmanager
    def nothing_written_to(self, table: str) -> Iterator[None]:
        """Whoever writes there waits until the end: a job is certainly being done meanwhile."""
        with psycopg.connect(self.server.url) as connection:
            connection.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE".encode())
            yield
            connection.rollback()

    def count(self, query: str) -> int:
        with psycopg.connect(self.server.url) as connection:
            row = connection.execute(query.encode()).fetchone()
        assert row is not None
        return int(row[0])


@pytest.fixture
def foundation(server: EmbeddedServer) -> Foundation:
    server.ensure_running()
    foundation = Foundation(server)
    foundation.run(
        "from django.core.management import call_command as call\n"
        "call('migrate', run_syncdb=True, verbosity=0)"
    )
    return foundation
