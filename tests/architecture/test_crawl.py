"""What anybody finds by following links, and what comes of addresses that nobody wrote."""

import gzip
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pytest
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.test import Client
from django.urls import path, reverse

from config import urls as site
from essaim.communities.actions import leave_community
from essaim.communities.models import Community, Kind
from essaim.communities.tests.factories import community_factory
from essaim.discussions.actions import write_post
from essaim.discussions.models import Thread
from essaim.events.models import Event, EventPicture
from essaim.foundation.activity import deliver_pending
from essaim.foundation.files.serving import PICTURE_POLICY
from essaim.foundation.http.headers import CONTENT_SECURITY_POLICY
from essaim.ideas.models import Debate
from essaim.ideas.tests import factories as make
from essaim.places.models import Place
from essaim.projects.models import Project
from tests.architecture.cast import World, build
from tests.architecture.test_access import PAGES, addresses, client_of
from tests.security.traces import text_of

pytestmark = pytest.mark.django_db

HEAVIEST = 100_000  # bytes, compressed, with everything
MOST_REQUESTS = 15
WITH_A_TOKEN = {
    "/enter/",
    "/communities/movement/join/",
    "/communities/neighbourhood/join/",
    *(f"/communities/{slug}/join/" for slug in ("hamlet", "pond", "mill", "barn")),
}


def broken(request: HttpRequest) -> HttpResponseBase:
    raise RuntimeError("kanari of the server")


urlpatterns = [path("broken/", broken), *site.urlpatterns]
broken.is_public = True  # type: ignore[attr-defined]  # as `public` marks it
handler400, handler403 = site.handler400, site.handler403
handler404, handler500 = site.handler404, site.handler500


@dataclass
class Read(HTMLParser):
    """The links of a page, and what a browser fetches to show it."""

    links: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name in ("href", "src", "action", "hx-get", "formaction"):
            assert not given.get(name, "").strip().lower().startswith(("javascript:", "data:"))
        if tag in {"a", "area"} and "href" in given:
            self.links.add(given["href"])
        if "hx-get" in given:
            self.links.add(given["hx-get"])
        if tag == "form" and given.get("method", "get").lower() == "get":
            self.links.add(given.get("action", ""))
        if tag in {"script", "img", "source", "iframe"} and given.get("src"):
            self.parts.add(given["src"])
        if tag == "link" and given.get("rel") in {"stylesheet", "icon", "manifest"}:
            self.parts.add(given["href"])


def read(response: HttpResponseBase) -> Read:
    page = Read()
    page.feed(text_of(response))
    return page


def weight(text: str) -> int:
    return len(gzip.compress(text.encode(), 6))


def crowded() -> World:
    """The world with a debate in which much is said, in words that compress as badly as ours."""
    world = build()
    chance = random.Random(7)  # noqa: S311  words, not secrets
    letters = "eeeeaaiissnnrrttoollluudcmpgbvhfqy"

    def words(number: int) -> str:
        return " ".join(
            "".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(number)
        )

    debate = Debate.objects.get(public_id=world.things["debate"]["open"]["public_id"])
    thread = Thread.objects.get(pk=debate.thread_id)
    for _ in range(45):
        idea = make.propose(debate, world.people["author"], title=words(12), text=words(300))
        write_post(member=world.people["member"], thread=thread, text=words(100))
    thread = Thread.objects.get(pk=idea.thread_id)
    for _ in range(45):
        write_post(member=world.people["member"], thread=thread, text=words(100))
    return world


def crawl(client: Client, start: str = "/") -> Iterator[tuple[str, HttpResponseBase]]:
    """Every page that links lead to, each once."""
    waiting, known = [start], {start}
    while waiting:
        address = waiting.pop()
        response = client.get(address)
        yield address, response
        assert len(known) < 1500, "The links never end."
        if response.status_code == 302:
            found = {response.headers["Location"]}
        elif "text/html" in response.headers.get("Content-Type", ""):
            found = read(response).links
        else:
            found = set()
        for link in found:
            whole = urlsplit(urljoin(f"http://testserver{address}", link))
            if whole.netloc != "testserver" or whole.path.startswith("/enter"):
                continue
            local = whole._replace(scheme="", netloc="", fragment="").geturl()
            if local not in known:
                known.add(local)
                waiting.append(local)


