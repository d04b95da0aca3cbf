from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.discussions.models import POST_LENGTH, ReportReason


class PostForm(forms.Form):
    text = forms.CharField(
        label=_("Your message"),
        max_length=POST_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write something first.")},
    )
    parent = forms.CharField(max_length=12, required=False, widget=forms.HiddenInput)


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=ReportReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    note = forms.CharField(
        label=_("Anything the moderators should know"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("keep", _("Keep the message")), ("hide", _("Hide the message"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose: keep or hide.")},
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Everyone can read this reason."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why: the reason is public.")},
    )
