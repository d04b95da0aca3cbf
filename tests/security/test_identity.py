"""Who somebody is: V17 to V19 and V22, the ways around the door."""

from base64 import b64encode
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse

from essaim.communities.models import Membership
from essaim.communities.tests.factories import community_factory, founder_factory, in_role
from essaim.foundation.clock import at, now
from essaim.members.actions import erase_member, make_token
from essaim.members.models import Member
from essaim.members.tests.door import (
    app_code,
    ask,
    code_of,
    is_in,
    through_mail,
    with_app,
)
from essaim.members.tests.factories import member_factory
from tests.architecture.cast import build
from tests.architecture.test_access import client_of, outcome, tries
from tests.security.traces import rows

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


def test_v17_what_proves_one_thing_proves_nothing_else() -> None:
    """A code for coming in does not confirm, nor the other way; a token opens no page."""
    member = member_factory()
    inside, outside = Client(), Client()
    inside.force_login(member)
    for_entering = ask(outside, member.email)
    inside.post("/me/confirm/", {})
    for_confirming = code_of(mail.outbox[-1])
    if for_entering != for_confirming:
        assert inside.post("/me/confirm/", {"code": for_entering}).status_code == 422
        assert outside.post("/enter/code/", {"code": for_confirming}).status_code == 422
        assert not is_in(outside)
    token, text = make_token(member=member, name="Try", scopes=["read"], days=1)
    key = inside.session.session_key
    for headers in (
        {"authorization": f"Bearer {key}"},
        {"authorization": f"Bearer {token.digest}"},
        {"authorization": f"Bearer {token.prefix}"},
        {"authorization": f"Token {text}"},
    ):
        assert Client().get("/api/v1/me", headers=headers).status_code == 401
    assert outcome(Client().get("/me/", headers={"authorization": f"Bearer {text}"})) == "enter"
    assert outcome(Client().get(f"/me/?token={text}")) == "enter"
    assert Client().get(f"/api/v1/me?token={text}").status_code == 401
    reused = Client()
    reused.cookies[settings.SESSION_COOKIE_NAME] = text
    assert outcome(reused.get("/me/")) == "enter"


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


@pytest.mark.parametrize("name", ["anonymous", "administrator"])
def test_v19_looking_changes_nothing(name: str) -> None:
    """GET and HEAD of every address, those that take only forms too: no row, no mail, no way in."""
    world = build()
    client = client_of(world, name)
    seen, methods = set(), Counter[str]()
    before, mails = rows(), len(mail.outbox)
    for one in tries(world, name):
        if one.key in seen and (one.state != "open" or one.wanted != "200"):
            continue
        seen.add(one.key)
        for method, headers in (("get", {}), ("head", AHEAD)):
            getattr(client, method)(one.address, {**LURES, **one.body}, headers=headers)
            methods[method] += 1
    assert rows() == before
    assert len(mail.outbox) == mails
    assert min(methods.values()) > 80
    assert (client.get("/me/").status_code == 200) == (name != "anonymous")


CLOSED = (
    "account_signup account_reset_password account_email account_change_password"
    " account_inactive account_email_verification_sent account_set_password socialaccount_signup"
    " mfa_index mfa_activate_totp mfa_login_webauthn mfa_signup_webauthn mfa_reauthenticate"
    " account_reauthenticate usersessions_list"
)
PASSWORD = "correct horse battery staple"


def test_v22_there_is_no_other_door() -> None:
    """What the library could do and we do not offer has no address, and no header is believed."""
    member = member_factory(password=PASSWORD)
    for name in CLOSED.split():
        with pytest.raises(NoReverseMatch):
            reverse(name)
    for path in ("accounts/login", "accounts/signup", "accounts/password/reset", "login", "signup"):
        assert Client().get(f"/{path}/").status_code == 404
        sent = {"email": member.email, "login": member.email, "password": PASSWORD}
        assert Client().post(f"/{path}/", sent).status_code == 404
    known = b64encode(f"{member.email}:{PASSWORD}".encode()).decode()
    for headers in (
        {"authorization": f"Basic {known}"},
        {"remote-user": member.email, "x-remote-user": member.email, "x-user": str(member.pk)},
        {"authorization": f"Bearer {member.public_id}"},
        {"x-forwarded-user": member.email, "x-auth-request-email": member.email},
    ):
        assert outcome(Client().get("/me/", headers=headers)) == "enter"
        assert Client().get("/api/v1/me", headers=headers).status_code == 401
    assert outcome(Client().get("/me/", REMOTE_USER=member.email)) == "enter"


def test_v22_no_way_in_goes_around_the_second_factor() -> None:
    """By mail or by password: neither is enough, nor is asking for a page directly."""
    member = member_factory(password=PASSWORD)
    secret, _codes = with_app(member)
    by_mail, by_password = Client(), Client()
    through_mail(by_mail, member)
    sent = {"email": member.email, "password": PASSWORD}
    by_password.post("/enter/password/", sent)
    for client in (by_mail, by_password):
        for path in ("/me/", "/me/tokens/", "/me/security/", "/me/confirm/", "/today/"):
            assert outcome(client.get(path)) == "enter", path
        client.post("/me/security/remove/", {"factor": "1"})
        client.post("/enter/passkey/", {"credential": "{}"})
        assert not is_in(client)
        assert client.get("/enter/second/").status_code == 200
    by_mail.post("/enter/second/", {"code": app_code(secret)})
    assert is_in(by_mail)


def test_v22_where_it_is_asked_for_no_role_works_without_a_second_factor(settings: Any) -> None:
    """Whoever sees others' data: at each address, whichever way they came in."""
    world = build()
    settings.ESSAIM_SECOND_FACTOR = True
    host = client_of(world, "host")
    for path in ("settings/", "mandates/", "programme/draft/", "debates/new/"):
        assert host.get(f"/communities/movement/{path}").status_code in {200, 403}
    assert host.get("/communities/movement/settings/").status_code == 403
    # What everyone reads of a hidden idea: that it is, and why.
    assert host.get(reverse("idea", kwargs=world.things["idea"]["hidden"])).status_code == 410
    with_app(world.people["host"])
    assert client_of(world, "host").get("/communities/movement/settings/").status_code == 200


@pytest.mark.usefixtures("_an_address_of_the_cast")
def test_v22_every_way_in_asks_whether_the_account_stands(settings: Any) -> None:
    closed = member_factory(is_active=False)
    client = Client()
    client.post("/enter/code/", {"code": ask(client, closed.email)})
    assert not is_in(client)
    client.force_login(closed)
    assert not is_in(client)
    closed.set_password(PASSWORD)
    closed.save()
    client = Client()
    client.post("/enter/password/", {"email": closed.email, "password": PASSWORD})
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
