"""Who gets what at every address, in every state of what it names; see access_table.toml."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from config.api import api
from essaim.members import bearer
from essaim.members.actions import make_token
from essaim.members.models import Scope
from essaim.members.tests.door import confirmed
from tests.architecture.cast import CAST, GROUPS, World, build
from tests.security.traces import text_of

TABLE: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "access_table.toml").read_text(encoding="utf-8")
)
PAGES: dict[str, dict[str, Any]] = TABLE["pages"]
OPERATIONS: dict[str, dict[str, Any]] = TABLE["api"]
REFUSED = {"enter", "401", "403", "404", "405"}
PLACEHOLDER = "$"  # in a body: what the world knows of the thing
COUNTED_ANYWAY = ("foundation_ratelimit", "django_session")
ALL_SCOPES = list(Scope.values)


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver: its name, told from others of that name by its parameters."""

    name: str
    route: str
    parameters: frozenset[str]


def walk(resolver: URLResolver, route: str = "", spaces: str = "") -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            space = f"{spaces}{pattern.namespace}:" if pattern.namespace else spaces
            yield from walk(pattern, here, space)
        elif isinstance(pattern, URLPattern):
            name = f"{spaces}{pattern.name}"
            yield Address(name, here, frozenset(pattern.pattern.converters))


def addresses() -> dict[str, Address]:
    """By the key of the table: « programme », and « programme number » where that differs."""
    found = list(walk(get_resolver()))
    keyed = {}
    for one in found:
        shared = frozenset.intersection(*(o.parameters for o in found if o.name == one.name))
        keyed[" ".join([one.name, *sorted(one.parameters - shared)])] = one
    return keyed


def operations() -> dict[str, str]:
    """« GET /api/v1/… » → the name of the address, as the OpenAPI document lists them."""
    return {
        f"{method.upper()} {path}": path
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method in methods
    }


def test_every_address_and_every_operation_stands_in_the_table_and_nothing_else() -> None:
    assert set(PAGES) == {
        key for key, one in addresses().items() if not one.name.startswith("api:")
    }
    assert set(OPERATIONS) == set(operations())


def test_the_names_of_the_api_are_those_of_its_operations_and_its_document() -> None:
    routes = {one.route for one in addresses().values() if one.name.startswith("api:")}
    documented = {
        key.split(" ")[1].removeprefix("/").replace("{", "<").replace("}", ">")
        for key in operations()
    }
    assert routes - documented == {"api/v1/", "api/v1/openapi.json"}


def expected(cell: str, name: str) -> str:
    """« 302 runners, 403 insiders, 404 »: the first that names the reader; one without names is
    for everyone else."""
    for clause in cell.split(","):
        status, *names = clause.split()
        if not names or name in {n for group in names for n in GROUPS.get(group, (group,))}:
            return status
    raise LookupError(f"{cell!r} does not say what {name} gets")


def cell_of(row: dict[str, Any], method: str, state: str) -> str:
    """A method that a row does not name is not allowed there."""
    said = row.get(method, "405")
    if isinstance(said, str):
        return said
    return str(said[state] if state in said else said["else"])


def outcome(response: HttpResponseBase) -> str:
    if response.status_code == 302 and response.headers["Location"].startswith("/enter/?next="):
        return "enter"
    return str(response.status_code)


def body_of(row: dict[str, Any], thing: dict[str, Any]) -> dict[str, Any]:
    """A form that would be accepted from whoever may send it."""
    return {
        name: thing.get(value[1:], "") if str(value).startswith(PLACEHOLDER) else value
        for name, value in row.get("body", {}).items()
    }


