"""How long one stays signed in, where, and how to end it from elsewhere."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from essaim.foundation.activity import deliver_pending
from essaim.members import actions
from essaim.members.actions.sessions import NOWHERE
from essaim.members.models import Member
from essaim.members.tests.door import app_code, ask, confirmed, is_in, through_mail, with_app
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 3, 10, tzinfo=UTC)
PHONE = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36"
DESK = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"


def enter(member: Member, browser: str = DESK) -> Client:
    client = Client(headers={"user-agent": browser, "accept-language": "en"})
    client.post("/enter/code/", {"code": ask(client, member.email)})
    return client


@pytest.fixture
def member() -> Member:
    return member_factory()


def test_a_session_ends_after_two_weeks_without_use(
    member: Member, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(START, tick=False)
    client = enter(member)
    time_machine.move_to(START + timedelta(days=13), tick=False)
    assert is_in(client)
    time_machine.move_to(START + timedelta(days=26), tick=False)
    assert is_in(client)
    time_machine.move_to(START + timedelta(days=40, minutes=1), tick=False)
    assert client.get("/me/")["Location"] == "/enter/?next=%2Fme%2F"


def test_a_session_ends_after_ninety_days_however_much_it_is_used(
    member: Member, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(START, tick=False)
    client = enter(member)
    for day in range(10, 91, 10):
        time_machine.move_to(START + timedelta(days=day, minutes=-1), tick=False)
        assert is_in(client), day
    time_machine.move_to(START + timedelta(days=90, minutes=1), tick=False)
    assert not is_in(client)


def test_use_is_noted_once_an_hour_and_costs_nothing_else(
    member: Member,
    time_machine: TimeMachineFixture,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    time_machine.move_to(START, tick=False)
    client = enter(member)
    time_machine.move_to(START + timedelta(minutes=59), tick=False)
    client.get(reverse("security"))
    with django_assert_num_queries(5):  # session, member, factors, sessions, reader
        client.get(reverse("security"))
    assert UserSession.objects.get().last_seen_at == START
    time_machine.move_to(START + timedelta(minutes=61), tick=False)
    client.get(reverse("security"))
    assert UserSession.objects.get().last_seen_at == START + timedelta(minutes=61)


def test_devices_are_named_without_any_network_address(member: Member) -> None:
    client = enter(member)
    enter(member, PHONE)
    page = client.get(reverse("sessions")).text
    assert "Firefox on Linux" in page
    assert "Chrome on Android" in page
    assert page.index("this device") < page.index("Chrome on Android")
    assert set(UserSession.objects.values_list("ip", flat=True)) == {NOWHERE}
    assert "127.0.0.1" not in page
    for key in UserSession.objects.values_list("session_key", flat=True):
        assert key not in page


def test_one_device_is_signed_out_from_another(member: Member) -> None:
    here, phone = enter(member), enter(member, PHONE)
    other = enter(member_factory())
    row = UserSession.objects.get(session_key=phone.session.session_key)
    theirs = UserSession.objects.get(session_key=other.session.session_key)
    for one in (row, theirs):
        here.post(reverse("session_end"), {"session": one.pk})
    assert not is_in(phone)
    assert is_in(here)
    assert is_in(other)
    deliver_pending()
    assert str(mail.outbox[-1].body).startswith("Your account was signed out on other devices.")


def test_all_other_devices_are_signed_out_at_once(member: Member) -> None:
    here, *others = enter(member), enter(member, PHONE), enter(member)
    response = here.post(reverse("session_end"), follow=True)
    assert "2 other devices are signed out." in response.text
    assert "You are signed in nowhere else." in response.text
    assert is_in(here)
    assert not any(is_in(other) for other in others)


def test_a_session_that_ended_is_not_listed_and_is_forgotten_at_night(member: Member) -> None:
    here, phone = enter(member), enter(member, PHONE)
    phone.post("/sign-out/")
    assert "Android" not in here.get(reverse("sessions")).text
    actions.drop_ended_sessions()
    assert UserSession.objects.count() == 1


def test_the_list_costs_the_same_for_one_and_for_three(
    member: Member, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = enter(member)
    for _turn in range(3):
        client.get(reverse("sessions"))
        with django_assert_num_queries(4):  # session, member, sessions, reader
            client.get(reverse("sessions"))
        enter(member, PHONE)


def test_an_account_closed_while_its_second_factor_is_asked_for_stays_closed(
    member: Member,
) -> None:
    secret, _codes = with_app(member)
    client = Client()
    through_mail(client, member)
    Member.objects.filter(pk=member.pk).update(is_active=False)
    client.post("/enter/second/", {"code": app_code(secret)})
    assert not is_in(client)


def test_an_erased_account_leaves_no_factor_and_no_session(member: Member) -> None:
    with_app(member)
    client = enter(member_factory())
    actions.open_session(member=member, session_key="kanari", browser="Kanari/1")
    actions.erase_member(member=member)
    with connection.cursor() as cursor:
        for table in ("mfa_authenticator", "usersessions_usersession"):
            cursor.execute(f"SELECT count(*) FROM {table} WHERE user_id = %s", [member.pk])  # noqa: S608  a name from above
            assert cursor.fetchone() == (0,)
    assert is_in(confirmed(client))
    assert Session.objects.exists()


@pytest.mark.parametrize("path", ["/", "/me/", "/api/v1/communities", "/nowhere/"])
@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "language", "messages"])
@pytest.mark.parametrize("value", ['"\\000abcdefghijk"', '"abcdefghijk\\377"'])
def test_a_cookie_that_nobody_was_given_is_no_cookie(path: str, name: str, value: str) -> None:
    bare, with_cookie = Client().get(path), Client(headers={"cookie": f"{name}={value}"}).get(path)
    assert (with_cookie.status_code, with_cookie.get("Location")) == (
        bare.status_code,
        bare.get("Location"),
    )


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "language"])
def test_one_enters_with_a_cookie_that_nobody_was_given(member: Member, name: str) -> None:
    client = Client(headers={"cookie": f'{name}="\\000abcdefghijk"'})
    response = client.post("/enter/", {"email": member.email})
    assert (response.status_code, response["Location"]) == (302, "/enter/code/")