@pytest.mark.usefixtures("read_only_gets")
def test_by_following_links_nobody_finds_a_secret_a_cookie_or_a_heavy_page() -> None:
    world = crowded()
    client = client_of(world, "anonymous")
    private = {word for word, readers in world.secrets.items() if "anonymous" not in readers}
    parts: dict[str, int] = {}
    seen, wrong = set(), []
    of_projects = Community.objects.filter(kind=Kind.PROJECT).values_list("slug", flat=True)
    with_a_token = WITH_A_TOKEN | {reverse("community_join", args=[one]) for one in of_projects}
    # Who has no account registers by a form.
    gatherings = Event.objects.values_list("public_id", flat=True)
    with_a_token |= {reverse("event_register_by_mail", args=[one]) for one in gatherings}
    # Who is on a picture says no to it without an account; the picture itself may do even less.
    pictures = [
        [one.event.public_id, one.public_id] for one in EventPicture.objects.select_related("event")
    ]
    with_a_token |= {reverse("event_picture_object", args=one) for one in pictures}
    files = {reverse("event_picture", args=one) for one in pictures}
    for address, response in crawl(client):
        seen.add(urlsplit(address).path)
        policy = PICTURE_POLICY if urlsplit(address).path in files else CONTENT_SECURITY_POLICY
        if response.status_code not in {200, 302}:
            wrong.append(f"{address}: {response.status_code}")
        text = text_of(response)
        shown = (text + str(response.headers)).lower()
        wrong += [f"{address}: tells {word}" for word in private if word in shown]
        allowed = {"csrftoken"} if urlsplit(address).path in with_a_token else set()
        if set(response.cookies) - allowed:
            wrong.append(f"{address}: sets {list(response.cookies)}")
        if response.headers.get("Content-Security-Policy") != policy:
            wrong.append(f"{address}: no policy")
        page = read(response)
        for part in page.parts - parts.keys():
            parts[part] = weight(text_of(client.get(part)))
        whole = weight(text) + sum(parts[part] for part in page.parts)
        if whole > HEAVIEST or len(page.parts) + 1 > MOST_REQUESTS:
            wrong.append(f"{address}: {whole} bytes in {len(page.parts) + 1} requests")
    assert not wrong, "\n".join(wrong)
    assert {
        reverse(name, args=[*thing.values()][:many])
        for name, kind, state, many in (
            ("community", "community", "open", 1),
            ("programme", "community", "open", 1),
            ("debate", "debate", "open", 2),
            ("debate", "debate", "archived", 2),
            ("idea", "idea", "open", 1),
            ("idea", "idea", "archived", 1),
            ("definitions", "alone", "any", 0),
        )
        for thing in [world.things[kind][state]]
    } <= seen


def test_what_the_styles_fetch_is_counted_in_what_a_page_weighs(client: Client) -> None:
    """The crawl counts what pages name; this is the rest, and it leaves room for it."""
    style = text_of(client.get("/static/design/css/essaim.css"))
    fetched = {link for link in re.findall(r"url\(\"?([^\")]+)", style) if "data:" not in link}
    assert {
        weight(text_of(client.get(urljoin("/static/design/css/", link)))) < 2000 for link in fetched
    } <= {True}
    assert "@import" not in style


@pytest.mark.urls(__name__)
def test_pages_of_errors_carry_the_same_headers_and_tell_nothing() -> None:
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    answers = {
        404: client.get("/there/is/nothing/"),
        403: client.post("/enter/", {"email": "a@example.org"}),
        500: client.get("/broken/"),
        302: client.get("/today/"),
    }
    for status, response in answers.items():
        assert response.status_code == status
        assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert not response.cookies or status == 403
        assert "kanari" not in text_of(response)


def test_whoever_is_signed_in_finds_only_pages_that_no_cache_may_keep() -> None:
    for address, response in crawl(client_of(build(), "administrator"), "/today/"):
        assert response.status_code in {200, 302}, address
        assert response.headers["Cache-Control"] == "private, no-store", address


@pytest.mark.parametrize("name", ["member", "author", "administrator"])
def test_whoever_has_left_finds_nothing_more_of_what_was_for_those_inside(name: str) -> None:
    """Not in notices, nor on Today, nor by links kept from before; what they gave stays theirs."""
    world = build()
    gone = world.people[name]
    inside = {word for word, readers in world.secrets.items() if "member" in readers}
    inside -= {f"kanari{kind}{name}x" for kind in ("mail", "motive")}
    # What two people said to each other, the name of a project they bear or are offered, and
    # the pictures that they added.
    between = ("kanaritalk", "kanarithanks")
    inside -= {one for one in inside if one.startswith(between) and name in world.secrets[one]}
    theirs = Project.objects.filter(Q(bearer=gone) | Q(offered_to=gone))
    names = " ".join(theirs.values_list("community__name", flat=True))
    inside -= {one for one in inside if one in names}
    added = " ".join(EventPicture.objects.filter(uploader=gone).values_list("words", flat=True))
    inside -= {one for one in inside if one in added}
    client = client_of(world, name)
    addresses_before = {address for address, _response in crawl(client, "/today/")}
    for community in Community.objects.filter(slug__in=["movement", "circle", "draft"]):
        leave_community(member=gone, community=community)
    deliver_pending()
    client = client_of(world, name)
    pages = [*crawl(client, "/today/"), *((a, client.get(a)) for a in addresses_before)]
    told = {(address, word) for address, page in pages for word in inside if word in text_of(page)}
    assert not told