def rows_written() -> int:
    """Rows that this transaction has changed so far, undone or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)"
            " FROM pg_stat_xact_user_tables WHERE relname <> ALL(%s)",
            [list(COUNTED_ANYWAY)],
        )
        return int(cursor.fetchone()[0])


def told(world: World, response: HttpResponseBase, name: str, row: dict[str, Any]) -> list[str]:
    """Secrets that this reader may not read, in the page or its headers."""
    text = (text_of(response) + str(response.headers)).lower()
    allowed = set(row.get("tells", ()))
    if row.get("is_own_data"):
        allowed |= {word for word, writers in world.writers.items() if name in writers}
    return [
        word
        for word, readers in world.secrets.items()
        if name not in readers and word not in allowed and word in text
    ]


def client_of(world: World, name: str, **options: Any) -> Client:
    client = Client(headers={"accept-language": "en"}, raise_request_exception=False, **options)
    if name != "anonymous":
        client.force_login(world.people[name])
        confirmed(client)  # else each sensitive act would lead to the same page
    return client


@dataclass(frozen=True)
class Try:
    """One request that the table says something about."""

    key: str
    state: str
    method: str
    address: str
    body: dict[str, Any]
    row: dict[str, Any]
    wanted: str


# Pages with what their readers alone may know, whoever else stands above them.
ONES_OWN = {"decision", "entry", "match", "project_isolation", "project_story"}


def tries(world: World, name: str) -> Iterator[Try]:
    known = addresses()
    for key, row in PAGES.items():
        one = known[key]
        for number, (state, thing) in enumerate(world.things[row.get("of", "alone")].items()):
            address = reverse(one.name, kwargs={p: thing[p] for p in one.parameters})
            for method in ("get", "post"):
                if method not in row and number:
                    continue  # not allowed: nothing of the thing was looked at
                wanted = expected(cell_of(row, method, state), name)
                if name == "anonymous" and not row.get("public", False):
                    wanted = "enter"
                body = body_of(row, thing) if method == "post" else row.get("query", {})
                yield Try(key, state, method, address, body, row, wanted)


@pytest.mark.parametrize("name", CAST)
@pytest.mark.django_db
@pytest.mark.usefixtures("read_only_gets")
def test_everyone_gets_what_the_table_says_and_no_secret(name: str) -> None:
    """A GET that writes fails; what is refused has changed nothing; all the rest is undone."""
    world = build()
    client = client_of(world, name)
    wrong, written = [], rows_written()
    for one in tries(world, name):
        session = dict(client.cookies)
        with transaction.atomic():
            response = getattr(client, one.method)(one.address, one.body)
            before, written = written, rows_written()
            changed = written - before
            transaction.set_rollback(True)
        client.cookies.clear()
        client.cookies.update(session)
        got, where = outcome(response), f"{one.method.upper()} {one.key} ({one.state})"
        if got != one.wanted:
            wrong.append(f"{where}: {got} instead of {one.wanted}")
        if changed and (one.wanted in REFUSED or one.method == "get"):
            wrong.append(f"{where}: {got}, and yet {changed} rows were written")
        wrong += [f"{where}: tells {word}" for word in told(world, response, name, one.row)]
    assert not wrong, f"{name}:\n" + "\n".join(wrong)


@pytest.mark.parametrize("name", ["stranger", "moderator"])
@pytest.mark.django_db
@pytest.mark.usefixtures("read_only_gets")
def test_the_part_of_a_page_that_htmx_asks_for_is_as_open_as_the_page(name: str) -> None:
    """A block is rendered without the rest of its template: it must not miss anything."""
    world = build()
    client = client_of(world, name)
    wrong, written = [], rows_written()
    for one in tries(world, name):
        if one.key not in {"idea_support", "idea_unsupport"} and one.method != "get":
            continue
        with transaction.atomic():
            response = getattr(client, one.method)(
                one.address, one.body, headers={"hx-request": "true"}
            )
            before, written = written, rows_written()
            changed = written - before
            transaction.set_rollback(True)
        where = f"{one.method.upper()} {one.key} ({one.state})"
        # The button of support comes back as it stands, also to whoever may not support.
        same = {one.wanted, "200"} if one.method == "post" else {one.wanted}
        if outcome(response) not in same:
            wrong.append(f"{where}: {outcome(response)} instead of {one.wanted}")
        if changed and one.wanted in REFUSED:
            wrong.append(f"{where}: {changed} rows were written")
        wrong += [f"{where}: tells {word}" for word in told(world, response, name, one.row)]
    assert not wrong, "\n".join(wrong)


def program_of(world: World, name: str, *scopes: str) -> Client:
    """A program without a cookie: with a token of this person, or with none."""
    headers = {"accept-language": "en"}
    if name != "anonymous":
        member = world.people[name]
        _token, text = make_token(member=member, name="Try", scopes=scopes or ALL_SCOPES, days=1)
        headers["authorization"] = f"Bearer {text}"
    return Client(headers=headers, raise_request_exception=False)


def calls(world: World, name: str) -> Iterator[Try]:
    """Each operation in each state of what it names."""
    for key, row in OPERATIONS.items():
        method, path = key.split(" ")
        for state, thing in world.things[row.get("of", "alone")].items():
            wanted = expected(cell_of(row, method.lower(), state), name)
            if name == "anonymous" and (method != "GET" or row.get("needs_token", False)):
                wanted = "401"
            body = body_of(row, thing)
            yield Try(key, state, method, path.format(**thing), body, row, wanted)


def call(client: Client, one: Try) -> HttpResponseBase:
    if one.method == "GET":
        return client.get(one.address, one.row.get("query", {}))
    return client.generic(one.method, one.address, json.dumps(one.body), "application/json")


@pytest.mark.parametrize("name", CAST)
@pytest.mark.django_db
@pytest.mark.usefixtures("read_only_gets")
def test_a_token_opens_as_much_of_the_api_as_its_member_may_and_no_secret(name: str) -> None:
    world = build()
    client = program_of(world, name)
    client.get("/api/v1/me")  # from here on its use is noted for an hour
    wrong, written = [], rows_written()
    for one in calls(world, name):
        with transaction.atomic():
            response = call(client, one)
            before, written = written, rows_written()
            changed = written - before
            transaction.set_rollback(True)
        got, where = outcome(response), f"{one.key} ({one.state})"
        if got != one.wanted:
            wrong.append(f"{where}: {got} instead of {one.wanted}")
        if changed and (one.wanted in REFUSED or one.method == "GET"):
            wrong.append(f"{where}: {got}, and yet {changed} rows were written")
        if response.cookies:
            wrong.append(f"{where}: sets a cookie")
        wrong += [f"{where}: tells {word}" for word in told(world, response, name, one.row)]
    assert not wrong, f"{name}:\n" + "\n".join(wrong)


@pytest.mark.django_db
def test_a_session_opens_no_more_of_the_api_than_anybody_may() -> None:
    world = build()
    client = client_of(world, "administrator")
    for one in calls(world, "anonymous"):
        assert outcome(call(client, one)) == one.wanted, (one.key, one.state)


@pytest.mark.django_db
def test_a_token_that_only_reads_writes_nothing_and_one_that_only_writes_reads_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bearer, "WRITES", 1_000_000)  # in a minute
    world = build()
    for scopes, may_read in ((["read"], True), (ALL_SCOPES[1:], False)):
        client = program_of(world, "administrator", *scopes)
        client.get("/api/v1/me")
        for one in calls(world, "administrator"):
            if (one.method == "GET") == may_read:
                continue
            before = rows_written()
            response = call(client, one)
            assert response.status_code == 403, (one.key, one.state)
            assert "insufficient_scope" in response.headers["WWW-Authenticate"]
            assert rows_written() == before


@pytest.mark.django_db
def test_no_form_is_taken_from_elsewhere() -> None:
    """Without its token a form is refused; a language and a letter's stop name nobody."""
    world = build()
    client = client_of(world, "administrator", enforce_csrf_checks=True)
    forms = {one.key: one for one in tries(world, "administrator") if one.method == "post"}
    answers = {
        key: client.post(one.address, one.body).status_code
        for key, one in forms.items()
        if "post" in one.row
    }
    unguarded = {key for key, status in answers.items() if status != 403}
    assert unguarded == {"language", "mail_stop"}


@pytest.mark.django_db
def test_each_secret_is_read_by_somebody_it_is_for() -> None:
    """Otherwise its absence elsewhere would prove nothing."""
    world = build()
    read = set()
    for name in CAST[1:]:
        client = client_of(world, name)
        for one in tries(world, name):
            # The others: their own pages, and what was decided about them.
            is_near = name == "administrator" or one.state == "any" or one.key in ONES_OWN
            if one.method == "get" and one.wanted == "200" and is_near:
                text = text_of(client.get(one.address)).lower()
                read |= {w for w, readers in world.secrets.items() if name in readers and w in text}
    meant = {word for word, readers in world.secrets.items() if readers}
    assert meant - read == set()
