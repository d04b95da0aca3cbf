"""One PostgreSQL server: made, started, shared between processes, stopped.

It listens on one Unix socket in a folder that only its owner enters: no port, no password.
"""

import fcntl
import hashlib
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from django.utils.translation import gettext as _
from psycopg import sql

from essaim.foundation.embedded_postgres.programs import (
    SPACE_NEEDED,
    DatabaseUnavailableError,
    ProgramFailedError,
    Programs,
    no_space,
)

ROLE = "essaim"
SUPERUSER = "postgres"
PORT = 5432  # only names the socket: nothing listens on the network
ROOT_HOMES = Path("/var/lib/essaim")
LONGEST_SOCKET_FOLDER = 85  # the kernel allows 107 bytes with the socket's own name
SECONDS_TO_START = 60
BUILTIN_SINCE = 17
BUILTIN_LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")


@dataclass(frozen=True)
class EmbeddedServer:
    """One server and its files, all below `home`."""

    home: Path

    @classmethod
    def of(cls, var: Path) -> "EmbeddedServer":
        """The server of one copy of Essaim.

        PostgreSQL refuses to run as root, and the user it then runs as may not reach a folder
        below /root: root's server lives outside the tree, one home per tree.
        """
        if os.geteuid() == 0:
            return cls(ROOT_HOMES / hashlib.sha256(str(var).encode()).hexdigest()[:12])
        return cls(var / "postgres")

    @cached_property
    def programs(self) -> Programs:
        return Programs(self.home)

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "run" / "log"

    @property
    def socket_folder(self) -> Path:
        beside = self.home / "run"
        text = str(beside)
        if len(text.encode()) <= LONGEST_SOCKET_FOLDER and not set(text) & set(",'\""):
            return beside
        short = hashlib.sha256(text.encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"essaim-{os.geteuid()}-{short}"

    @property
    def url(self) -> str:
        return self._url(ROLE, ROLE)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep the server running; the last of all processes that use it stops it.

        Each user holds a shared lock, which the kernel frees even after kill -9.
        """
        self._make_folders()
        with (self.home / "users.lock").open("w") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                self.ensure_running()
                yield
            finally:
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    pass  # somebody else still works with it
                else:
                    self.stop()

    def ensure_running(self) -> None:
        """Start the server unless it answers; safe from many processes at once."""
        if self._answers():
            return
        self._make_folders()
        with self._alone():
            if self._answers():
                return
            if not self.data.exists():
                self._initialise()
            self._refuse_foreign_version()
            if not self._process_lives():
                self._forget_dead_server()
                self._start()
            self._make_role_and_database()

    def stop(self) -> None:
        """End the server; what it holds stays on the disk."""
        with self._alone():
            if self._process_lives():
                self._run("pg_ctl", "stop", "-m", "fast", "-w", "-D", str(self.data))

    # What follows is called under the lock, except for the questions.

    def _url(self, role: str, database: str) -> str:
        folder = quote(str(self.socket_folder), safe="")
        return f"postgres://{role}@/{database}?host={folder}&port={PORT}"

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _process_lives(self) -> bool:
        """Whether the process that the pid file names is our server: numbers are used again."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return False
        return pid in self._processes()

    def _processes(self) -> set[int]:
        """The server and its children: each works in the folder of the data."""
        found = set()
        for process in psutil.process_iter(["name", "status", "cwd"]):
            seen = process.info
            if (
                seen["name"] == "postgres"
                and seen["status"] != psutil.STATUS_ZOMBIE
                and seen["cwd"] == str(self.data.resolve())
            ):
                found.add(process.pid)
        return found

    def _forget_dead_server(self) -> None:
        """Take away what a killed server left, once its children have noticed and gone."""
        deadline = time.monotonic() + SECONDS_TO_START
        while self._processes():
            if time.monotonic() > deadline:
                raise self._failed("postgres", _("remains of a killed server do not end"))
            time.sleep(0.1)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for left in self.socket_folder.glob(".s.PGSQL.*"):
            left.unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.home / "starting.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make_folders(self) -> None:
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            if self.programs.user is not None:  # who must be able to come through
                self.home.chmod(0o755)
                self.home.parent.chmod(0o755)
            for folder in {self.home / "run", self.socket_folder}:
                folder.mkdir(exist_ok=True, mode=0o700)
                self.programs.give(folder)
        except PermissionError as error:
            raise DatabaseUnavailableError(
                _("Essaim may not write to %(folder)s.") % {"folder": error.filename or self.home}
            ) from error
        except OSError as error:
            raise DatabaseUnavailableError(
                _("Essaim cannot make the folder %(folder)s: %(reason)s.")
                % {"folder": error.filename or self.home, "reason": error.strerror}
            ) from error

    def _initialise(self) -> None:
        if shutil.disk_usage(self.home).free < SPACE_NEEDED:
            raise no_space(self.home)
        fresh = self.home / "data-new"  # half a folder must never pass for a whole one
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self.programs.give(fresh)
        self._run(
            "initdb",
            "--auth=trust",
            "--encoding=UTF8",
            *(BUILTIN_LOCALE if self.programs.version >= BUILTIN_SINCE else ("--locale=C.UTF-8",)),
            f"--username={SUPERUSER}",
            f"--pgdata={fresh}",
        )
        fresh.rename(self.data)

    def _refuse_foreign_version(self) -> None:
        ours = self.programs.version
        theirs = int((self.data / "PG_VERSION").read_text())
        if ours != theirs:
            raise DatabaseUnavailableError(
                _(
                    "The data in %(folder)s were written by PostgreSQL %(theirs)s and this is"
                    " PostgreSQL %(ours)s: move the folder away to start afresh."
                )
                % {"folder": self.data, "theirs": theirs, "ours": ours}
            )

    def _start(self) -> None:
        options = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": str(self.socket_folder),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "timezone": "UTC",
        }
        text = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in options.items())
        self.log.unlink(missing_ok=True)
        self._run(
            "pg_ctl", "start", "-w", "-t", str(SECONDS_TO_START),
            "-D", str(self.data), "-l", str(self.log), "-o", text,
        )  # fmt: skip

    def _make_role_and_database(self) -> None:
        """A role without privileges but that of making test databases, and its database."""
        with self._superuser() as connection:
            if not connection.execute(
                "SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]
            ).fetchone():
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE))
                )
            if not connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [ROLE]
            ).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(ROLE))
                )

    def _superuser(self) -> psycopg.Connection:
        """A connection to a server that may still be on its way up."""
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            try:
                return psycopg.connect(self._url(SUPERUSER, SUPERUSER), autocommit=True)
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline or not self._process_lives():
                    raise self._failed("postgres", str(error)) from error
                time.sleep(0.1)

    def _run(self, program: str, *arguments: str) -> str:
        try:
            return self.programs.run(program, *arguments)
        except ProgramFailedError as error:
            raise self._failed(*error.args) from error

    def _failed(self, program: str, words: str) -> DatabaseUnavailableError:
        everything = words + self._last_words()
        if "No space left on device" in everything:
            return no_space(self.home)
        lines = [line for line in everything.splitlines() if "FATAL" in line or "error" in line]
        reason = (lines or everything.splitlines() or [_("no reason given")])[-1].strip()
        return DatabaseUnavailableError(
            _("The embedded PostgreSQL did not start (%(program)s): %(reason)s")
            % {"program": program, "reason": reason}
        )

    def _last_words(self) -> str:
        try:
            return self.log.read_text(errors="replace")[-4000:]
        except OSError:
            return ""
