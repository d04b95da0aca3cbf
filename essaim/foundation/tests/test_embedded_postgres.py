"""Real servers in folders of their own: made, shared, killed, moved."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from essaim.foundation.embedded_postgres import (
    DatabaseUnavailableError,
    EmbeddedServer,
    database_running,
    database_url,
)
from essaim.foundation.embedded_postgres import server as server_module
from essaim.foundation.embedded_postgres.programs import Programs

HOLD = """
import sys
from pathlib import Path
from essaim.foundation.embedded_postgres import EmbeddedServer
with EmbeddedServer(Path(sys.argv[1])).in_use():
    print("up", flush=True)
    sys.stdin.read()
"""


def remove(server: EmbeddedServer) -> None:
    server.stop()
    shutil.rmtree(server.home, ignore_errors=True)
    shutil.rmtree(server.socket_folder, ignore_errors=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """Making the files takes a second or two: once for all tests here."""
    server = EmbeddedServer.of(tmp_path_factory.mktemp("server"))
    server.ensure_running()
    yield server
    remove(server)


@pytest.fixture
def server(made: EmbeddedServer) -> EmbeddedServer:
    made.stop()
    return made


def runs(server: EmbeddedServer) -> bool:
    try:
        psycopg.connect(server.url).close()
    except psycopg.OperationalError:
        return False
    return True


def pid_of(server: EmbeddedServer) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def holder(server: EmbeddedServer) -> subprocess.Popen[str]:
    process = subprocess.Popen(  # noqa: S603  our own command  ourselves
        [sys.executable, "-c", HOLD, str(server.home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def test_the_address_of_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESSAIM_DATABASE_URL", "postgres://there/essaim")
    assert database_url() == "postgres://there/essaim"
    with database_running() as url:
        assert url == "postgres://there/essaim"


def test_reading_the_address_starts_and_makes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ESSAIM_DATABASE_URL", raising=False)
    monkeypatch.setenv("ESSAIM_VAR", str(tmp_path / "var"))
    assert database_url() == database_url() == EmbeddedServer.of(tmp_path / "var").url
    assert not (tmp_path / "var").exists()
    assert not EmbeddedServer.of(tmp_path / "var").home.exists()


def test_children_find_the_address_in_their_environment(
    monkeypatch: pytest.MonkeyPatch, server: EmbeddedServer
) -> None:
    monkeypatch.delenv("ESSAIM_DATABASE_URL", raising=False)
    monkeypatch.setattr(EmbeddedServer, "of", classmethod(lambda _cls, _var: server))
    with database_running() as url:
        assert os.environ["ESSAIM_DATABASE_URL"] == url == server.url
        assert runs(server)
    assert "ESSAIM_DATABASE_URL" not in os.environ
    assert not runs(server)


def test_the_role_is_no_superuser_and_can_do_all_that_migrations_and_tests_need(
    server: EmbeddedServer,
) -> None:
    with server.in_use(), psycopg.connect(server.url, autocommit=True) as connection:
        for extension in ("pg_trgm", "unaccent", "btree_gist", "btree_gin"):
            connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}".encode())
        connection.execute("CREATE DATABASE test_beside")
        connection.execute("DROP DATABASE test_beside")
        row = connection.execute(
            "SELECT current_setting('is_superuser'), lower('ÉÇ'), unaccent('Béarn'),"
            " current_setting('server_encoding'), current_setting('listen_addresses')"
        ).fetchone()
    assert row == ("off", "éç", "Bearn", "UTF8", "")


def test_only_its_owner_enters_the_folder_of_the_socket(server: EmbeddedServer) -> None:
    with server.in_use():
        assert server.socket_folder.stat().st_mode & 0o077 == 0
        assert server.data.stat().st_mode & 0o077 == 0


def test_a_server_killed_without_warning_starts_again_with_its_data(
    server: EmbeddedServer,
) -> None:
    server.ensure_running()
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('still here')")
    os.kill(pid_of(server), signal.SIGKILL)
    with server.in_use(), psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("still here",)


def test_a_process_that_got_the_dead_server_s_number_is_no_server(
    server: EmbeddedServer,
) -> None:
    server.ensure_running()
    pid_file = server.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    server.stop()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    with server.in_use():
        assert runs(server)
        assert pid_of(server) != os.getpid()


def test_the_last_of_those_who_use_it_stops_it(server: EmbeddedServer) -> None:
    first, second = holder(server), holder(server)
    assert runs(server)
    first.communicate("")
    assert runs(server)
    second.communicate("")
    assert not runs(server)


def test_somebody_killed_does_not_keep_it_from_stopping(server: EmbeddedServer) -> None:
    killed, other = holder(server), holder(server)
    killed.kill()
    killed.communicate()
    assert runs(server)
    other.communicate("")
    assert not runs(server)


def test_many_may_ask_for_it_at_once(server: EmbeddedServer) -> None:
    command = [sys.executable, "-c", HOLD, str(server.home)]
    started = [
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603  our own command
        for _ in range(6)
    ]
    assert [process.wait(60) for process in started] == [0] * 6
    assert not runs(server)


def test_a_folder_deep_below_others_still_has_a_socket(tmp_path: Path) -> None:
    deep = EmbeddedServer(tmp_path / ("deep" * 40))
    assert len(str(deep.socket_folder / ".s.PGSQL.5432")) < 107
    assert deep.socket_folder == EmbeddedServer(deep.home).socket_folder
    assert deep.socket_folder != EmbeddedServer(tmp_path / ("deep" * 41)).socket_folder


def test_a_full_disk_is_told_before_anything_is_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(server_module, "SPACE_NEEDED", 10**18)
    server = EmbeddedServer.of(tmp_path / "full")
    try:
        with pytest.raises(DatabaseUnavailableError, match="is full"):
            server.ensure_running()
        assert not server.data.exists()
    finally:
        shutil.rmtree(server.home, ignore_errors=True)


def test_a_full_disk_met_on_the_way_is_told_too(server: EmbeddedServer) -> None:
    error = server._failed("initdb", "could not write: No space left on device")
    assert "is full" in str(error)


def test_data_of_another_version_are_left_alone(server: EmbeddedServer) -> None:
    version = server.data / "PG_VERSION"
    ours = version.read_text()
    version.write_text("12\n")
    try:
        with pytest.raises(DatabaseUnavailableError, match="PostgreSQL 12"):
            server.ensure_running()
    finally:
        version.write_text(ours)


def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseUnavailableError, match="file"):
        EmbeddedServer(tmp_path / "file" / "home").ensure_running()


def test_without_the_wheel_the_sentence_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(DatabaseUnavailableError, match="ESSAIM_DATABASE_URL"):
        Programs(tmp_path).run("initdb")
