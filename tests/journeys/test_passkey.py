"""A passkey made, used to come in, and used to say again who one is: by mouse and by keyboard."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from playwright.sync_api import CDPSession, Page, expect

from essaim.members.confirmation import CONFIRMED_AT
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory
from tests.journeys.walker import Walker, Way

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def give_device(walker: Walker) -> tuple[CDPSession, str]:
    """A phone that recognises its owner, as Chromium pretends to have one."""
    devtools = walker.page.context.new_cdp_session(walker.page)
    devtools.send("WebAuthn.enable")
    made = devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return devtools, str(made["authenticatorId"])


def keys_on(devtools: CDPSession, device: str) -> int:
    found = devtools.send("WebAuthn.getCredentials", {"authenticatorId": device})
    return len(found["credentials"])


def forget_confirmation(member: Member) -> None:
    """As if more than five minutes had passed."""
    for row in Session.objects.all():
        kept = row.get_decoded()
        if kept.get("_auth_user_id") == str(member.pk):
            store = SessionStore(row.session_key)
            store.pop(CONFIRMED_AT, None)
            store.save()


@pytest.mark.parametrize("way", [Way.MOUSE, Way.KEYBOARD])
def test_a_passkey_is_made_opens_the_account_and_confirms_who_one_is(
    open_page: Callable[..., Page], way: Way
) -> None:
    member = member_factory(name="Nadia Berges", email="nadia@example.org")
    walker = Walker(open_page, way)
    devtools, device = give_device(walker)

    walker.go("/enter/")
    walker.enter(member.email)
    walker.go("/me/security/")
    walker.see("One thing opens it")
    walker.follow("Set up a passkey")
    walker.fill("A name for it", "My phone")
    walker.press("Create a passkey")
    walker.see("Print or write them down now")
    assert keys_on(devtools, device) == 1
    expect(walker.page.locator(".codes code")).to_have_count(10)
    walker.press("I have kept them")
    walker.see("Two things open it")

    walker.go("/me/")
    walker.press("Sign out")
    walker.go("/enter/?next=/me/security/passkeys/")
    walker.press("With a passkey")
    walker.see("My phone")  # in, without anything else being asked

    forget_confirmation(member)
    walker.go("/me/security/passkeys/")
    walker.see("Is it still you?")
    walker.press("Use a passkey")
    walker.see("My phone")

    walker.go("/me/")
    walker.press("Sign out")
    walker.go("/enter/")
    walker.enter(member.email)
    walker.see("One more thing")  # the code by mail does not go around it
    walker.press("Use a passkey")
    walker.page.wait_for_url("**/today/")

    devtools.send("WebAuthn.clearCredentials", {"authenticatorId": device})
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    walker.go("/me/")
    walker.press("Sign out")
    walker.go("/enter/")
    walker.page.get_by_role("button", name="With a passkey").click()
    walker.see("No passkey came. Try again, or take another way.")


def test_without_javascript_the_page_says_what_to_do_instead(
    open_page: Callable[..., Page],
) -> None:
    walker = Walker(open_page, Way.WITHOUT_JAVASCRIPT)
    walker.go("/enter/")
    walker.see("A passkey needs JavaScript and a recent browser. The other ways work without.")
    expect(walker.page.get_by_role("button", name="With a passkey")).to_be_hidden()
