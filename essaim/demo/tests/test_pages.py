import re

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from essaim.demo.mailbox import MailboxBackend
from essaim.demo.world_book import read_world
from essaim.members.models import Member

pytestmark = pytest.mark.django_db

EMAIL_BACKEND = "essaim.demo.mailbox.MailboxBackend"


def _send(subject: str, text: str = "Bonjour") -> None:
    MailboxBackend().send_messages([EmailMessage(subject, text, to=["ines@demo.example"])])


@pytest.fixture
def nadia() -> Member:
    return Member.objects.create_user("nadia@demo.example", name="Nadia B.")


def test_the_cast_page_tells_an_anonymous_reader_who_can_be_tried_and_sets_no_identity(
    client: Client, nadia: Member
) -> None:
    response = client.get(reverse("demo"))
    page = response.content.decode()
    assert response.status_code == 200
    assert all(person.name in page for person in read_world().cast)
    assert page.count('name="email"') == 1, "only those who are there can be entered as"
    assert "sessionid" not in response.cookies


def test_one_click_signs_in_as_someone_of_the_cast(client: Client, nadia: Member) -> None:
    response = client.post(reverse("demo_enter_as"), {"email": nadia.email})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(nadia.pk)


def test_nobody_else_can_be_entered_as_whatever_their_address(client: Client) -> None:
    other = Member.objects.create_user("someone@demo.example", name="Someone")
    for email in (other.email, "", "nobody@demo.example"):
        assert client.post(reverse("demo_enter_as"), {"email": email}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_entering_needs_a_post(client: Client, nadia: Member) -> None:
    assert client.get(reverse("demo_enter_as"), {"email": nadia.email}).status_code == 405


def test_entering_is_protected_against_forged_forms(nadia: Member) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("demo_enter_as"), {"email": nadia.email}).status_code == 403


@pytest.mark.parametrize("name", ["demo", "demo_mailbox"])
def test_outside_a_demo_nothing_of_it_is_there(
    client: Client, settings: Settings, name: str
) -> None:
    address = reverse(name)  # before: the addresses are read once
    settings.ESSAIM_DEMO = False
    assert client.get(address).status_code == 404


def test_outside_a_demo_nobody_can_be_entered_as(
    client: Client, settings: Settings, nadia: Member
) -> None:
    address = reverse("demo_enter_as")
    settings.ESSAIM_DEMO = False
    assert client.post(address, {"email": nadia.email}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_the_mailbox_shows_the_newest_mail_first_with_its_links_and_no_markup_of_others(
    client: Client,
) -> None:
    _send("Premier")
    _send("Second", "Voici :\nhttp://testserver/enter/\n\n<script>alert(1)</script>")
    page = client.get(reverse("demo_mailbox")).content.decode()
    assert page.index("Second") < page.index("Premier")
    assert 'href="http://testserver/enter/"' in page
    assert "<script>alert(1)" not in page


def test_a_sign_in_code_arrives_in_the_mailbox(
    client: Client, settings: Settings, nadia: Member
) -> None:
    settings.EMAIL_BACKEND = EMAIL_BACKEND
    client.post(reverse("enter"), {"email": nadia.email})
    page = client.get(reverse("demo_mailbox")).content.decode()
    assert nadia.email in page
    assert re.search(r"\b\d{6}\b", page)


def test_an_empty_mailbox_says_what_to_do(client: Client) -> None:
    assert reverse("demo") in client.get(reverse("demo_mailbox")).content.decode()


def test_the_mailbox_costs_the_same_with_one_mail_and_with_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _send("Un")
    with django_assert_num_queries(1):
        client.get(reverse("demo_mailbox"))
    _send("Deux")
    _send("Trois")
    with django_assert_num_queries(1):
        client.get(reverse("demo_mailbox"))
