"""The password, for whoever wants one beside the code by mail."""

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.members import rules
from essaim.members.facts import PasswordChosen, PasswordRemoved
from essaim.members.models import Member

LONGEST_PASSWORD = 256


def member_with_password(*, email: str, password: str) -> Member | None:
    """Whose address and password these are; None otherwise, after the same work.

    An unknown address, an account without a password and a closed one cost one hash, like a wrong
    password.
    """
    member = Member.objects.filter(email=email.strip().lower()).first()
    if member is None:
        make_password(password)
        return None
    right = check_password(password, member.password)
    return member if right and rules.may_keep_account(member) else None


@transaction.atomic
def choose_password(*, member: Member, password: str) -> Member:
    """Set or change it. Sessions that were open on it end: keep one by `update_session_auth_hash`.

    Returns the account as it is now.
    """
    known = Member.objects.select_for_update().get(pk=member.pk)
    require(rules.may_keep_account(known))
    _refuse_weak(known, password)
    known.set_password(password)
    known.save(update_fields=["password"])
    record(PasswordChosen(actor_id=known.pk))
    return known


@transaction.atomic
def remove_password(*, member: Member) -> Member:
    """Back to the code by mail alone; other sessions end as for a new password."""
    known = Member.objects.select_for_update().get(pk=member.pk)
    require(rules.may_keep_account(known))
    if not known.has_usable_password():
        return known
    known.set_unusable_password()
    known.save(update_fields=["password"])
    record(PasswordRemoved(actor_id=known.pk))
    return known


def _refuse_weak(member: Member, password: str) -> None:
    if len(password) > LONGEST_PASSWORD:
        raise ValidationError(
            {"password": [_("At most %(most)s characters.") % {"most": LONGEST_PASSWORD}]}
        )
    words = {
        "password_too_short": ngettext(
            "Too short: it has %(count)s character.",
            "Too short: it has %(count)s characters.",
            len(password),
        )
        % {"count": len(password)},
        "password_too_common": _("Many people use this password: it would be tried first."),
        "password_too_similar": _("This is too much like your name or address."),
    }
    try:
        validate_password(password, member)
    except ValidationError as error:
        said = [words.get(one.code or "", str(one.message)) for one in error.error_list]
        raise ValidationError({"password": said}) from error
