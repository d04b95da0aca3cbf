"""What holds for every operation of the API, whichever sub-platform brought it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from ninja import Schema

from config.api import api
from essaim.communities.models import Audience, Community
from essaim.discussions.actions import decide_case, report_post, withdraw_post, write_post
from essaim.discussions.models import Case, ReportReason
from essaim.ideas.actions import edit_idea
from essaim.ideas.models import Idea
from essaim.ideas.tests import factories as make
from essaim.members.actions import make_token
from essaim.members.models import Scope
from essaim.needs.actions import make_offer
from essaim.projects.actions import observe
from essaim.projects.actions.logbook import write_entry
from essaim.projects.models import Project
from tests.architecture.cast import World, build

pytestmark = pytest.mark.django_db

SCHEMA = api.get_openapi_schema()
OPERATIONS: dict[str, Any] = dict(SCHEMA["paths"])
READ = [path for path, methods in OPERATIONS.items() if "get" in methods]
NEEDS_TOKEN = {
    "/api/v1/me",
    "/api/v1/me/place",
    "/api/v1/communities/{slug}/cases",
    "/api/v1/communities/{slug}/openings",
    "/api/v1/matches",
    "/api/v1/matches/{public_id}",
}
OPEN = [path for path in READ if path not in NEEDS_TOKEN]
SCHEMAS: dict[str, Any] = SCHEMA["components"]["schemas"]


def answer_of(path: str) -> dict[str, Any]:
    """The schema of what an operation answers."""
    content = OPERATIONS[path]["get"]["responses"][200]["content"]["application/json"]
    return dict(SCHEMAS[content["schema"]["$ref"].rsplit("/", 1)[1]]["properties"])


LISTS = [path for path in OPEN if "items" in answer_of(path)]
PRIVATE = re.compile(r"(^|_)(id|pk|email|mail|member|token|password)$")


def asked(world: World, path: str) -> str:
    """The operation's address for what is public and open."""
    kinds = {"ideas": "idea", "places": "place", "debates": "debate", "threads": "thread"}
    kinds |= {"posts": "post", "communities": "community", "needs": "need"}
    kinds |= {"offers": "help_offer", "projects": "told", "events": "event"}
    kind = kinds[path.split("/")[3]]
    state = {"place": "any"}.get(kind, "open")
    if path.endswith("/appeal"):
        state = "contested"
    point = "?latitude=43.3&longitude=-0.37" if path.endswith("/nearest") else ""
    return path.format(**world.things[kind][state]) + point


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


def shapes(above: type[Schema] = Schema) -> Iterator[type[Schema]]:
    for one in above.__subclasses__():
        yield one
        yield from shapes(one)


def test_each_shape_of_the_document_has_a_name_of_its_own() -> None:
    """Of two of one name only the last would be described, for both."""
    ours = {one for one in shapes() if one.__module__.startswith("essaim.")}
    known: dict[str, set[str]] = {}
    for one in ours:
        if one.__name__ in SCHEMAS:
            known.setdefault(one.__name__, set()).add(json.dumps(one.model_json_schema()))
    assert {name for name, described in known.items() if len(described) > 1} == set()


def test_the_lists_that_were_promised_are_there() -> None:
    assert {
        "/api/v1/communities",
        "/api/v1/communities/{slug}/debates",
        "/api/v1/communities/{slug}/ideas",
        "/api/v1/places",
    } <= set(LISTS)


def test_the_document_is_served_and_names_every_operation(client: Client) -> None:
    response = client.get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert json.loads(response.content)["paths"].keys() == OPERATIONS.keys()
    for methods in OPERATIONS.values():
        assert all(operation["summary"] for operation in methods.values())


def test_the_document_says_how_each_operation_refuses_who_may_and_what_a_write_takes() -> None:
    for path, methods in OPERATIONS.items():
        for method, operation in methods.items():
            assert {400, 401, 403, 404, 422} <= operation["responses"].keys()
            names = {one["name"] for one in operation["parameters"]}
            assert ("Idempotency-Key" in names) == (method != "get")
            is_for_all = {} in operation["security"]
            assert is_for_all == (method == "get" and path in OPEN)
            assert {"Bearer": []} in operation["security"]


