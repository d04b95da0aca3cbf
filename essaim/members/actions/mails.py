"""Mails about an account's own safety: plain text, in its language, without a link to press."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from essaim.foundation.activity import Fact
from essaim.members.facts import (
    FactorAdded,
    FactorKind,
    FactorRemoved,
    PasswordChosen,
    PasswordRemoved,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    SessionsEnded,
)
from essaim.members.models import Member


def send_confirmation_code(*, member: Member, code: str) -> None:
    """To confirm that it is still them: good on the page they left open, for nothing else."""
    lines = [
        _("Here is your code to go on at %(site)s:") % {"site": _site()},
        code,
        _("Type it on the page that you left open. It is good for ten minutes, once."),
        _("You did not ask for it? Then somebody uses your account: sign out everywhere."),
    ]
    _send(member, _("%(code)s confirms that it is you, on Essaim") % {"code": code}, lines)


def tell_of_change(*, fact: Fact) -> bool:
    """Mail the account's person what changed in what opens it. False when nobody is there."""
    member = Member.objects.filter(pk=fact.actor_id or 0, is_active=True).first()
    if member is None:
        return False
    with override(member.language):
        lines = [
            what_changed(fact),
            _("Was it you? Then there is nothing to do."),
            _(
                "If it was not, open the security page of %(site)s: sign out everywhere, then "
                "remove what you do not know."
            )
            % {"site": _site()},
        ]
        _send(member, _("Your account on Essaim: what opens it has changed"), lines)
    return True


def what_changed(fact: Fact) -> str:  # noqa: PLR0911  each change has its own sentence
    match fact:
        case FactorAdded(factor=FactorKind.APP):
            return _("A code app was added to your account.")
        case FactorAdded():
            return _("A passkey was added to your account.")
        case FactorRemoved(factor=FactorKind.APP):
            return _("The code app was removed from your account.")
        case FactorRemoved():
            return _("A passkey was removed from your account.")
        case RecoveryCodesMade():
            return _("New recovery codes were made for your account; the earlier ones are void.")
        case RecoveryCodeUsed(codes_left=left):
            return _("A recovery code was used. You have %(left)s left.") % {"left": left}
        case PasswordChosen():
            return _("A new password was chosen for your account.")
        case PasswordRemoved():
            return _("The password was removed from your account.")
        case SessionsEnded():
            return _("Your account was signed out on other devices.")
    raise TypeError(type(fact))


def _site() -> str:
    return str(settings.SITE_URL).split("//")[-1]


def _send(member: Member, subject: str, lines: list[str]) -> None:
    EmailMessage(
        subject=subject,
        body="\n\n".join(lines) + "\n",
        to=[member.email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()
