"""The API does what its document says, whoever asks: schemathesis makes the requests.

For anybody and for a token of each of the cast, each operation is asked about everything the world
holds, with values that fit the document and values that do not. All of its checks hold (no 5xx, no
status, header, content type or shape that the document does not declare, nothing that ignores a
missing token), and nothing is answered that the access table refuses.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from config.api import api
from essaim.members import bearer
from essaim.members.actions import make_token
from tests.architecture.cast import CAST, World, build
from tests.architecture.test_access import ALL_SCOPES, OPERATIONS, cell_of, expected

pytestmark = pytest.mark.django_db

EXAMPLES = 5  # of each kind, for each operation and reader: some four thousand requests
# Spaces alone, or the identifier of nothing, are texts too: they are refused in words.
NOT_PROMISED = [positive_data_acceptance]
READERS = [*CAST, "administrator who only reads"]


def document() -> Any:
    schema = schemathesis.openapi.from_dict(_texts(api.get_openapi_schema()))
    schema.app = get_wsgi_application()
    return schema


def _texts(value: Any) -> Any:
    """As JSON would have it: keys are texts."""
    if isinstance(value, dict):
        return {str(key): _texts(one) for key, one in value.items()}
    return [_texts(one) for one in value] if isinstance(value, list) else value


SCHEMA = document()
ASKED = {
    f"{one.ok().method.upper()} {one.ok().path}": one.ok() for one in SCHEMA.get_all_operations()
}


def headers_of(world: World, name: str) -> dict[str, str]:
    person, _who, reads = name.partition(" who ")
    if person == "anonymous":
        return {}
    scopes = ["read"] if reads else ALL_SCOPES
    _token, text = make_token(member=world.people[person], name="Try", scopes=scopes, days=1)
    return {"Authorization": f"Bearer {text}"}


def wanted(key: str, state: str, name: str) -> str:
    """The status of the access table for a request in order, whatever it asks for."""
    method = key.split(" ", maxsplit=1)[0]
    row = OPERATIONS[key]
    person, _who, reads = name.partition(" who ")
    if person == "anonymous" and (method != "GET" or row.get("needs_token", False)):
        return "401"
    if reads and method != "GET":
        return "403"
    said = expected(cell_of(row, method.lower(), state), person)
    otherwise = expected(cell_of(row, "otherwise", state), person) if "otherwise" in row else said
    return otherwise if otherwise.startswith("2") else said


def things(world: World, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the operation may name, as the parameters of its path."""
    names = [one.name for one in ASKED[key].path_parameters]
    for state, thing in world.things[OPERATIONS[key].get("of", "alone")].items():
        yield state, {name: thing[name] for name in names}


def modes(operation: Any, headers: dict[str, str]) -> list[GenerationMode]:
    """Where only a path is given, and whose request it is, whatever it names fits the document."""
    others = {one.name for one in operation.headers} - headers.keys()
    can_be_wrong = operation.query or others or operation.body
    return list(GenerationMode) if can_be_wrong else [GenerationMode.POSITIVE]


def ask(case: Any, headers: dict[str, str], allowed: str) -> None:
    with transaction.atomic():
        response = case.call(headers=headers)
        case.validate_response(response, headers=headers, excluded_checks=NOT_PROMISED)
        transaction.set_rollback(True)
    if response.status_code < 300:
        assert allowed.startswith("2"), f"{response.status_code}, although the table says {allowed}"


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The test's own, with its transaction: a server would close it after each request."""
    ends = (request_started, request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("name", READERS)
def test_the_api_keeps_its_contract_with(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bearer, "WRITES", 1_000_000)
    world = build()
    headers = headers_of(world, name)
    wrong = []
    for key, operation in ASKED.items():
        for mode in modes(operation, headers):
            cases = st.one_of(
                [
                    st.tuples(
                        st.just(wanted(key, state, name)),
                        operation.as_strategy(
                            generation_mode=mode,
                            path_parameters=path or None,
                            headers=headers or None,  # whose it is, is never what is wrong
                        ),
                    )
                    for state, path in things(world, key)
                ]
            )
            try:
                _try(cases, headers)
            except BaseExceptionGroup as error:
                wrong += [f"{key} ({mode}): {one}" for one in error.exceptions]
            except AssertionError as error:
                wrong.append(f"{key} ({mode}): {error}")
    assert not wrong, f"{name}:\n" + "\n\n".join(wrong)


def _try(cases: st.SearchStrategy[tuple[str, Any]], headers: dict[str, str]) -> None:
    @seed(20261122)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def each(chosen: tuple[str, Any]) -> None:
        allowed, case = chosen
        ask(case, headers, allowed)

    each()
