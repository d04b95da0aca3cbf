"""Who may come in, blocks and pages, headers, language: on addresses of this module's own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import InternalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import translation
from django.utils.translation import get_language
from ninja import NinjaAPI

from essaim.foundation.access import Refused, refused, require
from essaim.foundation.http import public, render
from essaim.foundation.http.access import safe_path
from essaim.foundation.http.language import choose_language, language_asked
from essaim.foundation.http.problems import problem_of
from essaim.foundation.models import RateLimit

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

api = NinjaAPI(urls_namespace="test-api", docs_url=None)


@api.get("/things")
def things(request: HttpRequest) -> dict[str, list[str]]:
    return {"items": []}


@public
def open_page(request: HttpRequest) -> HttpResponse:
    context = {"name": "<Béarn>", "rows": ["a", "b"], "with_form": "form" in request.GET}
    return render(request, "page.html", context, block=request.GET.get("block"))


def closed_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("members only")


@public
def spoken(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_language() or "")


@public
def refusing(request: HttpRequest) -> HttpResponse:
    require(refused("Join this community <first>."))
    return HttpResponse("never")


@public
def missing(request: HttpRequest) -> HttpResponse:
    raise Http404


@public
def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


@public
def writing(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO foundation_cachegeneration (bumped_at) VALUES (now())")
    return HttpResponse("written")


@public
def looking_up(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(RateLimit.objects.filter(key=request.GET["key"]).exists()))


urlpatterns = [
    path("looking-up/", looking_up),
    path("open/", open_page),
    path("closed/", closed_page),
    path("spoken/", spoken),
    path("refusing/", refusing),
    path("missing/", missing),
    path("suspicious/", suspicious),
    path("writing/", writing),
    path("enter/", open_page, name="enter"),
    path("language/", choose_language, name="language"),
    path("api/", api.urls),
]


def _problem(status: int) -> Callable[..., HttpResponse]:
    def handler(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        problem = problem_of(exception, status)
        return HttpResponse(problem.sentence, status=problem.status)

    return handler


handler400, handler403, handler404, handler500 = map(_problem, (400, 403, 404, 500))


@pytest.fixture(autouse=True)
def _own_templates(settings: Any) -> None:
    folder = Path(__file__).parent / "jinja2"
    backend = "django.template.backends.jinja2.Jinja2"
    settings.TEMPLATES = [{"BACKEND": backend, "DIRS": [folder], "OPTIONS": {}}]


@pytest.fixture
def member(django_user_model: Any) -> Any:
    return django_user_model.objects.create_user(email="m@example.org", language="fr")


def test_a_page_is_whole_unless_htmx_asks_for_its_block(client: Client) -> None:
    whole = client.get("/open/", {"block": "rows"})
    assert "navigation" in whole.text
    assert "&lt;Béarn&gt;" in whole.text
    part = client.get("/open/", {"block": "rows"}, headers={"HX-Request": "true"})
    assert part.text.strip() == "<ul><li>a</li><li>b</li></ul>"
    for response in (whole, part):
        assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_a_boosted_link_and_the_back_button_get_the_whole_page(client: Client, header: str) -> None:
    headers = {"HX-Request": "true", header: "true"}
    assert "navigation" in client.get("/open/", {"block": "rows"}, headers=headers).text


def test_a_view_that_does_not_say_public_asks_to_enter_and_comes_back(client: Client) -> None:
    response = client.get("/closed/?page=2&q=%C3%A9")
    assert response.status_code == 302
    assert response["Location"] == "/enter/?next=%2Fclosed%2F%3Fpage%3D2%26q%3D%25C3%25A9"


def test_a_form_of_someone_signed_out_comes_back_to_its_page_never_to_another_site(
    client: Client,
) -> None:
    back = client.post("/closed/", headers={"Referer": "http://testserver/open/?a=1"})
    assert back["Location"] == "/enter/?next=%2Fopen%2F%3Fa%3D1"
    evil = client.post("/closed/", headers={"Referer": "https://evil.example/open/"})
    assert evil["Location"] == "/enter/?next=%2F"


def test_htmx_goes_to_the_door_with_the_whole_page(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/open/"}
    response = client.get("/closed/", headers=headers)
    assert response["HX-Redirect"] == "/enter/?next=%2Fopen%2F"


def test_a_member_comes_in(client: Client, member: Any) -> None:
    client.force_login(member)
    assert client.get("/closed/").text == "members only"


def test_the_api_decides_for_itself(client: Client) -> None:
    assert client.get("/api/things").json() == {"items": []}


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/open/?a=1", "/open/?a=1"),
        ("http://testserver/open/?a=1#b", "/open/?a=1#b"),
        ("https://testserver/open/", "/open/"),
        ("http://testserver//evil.example/", "/"),
        ("http://testserver", "/"),
        ("open/", "/"),
        ("http://testserver:80@evil.example/", "/"),
        ("http://[evil", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_only_addresses_of_this_site_are_followed(
    rf: RequestFactory, address: str | None, kept: str
) -> None:
    assert safe_path(rf.get("/"), address) == kept


def test_a_refusal_that_leaves_a_view_shows_its_reason(client: Client) -> None:
    response = client.get("/refusing/")
    assert (response.status_code, response.text) == (403, "Join this community <first>.")


def test_a_character_that_no_text_holds_is_not_an_error_of_ours(client: Client) -> None:
    assert client.get("/looking-up/?key=nothing").text == "False"
    assert client.get("/looking-up/?key=%00").status_code == 400


def test_every_problem_has_one_sentence_and_the_headers(client: Client) -> None:
    client.raise_request_exception = False
    missing, nowhere = client.get("/missing/"), client.get("/nowhere/")
    assert (missing.status_code, missing.text) == (nowhere.status_code, nowhere.text)
    assert missing.status_code == 404
    assert client.get("/suspicious/").status_code == 400
    for address in ("/missing/", "/nowhere/", "/suspicious/", "/refusing/"):
        assert client.get(address)["Content-Security-Policy"].startswith("default-src 'none'")


def test_problems_of_rules_speak_and_those_of_machines_do_not_leak() -> None:
    with translation.override("en"):
        assert problem_of(Refused("Not yet."), 403).sentence == "Not yet."
        secret = ValueError("password=x")
        for status in (400, 403, 404, 500):
            assert "password" not in problem_of(secret, status).sentence
            assert problem_of(None, status).status == status


def test_each_answer_carries_the_strict_headers(client: Client) -> None:
    headers = client.get("/open/").headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
        "font-src 'self'; manifest-src 'self'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


def test_what_one_person_sees_is_never_stored(client: Client, member: Any) -> None:
    anonymous = client.get("/open/")
    assert anonymous["Cache-Control"] == "no-cache"
    assert not anonymous.cookies
    form = client.get("/open/?form")
    assert form["Cache-Control"] == "private, no-store"
    client.force_login(member)
    assert client.get("/open/")["Cache-Control"] == "private, no-store"
    assert client.get("/nowhere/")["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("de, en-GB;q=0.8, fr;q=0.5", "en"),
        ("en;q=0.3, fr;q=0.7", "fr"),
        ("de, es", "en"),
        ("*", "en"),
        ("", "en"),
        ("fr" * 5000, "en"),
        ("\x00;q=;;", "en"),
    ],
)
def test_the_browser_s_first_language_that_we_speak_is_spoken(asked: str, spoken: str) -> None:
    assert language_asked({"Accept-Language": asked}) == spoken


def test_an_explicit_choice_wins_over_the_member_s_and_the_browser_s(
    client: Client, member: Any
) -> None:
    english = {"Accept-Language": "en"}
    response = client.get("/spoken/", headers=english)
    assert response.text == response["Content-Language"] == "en"
    assert "Accept-Language" in response["Vary"]
    assert not response.cookies
    client.force_login(member)
    assert client.get("/spoken/", headers=english).text == "fr"
    client.cookies["language"] = "en"
    assert client.get("/spoken/", headers={"Accept-Language": "fr"}).text == "en"
    client.cookies["language"] = "xx"
    assert client.get("/spoken/", headers=english).text == "fr"


def test_the_member_s_language_costs_no_query_beyond_the_member(
    client: Client, member: Any, django_assert_num_queries: Any
) -> None:
    client.force_login(member)
    with django_assert_num_queries(2):  # the session, the member
        client.get("/spoken/")


def test_choosing_a_language_sets_the_cookie_and_goes_back(client: Client) -> None:
    response = client.post("/language/", {"language": "fr", "next": "/open/"})
    assert response["Location"] == "/open/"
    assert response.cookies["language"].value == "fr"
    assert client.get("/spoken/", headers={"Accept-Language": "en"}).text == "fr"


@pytest.mark.parametrize("language", ["", "xx", "fr\r\nSet-Cookie: a=b"])
def test_a_language_we_do_not_speak_is_not_remembered(client: Client, language: str) -> None:
    values = {"language": language, "next": "https://evil.example/"}
    response = client.post("/language/", values)
    assert response["Location"] == "/"
    assert not response.cookies


def test_choosing_a_language_is_never_a_get(client: Client) -> None:
    assert client.get("/language/?language=fr").status_code == 405


def test_a_get_that_writes_is_found_out(client: Client, read_only_gets: None) -> None:
    assert client.get("/open/").status_code == 200
    with pytest.raises(InternalError, match="read-only"):
        client.get("/writing/")
    assert client.post("/writing/").text == "written"
