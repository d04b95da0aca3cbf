from django import forms
from django.utils.translation import gettext_lazy as _


class MailForm(forms.Form):
    wants_digest = forms.TypedChoiceField(
        label=_("E-mails"),
        choices=[("yes", _("One grouped e-mail a day, when there is news")), ("no", _("None"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )


class ReadForm(forms.Form):
    """The newest notice on the page: what came after it stays unread."""

    up_to = forms.IntegerField(min_value=1, max_value=2**63 - 1)
