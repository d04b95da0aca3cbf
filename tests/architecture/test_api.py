"""What holds for every operation of the API, whichever sub-platform brought it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from config.api import api
from tests.architecture.cast import World, build

pytestmark = pytest.mark.django_db

SCHEMA = api.get_openapi_schema()
OPERATIONS: dict[str, Any] = dict(SCHEMA["paths"])
SCHEMAS: dict[str, Any] = SCHEMA["components"]["schemas"]


def answer_of(path: str) -> dict[str, Any]:
    """The schema of what an operation answers."""
    content = OPERATIONS[path]["get"]["responses"][200]["content"]["application/json"]
    return dict(SCHEMAS[content["schema"]["$ref"].rsplit("/", 1)[1]]["properties"])


LISTS = [path for path in OPERATIONS if "items" in answer_of(path)]
PRIVATE = re.compile(r"(^|_)(id|pk|email|mail|member|token|password)$")


def asked(world: World, path: str) -> str:
    """The operation's address for what is public and open."""
    thing = "idea" if "/ideas/" in path else "place" if "/places/" in path else "community"
    state = "any" if thing == "place" else "open"
    return path.format(**world.things[thing][state])


def pages(client: Client, address: str) -> Iterator[dict[str, Any]]:
    known = set()
    following: str | None = address
    while following:
        assert following not in known, "The list goes in circles."
        known.add(following)
        response = client.get(following)
        assert response.status_code == 200, following
        yield (page := response.json())
        following = page["next"]


def keys_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for one in value.values():
            yield from keys_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from keys_of(one)


def test_the_lists_that_were_promised_are_there() -> None:
    assert {
        "/api/v1/communities",
        "/api/v1/communities/{slug}/debates",
        "/api/v1/communities/{slug}/ideas",
        "/api/v1/places",
    } <= set(LISTS)


def test_the_document_is_served_and_only_reads(client: Client) -> None:
    response = client.get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert json.loads(response.content)["paths"].keys() == OPERATIONS.keys()
    assert {method for methods in OPERATIONS.values() for method in methods} == {"get"}
    assert all(methods["get"]["summary"] for methods in OPERATIONS.values())


def test_the_document_says_how_each_operation_refuses() -> None:
    for methods in OPERATIONS.values():
        assert {400, 404, 422} <= methods["get"]["responses"].keys()


@pytest.mark.parametrize("path", LISTS)
def test_every_list_has_the_same_shape_and_says_it(path: str) -> None:
    assert answer_of(path).keys() == {"items", "next"}
    limit = next(one for one in OPERATIONS[path]["get"]["parameters"] if one["name"] == "limit")
    assert (limit["schema"]["minimum"], limit["schema"]["maximum"]) == (1, 100)
    assert limit["schema"]["default"] == 20


def test_following_the_pages_of_a_list_brings_each_thing_once(client: Client) -> None:
    world = build()
    for path in LISTS:
        address = asked(world, path)
        whole = client.get(f"{address}?limit=100").json()
        assert whole["next"] is None
        one_by_one = list(pages(client, f"{address}?limit=1"))
        assert all(len(page["items"]) == 1 for page in one_by_one)
        assert [page["items"][0] for page in one_by_one] == whole["items"]
        assert len(whole["items"]) > 2, path


def test_a_limit_that_is_none_is_refused_in_words(client: Client) -> None:
    world = build()
    for path in LISTS:
        for limit in ("0", "-1", "101", "many", "1e9", ""):
            response = client.get(asked(world, path), {"limit": limit})
            assert response.status_code == 422, (path, limit)
            (problem,) = response.json()["detail"]
            assert problem["loc"][-1] == "limit"
            assert problem["msg"].startswith("Input should be")


def test_what_a_list_does_not_know_changes_nothing_in_it(client: Client) -> None:
    """Neither a cursor that nobody gave, nor a filter or an order on what is not shown."""
    world = build()
    cursors = ("x", "x" * 5000, "\0", "é", "eyJhIjogMX0", "0", "' OR 1=1")
    hidden = {"author__email__startswith": "a", "order": "-id", "visibility": "members", "id": "1"}
    for path in LISTS:
        address = asked(world, path)
        first = client.get(address).json()["items"]
        for unknown in [hidden, *({"after": cursor} for cursor in cursors)]:
            assert client.get(address, unknown).json()["items"] == first, (path, unknown)


def test_no_answer_holds_an_address_or_the_number_of_a_member(client: Client) -> None:
    world = build()
    for path in OPERATIONS:
        response = client.get(asked(world, path))
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("application/json")
        assert not response.cookies
        assert "@" not in response.content.decode()
        private = {key for key in keys_of(response.json()) if PRIVATE.search(key)} - {"public_id"}
        assert not private, path


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("communities/nothing", 404),
        ("communities/nothing/ideas", 404),
        ("ideas/nothing", 404),
        ("nothing/at/all", 404),
        ("communities/%00", 400),
        ("communities?parent=%00", 400),
        ("communities?kind=party", 422),
        ("places?country=F", 422),
    ],
)
def test_errors_are_json_too(client: Client, address: str, status: int) -> None:
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == status
    assert response.json()["detail"]
    assert not response.cookies


def test_the_programme_names_what_everyone_may_read_behind_its_sentences(client: Client) -> None:
    world = build()
    (section,) = client.get("/api/v1/communities/movement/programme").json()["sections"]
    (item,) = section["items"]
    (sentence,) = item["sentences"]
    shown, kept = sentence["sources"]
    public_id = world.things["idea"]["adopted"]["public_id"]
    assert shown == {"label": "More trams", "url": f"http://testserver/ideas/{public_id}/"}
    assert kept["url"] == ""
