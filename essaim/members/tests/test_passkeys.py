"""Passkeys as a device would sign them, and as it should not: nobody comes in by touch alone."""

import hashlib
import json
from base64 import urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from essaim.members import actions
from essaim.members.models import Member
from essaim.members.tests.door import confirmed, is_in, through_mail, with_app
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db

FLAG = AuthenticatorData.FLAG
ORIGIN = "https://testserver"
TOUCHED = 0x01
VERIFIED = TOUCHED | 0x04  # by a finger, a face or a PIN
MADE = VERIFIED | 0x40  # and a new key comes with it


def text_of(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


class Device:
    """A security key that signs with whatever flags it is told to."""

    id = b"a key of sixteen"

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.site = hashlib.sha256(b"testserver").digest()

    def _said(self, act: str, challenge: str) -> bytes:
        said = {"type": act, "challenge": challenge, "origin": ORIGIN, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, **response: str) -> dict[str, object]:
        return {
            "id": text_of(self.id),
            "rawId": text_of(self.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": response,
        }

    def new(self) -> dict[str, object]:
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]  # as fido2 has it
        data = AttestedCredentialData.create(Aaguid(bytes(16)), self.id, public)
        seen = AuthenticatorData.create(self.site, FLAG(MADE), 0, bytes(data))
        return self._answer(
            clientDataJSON=text_of(self._said("webauthn.create", "AA")),
            attestationObject=text_of(bytes(AttestationObject.create("none", seen, {}))),
        )

    def signed(self, challenge: str, member: Member, flags: int) -> str:
        seen = bytes(AuthenticatorData.create(self.site, FLAG(flags), 1))
        said = self._said("webauthn.get", challenge)
        signature = self.key.sign(seen + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return json.dumps(
            self._answer(
                clientDataJSON=text_of(said),
                authenticatorData=text_of(seen),
                signature=text_of(signature),
                userHandle=text_of(member.public_id.encode()),
            )
        )


@pytest.fixture
def device() -> Device:
    return Device()


@pytest.fixture
def member(device: Device) -> Member:
    owner = member_factory()
    actions.add_passkey(member=owner, name="The blue key", credential=device.new())
    return owner


def challenge(client: Client, door: str) -> str:
    asked = client.post(reverse(door), {"options": "1"}, secure=True).json()["publicKey"]
    return str(asked["challenge"])


def answer(client: Client, door: str, credential: str) -> None:
    client.post(reverse(door), {"credential": credential}, secure=True)


@pytest.mark.parametrize(("flags", "opens"), [(VERIFIED, True), (TOUCHED, False)])
def test_a_passkey_opens_an_account_only_to_a_person_it_knows(
    client: Client, device: Device, member: Member, flags: int, opens: bool
) -> None:
    asked = challenge(client, "enter_passkey")
    answer(client, "enter_passkey", device.signed(asked, member, flags))
    assert is_in(client) == opens


def test_a_challenge_for_somebody_elses_second_step_opens_nothing_by_touch(
    client: Client, device: Device, member: Member
) -> None:
    thief = member_factory()
    with_app(thief)
    through_mail(client, thief)
    asked = challenge(client, "enter_second")
    answer(client, "enter_passkey", device.signed(asked, member, TOUCHED))
    assert not is_in(client)


@pytest.mark.parametrize(("flags", "confirms"), [(VERIFIED, True), (TOUCHED, False)])
def test_a_key_left_in_an_open_computer_confirms_nothing(
    client: Client, device: Device, member: Member, flags: int, confirms: bool
) -> None:
    client.force_login(member)
    asked = challenge(client, "confirm")
    answer(client, "confirm", device.signed(asked, member, flags))
    assert ("confirmed_at" in client.session) == confirms


NONSENSE = ["[" * 10_000, "[" * 100_000, "9" * 5_000, '{"a":' * 4_000, '"\\ud800"', "null", "{}"]


@pytest.mark.parametrize("said", NONSENSE, ids=range(len(NONSENSE)))
def test_what_is_no_answer_of_a_browser_is_said_in_a_sentence(client: Client, said: str) -> None:
    challenge(client, "enter_passkey")
    assert client.post(reverse("enter_passkey"), {"credential": said}).status_code == 302
    client.force_login(member_factory())
    tried = confirmed(client).post(reverse("factor_passkeys"), {"credential": said, "name": "x"})
    assert tried.status_code == 422