@pytest.mark.parametrize("path", LISTS)
def test_every_list_has_the_same_shape_and_says_it(path: str) -> None:
    assert answer_of(path).keys() == {"items", "next"}
    limit = next(one for one in OPERATIONS[path]["get"]["parameters"] if one["name"] == "limit")
    assert (limit["schema"]["minimum"], limit["schema"]["maximum"]) == (1, 100)
    assert limit["schema"]["default"] == 20


def rewrite(world: World) -> None:
    """So that the open idea has versions."""
    idea = Idea.objects.select_related("thread").get(**world.things["idea"]["open"])
    for text in ("Every hour.", "Every half hour."):
        edit_idea(member=world.people["author"], idea=idea, title=idea.title, text=text)


def tell_more(world: World) -> None:
    """So that lists of help and projects are longer than a page of one."""
    movement = Community.objects.get(slug="movement")
    author = world.people["author"]
    project = Project.objects.get(public_id=world.things["told"]["open"]["public_id"])
    for name in ("host", "decider"):
        member = world.people[name]
        make_offer(
            member=member,
            community=movement,
            words="I read letters.",
            minutes_a_month=60,
            remote="remote",
            audience=Audience.PUBLIC,
            language="en",
        )
        observe(member=member, host=movement, what=f"No {name} sees the bench.")
        write_entry(member=author, project=project, kind="step", text=f"A table of {name}.")


def test_following_the_pages_of_a_list_brings_each_thing_once(client: Client) -> None:
    world = build()
    rewrite(world)
    tell_more(world)
    for path in LISTS:
        address = asked(world, path)
        whole = client.get(f"{address}?limit=100").json()
        assert whole["next"] is None
        one_by_one = list(pages(client, f"{address}?limit=1"))
        assert all(len(page["items"]) == 1 for page in one_by_one), path
        assert [page["items"][0] for page in one_by_one] == whole["items"]
        fewest = (
            1 if "/threads/" in path else 2 if path.endswith(("/versions", "/decisions")) else 3
        )
        assert len(whole["items"]) >= fewest, path


def test_a_limit_that_is_none_is_refused_in_words(client: Client) -> None:
    world = build()
    for path in LISTS:
        for limit in ("0", "-1", "101", "many", "1e9", ""):
            response = client.get(asked(world, path), {"limit": limit})
            assert response.status_code == 422, (path, limit)
            assert response.json()["type"] == "/api/problems/#invalid"
            ((field, sentences),) = response.json()["errors"].items()
            assert field == "limit"
            assert sentences[0] in {"This is a whole number.", "At least 1.", "At most 100."}


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
    for path in OPEN:
        response = client.get(asked(world, path))
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("application/json")
        assert not response.cookies
        assert "@" not in response.content.decode()
        private = {key for key in keys_of(response.json()) if PRIVATE.search(key)} - {"public_id"}
        assert not private, path


@pytest.mark.parametrize(
    ("method", "address", "status", "kind"),
    [
        ("GET", "communities/nothing", 404, "not-found"),
        ("GET", "ideas/nothing", 404, "not-found"),
        ("GET", "nothing/at/all", 404, "not-found"),
        ("POST", "nothing/at/all", 404, "not-found"),
        ("GET", "", 404, "not-found"),
        ("GET", "communities/%00", 400, "not-understood"),
        ("GET", "communities?parent=%00", 400, "not-understood"),
        ("GET", "communities?kind=party", 422, "invalid"),
        ("GET", "places?country=F", 422, "invalid"),
        ("POST", "communities", 405, "method-not-allowed"),
        ("TRACE", "communities", 405, "method-not-allowed"),
        ("GET", "me", 401, "no-token"),
        ("PUT", "ideas/nothing/support", 401, "no-token"),
    ],
)
def test_every_error_is_a_problem_whose_type_is_explained(
    client: Client, method: str, address: str, status: int, kind: str
) -> None:
    response = client.generic(method, f"/api/v1/{address}")
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    told = response.json()
    assert told["type"] == f"/api/problems/#{kind}"
    assert (told["status"], told["instance"]) == (status, f"/api/v1/{address.partition('?')[0]}")
    assert told["title"]
    assert told["detail"]
    assert not response.cookies
    assert ("Allow" in response.headers) == (status == 405)
    assert ("WWW-Authenticate" in response.headers) == (status == 401)
    page = client.get(told["type"].split("#")[0]).content.decode()
    assert f'id="{kind}"' in page


