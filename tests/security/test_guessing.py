"""Guessing: V20 (often enough), V21 (by what the answer lets one see)."""

import time
from collections import Counter
from statistics import median
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.communities.tests.factories import community_factory, in_role
from essaim.members.tests.door import app_code, ask, code_of, is_in, through_mail, with_app, wrong
from essaim.members.tests.factories import member_factory
from tests.security.traces import same_each_time

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"


def test_v20_two_hundred_guesses_are_five_whatever_one_changes() -> None:
    """Another sender each time, ten sessions, the flow begun again: five codes are looked at."""
    member = member_factory()
    clients = [Client() for _ in range(10)]
    codes = [ask(client, member.email) for client in clients]
    met: Counter[int] = Counter()
    for turn in range(200):
        client, code = clients[turn % 10], codes[turn % 10]
        headers = {"x-forwarded-for": f"192.0.2.{turn}, 10.0.0.{turn}", "x-real-ip": f"10.1.{turn}"}
        answer = client.post(
            "/enter/code/",
            {"code": wrong(code)},
            headers=headers,
            REMOTE_ADDR=f"10.2.0.{turn}",
        )
        met[answer.status_code] += 1
    assert met == {422: 5, 429: 195}
    for client, code in zip(clients, codes, strict=True):  # the right one is not looked at either
        client.post("/enter/code/", {"code": code})
        assert not is_in(client)
    other = member_factory()
    client.post("/enter/", {"email": other.email})
    client.post("/enter/code/", {"code": code_of(mail.outbox[-1])})
    assert is_in(client), "Only this account is closed, not the sender."


def test_v20_two_hundred_passwords_and_second_factors_are_five_of_each() -> None:
    """An address that is not known is counted too; whoever passes one door waits at the next."""
    member = member_factory(password=PASSWORD)
    secret, codes = with_app(member)
    for email in (member.email, "nobody@example.org"):
        met = Counter(
            Client()
            .post(
                "/enter/password/",
                {"email": email, "password": f"guess number {turn}"},
                headers={"x-forwarded-for": f"192.0.2.{turn}"},
                REMOTE_ADDR=f"10.2.0.{turn}",
            )
            .status_code
            for turn in range(200 if email == member.email else 20)
        )
        assert met[422] == 5
        assert met.keys() == {422, 429}
    right = Client()
    right.post("/enter/password/", {"email": member.email, "password": PASSWORD})
    assert not is_in(right)
    assert right.get("/enter/second/")["Location"] == "/enter/"
    sessions = [Client() for _ in range(4)]
    for client in sessions:
        through_mail(client, member)
    met = Counter(
        sessions[turn % 4]
        .post(
            "/enter/second/",
            {"code": wrong(app_code(secret))},
            headers={"x-forwarded-for": f"192.0.2.{turn}"},
        )
        .status_code
        for turn in range(200)
    )
    assert met == {422: 5, 429: 195}
    for client, code in zip(sessions, [app_code(secret), *codes], strict=False):
        client.post("/enter/second/", {"code": code})
        assert not is_in(client)


def _asking_for_a_code(email: str) -> Any:
    return Client().post("/enter/", {"email": email})


def test_v21_an_unknown_address_gets_the_same_answer_the_same_mail_and_the_same_work() -> None:
    community = community_factory(opened_at=None)
    host = in_role(community)
    invite = reverse("founder_invite", args=[community.slug])

    def inviting(email: str) -> Any:
        client = Client()
        client.force_login(host)
        return client.post(invite, {"founder-name": "Ana", "founder-email": email}, follow=True)

    for number, act in enumerate((_asking_for_a_code, inviting)):
        known = member_factory(email=f"known{number}@example.org").email
        act(f"first{number}@example.org")  # what is remembered from here on is so for both
        community.founders.all().delete()
        answers = []
        for email in (known, f"other{number}@example.org"):
            mail.outbox.clear()
            with CaptureQueriesContext(connection) as queries:
                response = act(email)
            said = same_each_time(response, email)
            answers.append((response.status_code, said, len(queries), len(mail.outbox)))
            community.founders.all().delete()
        assert answers[0] == answers[1], act


def test_v21_a_password_is_weighed_once_whoever_it_is_said_to_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One hash for a known address, for one without a password, closed or unknown: counted."""
    member_factory(email="with@example.org", password=PASSWORD)
    member_factory(email="closed@example.org", password=PASSWORD, is_active=False)
    member_factory(email="without@example.org")
    weighed: list[str] = []
    hash_it = Argon2PasswordHasher.encode
    verify = Argon2PasswordHasher.verify

    def counted_encode(self: Any, *said: Any) -> str:
        weighed.append("hash")
        return hash_it(self, *said)

    def counted_verify(self: Any, *said: Any) -> bool:
        weighed.append("hash")
        return verify(self, *said)

    monkeypatch.setattr(Argon2PasswordHasher, "encode", counted_encode)
    monkeypatch.setattr(Argon2PasswordHasher, "verify", counted_verify)
    answers = []
    for name in ("with", "closed", "without", "nobody"):
        email = f"{name}@example.org"
        weighed.clear()
        with CaptureQueriesContext(connection) as queries:
            sent = {"email": email, "password": "not this one at all"}
            response = Client().post("/enter/password/", sent)
        said = same_each_time(response, email)
        answers.append((response.status_code, said, len(weighed), len(queries)))
    assert len(mail.outbox) == 0
    assert len({answer[:3] for answer in answers}) == 1
    assert answers[0][2] == 1
    assert max(answer[3] for answer in answers) == min(answer[3] for answer in answers)


def test_v21_known_and_unknown_addresses_take_the_same_time() -> None:
    """One of each in turn, so that a busy machine slows both; a hash of 50 ms would be seen."""
    known = [member_factory().email for _ in range(25)]
    ratios = []
    for turn in range(3):
        times: dict[bool, list[float]] = {True: [], False: []}
        for number, email in enumerate(known):
            for is_known, asked in ((True, email), (False, f"nobody{turn}x{number}@example.org")):
                started = time.perf_counter()
                _asking_for_a_code(asked)
                times[is_known].append(time.perf_counter() - started)
        ratios.append(median(times[True]) / median(times[False]))
        if 0.75 < ratios[-1] < 1.33:
            return
    pytest.fail(f"The time tells who is known: {ratios}")
