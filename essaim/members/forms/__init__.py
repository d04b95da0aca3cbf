from essaim.members.forms.accounts import (
    AppForm,
    CodeForm,
    ConfirmPasswordForm,
    EnterForm,
    EraseForm,
    FactorCodeForm,
    NameForm,
    PasskeyForm,
    PasswordEnterForm,
    PasswordForm,
    ProfileForm,
    TokenForm,
)
from essaim.members.forms.skills import UnreadableFile, read_skills

__all__ = [
    "AppForm",
    "CodeForm",
    "ConfirmPasswordForm",
    "EnterForm",
    "EraseForm",
    "FactorCodeForm",
    "NameForm",
    "PasskeyForm",
    "PasswordEnterForm",
    "PasswordForm",
    "ProfileForm",
    "TokenForm",
    "UnreadableFile",
    "read_skills",
]
