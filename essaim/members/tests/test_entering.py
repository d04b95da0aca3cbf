"""The door: enter, code, in. What must hold whatever the sender's address, session or patience."""

import re
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from essaim.members.models import Member
from essaim.members.tests.door import ask, code_of, is_in, wrong
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db

PROSE = re.compile(r'name="(?:csrfmiddlewaretoken|idempotency_key)" value="[^"]+"')


def test_a_newcomer_comes_in_by_address_code_and_name_and_goes_on_to_where_they_wanted(
    client: Client,
) -> None:
    code = ask(client, "Ana@Example.org", next="/communities/bearn/")
    assert not Member.objects.filter(proved_at__isnull=False).exists()
    response = client.post("/enter/code/", {"code": code, "next": "/communities/bearn/"})
    assert response["Location"] == "/me/name/?next=%2Fcommunities%2Fbearn%2F"
    page = client.get(response["Location"]).text
    assert 'name="next" value="/communities/bearn/"' in page
    response = client.post("/me/name/", {"name": "Ana", "next": "/communities/bearn/"})
    assert response["Location"] == "/communities/bearn/"
    member = Member.objects.get(email="ana@example.org")
    assert member.proved_at
    assert member.name == "Ana"


def test_a_member_comes_in_and_lands_on_today(client: Client) -> None:
    member = member_factory()
    code = ask(client, member.email)
    response = client.post("/enter/code/", {"code": f" {code[:3]} {code[3:]}"})
    assert response["Location"] == reverse("today")
    assert is_in(client)


def test_the_page_asked_for_first_is_kept_through_the_whole_flow(client: Client) -> None:
    member = member_factory()
    response = client.get("/me/data/")
    assert response["Location"] == "/enter/?next=%2Fme%2Fdata%2F"
    assert 'name="next" value="/me/data/"' in client.get(response["Location"]).text
    asked = client.post("/enter/", {"email": member.email, "next": "/me/data/"})
    assert parse_qs(urlsplit(asked["Location"]).query) == {"next": ["/me/data/"]}
    assert 'name="next" value="/me/data/"' in client.get(asked["Location"]).text
    response = client.post(asked["Location"], {"code": code_of(mail.outbox[0])})
    assert response["Location"] == "/me/data/"


def test_the_way_in_leads_straight_to_a_page_that_asks_for_the_name_itself(
    client: Client,
) -> None:
    address = reverse("community_join", args=["bearn"])
    code = ask(client, "ana@example.org", next=address)
    response = client.post("/enter/code/", {"code": code, "next": f"{address}?a=b"})
    assert response["Location"] == f"{address}?a=b"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "/\\evil.example",
        "http:/x",
    ],
)
def test_no_address_elsewhere_is_gone_on_to(client: Client, address: str) -> None:
    member = member_factory(name="")
    code = ask(client, member.email, next=address)
    assert f'name="next" value="{address}"' not in client.get("/enter/", {"next": address}).text
    response = client.post("/enter/code/", {"code": code, "next": address})
    assert response["Location"] == "/me/name/"
    response = client.post("/me/name/", {"name": "Ana", "next": address})
    assert response["Location"] == reverse("today")
    signed_in = client.get("/enter/", {"next": address})
    assert signed_in["Location"] == reverse("today")


def test_a_known_and_an_unknown_address_get_the_same_answer_and_the_same_mail() -> None:
    member = member_factory(email="known1@example.org")
    seen = []
    for email in (member.email, "nobody@example.org"):
        client = Client()
        first = client.post("/enter/", {"email": email})
        page = PROSE.sub("", client.get("/enter/code/").text)
        wrong_code = client.post("/enter/code/", {"code": wrong(code_of(mail.outbox[-1]))})
        message = mail.outbox[-1]
        code = code_of(message)
        said = PROSE.sub("", wrong_code.text).replace(email, "…").replace(wrong(code), "…")
        seen.append(
            (
                first.status_code,
                first["Location"],
                page.replace(email, "…"),
                wrong_code.status_code,
                said,
                str(message.subject).replace(code, "…"),
                str(message.body).replace(code, "…"),
                sorted(message.message().keys()),
            )
        )
    assert seen[0] == seen[1]


