from essaim.members.actions.accounts import (
    drop_unproved_accounts,
    open_account,
    prove_address,
)
from essaim.members.actions.blocks import block_member, unblock_member
from essaim.members.actions.consents import give_consent, withdraw_consent
from essaim.members.actions.erasure import erase_member
from essaim.members.actions.factors import (
    add_app,
    add_passkey,
    make_recovery_codes,
    may_try_factor,
    remove_every_factor,
    remove_factor,
    use_code,
)
from essaim.members.actions.mails import send_confirmation_code, tell_of_change
from essaim.members.actions.passwords import (
    choose_password,
    member_with_password,
    remove_password,
)
from essaim.members.actions.profiles import (
    drop_unused_interests,
    name_member,
    refuse_address,
    set_interests,
    update_profile,
)
from essaim.members.actions.sessions import (
    drop_ended_sessions,
    end_other_sessions,
    end_session,
    move_session,
    note_session,
    open_session,
)
from essaim.members.actions.skills import SkillRow, import_skills
from essaim.members.actions.tokens import (
    drop_old_tokens,
    make_token,
    note_use_of_token,
    revoke_token,
)

__all__ = [
    "SkillRow",
    "add_app",
    "add_passkey",
    "block_member",
    "choose_password",
    "drop_ended_sessions",
    "drop_old_tokens",
    "drop_unproved_accounts",
    "drop_unused_interests",
    "end_other_sessions",
    "end_session",
    "erase_member",
    "give_consent",
    "import_skills",
    "make_recovery_codes",
    "make_token",
    "may_try_factor",
    "member_with_password",
    "move_session",
    "name_member",
    "note_session",
    "note_use_of_token",
    "open_account",
    "open_session",
    "prove_address",
    "refuse_address",
    "remove_every_factor",
    "remove_factor",
    "remove_password",
    "revoke_token",
    "send_confirmation_code",
    "set_interests",
    "tell_of_change",
    "unblock_member",
    "update_profile",
    "use_code",
    "withdraw_consent",
]
