"""Codes: how they are mailed, what they are good for, and how many are looked at."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from time_machine import TimeMachineFixture

from essaim.members.tests.door import ask, code_of, is_in, wrong
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db


def test_the_mail_holds_the_code_on_its_own_line_and_in_the_subject_and_no_link(
    client: Client,
) -> None:
    code = ask(client, "ana@example.org")
    message = mail.outbox[0]
    assert str(message.subject).startswith(code)
    assert f"\n\n{code}\n\n" in str(message.body)
    assert "http" not in str(message.body)
    assert message.to == ["ana@example.org"]
    raw = message.message()
    expected = "Auto-Submitted Content-Transfer-Encoding Content-Type Date From MIME-Version"
    assert sorted(raw.keys()) == sorted([*expected.split(), "Message-ID", "Subject", "To"])
    assert raw.get_content_type() == "text/plain"


def test_every_request_brings_another_code_of_six_digits() -> None:
    codes = {ask(Client(), f"{number}@example.org") for number in range(30)}
    assert len(codes) > 25
    assert all(len(code) == 6 for code in codes)


def test_at_most_five_codes_are_evaluated_in_a_quarter_of_an_hour_whatever_one_tries() -> None:
    """Restarted flows, other sessions, other senders: the sixth code is not looked at."""
    member = member_factory()
    statuses = []
    for turn in range(8):
        client = Client(REMOTE_ADDR=f"10.0.0.{turn}", HTTP_X_FORWARDED_FOR=f"192.0.2.{turn}")
        code = ask(client, member.email)
        right_at_last = code if turn == 7 else wrong(code)
        response = client.post("/enter/code/", {"code": right_at_last})
        statuses.append(response.status_code)
        if response.status_code == 429:
            assert "Five codes were tried for this address" in response.text
            assert not is_in(client)
    assert statuses == [422] * 5 + [429] * 3


@pytest.mark.django_db(transaction=True)
def test_parallel_sessions_share_the_five_codes() -> None:
    member = member_factory()
    clients = [Client() for _ in range(10)]
    codes = [ask(client, member.email) for client in clients]

    def guess(number: int) -> int:
        try:
            client, code = clients[number % 10], codes[number % 10]
            return client.post("/enter/code/", {"code": wrong(code)}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(guess, range(40)))
    assert statuses.count(422) == 5
    assert statuses.count(429) == 35


def test_five_wrong_codes_in_one_session_end_it_with_the_same_sentence(client: Client) -> None:
    code = ask(client, member_factory().email)
    for _ in range(4):
        assert client.post("/enter/code/", {"code": wrong(code)}).status_code == 422
    response = client.post("/enter/code/", {"code": wrong(code)}, follow=True)
    assert "Five codes were tried for this address" in response.text
    assert client.post("/enter/code/", {"code": code})["Location"] == "/enter/"


def test_after_a_quarter_of_an_hour_codes_are_evaluated_again(
    time_machine: TimeMachineFixture,
) -> None:
    member, client = member_factory(), Client()
    time_machine.move_to("2026-11-03T10:00:00Z", tick=False)
    for _ in range(5):
        client = Client()
        client.post("/enter/code/", {"code": wrong(ask(client, member.email))})
    assert client.post("/enter/code/", {"code": "000000"}).status_code == 429
    time_machine.move_to("2026-11-03T10:15:01Z", tick=False)
    client = Client()
    client.post("/enter/code/", {"code": ask(client, member.email)})
    assert is_in(client)


def test_a_code_is_good_for_ten_minutes(client: Client, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to("2026-11-03T10:00:00Z", tick=False)
    member = member_factory()
    code = ask(client, member.email)
    time_machine.move_to("2026-11-03T10:10:01Z", tick=False)
    assert client.post("/enter/code/", {"code": code})["Location"] == "/enter/"
    assert not is_in(client)


def test_a_code_is_good_once_and_only_where_it_was_asked_for(client: Client) -> None:
    member = member_factory()
    code = ask(client, member.email)
    elsewhere = Client()
    ask(elsewhere, member.email)
    if code_of(mail.outbox[-1]) != code:
        assert elsewhere.post("/enter/code/", {"code": code}).status_code == 422
    client.post("/enter/code/", {"code": code})
    assert is_in(client)
    client.post("/sign-out/")
    assert client.post("/enter/code/", {"code": code})["Location"] == "/enter/"
    assert not is_in(client)


def test_another_code_voids_the_first_and_is_counted(client: Client) -> None:
    member = member_factory()
    first = ask(client, member.email)
    response = client.post("/enter/code/", {"action": "resend", "next": "/me/"})
    assert response["Location"] == "/enter/code/?next=%2Fme%2F"
    second = code_of(mail.outbox[-1])
    assert len(mail.outbox) == 2
    if first != second:
        assert client.post("/enter/code/", {"code": first}).status_code == 422
    client.post("/enter/code/", {"code": second})
    assert is_in(client)


def test_only_so_many_mails_go_to_one_address_known_or_not() -> None:
    for email in (member_factory().email, "nobody@example.org"):
        mail.outbox.clear()
        for _ in range(10):
            ask(Client(), email)
        response = Client().post("/enter/", {"email": email})
        assert response.status_code == 422
        assert "Many codes were asked for this address" in response.text
        assert len(mail.outbox) == 10


@pytest.mark.parametrize("code", ["", "   ", "12345", "abcdef", "٣٤٥٦٧٨", "é" * 6, "1" * 100])
def test_a_wrong_code_is_said_beside_the_field(client: Client, code: str) -> None:
    ask(client, "ana@example.org")
    response = client.post("/enter/code/", {"code": code})
    assert response.status_code == 422
    assert 'id="id_code_error"' in response.text
