from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from essaim.communities.models import Audience, Role
from essaim.ideas.models import Debate, length_of


class DebateForm(forms.Form):
    """A draft may miss parts of its promise; opening it may not."""

    question = forms.CharField(
        label=_("The question"),
        help_text=_("One question that anyone concerned can answer from what they live."),
        max_length=length_of(Debate, "question"),
        error_messages={"required": _("Write the question.")},
    )
    introduction = forms.CharField(
        label=_("What people should know before they answer"),
        help_text=_("Why now, what is already known, what can be decided. Markdown works."),
        max_length=length_of(Debate, "introduction"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    closes_at = forms.DateTimeField(
        label=_("Open until"),
        required=False,
        error_messages={"invalid": _("Write a day and an hour, such as 2027-03-31 18:00.")},
    )
    support_threshold = forms.IntegerField(
        label=_("Supports from which an idea gets its own answer"),
        help_text=_("The others get one grouped, reasoned answer."),
        required=False,
        error_messages={"invalid": _("Write a whole number.")},
    )
    answer_delay_days = forms.IntegerField(
        label=_("Days after the closing within which answers are given"),
        required=False,
        error_messages={"invalid": _("Write a whole number.")},
    )
    answering_role = forms.ChoiceField(
        label=_("The role that answers"),
        choices=[("", _("choose a role")), *Role.choices],
        required=False,
    )
    answering_title = forms.CharField(
        label=_("The public title of whoever answers"),
        help_text=_("As everyone knows it: “deputy mayor for mobility”."),
        max_length=length_of(Debate, "answering_title"),
        required=False,
    )
    audience = forms.ChoiceField(
        label=_("Who can read this debate"),
        choices=[(a.value, a.label) for a in (Audience.PUBLIC, Audience.MEMBERS)],
        widget=forms.RadioSelect,
        initial=Audience.PUBLIC,
    )
    language = forms.ChoiceField(label=_("Language of the question"), choices=settings.LANGUAGES)

    @staticmethod
    def values_of(debate: Debate) -> dict[str, Any]:
        """What the form shows of a draft."""
        return {name: getattr(debate, name) for name in DebateForm.base_fields}


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Everyone who sees the debate reads it, and whoever took part is told."),
        required=False,
        max_length=length_of(Debate, "withdrawal_reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
