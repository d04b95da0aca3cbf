"""Who somebody is: V17 to V22, the ways around the door."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from essaim.communities.models import Membership
from essaim.communities.tests.factories import community_factory, founder_factory, in_role
from essaim.foundation.clock import at, now
from essaim.members.actions import erase_member
from essaim.members.models import Member
from essaim.members.tests.door import ask, code_of, is_in, wrong
from essaim.members.tests.factories import member_factory
from tests.architecture.cast import build
from tests.architecture.test_access import client_of, outcome, tries
from tests.security.traces import rows, same_each_time

pytestmark = pytest.mark.django_db


def test_v17_a_code_is_for_one_account_in_one_session_once() -> None:
    ana, ben = member_factory(), member_factory()
    one, other = Client(), Client()
    code, others = ask(one, ana.email), ask(other, ben.email)
    if code != others:
        assert other.post("/enter/code/", {"code": code}).status_code == 422
    assert not is_in(other)
    one.post("/enter/code/", {"code": code})
    assert is_in(one)
    one.post("/sign-out/")
    one.post("/enter/code/", {"code": code})
    assert not is_in(one)
    third = Client()
    ask(third, ana.email)
    if code_of(mail.outbox[-1]) != code:
        assert third.post("/enter/code/", {"code": code}).status_code == 422


def test_v17_a_code_dies_with_the_address_it_was_sent_to() -> None:
    """Neither after the erasure nor once another account has the address does it open anything."""
    ana = member_factory(email="ana@example.org")
    client = Client()
    code = ask(client, ana.email)
    erase_member(member=ana)
    client.post("/enter/code/", {"code": code})
    assert not is_in(client)
    heir = member_factory(email="ana@example.org")
    client.post("/enter/code/", {"code": code})
    assert not is_in(client)
    moved = member_factory(email="before@example.org")
    client = Client()
    code = ask(client, moved.email)
    Member.objects.filter(pk=moved.pk).update(email="after@example.org")
    client.post("/enter/code/", {"code": code})
    assert not is_in(client), "The code was sent to an address that is no longer the account's."
    assert heir.pk != ana.pk


def test_v18_an_invitation_ends_and_is_for_one_address_only() -> None:
    """By every way in: the link, the code, another account, and nothing revives it."""
    host = in_role(community_factory(opened_at=None))
    community = host.memberships.get().community
    with at(now() - timedelta(days=31)):
        founder = founder_factory(community, email="ana@example.org")
    address = reverse("founder_answer", args=[founder.token])
    ana, client = member_factory(email="ana@example.org"), Client()
    client.post("/enter/code/", {"code": ask(client, ana.email), "next": address})
    assert is_in(client)
    for answer in ("yes", "no"):
        assert client.post(address, {"answer": answer}).status_code == 404
    assert client.get(address).status_code == 404
    assert not Membership.objects.filter(member=ana).exists()

    fresh = founder_factory(community_factory(opened_at=None), email="ben@example.org")
    address = reverse("founder_answer", args=[fresh.token])
    for someone in (ana, member_factory(email="ben@example.org.evil.example")):
        other = Client()
        other.force_login(someone)
        assert other.post(address, {"answer": "yes"}).status_code == 403
    assert Client().post(address, {"answer": "yes"}).status_code == 403
    # Who only wrote down the address has not proved it.
    claimed = Client()
    claimed.post("/enter/", {"email": "ben@example.org"})
    assert claimed.post(address, {"answer": "yes"}).status_code == 403
    assert Membership.objects.count() == 1


# What scanners of mails, browsers that fetch ahead and curious people send with an address.
LURES = {
    "confirm": "1", "answer": "yes", "action": "resend", "_method": "POST", "wants_digest": "no",
    "understood": "on", "consent": "on", "code": "123456", "email": "nobody@example.org",
}  # fmt: skip
AHEAD = {"purpose": "prefetch", "sec-purpose": "prefetch", "x-http-method-override": "POST"}


@pytest.mark.parametrize("name", ["anonymous", "author", "administrator"])
def test_v19_looking_changes_nothing(name: str) -> None:
    """GET and HEAD of every address, those that take only forms too: no row, no mail, no way in."""
    world = build()
    client = client_of(world, name)
    seen, methods = set(), Counter[str]()
    before, mails = rows(), len(mail.outbox)
    for one in tries(world, name):
        if one.key in seen and one.state not in {"open", "sent"}:
            continue
        seen.add(one.key)
        for method, headers in (("get", {}), ("head", AHEAD)):
            getattr(client, method)(one.address, {**LURES, **one.body}, headers=headers)
            methods[method] += 1
    assert rows() == before
    assert len(mail.outbox) == mails
    assert min(methods.values()) > 80
    assert (client.get("/me/").status_code == 200) == (name != "anonymous")


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


def test_v21_known_and_unknown_addresses_take_the_same_time() -> None:
    """Medians as a ratio, three tries: a busy machine is not a leak, a hash of 50 ms would be."""
    known = [member_factory().email for _ in range(25)]
    ratios = []
    for turn in range(3):
        unknown = [f"nobody{turn}x{number}@example.org" for number in range(25)]
        ratio = _time(_asking_for_a_code, known) / _time(_asking_for_a_code, unknown)
        ratios.append(ratio)
        if 0.75 < ratio < 1.33:
            return
    pytest.fail(f"The time tells who is known: {ratios}")


def _time(act: Callable[[str], Any], emails: list[str]) -> float:
    times = []
    for email in emails:
        started = time.perf_counter()
        act(email)
        times.append(time.perf_counter() - started)
    return median(times)


CLOSED = (
    "account_signup account_reset_password account_email account_change_password"
    " account_inactive account_email_verification_sent account_set_password socialaccount_signup"
)


def test_v22_there_is_no_other_door() -> None:
    """What the library could do and we do not offer has no address, and no backend behind it."""
    member = member_factory()
    member.set_password("correct horse battery staple")
    member.save()
    for name in CLOSED.split():
        with pytest.raises(NoReverseMatch):
            reverse(name)
    for path in ("accounts/login", "accounts/signup", "accounts/password/reset", "login", "signup"):
        assert Client().get(f"/{path}/").status_code == 404
        sent = {"email": member.email, "login": member.email, "password": PASSWORD}
        assert Client().post(f"/{path}/", sent).status_code == 404
    client = Client()
    assert not client.login(email=member.email, password="wrong")
    for headers in (
        {"authorization": "Basic bWVtYmVyOnBhc3M="},
        {"remote-user": member.email, "x-remote-user": member.email, "x-user": str(member.pk)},
        {"authorization": f"Bearer {member.public_id}"},
    ):
        assert outcome(Client().get("/me/", headers=headers)) == "enter"
        assert outcome(Client().get("/me/", REMOTE_USER=member.email)) == "enter"


PASSWORD = "correct horse battery staple"


@pytest.mark.usefixtures("_an_address_of_the_cast")
def test_v22_every_way_in_asks_whether_the_account_stands(settings: Any) -> None:
    closed = member_factory(is_active=False)
    client = Client()
    client.post("/enter/code/", {"code": ask(client, closed.email)})
    assert not is_in(client)
    client.force_login(closed)
    assert not is_in(client)
    # The demo's door is for its cast only, and is no door where there is no demo.
    anybody = member_factory()
    assert client.post("/demo/enter", {"email": anybody.email}).status_code == 404
    cast = {"email": "ines@demo.example"}
    assert Client().post("/demo/enter", cast).status_code == 302
    Member.objects.filter(email=cast["email"]).update(is_active=False)
    assert Client().post("/demo/enter", cast).status_code == 404
    Member.objects.filter(email=cast["email"]).update(is_active=True)
    settings.ESSAIM_DEMO = False
    assert Client().post("/demo/enter", cast).status_code == 404
    assert Client().get("/demo/mailbox").status_code == 404


@pytest.fixture
def _an_address_of_the_cast() -> None:
    member_factory(email="ines@demo.example")
