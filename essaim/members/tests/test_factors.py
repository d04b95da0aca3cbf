"""The second factor: asked on every way in, five times at most, each code once."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from time_machine import TimeMachineFixture

from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.members import actions
from essaim.members.models import Member
from essaim.members.queries import archive_of, protection_of
from essaim.members.tests.door import app_code, ask, confirmed, is_in, through_mail, with_app
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db

SECRET = re.compile(r"<code>([A-Z2-7 ]{39})</code>")
CODES = re.compile(r"<code>(\d{4} \d{4})</code>")


@pytest.fixture
def member() -> Member:
    return member_factory()


@pytest.fixture
def signed_in(client: Client, member: Member) -> Client:
    client.force_login(member)
    return confirmed(client)


def shown(page: str) -> tuple[str, str]:
    """The secret of the page that sets up an app, in letters and as the form carries it."""
    letters, sealed = SECRET.search(page), re.search(r'name="secret" value="([^"]+)"', page)
    assert letters
    assert sealed
    return letters[1].replace(" ", ""), sealed[1]


def test_an_app_is_set_up_by_the_code_it_shows_and_the_codes_are_shown_once(
    signed_in: Client, member: Member
) -> None:
    page = signed_in.get(reverse("factor_app")).text
    assert 'role="img"' in page
    letters, sealed = shown(page)
    wrong = signed_in.post(reverse("factor_app"), {"secret": sealed, "code": "000000"})
    assert wrong.status_code == 422
    assert shown(wrong.text)[0] == letters  # the square stays the same: it was scanned
    assert not protection_of(member).has_factor
    done = signed_in.post(reverse("factor_app"), {"secret": sealed, "code": app_code(letters)})
    codes = CODES.findall(done.text)
    assert len(set(codes)) == 10
    assert done["Cache-Control"] == "private, no-store"
    assert protection_of(member).codes_left == 10
    for page in ("security", "recovery_codes", "factor_app"):
        assert not CODES.search(signed_in.get(reverse(page)).text)


def test_opening_the_page_keeps_nothing(signed_in: Client) -> None:
    before = dict(signed_in.session.items())
    signed_in.get(reverse("factor_app"))
    assert dict(signed_in.session.items()) == before
    assert not Authenticator.objects.exists()


def test_a_secret_is_good_for_its_own_account_and_for_an_hour(
    signed_in: Client, time_machine: TimeMachineFixture
) -> None:
    other = Client()
    other.force_login(member_factory())
    letters, sealed = shown(confirmed(other).get(reverse("factor_app")).text)
    said = {"secret": sealed, "code": app_code(letters)}
    assert signed_in.post(reverse("factor_app"), said).status_code == 422
    time_machine.move_to("2026-11-03T10:00:00Z", tick=False)
    letters, sealed = shown(confirmed(other).get(reverse("factor_app")).text)
    time_machine.move_to("2026-11-03T11:00:01Z", tick=False)
    said = {"secret": sealed, "code": app_code(letters)}
    assert confirmed(other).post(reverse("factor_app"), said).status_code == 422
    assert not Authenticator.objects.exists()


def test_secrets_are_unreadable_in_the_database_and_void_under_another_key(
    member: Member, settings: Any
) -> None:
    secret, codes = with_app(member)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not [code for code in codes if code in kept]
    key = settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    assert actions.use_code(member=member, code=app_code(secret)) is None
    assert actions.use_code(member=member, code=codes[0]) is None
    settings.SECRET_KEY_FALLBACKS = [key]
    assert actions.use_code(member=member, code=codes[0])


def test_a_code_by_mail_does_not_go_around_the_second_factor(
    client: Client, member: Member
) -> None:
    secret, _codes = with_app(member)
    code = ask(client, member.email, next="/me/data/")
    response = client.post("/enter/code/", {"code": code, "next": "/me/data/"})
    assert response["Location"] == "/enter/second/"
    assert not is_in(client)
    assert client.session.get_expiry_age() <= 15 * 60
    page = client.get("/enter/second/")
    assert page.status_code == 200
    assert member.email not in page.text
    wrong = client.post("/enter/second/", {"code": "000000"})
    assert wrong.status_code == 422
    assert 'id="id_code_error"' in wrong.text
    assert not is_in(client)
    done = client.post("/enter/second/", {"code": app_code(secret)})
    assert done["Location"] == "/me/data/"
    assert is_in(client)
    assert member.email not in str(dict(client.session.items()))
    assert client.get("/enter/second/")["Location"] == "/enter/"


def test_a_code_of_the_app_opens_once(member: Member) -> None:
    secret, _codes = with_app(member)
    code = app_code(secret)
    first, second = Client(), Client()
    for client in (first, second):
        through_mail(client, member)
    assert first.post("/enter/second/", {"code": code}).status_code == 302
    cache.clear()  # what allauth remembers is one process's: the database has to know too
    assert second.post("/enter/second/", {"code": code}).status_code == 422
    assert not is_in(second)


def test_a_recovery_code_opens_once_and_the_person_is_told_what_is_left(
    member: Member,
) -> None:
    _secret, codes = with_app(member)
    deliver_pending()
    mail.outbox.clear()
    client = Client()
    through_mail(client, member)
    typed = f"{codes[3][:4]} {codes[3][4:]}"
    assert client.post("/enter/second/", {"code": typed}).status_code == 302
    assert is_in(client)
    assert protection_of(member).codes_left == 9
    deliver_pending()
    assert "You have 9 left." in str(mail.outbox[-1].body)
    again = Client()
    through_mail(again, member)
    assert again.post("/enter/second/", {"code": codes[3]}).status_code == 422
    assert not is_in(again)


@pytest.mark.django_db(transaction=True)
def test_fifty_uses_of_one_recovery_code_at_once_count_for_one(member: Member) -> None:
    _secret, codes = with_app(member)

    def use(_turn: int) -> bool:
        try:
            return actions.use_code(member=member, code=codes[0]) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(50))) == 1


def test_five_codes_are_evaluated_a_quarter_of_an_hour_from_anywhere(
    member: Member, time_machine: TimeMachineFixture
) -> None:
    """Codes of the app and recovery codes together; at the door and when confirming alike."""
    time_machine.move_to("2026-11-03T10:00:00Z", tick=False)
    secret, codes = with_app(member)
    clients = [Client(HTTP_X_FORWARDED_FOR=f"192.0.2.{number}") for number in range(3)]
    for client in clients:
        through_mail(client, member)
    inside = Client()
    inside.force_login(member)
    doors = [*((client, "/enter/second/") for client in clients), (inside, "/me/confirm/")]
    statuses = []
    for turn in range(12):
        client, address = doors[turn % 4]
        right = app_code(secret) if turn % 2 else codes[turn % 10]
        guess = right if turn > 4 else "123456"
        statuses.append(client.post(address, {"code": guess}).status_code)
    assert statuses == [422] * 5 + [429] * 7
    time_machine.move_to("2026-11-03T10:14:00Z", tick=False)  # the door waits a quarter of an hour
    assert clients[0].post("/enter/second/", {"code": app_code(secret)}).status_code == 429
    time_machine.move_to("2026-11-03T10:15:01Z", tick=False)
    assert inside.post("/me/confirm/", {"code": app_code(secret)}).status_code == 302


def test_with_the_last_factor_the_recovery_codes_go(signed_in: Client, member: Member) -> None:
    with_app(member)
    app = Authenticator.objects.get(type="totp")
    assert signed_in.post(reverse("factor_remove"), {"factor": app.pk}).status_code == 302
    assert not Authenticator.objects.exists()


def test_nobody_removes_anothers_factor_nor_recovery_codes_alone(signed_in: Client) -> None:
    with_app(member_factory())
    for factor in Authenticator.objects.all():
        response = signed_in.post(reverse("factor_remove"), {"factor": factor.pk})
        assert response.status_code == 404
    assert Authenticator.objects.count() == 2
    for nonsense in ("", "x", "9" * 30, "-1", "\0"):
        assert signed_in.post(reverse("factor_remove"), {"factor": nonsense}).status_code == 404


def test_new_recovery_codes_void_the_earlier_ones(signed_in: Client, member: Member) -> None:
    _secret, before = with_app(member)
    after = CODES.findall(signed_in.post(reverse("recovery_codes")).text)
    assert len(after) == 10
    assert actions.use_code(member=member, code=before[0]) is None
    assert actions.use_code(member=member, code=after[0])


def test_recovery_codes_alone_protect_nothing_and_are_not_made(member: Member) -> None:
    with pytest.raises(Refused, match="set one up first"):
        actions.make_recovery_codes(member=member)


def test_one_app_an_account(member: Member) -> None:
    secret, _codes = with_app(member)
    with pytest.raises(ValidationError, match="remove it first"):
        actions.add_app(member=member, secret=secret, code=app_code(secret))


def test_the_person_is_told_of_every_change_in_their_language(member: Member) -> None:
    with_app(member)
    actions.make_recovery_codes(member=member)
    factor = Authenticator.objects.get(type="totp")
    actions.remove_factor(member=member, factor_id=factor.pk)
    deliver_pending()
    bodies = [str(message.body) for message in mail.outbox]
    assert [body.split("\n")[0] for body in bodies] == [
        "A code app was added to your account.",
        "New recovery codes were made for your account; the earlier ones are void.",
        "The code app was removed from your account.",
    ]
    assert {message.to[0] for message in mail.outbox} == {member.email}
    assert not [body for body in bodies if "http" in body]


def test_whoever_lost_everything_can_be_helped_by_who_runs_the_site(member: Member) -> None:
    with_app(member)
    call_command("remove_second_factor", member.email.upper())
    assert not Authenticator.objects.exists()
    with pytest.raises(CommandError, match="no account"):
        call_command("remove_second_factor", "nobody@example.org")


def test_the_archive_names_factors_and_sessions_but_gives_no_secret(member: Member) -> None:
    secret, codes = with_app(member)
    actions.add_passkey(member=member, name="Clé bleue", credential={"id": "kanari"})
    actions.open_session(member=member, session_key="kanarikey", browser="Firefox/150")
    text = str(archive_of(member))
    assert "Clé bleue" in text
    assert "Firefox/150" in text
    for hidden in (secret, codes[0], "kanari"):
        assert hidden not in text


def test_nonsense_in_place_of_a_passkey_is_refused(client: Client, member: Member) -> None:
    client.post(reverse("enter_passkey"), {"options": "1"})
    answers = ["", "{", "[]", "1", '{"id": 1}', '{"response": {"userHandle": "x"}}', "null"]
    handle = urlsafe_b64encode(member.public_id.encode()).decode()
    answers += [
        json.dumps({"id": "eA", "rawId": "eA", "type": "public-key", "response": response})
        for response in (
            {},
            {"userHandle": handle},
            {"userHandle": handle, "clientDataJSON": "eA", "authenticatorData": "eA"},
            {
                "userHandle": handle,
                "clientDataJSON": "e30",
                "authenticatorData": "eA",
                "signature": "eA",
            },
        )
    ]
    for answer in answers:
        response = client.post(reverse("enter_passkey"), {"credential": answer})
        assert response["Location"] == "/enter/", answer
    client.force_login(member)
    confirmed(client).post(reverse("factor_passkeys"), {"options": "1"})
    for answer in answers:
        response = client.post(reverse("factor_passkeys"), {"credential": answer})
        assert response.status_code == 422, answer
    assert not Authenticator.objects.exists()


def test_what_a_device_is_asked_names_nobody_by_number(client: Client, member: Member) -> None:
    asked = client.post(reverse("enter_passkey"), {"options": "1"}).json()["publicKey"]
    assert not asked.get("allowCredentials")
    assert asked["userVerification"] == "required"
    client.force_login(member)
    new = confirmed(client).post(reverse("factor_passkeys"), {"options": "1"}).json()["publicKey"]
    assert urlsafe_b64decode(new["user"]["id"] + "==").decode() == member.public_id
    assert new["authenticatorSelection"]["residentKey"] == "required"
    assert new["authenticatorSelection"]["userVerification"] == "required"
