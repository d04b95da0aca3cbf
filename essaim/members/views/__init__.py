from essaim.members.views.confirming import confirm
from essaim.members.views.data import archive, erase, erased, my_data
from essaim.members.views.doors import enter_passkey, enter_password, enter_second
from essaim.members.views.entering import enter, enter_code, sign_out
from essaim.members.views.profile import complete_interests, complete_skills, me, name
from essaim.members.views.protection import (
    factor_app,
    factor_passkeys,
    factor_remove,
    password,
    password_remove,
    recovery_codes,
    security,
    session_end,
    sessions,
)
from essaim.members.views.tokens import token_new, token_revoke, tokens

__all__ = [
    "archive",
    "complete_interests",
    "complete_skills",
    "confirm",
    "enter",
    "enter_code",
    "enter_passkey",
    "enter_password",
    "enter_second",
    "erase",
    "erased",
    "factor_app",
    "factor_passkeys",
    "factor_remove",
    "me",
    "my_data",
    "name",
    "password",
    "password_remove",
    "recovery_codes",
    "security",
    "session_end",
    "sessions",
    "sign_out",
    "token_new",
    "token_revoke",
    "tokens",
]
