"""`essaim demo` as a person meets it: ready, then gone without a trace; obstacles in a sentence."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from essaim.foundation.embedded_postgres import EmbeddedServer
from tests.reliability.conftest import ROOT

pytestmark = pytest.mark.reliability


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A machine where Essaim has never run."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ESSAIM_", "DJANGO_", "LANG", "LC_"))
    }
    yield kept | {"ESSAIM_VAR": str(tmp_path / "var"), "PORT": str(free_port())}
    server = EmbeddedServer.of(tmp_path / "var")
    shutil.rmtree(server.home, ignore_errors=True)
    shutil.rmtree(server.socket_folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def essaim(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "config.cli", *words]
    return subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


def those_of(environment: dict[str, str]) -> list[str]:
    """Every running process that belongs to this installation."""
    server = EmbeddedServer.of(Path(environment["ESSAIM_VAR"]))
    found = []
    for process in psutil.process_iter():
        try:
            words = " ".join(process.cmdline())
            ours = process.environ().get("ESSAIM_VAR") == environment["ESSAIM_VAR"]
        except psutil.Error:
            continue
        if ours or str(server.home) in words:
            found.append(words)
    return found


def status_of(address: str) -> int:
    with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310  our own
        return int(answer.status)


def test_the_demo_says_when_it_is_ready_and_leaves_nothing_running(
    environment: dict[str, str],
) -> None:
    address = f"http://127.0.0.1:{environment['PORT']}"
    command = [sys.executable, "-m", "config.cli", "demo"]
    demo = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert demo.stdout is not None
    said = ""
    for line in demo.stdout:
        said += line
        if line.startswith("Ctrl-C"):
            break
    assert f"\nEssaim is ready at {address}/\n" in said
    for role in ("newcomer", "member", "host", "decider", "administrator"):
        assert role in said
    assert status_of(f"{address}/healthz") == 200
    assert status_of(f"{address}/") == 200
    assert those_of(environment)

    demo.send_signal(signal.SIGINT)
    assert demo.wait(60) == 0
    assert those_of(environment) == []


def test_a_port_in_use_is_told_before_anything_is_made(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment["PORT"])))
        taken.listen()
        done = essaim(environment, "demo")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"Port {environment['PORT']} cannot be used" in done.stderr
    assert not Path(environment["ESSAIM_VAR"]).exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["import", "nonsense", "file"], "places"),
        (["import", "places", "/no/such/file.csv"], "/no/such/file.csv"),
        (["manage", "nonsense"], "nonsense"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(
    environment: dict[str, str], words: list[str], says: str
) -> None:
    done = essaim(environment, *words)
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_does_not_answer_is_told(environment: dict[str, str]) -> None:
    nowhere = f"postgres://essaim@127.0.0.1:{free_port()}/essaim"
    done = essaim(environment | {"ESSAIM_DATABASE_URL": nowhere}, "migrate")
    assert done.returncode == 1
    assert "database does not answer" in done.stderr
    assert "Traceback" not in done.stderr
