"""Facts carry ids, enums, numbers and dates, never names or texts; nobody listens upwards."""

import dataclasses
import enum
import types
import typing
from datetime import date, datetime

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError, ProgrammingError

from essaim.foundation.activity import Fact, Rung, all_kinds, record
from essaim.foundation.activity.listeners import all_listeners
from essaim.foundation.models import FactRow
from tests.architecture.test_anatomy import FLOORS

KINDS = sorted(all_kinds().items())
# Codes of a closed list that is kept as text, not as an enum class.
CODES = {"kind", "role", "audience", "decision", "subject_kind", "language", "purpose", "old_role"}
CODES |= {"subplatform", "verb", "power"}


def _parts(hint: object) -> list[object]:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return [part for part in typing.get_args(hint) if part is not type(None)]
    return [hint]


@pytest.mark.parametrize(("name", "kind"), KINDS, ids=[name for name, _ in KINDS])
def test_a_fact_holds_no_text(name: str, kind: type[Fact]) -> None:
    hints = typing.get_type_hints(kind)
    for field in dataclasses.fields(kind):
        for part in _parts(hints[field.name]):
            assert isinstance(part, type), f"{name}.{field.name}: {part}"
            plain = issubclass(part, bool | int | float | date | datetime | enum.Enum)
            code = issubclass(part, str) and field.name in CODES
            assert plain or code, f"{name}.{field.name} is {part.__name__}: ids and codes only"


@pytest.mark.parametrize(("name", "kind"), KINDS, ids=[name for name, _ in KINDS])
def test_a_fact_declares_its_rung(name: str, kind: type[Fact]) -> None:
    assert kind.rung in Rung


def test_listeners_hear_their_own_floor_or_those_below() -> None:
    for kind, listeners in all_listeners().items():
        source = FLOORS.index(kind.split(".")[0])
        for listener in listeners:
            floor = FLOORS.index(listener.split(".")[1])
            assert floor >= source, f"{listener} hears {kind} from a floor above"


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        record(Fact())
    assert not FactRow.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement", ["UPDATE foundation_fact SET rung = 'engage'", "DELETE FROM foundation_fact"]
)
def test_the_database_refuses_to_change_or_delete_a_fact(statement: str) -> None:
    with transaction.atomic():
        record(Fact())
    with (
        pytest.raises((InternalError, ProgrammingError), match="never changed"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert FactRow.objects.get().rung == Rung.NONE
