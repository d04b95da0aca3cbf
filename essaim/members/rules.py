from django.utils.translation import gettext as _

from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.members.models import Member, Token


def may_keep_account(member: Member) -> Verdict:
    """Change what the account says, as long as it is somebody's: members judge only themselves."""
    if member.erased_at:
        return refused(_("This account was erased."))
    if not member.is_active:
        return refused(_("This account is closed."))
    return ALLOWED


def may_be_among_others(member: Member) -> Verdict:
    """Belong, found, hold a role: under a name, which others read beside what is said and done."""
    if not (verdict := may_keep_account(member)):
        return verdict
    if not member.name:
        return refused(_("Write your name on your profile first: others read it."))
    return ALLOWED


def may_revoke_token(member: Member, token: Token) -> Verdict:
    if token.member_id != member.pk:
        return refused(_("This token is somebody else's."))
    return ALLOWED


def may_make_recovery_codes(*, has_factor: bool) -> Verdict:
    if has_factor:
        return ALLOWED
    return refused(_("Recovery codes stand in for a passkey or a code app: set one up first."))


def may_block(member: Member, other: Member) -> Verdict:
    if not (verdict := may_keep_account(member)):
        return verdict
    if member.pk == other.pk:
        return refused(_("This is yourself."))
    return ALLOWED
