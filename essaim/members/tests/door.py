"""How tests come in by the door."""

import re
import time

import time_machine
from allauth.mfa.totp.internal.auth import generate_totp_secret, hotp_value
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client

from essaim.foundation.clock import now
from essaim.members.actions import add_app
from essaim.members.confirmation import CONFIRMED_AT
from essaim.members.models import Member


def ask(client: Client, email: str, **more: str) -> str:
    """Ask for a code; returns the one that was mailed."""
    response = client.post("/enter/", {"email": email, **more})
    assert response.status_code == 302, response.text
    assert response["Location"].startswith("/enter/code/")
    return code_of(mail.outbox[-1])


def code_of(message: EmailMessage) -> str:
    found = re.search(r"^\d{6}$", str(message.body), re.MULTILINE)
    assert found
    return found[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def confirmed(client: Client) -> Client:
    """As if this signed-in person had just said again who they are."""
    session = client.session
    session[CONFIRMED_AT] = now().timestamp()
    session.save()
    return client


def is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def app_code(secret: str, steps: int = 0) -> str:
    """What a code app shows for this secret now, or so many half minutes later."""
    return f"{hotp_value(secret, int(time.time()) // 30 + steps):06}"


def with_app(member: Member) -> tuple[str, list[str]]:
    """Give the member a code app: its secret, and the recovery codes that came with it."""
    secret = generate_totp_secret()
    with time_machine.travel(time.time(), tick=False):  # the half minute may not turn in between
        codes = add_app(member=member, secret=secret, code=app_code(secret, -1))
    return secret, codes


def through_mail(client: Client, member: Member) -> None:
    """The first step of signing in: the code by mail."""
    code = ask(client, member.email)
    assert client.post("/enter/code/", {"code": code}).status_code == 302
