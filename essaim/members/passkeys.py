"""Passkeys: what a browser is asked, and what its answer proves. The challenge is in the session.

Every passkey here is kept by its device, which asks for a finger, a face or a PIN: so one opens an
account alone, and is the second factor after a code or a password.
"""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from fido2.utils import websafe_decode

from essaim.members.models import Member

# What the libraries raise for an answer that is no answer.
_NONSENSE = (ValueError, TypeError, KeyError, AttributeError, IndexError, ValidationError)


def ask_for_new(member: Member) -> dict[str, Any]:
    """What `navigator.credentials.create` is given."""
    options: dict[str, Any] = auth.begin_registration(member, passwordless=True)
    return options


def ask(member: Member | None = None) -> dict[str, Any]:
    """What `navigator.credentials.get` is given: for one account, or for whichever has a key."""
    options: dict[str, Any] = auth.begin_authentication(member)
    return options


def check_new(credential: dict[str, Any]) -> None:
    """Raises ValidationError unless this answers `ask_for_new`, person and device."""

    def prove() -> None:
        auth.parse_registration_response(credential)
        if not auth.complete_registration(credential).is_user_verified():
            raise ValidationError("")

    _made_sense_of(prove)


def passkey_of(credential: dict[str, Any], member: Member | None = None) -> Authenticator:
    """The passkey that answered `ask`, its account as `user`. Raises ValidationError."""

    def prove() -> Authenticator:
        auth.parse_authentication_response(credential)
        owner = member or _named_by(credential)
        passkey = auth.complete_authentication(owner, credential)
        passkey.user = owner
        return passkey

    found: Authenticator = _made_sense_of(prove)
    return found


def _named_by(credential: dict[str, Any]) -> Member:
    handle = websafe_decode(credential["response"]["userHandle"]).decode()
    found = Member.objects.filter(public_id=handle, is_active=True).first()
    if found is None:
        raise ValidationError("")
    return found


def _made_sense_of(prove: Callable[[], Any]) -> Any:
    try:
        return prove()
    except _NONSENSE as error:
        raise ValidationError(
            {"credential": [_("This passkey does not open this account. Try again, or another.")]}
        ) from error
