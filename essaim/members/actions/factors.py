"""The second factor: a code app, passkeys, and recovery codes for the day when both are lost.

django-allauth knows how codes and keys are checked; whether, how often and with what consequence
is decided here.
"""

import time
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, validate_totp_code
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.limits import allow
from essaim.foundation.text import clean_line
from essaim.members import rules
from essaim.members.facts import (
    FactorAdded,
    FactorKind,
    FactorRemoved,
    RecoveryCodesMade,
    RecoveryCodeUsed,
)
from essaim.members.models import GUARDS, Member

MOST_PASSKEYS = 20
PASSKEY_NAME_LENGTH = 60
EVALUATED, QUARTER = 5, 15 * 60
KINDS = {
    Authenticator.Type.TOTP: FactorKind.APP,
    Authenticator.Type.WEBAUTHN: FactorKind.PASSKEY,
}


def may_try_factor(member: Member) -> bool:
    """Count one code that is about to be looked at: five a quarter of an hour, from anywhere.

    Call it outside a transaction that may be undone.
    """
    return allow(f"factor evaluated: {member.pk}", at_most=EVALUATED, seconds=QUARTER)


@transaction.atomic
def add_app(*, member: Member, secret: str, code: str) -> list[str]:
    """From now on a code app opens the account too; it must have just shown `code`.

    Returns the recovery codes when these are the account's first ones, else an empty list.
    """
    known = _keeper(member)
    if _of(known, Authenticator.Type.TOTP).exists():
        raise ValidationError({"code": [_("A code app is set up already: remove it first.")]})
    if not validate_totp_code(secret, code):
        raise ValidationError({"code": [_("This is not the code that the app shows now.")]})
    TOTP.activate(known, secret)
    _spend(known, code)
    record(FactorAdded(actor_id=known.pk, factor=FactorKind.APP))
    return _first_codes(known)


@transaction.atomic
def add_passkey(*, member: Member, name: str, credential: dict[str, Any]) -> list[str]:
    """Keep a passkey whose registration was checked; returns recovery codes as `add_app` does."""
    known = _keeper(member)
    count = _of(known, Authenticator.Type.WEBAUTHN).count()
    if count >= MOST_PASSKEYS:
        raise ValidationError({"name": [_("At most %(most)s passkeys.") % {"most": MOST_PASSKEYS}]})
    name = clean_line(name)[:PASSKEY_NAME_LENGTH] or _("Passkey %(number)s") % {"number": count + 1}
    WebAuthn.add(known, name, credential)
    record(FactorAdded(actor_id=known.pk, factor=FactorKind.PASSKEY))
    return _first_codes(known)


@transaction.atomic
def remove_factor(*, member: Member, factor_id: int) -> bool:
    """Take away one's code app or a passkey; with the last of them the recovery codes go too."""
    known = _keeper(member)
    factor = Authenticator.objects.filter(user=known, pk=factor_id, type__in=GUARDS).first()
    if factor is None:
        return False
    kind = KINDS[factor.type]
    factor.delete()
    _drop_idle_codes(known)
    record(FactorRemoved(actor_id=known.pk, factor=kind))
    return True


@transaction.atomic
def remove_every_factor(*, member: Member) -> int:
    """For whoever runs the site, when somebody lost everything. Returns how many there were."""
    known = _keeper(member)
    factors = list(Authenticator.objects.filter(user=known, type__in=GUARDS))
    Authenticator.objects.filter(user=known).delete()
    for factor in factors:
        record(FactorRemoved(actor_id=known.pk, factor=KINDS[factor.type]))
    return len(factors)


@transaction.atomic
def make_recovery_codes(*, member: Member) -> list[str]:
    """New codes, shown now and never again; earlier ones are void."""
    known = _keeper(member)
    require(rules.may_make_recovery_codes(has_factor=_of(known, *GUARDS).exists()))
    _of(known, Authenticator.Type.RECOVERY_CODES).delete()
    codes = _first_codes(known)
    record(RecoveryCodesMade(actor_id=known.pk))
    return codes


@transaction.atomic
def use_code(*, member: Member, code: str) -> Authenticator | None:
    """The factor that this code comes from, the code being spent by it; None for a wrong one."""
    known = _keeper(member)
    app = _of(known, Authenticator.Type.TOTP).first()
    if app and app.wrap().validate_code(code) and _spend(known, code):
        return app
    spare = _of(known, Authenticator.Type.RECOVERY_CODES).first()
    if spare and spare.wrap().validate_code(code):
        spare.refresh_from_db()
        left = len(spare.wrap().get_unused_codes())
        record(RecoveryCodeUsed(actor_id=known.pk, codes_left=left))
        return spare
    return None


def _spend(member: Member, code: str) -> bool:
    """An app's code is good once, for all processes; False when it was used before.

    Inside the transaction that takes the code: undone with it.
    """
    step = app_settings.TOTP_PERIOD
    digits = "".join(letter for letter in code if letter.isdigit())
    lasts = step * (2 * app_settings.TOTP_TOLERANCE + 1)
    return allow(f"app code of {member.pk}: {digits}", at_most=1, seconds=lasts)


def _keeper(member: Member) -> Member:
    """Locked: two tabs take turns."""
    known = Member.objects.select_for_update().get(pk=member.pk)
    require(rules.may_keep_account(known))
    return known


def _of(member: Member, *types: str) -> Any:
    return Authenticator.objects.filter(user=member, type__in=types)


def _first_codes(member: Member) -> list[str]:
    if _of(member, Authenticator.Type.RECOVERY_CODES).exists():
        return []
    made = RecoveryCodes.activate(member)
    made.instance.data["viewed_at"] = time.time()  # whoever asks is shown them at once
    made.instance.save(update_fields=["data"])
    codes: list[str] = made.generate_codes()
    return codes


def _drop_idle_codes(member: Member) -> None:
    if not _of(member, *GUARDS).exists():
        _of(member, Authenticator.Type.RECOVERY_CODES).delete()
