"""The tests that ask a database, on a PostgreSQL of this machine: `make test-postgresql`.

Its server is the embedded one with other programs, in a folder of its own that goes with it.
Browser journeys and real files say nothing about PostgreSQL, nor does who may read what: they are
left to `make test`. Every address is asked here once, by the administrator.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from essaim.foundation.embedded_postgres import EmbeddedServer
from essaim.foundation.embedded_postgres.programs import main_number

OLDEST = 15
CHOSEN = "(django_db or reliability) and not journey and not conformance"
SAME_ANYWHERE = (
    "tests/security",
    *(f"tests/architecture/test_{name}.py" for name in ("crawl", "forms", "search", "switches")),
)
ONE_READER = "not test_access or administrator"
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


def main() -> int:
    found = newest()
    if found is None:
        print(f"!!! No PostgreSQL {OLDEST} or later here: nothing was tried on it. !!!")
        return int(os.environ.get("CI") == "true")
    print(f"Trying on the PostgreSQL in {found} …", flush=True)
    with tempfile.TemporaryDirectory(prefix="essaim-postgresql-") as var:
        server = EmbeddedServer.of(Path(var))
        environment = {**os.environ, "ESSAIM_VAR": var, "ESSAIM_POSTGRES_BIN": str(found)}
        environment.pop("ESSAIM_DATABASE_URL", None)
        command = [sys.executable, "-m", "pytest", "-m", CHOSEN, "-k", ONE_READER]
        command += [*(f"--ignore={path}" for path in SAME_ANYWHERE), *sys.argv[1:]]
        tests = subprocess.Popen(command, env=environment)
        try:
            return tests.wait()
        except KeyboardInterrupt:  # it went to the tests as well: let them end
            return tests.wait()
        finally:
            if server.home.exists():
                os.environ["ESSAIM_POSTGRES_BIN"] = str(found)
                server.stop()
                shutil.rmtree(server.home, ignore_errors=True)
                shutil.rmtree(server.socket_folder, ignore_errors=True)


def newest() -> Path | None:
    """The folder of the newest one's programs; `ESSAIM_POSTGRES_BIN` may name it."""
    if given := os.environ.get("ESSAIM_POSTGRES_BIN"):
        return Path(given)
    folders = [folder for place in PLACES for folder in Path("/").glob(place.lstrip("/"))]
    if beside := shutil.which("pg_config"):
        said = subprocess.run([beside, "--bindir"], capture_output=True, text=True, check=True)
        folders.append(Path(said.stdout.strip()))
    known = {version_of(folder): folder for folder in folders if (folder / "initdb").exists()}
    version = max(known, default=0)
    return known[version] if version >= OLDEST else None


def version_of(folder: Path) -> int:
    said = subprocess.run(
        [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False
    )
    return main_number(said.stdout) if said.returncode == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
