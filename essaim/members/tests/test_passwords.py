"""Signing in with a password, and choosing one: nothing tells which addresses are known."""

import re

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from essaim.foundation.activity import deliver_pending
from essaim.members import actions
from essaim.members.models import Member
from essaim.members.tests.door import app_code, confirmed, is_in, with_app
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db

GOOD = "four ordinary words here"
TOKEN = re.compile(r'name="(?:csrfmiddlewaretoken|idempotency_key)" value="[^"]+"')


def enter(client: Client, email: str, password: str, **more: str) -> str:
    """Where it leads, or the status when it leads nowhere."""
    response = client.post(
        reverse("enter_password"), {"email": email, "password": password, **more}
    )
    return str(response.headers.get("Location", response.status_code))


@pytest.fixture
def member() -> Member:
    return member_factory(name="Ana Zwitscher", password=GOOD)


def test_a_member_with_a_password_comes_in_with_it(member: Member) -> None:
    client = Client()
    assert enter(client, member.email.upper(), GOOD, next="/me/data/") == "/me/data/"
    assert is_in(client)
    assert member.email not in str(dict(client.session.items()))
    assert client.get(reverse("enter_password"))["Location"] == reverse("today")


def test_a_password_does_not_go_around_the_second_factor(member: Member) -> None:
    secret, _codes = with_app(member)
    client = Client()
    assert enter(client, member.email, GOOD) == "/enter/second/"
    assert not is_in(client)
    client.post("/enter/second/", {"code": app_code(secret)})
    assert is_in(client)


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_it_leads_to_no_address_elsewhere(member: Member, address: str) -> None:
    assert enter(Client(), member.email, GOOD, next=address) == reverse("today")


def test_unknown_without_password_closed_and_wrong_get_the_same_answer(member: Member) -> None:
    closed = member_factory(password=GOOD, is_active=False)
    pages = set()
    tried = {
        member.email: "not the right one",
        "nobody@example.org": GOOD,
        member_factory().email: GOOD,
        closed.email: GOOD,
    }
    for email, password in tried.items():
        client = Client()
        response = client.post(reverse("enter_password"), {"email": email, "password": password})
        assert response.status_code == 422
        assert password not in response.text
        pages.add(TOKEN.sub("", response.text).replace(email, "…"))
        assert not is_in(client)
    assert len(pages) == 1
    assert not mail.outbox


def test_five_passwords_are_evaluated_a_quarter_of_an_hour_known_or_not(member: Member) -> None:
    for email in (member.email, "nobody@example.org"):
        statuses = []
        for turn in range(7):
            client = Client(HTTP_X_FORWARDED_FOR=f"192.0.2.{turn}")
            typed = GOOD if turn > 4 else f"wrong number {turn}"
            statuses.append(enter(client, email.upper() if turn % 2 else email, typed))
        assert statuses == ["422"] * 5 + ["429"] * 2
    client = Client()
    client.force_login(member)  # confirming counts among the same five
    assert client.post(reverse("confirm"), {"password": GOOD}).status_code == 429


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short words", "Too short: it has 11 characters."),
        ("password1234", "Many people use this password"),
        ("ana zwitscher", "too much like your name"),
        ("x" * 257, "At most 256"),
        ("", "Choose a password."),
    ],
)
def test_a_weak_password_is_refused_beside_the_field(
    member: Member, password: str, said: str
) -> None:
    client = Client()
    client.force_login(member)
    response = confirmed(client).post(reverse("password"), {"password": password})
    assert response.status_code == 422
    assert said in response.text
    member.refresh_from_db()
    assert member.check_password(GOOD)


@pytest.mark.parametrize(
    "password", ["  deux espaces autour  ", "é" * 12, "🐝" * 200, "1 2 3 4 5 6 7"]
)
def test_any_characters_and_any_length_will_do(member: Member, password: str) -> None:
    actions.choose_password(member=member, password=password)
    member.refresh_from_db()
    assert member.password.startswith("argon2")
    assert enter(Client(), member.email, password) == reverse("today")


def test_the_field_may_be_pasted_into_and_filled_by_a_manager(member: Member) -> None:
    page = Client().get(reverse("enter_password")).text
    assert 'autocomplete="current-password"' in page
    assert 'autocomplete="username"' in page
    client = Client()
    client.force_login(member)
    assert 'autocomplete="new-password"' in confirmed(client).get(reverse("password")).text
    assert "onpaste" not in page


@pytest.mark.parametrize("name", ["password", "password_remove"])
def test_a_changed_password_signs_out_everywhere_else_and_the_person_is_told(
    member: Member, name: str
) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        enter(client, member.email, GOOD)
    key = here.session.session_key
    response = here.post(reverse(name), {"password": "other ordinary words"})
    assert response["Location"] == reverse("security")
    assert is_in(here)
    assert here.session.session_key != key
    assert not is_in(elsewhere)
    assert "this device" in here.get(reverse("sessions")).text
    deliver_pending()
    first_lines = {str(message.body).split("\n")[0] for message in mail.outbox}
    assert first_lines == {
        "Your account was signed out on other devices.",
        {
            "password": "A new password was chosen for your account.",
            "password_remove": "The password was removed from your account.",
        }[name],
    }


def test_an_erased_account_keeps_no_password(member: Member) -> None:
    actions.erase_member(member=member)
    member.refresh_from_db()
    assert not member.has_usable_password()
    assert actions.member_with_password(email=member.email, password=GOOD) is None


def test_what_is_wrong_is_said_by_the_action_too(member: Member) -> None:
    with pytest.raises(ValidationError) as error:
        actions.choose_password(member=member, password="x")
    assert set(error.value.error_dict) == {"password"}