def test_what_is_wrong_is_said_by_field_in_the_readers_language() -> None:
    debate = make.make_debate()
    _token, text = make_token(
        member=make.make_person(debate.community), name="Try", scopes=Scope.values, days=1
    )
    client = Client(headers={"authorization": f"Bearer {text}", "accept-language": "en"})

    def send(body: Any, kind: str = "application/json") -> Any:
        address = f"/api/v1/debates/{debate.public_id}/ideas"
        return client.post(address, body, content_type=kind)

    shape = send({"text": "x" * 20_001, "is_staff": True, "place": 1})
    assert shape.status_code == 422
    assert shape.json()["errors"].keys() == {"title", "text", "is_staff", "place"}
    assert shape.json()["errors"]["title"] == ["This is needed."]
    rule = send({"title": " ", "text": "Because."})
    assert rule.json()["errors"] == {"title": ["This is empty: write something."]}
    assert send({"title": "A", "text": "B", "place": "x"}).json()["errors"].keys() == {"place"}
    assert send("{", "application/json").status_code == 400
    assert send("title=A", "application/x-www-form-urlencoded").status_code == 415
    assert send("x" * 1_100_000, "application/json").status_code == 413
    refused = client.post(f"/api/v1/debates/{debate.public_id}/opening")
    assert refused.status_code == 403
    assert refused.json()["detail"] == "Only those who run this community ask its debates."


def test_the_programme_names_what_everyone_may_read_behind_its_sentences(client: Client) -> None:
    world = build()
    (section,) = client.get("/api/v1/communities/movement/programme").json()["sections"]
    (item,) = section["items"]
    (sentence,) = item["sentences"]
    shown, kept = sentence["sources"]
    public_id = world.things["idea"]["adopted"]["public_id"]
    assert shown == {"label": "More trams", "url": f"http://testserver/ideas/{public_id}/"}
    assert kept["url"] == ""


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/api/v1/debates/{debate}/ideas", {"title": "a", "text": "b", "place": "HALF"}),
        ("/api/v1/debates/{debate}/ideas", {"title": "HALF", "text": "b"}),
        ("/api/v1/debates/{debate}/merges", {"survivor": "HALF", "ideas": ["x"], "reason": "y"}),
        ("/api/v1/debates/{debate}/merges", {"survivor": "x", "ideas": ["HALF"], "reason": "y"}),
        ("/api/v1/threads/{thread}/posts", {"text": "a", "reply_to": "HALF"}),
    ],
)
def test_half_a_surrogate_pair_is_no_text(address: str, body: dict[str, Any]) -> None:
    debate = make.make_debate()
    host = make.make_host(debate.community)
    idea = make.propose(debate, host)
    said = json.dumps(body).replace("HALF", "\\ud800")
    _token, text = make_token(member=host, name="x", scopes=[*Scope], days=1)
    answer = Client(raise_request_exception=False).post(
        address.format(debate=debate.public_id, thread=idea.thread.public_id),
        said,
        content_type="application/json",
        headers={"Authorization": f"Bearer {text}"},
    )
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("#not-understood")


@pytest.mark.parametrize("how", ["withdrawn", "hidden"])
def test_of_a_message_that_went_programs_learn_no_more_than_its_page_says(how: str) -> None:
    debate = make.make_debate()
    idea = make.propose(debate)
    author = make.make_person(debate.community, "Zoe Kanari")
    post = write_post(member=author, thread=idea.thread, text="No kanari.", position="against")
    if how == "withdrawn":
        withdraw_post(member=author, post=post)
    else:
        reporter, host = make.make_person(debate.community), make.make_host(debate.community)
        report_post(member=reporter, post=post, reason=ReportReason.ABUSE)
        decide_case(member=host, case=Case.objects.get(), hide=True, reason="Insults.")
    one = Client().get(f"/api/v1/posts/{post.public_id}").json()
    (listed,) = Client().get(f"/api/v1/threads/{idea.thread.public_id}/posts").json()["items"]
    assert one == listed
    assert (one["state"], one["author"], one["text"], one["position"]) == (how, "", "", None)
