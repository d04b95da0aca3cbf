from essaim.members.actions.accounts import (
    drop_ended_sessions,
    drop_unproved_accounts,
    open_account,
    prove_address,
)
from essaim.members.actions.consents import give_consent, withdraw_consent
from essaim.members.actions.erasure import erase_member
from essaim.members.actions.profiles import (
    drop_unused_interests,
    name_member,
    refuse_address,
    set_interests,
    update_profile,
)

__all__ = [
    "drop_ended_sessions",
    "drop_unproved_accounts",
    "drop_unused_interests",
    "erase_member",
    "give_consent",
    "name_member",
    "open_account",
    "prove_address",
    "refuse_address",
    "set_interests",
    "update_profile",
    "withdraw_consent",
]
