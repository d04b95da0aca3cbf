"""Before a sensitive act one says again who one is; it holds for five minutes."""

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse
from time_machine import TimeMachineFixture

from essaim.members.models import Member
from essaim.members.tests.door import app_code, ask, code_of, confirmed, with_app, wrong
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db

PAGES = ["password", "factor_app", "factor_passkeys", "recovery_codes", "erase"]
ACTS = {
    "password": {"password": "four ordinary words here"},
    "password_remove": {},
    "factor_app": {"secret": "x", "code": "123456"},
    "factor_passkeys": {"options": "1"},
    "factor_remove": {"factor": "1"},
    "recovery_codes": {},
    "session_end": {},
    "my_archive": {},
    "erase": {"understood": "on"},
}


@pytest.fixture
def member() -> Member:
    return member_factory()


@pytest.fixture
def signed_in(client: Client, member: Member) -> Client:
    client.force_login(member)
    return client


@pytest.mark.parametrize("name", PAGES)
def test_a_sensitive_page_asks_first_and_is_come_back_to(signed_in: Client, name: str) -> None:
    response = signed_in.get(reverse(name))
    assert response.status_code == 302
    confirm = response["Location"]
    assert confirm.startswith("/me/confirm/?next=")
    signed_in.post(confirm)
    code = code_of(mail.outbox[-1])
    assert signed_in.post(confirm, {"code": code})["Location"] == reverse(name)
    assert signed_in.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ACTS)
def test_a_sensitive_act_asks_first_and_does_nothing_until_then(
    signed_in: Client, member: Member, name: str
) -> None:
    before = Member.objects.filter(pk=member.pk).values().get()
    page = "http://testserver/me/data/"
    response = signed_in.post(reverse(name), ACTS[name], headers={"referer": page})
    assert response["Location"] == "/me/confirm/?next=%2Fme%2Fdata%2F"
    assert Member.objects.filter(pk=member.pk).values().get() == before
    part = signed_in.post(reverse(name), ACTS[name], headers={"hx-request": "true"})
    assert part["HX-Redirect"].startswith("/me/confirm/")


def test_signing_in_counts_and_holds_for_five_minutes(
    client: Client, member: Member, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to("2026-11-03T10:00:00Z", tick=False)
    client.post("/enter/code/", {"code": ask(client, member.email)})
    assert client.get(reverse("erase")).status_code == 200
    time_machine.move_to("2026-11-03T10:05:00Z", tick=False)
    assert client.get(reverse("erase")).status_code == 200
    time_machine.move_to("2026-11-03T10:05:01Z", tick=False)
    assert client.get(reverse("erase")).status_code == 302


def test_a_code_for_one_purpose_does_nothing_for_the_other(
    signed_in: Client, member: Member
) -> None:
    signed_in.post(reverse("confirm"))
    to_confirm = code_of(mail.outbox[-1])
    door = Client()
    to_enter = ask(door, member.email)
    if to_enter != to_confirm:
        assert door.post("/enter/code/", {"code": to_confirm}).status_code == 422
        assert signed_in.post(reverse("confirm"), {"code": to_enter}).status_code == 422
    other = Client()
    other.force_login(member)
    assert other.post(reverse("confirm"), {"code": to_confirm}).status_code == 422
    assert to_confirm not in str(dict(signed_in.session.items()))


def test_a_code_is_good_once_and_for_ten_minutes(
    signed_in: Client, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to("2026-11-03T10:00:00Z", tick=False)
    signed_in.post(reverse("confirm"))
    code = code_of(mail.outbox[-1])
    time_machine.move_to("2026-11-03T10:10:00Z", tick=False)
    assert signed_in.post(reverse("confirm"), {"code": code}).status_code == 422
    signed_in.post(reverse("confirm"))
    code = code_of(mail.outbox[-1])
    assert signed_in.post(reverse("confirm"), {"code": code}).status_code == 302
    assert signed_in.post(reverse("confirm"), {"code": code}).status_code == 422


def test_five_codes_are_evaluated_and_ten_mails_sent(signed_in: Client, member: Member) -> None:
    signed_in.post(reverse("confirm"))
    code = code_of(mail.outbox[-1])
    statuses = [
        signed_in.post(reverse("confirm"), {"code": wrong(code)}).status_code for _ in range(5)
    ]
    assert statuses == [422] * 5
    assert signed_in.post(reverse("confirm"), {"code": code}).status_code == 429
    for _ in range(12):
        signed_in.post(reverse("confirm"))
    assert len(mail.outbox) == 10


def test_a_password_confirms_where_there_is_no_second_factor(client: Client) -> None:
    member = member_factory(password="four ordinary words here")
    client.force_login(member)
    confirm = reverse("confirm")
    assert client.post(confirm, {"password": "another"}).status_code == 422
    done = client.post(confirm, {"password": "four ordinary words here", "next": "/me/data/"})
    assert done["Location"] == "/me/data/"


def test_whoever_has_a_second_factor_confirms_with_it_and_with_nothing_less(
    client: Client,
) -> None:
    member = member_factory(password="four ordinary words here")
    secret, _codes = with_app(member)
    client.force_login(member)
    confirm = reverse("confirm")
    assert client.post(confirm).status_code == 422  # no mail
    assert client.post(confirm, {"password": "four ordinary words here"}).status_code == 422
    assert not mail.outbox
    assert client.get(reverse("erase")).status_code == 302
    assert client.post(confirm, {"code": app_code(secret)}).status_code == 302
    assert client.get(reverse("erase")).status_code == 200


def test_it_leads_to_no_address_elsewhere(signed_in: Client) -> None:
    signed_in.post(reverse("confirm"))
    said = {"code": code_of(mail.outbox[-1]), "next": "https://evil.example/"}
    assert signed_in.post(reverse("confirm"), said)["Location"] == reverse("security")


def test_opening_the_page_sends_nothing(signed_in: Client) -> None:
    signed_in.get(reverse("confirm"))
    assert not mail.outbox
    assert not UserSession.objects.exists()
    assert confirmed(signed_in).get(reverse("confirm")).status_code == 200
