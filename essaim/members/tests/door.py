"""How tests come in by the door."""

import re

from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client

from essaim.foundation.clock import now
from essaim.members.confirmation import CONFIRMED_AT


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