MARKUP = "<script>kanari()</script>\"'><img src=kanari onerror=kanari()>"
STRANGE = [
    "",
    "-1",
    "99999999999999999999",
    "x" * 5000,
    "a\0b",
    "\0",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "a\u2028b\r\nSet-Cookie: kanari=1",
    "javascript:kanari()",
    "https://kanari.example/",
    "//kanari.example/",
    "/\\kanari.example/",
    MARKUP,
    "' OR 1=1 --",
    "{{ 7*7 }}%(kanari)s%s{0}",
]
ASKED = (
    *("after", "ideas", "q", "state", "sort", "order", "category", "fate", "kind", "level", "who"),
    *("next", "title", "to", "inside", "community", "limit", "parent", "country", "per_page"),
    "email__startswith",
)


def harm(response: HttpResponseBase) -> str:
    """What is wrong with an answer to strange words; empty when nothing is."""
    if response.status_code >= 500:
        return str(response.status_code)
    text = text_of(response)
    if "<script>kanari" in text or "<img src=kanari" in text:
        return "reflects markup"
    if re.search(r"(?:href|src|action)=\"(?:javascript:|https?://kanari|//kanari|/\\)", text):
        return "links where it was told"
    away = urlsplit(response.headers.get("Location", ""))
    if away.netloc or away.scheme:
        return f"leads away: {away.geturl()}"
    return "sets what it was told" if "kanari" in response.cookies else ""


def pages_of(world: World, *, method: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every address that takes this method, of a thing in the first of its states."""
    known = addresses()
    for key, row in PAGES.items():
        if method in row:
            thing = next(iter(world.things[row.get("of", "alone")].values()))
            one = known[key]
            yield key, reverse(one.name, kwargs={p: thing[p] for p in one.parameters}), row


@pytest.mark.parametrize("name", ["anonymous", "administrator"])
@pytest.mark.usefixtures("read_only_gets")
def test_no_question_in_an_address_breaks_a_page_or_is_echoed_unescaped(name: str) -> None:
    world = build()
    client = client_of(world, name)
    wrong = []
    for key, address, row in pages_of(world, method="get"):
        if name != "anonymous" and row.get("public"):
            continue  # asked by the other one
        for word in STRANGE:
            asked = urlencode(dict.fromkeys(ASKED, word))
            if said := harm(client.get(f"{address}?{asked}")):
                wrong.append(f"{key} {word[:40]!r}: {said}")
        if said := harm(client.get(f"{address}?after=%ff&q=%c3%28&next=%00&%ff=1&after&&=")):
            wrong.append(f"{key} bytes: {said}")
    assert not wrong, "\n".join(wrong)


# A point or a token that is missing is asked for first.
ASKS_FIRST = {
    "api:list_nearest": {422},
    "api:api_cases": {401},
    "api:list_openings": {401},
    "api:api_match": {401},
}


def test_no_part_of_an_address_breaks_a_page() -> None:
    client = Client(raise_request_exception=False)
    parts = ("%00", "a%00b", "%ff", "..%2f..%2fetc", quote(MARKUP), "x" * 3000, "%e2%80%a8", "0")
    for key, one in addresses().items():
        for part in parts if one.parameters else ():
            address = "/" + re.sub(r"<[^>]+>", part, one.route)
            response = client.get(address)
            assert not harm(response), (key, part)
            assert response.status_code in {302, 400, 404, 405, *ASKS_FIRST.get(key, ())}, (
                key,
                part,
            )


@pytest.mark.parametrize("word", [*STRANGE[2:5], MARKUP, "javascript:kanari()", "//kanari.example"])
def test_no_word_in_a_form_breaks_what_takes_it(word: str) -> None:
    world = build()
    client = client_of(world, "administrator")
    wrong = []
    for key, address, row in pages_of(world, method="post"):
        if key in {"sign_out", "erase", "my_archive", "community_leave", "community_close"}:
            continue  # nothing of theirs is read, or nothing stands after it
        names = {
            *row.get("body", {}),
            "next",
            "parent",
            "key",
            "summary",
            "up_to",
            "seen",
            "action",
        }
        response = client.post(address, dict.fromkeys(names, word))
        if response.status_code >= 500:
            wrong.append(f"{key}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_the_map_of_what_is_near_weighs_no_more_than_any_page(client: Client) -> None:
    """With Leaflet and as many lines as it shows; no other page carries Leaflet."""
    world = build()
    movement = Community.objects.get(slug=world.things["community"]["open"]["slug"])
    pau = Place.objects.get(name="Pau")
    for _ in range(12):
        community_factory(kind="committee", parent=movement, place=pau, purpose="We meet. " * 20)
    address = reverse("community_groups", args=[movement.slug])
    response = client.get(address, {"near": "Pau"})
    page = read(response)
    assert any("leaflet" in part for part in page.parts)
    whole = weight(text_of(response)) + sum(
        weight(text_of(client.get(part))) for part in page.parts
    )
    assert whole <= HEAVIEST
    assert len(page.parts) + 1 <= MOST_REQUESTS
    assert not any("leaflet" in part for part in read(client.get(address)).parts)
