"""The catalogue, the language, the errors: by their addresses."""

import re
from collections.abc import Callable

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from essaim.design import views
from essaim.design.catalogue import described
from essaim.foundation.access import Refused

pytestmark = pytest.mark.django_db


def test_the_catalogue_is_public_and_shows_every_component(client: Client) -> None:
    response = client.get(reverse("catalogue"), headers={"accept-language": "fr"})
    assert response.status_code == 200
    shown = re.findall(r'id="ui-(\w+)"', response.content.decode())
    assert sorted(shown) == sorted(described())


def test_a_page_without_a_form_sets_no_cookie_and_holds_no_token(client: Client) -> None:
    response = client.get(reverse("catalogue"))
    assert not response.cookies
    assert "csrfmiddlewaretoken" not in response.content.decode()


def test_every_id_stands_once_and_every_label_has_its_field(client: Client) -> None:
    html = client.get(reverse("catalogue")).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))
    for attribute in ("for", "aria-describedby", "aria-labelledby"):
        for names in re.findall(rf'\s{attribute}="([^"]+)"', html):
            assert set(names.split()) <= set(ids), f"{attribute}={names}"


def test_the_page_speaks_the_language_it_says_it_speaks(client: Client) -> None:
    for language in ("fr", "en"):
        html = client.get(reverse("catalogue"), headers={"accept-language": language}).content
        assert f'<html lang="{language}">' in html.decode()


def test_choosing_a_language_sets_one_cookie_and_goes_back() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("language"), {"language": "fr", "next": "/design/?a=1"})
    assert response.status_code == 302
    assert response.headers["Location"] == "/design/?a=1"
    assert list(response.cookies) == ["language"]
    page = client.get(reverse("catalogue"), headers={"accept-language": "en"}).content.decode()
    assert '<html lang="fr">' in page


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "/\\e.org"])
def test_choosing_a_language_never_leads_to_another_site(client: Client, back: str) -> None:
    response = client.post(reverse("language"), {"language": "en", "next": back})
    assert response.headers["Location"] == "/"


def test_the_choice_of_a_language_has_a_page_of_its_own(client: Client) -> None:
    response = client.get(reverse("language"), {"next": "/design/"})
    assert response.status_code == 200
    assert 'name="next" value="/design/"' in response.content.decode()
    assert not response.cookies


def test_what_does_not_exist_is_said_in_the_frame_of_the_site(client: Client) -> None:
    response = client.get("/there/is/nothing/here/")
    html = response.content.decode()
    assert response.status_code == 404
    assert 'class="bar-nav"' in html
    assert "<h1" in html


def test_a_refusal_says_why(client: Client) -> None:
    request = client.get(reverse("catalogue")).wsgi_request
    response = views.refused(request, Refused("Join this community first."))
    assert response.status_code == 403
    assert "Join this community first." in response.content.decode()


def test_a_token_that_is_missing_is_explained_and_not_a_bare_error() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("catalogue"))
    assert response.status_code == 403
    assert 'class="bar-nav"' in response.content.decode()


def test_the_hidden_reason_of_a_missing_token_is_not_shown(client: Client) -> None:
    request = client.get(reverse("catalogue")).wsgi_request
    response = views.csrf_failure(request, reason="internal words")
    assert "internal words" not in response.content.decode()


@pytest.mark.parametrize(
    ("view", "status"),
    [(views.bad_request, 400), (views.server_error, 500), (views.unavailable, 503)],
)
def test_when_all_is_broken_the_page_stands_without_reader_or_database(
    view: Callable[[HttpRequest], HttpResponse],
    status: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    request = RequestFactory().get("/anything/")  # no session, no user, no messages
    with django_assert_num_queries(0):
        response = view(request)
    assert response.status_code == status
    html = response.content.decode()
    assert "<h1" in html
    assert "essaim.css" in html


def test_a_database_that_is_away_comes_back_so_one_is_asked_to_wait() -> None:
    try:
        raise OperationalError  # noqa: TRY301  the view looks at what is being handled
    except OperationalError:
        response = views.server_error(RequestFactory().get("/anything/"))
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
