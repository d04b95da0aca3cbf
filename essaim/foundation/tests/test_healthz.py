import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

pytestmark = pytest.mark.django_db


def test_it_is_ready_when_the_database_answers_and_knows_every_migration(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.content == b"ready\n"


def test_it_makes_no_session_and_is_never_kept(client: Client) -> None:
    answer = client.get("/healthz")
    assert not answer.cookies
    assert "no-store" in answer.headers["Cache-Control"]


def test_it_is_not_ready_while_a_migration_is_missing(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("foundation", "0001_extensions")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert b"1 migrations" in answer.content


def test_it_is_not_ready_when_the_database_does_not_answer(client: Client) -> None:
    def gone(*_: object) -> None:
        raise DatabaseError

    with connection.execute_wrapper(gone):
        answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"


def test_it_changes_nothing(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