def test_a_mistyped_address_can_be_written_again(client: Client) -> None:
    ask(client, "anna@example.org")
    assert client.get("/enter/").status_code == 200
    code = ask(client, "ana@example.org")
    client.post("/enter/code/", {"code": code})
    assert client.get("/me/").text.count("ana@example.org") == 1


def test_a_mail_that_cannot_be_sent_is_said_in_a_sentence(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "django.conf.settings.EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend"
    )
    monkeypatch.setattr("django.conf.settings.EMAIL_PORT", 1)
    response = client.post("/enter/", {"email": "ana@example.org"})
    assert response.status_code == 422
    assert "could not be sent" in response.text


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b.org\r\nBcc: c@d.org", f"{'a' * 250}@b.org", "a\u2028@b.org"]
)
def test_a_wrong_address_is_said_beside_the_field(client: Client, email: str) -> None:
    response = client.post("/enter/", {"email": email})
    assert response.status_code == 422
    assert 'id="id_email_error"' in response.text
    assert not mail.outbox
    assert not Member.objects.exists()


def test_the_session_key_changes_at_sign_in_and_the_address_leaves_the_session(
    client: Client,
) -> None:
    member = member_factory()
    code = ask(client, member.email)
    before = client.session.session_key
    assert client.session.get_expiry_age() <= 15 * 60
    client.post("/enter/code/", {"code": code})
    assert client.session.session_key != before
    assert client.session.get_expiry_age() == pytest.approx(90 * 24 * 60 * 60, abs=60)
    assert not Session.objects.filter(session_key=before).exists()
    assert member.email not in str(dict(client.session.items()))


def test_opening_pages_makes_no_session_no_account_and_no_mail(client: Client) -> None:
    for path in ("/enter/", "/enter/?next=/me/", "/enter/code/", "/enter/?email=a@b.org"):
        client.get(path)
        client.head(path)
    assert not Session.objects.exists()
    assert not Member.objects.exists()
    assert not mail.outbox


def test_nobody_comes_in_or_leaves_by_a_link(client: Client) -> None:
    member = member_factory()
    code = ask(client, member.email)
    client.get("/enter/code/", {"code": code})
    client.head(f"/enter/code/?code={code}")
    assert not is_in(client)
    client.post("/enter/code/", {"code": code})
    assert client.get("/sign-out/").status_code == 405
    assert is_in(client)
    assert client.post("/sign-out/")["Location"] == reverse("home")
    assert not is_in(client)


def test_forms_need_their_token() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/enter/", {"email": "ana@example.org"}).status_code == 403
    assert not mail.outbox


def test_a_closed_or_dropped_account_does_not_come_in(client: Client) -> None:
    closed = member_factory(is_active=False)
    code = ask(client, closed.email)
    response = client.post("/enter/code/", {"code": code}, follow=True)
    assert "This account is closed." in response.text
    assert not is_in(client)
    code = ask(client, "ana@example.org")
    Member.objects.filter(email="ana@example.org").delete()
    assert client.post("/enter/code/", {"code": code})["Location"] == "/enter/"


def test_of_allauth_only_our_door_is_routed_and_none_of_its_templates_can_be_found() -> None:
    # What a careless include would bring.
    from allauth.account.urls import urlpatterns as of_accounts
    from allauth.mfa.urls import urlpatterns as of_factors
    from allauth.usersessions.urls import urlpatterns as of_sessions

    names = {
        pattern.name for pattern in _flat([*of_accounts, *of_factors, *of_sessions]) if pattern.name
    }
    assert len(names) > 25
    routed = set()
    for name in names:
        try:
            routed.add((name, reverse(name)))
        except NoReverseMatch:
            continue
    assert {address for _name, address in routed} == {"/enter/", "/enter/code/", "/enter/second/"}
    modules = {pattern.callback.__module__ for pattern in _flat(get_resolver().url_patterns)}
    assert not {module for module in modules if module.startswith("allauth")}
    # Its templates are Django templates: no engine that could render them is set up.
    engines = [engine["BACKEND"] for engine in settings.TEMPLATES]
    assert engines == ["django.template.backends.jinja2.Jinja2"]


def _flat(patterns: Sequence[object]) -> list[URLPattern]:
    found: list[URLPattern] = []
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            found.append(pattern)
        elif isinstance(pattern, URLResolver):
            found += _flat(pattern.url_patterns)
    return found
