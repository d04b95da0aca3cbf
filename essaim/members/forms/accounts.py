"""The shape of what members type, and the words of its errors."""

import hmac
import json
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from essaim.foundation.text import clean_text
from essaim.members.actions.factors import PASSKEY_NAME_LENGTH
from essaim.members.actions.passwords import LONGEST_PASSWORD
from essaim.members.actions.profiles import LABEL_LENGTH, MOST_INTERESTS, clean_label, clean_name
from essaim.members.models import MINUTES_IN_A_WEEK, MOTIVE_LENGTH, NAME_LENGTH, Scope
from essaim.places.forms import PlaceField

CREDENTIAL_LENGTH = (
    20_000  # what a browser says of a passkey; a certificate of a key has some 2,000
)


class NameField(forms.CharField):
    """One line, cleaned as the action cleans it; what cannot be a name is said beside the field."""

    def to_python(self, value: Any) -> str:
        return clean_name(str(value)) if value else ""


class WordsField(forms.CharField):
    """Words between commas → list of labels, each said once."""

    widget = forms.TextInput

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        words = [clean_label(word) for word in text.split(",")]
        words = list(dict.fromkeys(word for word in words if word))
        if len(words) > MOST_INTERESTS:
            raise ValidationError(
                _("At most %(most)s words."), code="too_many", params={"most": MOST_INTERESTS}
            )
        return words


class EnterForm(forms.Form):
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("This is not an e-mail address: name@example.org."),
        },
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.lower()


class CodeForm(forms.Form):
    """The six digits, with or without spaces between them."""

    code = forms.CharField(
        label=_("The six digits"),
        max_length=20,
        error_messages={"required": _("Type the six digits of the mail.")},
    )

    def __init__(self, *args: Any, code: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = code

    def clean_code(self) -> str:
        typed = "".join(str(self.cleaned_data["code"]).split())
        if not self.expected or not hmac.compare_digest(typed.encode(), self.expected.encode()):
            raise ValidationError(_("This is not the code we sent. Look at the latest mail."))
        return typed


class NameForm(forms.Form):
    name = NameField(
        label=_("Your name"),
        help_text=_("As others will read it: first name, full name or another name."),
        max_length=NAME_LENGTH,
        error_messages={"required": _("Write the name that others will read.")},
    )


class ProfileForm(forms.Form):
    """Only the name and the language are asked for; the rest may stay empty."""

    name = NameForm.base_fields["name"]
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    motive = forms.CharField(
        label=_("What moves you"),
        help_text=_("Why you are here, in a sentence or two. Only you and the hosts read it."),
        max_length=MOTIVE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    place = PlaceField(
        label=_("Your place"),
        help_text=_("A commune or a postcode, to show what is near."),
        required=False,
    )
    minutes_a_week = forms.IntegerField(
        label=_("Minutes a week"),
        help_text=_("How much time you can give: acts are chosen to fit."),
        min_value=0,
        max_value=MINUTES_IN_A_WEEK,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Write a number of minutes, such as 30.")},
    )
    skills = WordsField(
        label=_("What you can do"),
        help_text=_("Skills, with commas between them: law, gardening, accounting."),
        max_length=MOST_INTERESTS * (LABEL_LENGTH + 2),
        required=False,
    )
    topics = WordsField(
        label=_("What you want to hear about"),
        help_text=_("Topics, with commas between them: school, river, transport."),
        max_length=MOST_INTERESTS * (LABEL_LENGTH + 2),
        required=False,
    )

    def clean_motive(self) -> str:
        return clean_text(self.cleaned_data["motive"])


class EraseForm(forms.Form):
    understood = forms.BooleanField(
        label=_("I have read this and want my account erased."),
        error_messages={"required": _("Tick the box to go on: nothing has been erased.")},
    )


class PasswordEnterForm(EnterForm):
    """The address and the password, for those who chose one."""

    password = forms.CharField(
        label=_("Your password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": _("Type your password.")},
    )


class ConfirmPasswordForm(forms.Form):
    password = PasswordEnterForm.base_fields["password"]


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least 12 characters. Four ordinary words make a good one."),
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": _("Choose a password.")},
    )


class FactorCodeForm(forms.Form):
    """A code of the app, or one of the recovery codes; checked by the action."""

    code = forms.CharField(
        label=_("The code of your app, or a recovery code"),
        max_length=20,
        error_messages={"required": _("Type a code.")},
    )


class AppForm(forms.Form):
    """Begins a code app: the code that it shows for its secret."""

    code = forms.CharField(
        label=_("The six digits that the app shows"),
        max_length=20,
        error_messages={"required": _("Type the six digits that the app shows.")},
    )


class PasskeyForm(forms.Form):
    """What a browser answers; the name is only for a new passkey."""

    credential = forms.CharField(widget=forms.HiddenInput, max_length=CREDENTIAL_LENGTH)
    name = forms.CharField(
        label=_("A name for it"),
        help_text=_("To know it again: my phone, the blue key."),
        max_length=PASSKEY_NAME_LENGTH,
        required=False,
    )

    def clean_credential(self) -> dict[str, Any]:
        try:
            credential = json.loads(self.cleaned_data["credential"])
        except (ValueError, RecursionError):
            credential = None
        if not isinstance(credential, dict):
            raise ValidationError(_("This passkey could not be read."))
        return credential


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What it is for"),
        help_text=_("To know it again: “my calendar”."),
        max_length=NAME_LENGTH,
        error_messages={"required": _("Say what it is for.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=Scope.choices,
        initial=[Scope.READ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what it may do.")},
    )
    days = forms.TypedChoiceField(
        label=_("Until when"),
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("one year"))],
        initial=90,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose until when.")},
    )
