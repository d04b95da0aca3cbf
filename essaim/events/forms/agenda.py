from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from essaim.events.models import (
    ITEM_LENGTH,
    LEAD_LENGTH,
    MOST_MINUTES,
    ItemKind,
    Outcome,
)
from essaim.foundation.forms import Form


class ItemForm(Form):
    """A part of the agenda."""

    title = forms.CharField(
        label=pgettext_lazy("agenda", "What it is about"),
        max_length=ITEM_LENGTH,
        error_messages={"required": _("Say in one line what it is about.")},
    )
    minutes = forms.IntegerField(
        label=pgettext_lazy("agenda", "Minutes"),
        min_value=1,
        max_value=MOST_MINUTES,
        initial=10,
    )
    lead = forms.CharField(
        label=pgettext_lazy("agenda", "Who leads it"),
        help_text=_("A name as everybody who reads the agenda may know it; or nobody yet."),
        max_length=LEAD_LENGTH,
        required=False,
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("agenda", "What it is"),
        choices=ItemKind.choices,
        initial=ItemKind.TOPIC,
        widget=forms.RadioSelect,
    )


class MergeForm(Form):
    """With which part this one becomes one."""

    into = forms.ChoiceField(label=_("Put together with"))

    def __init__(self, *args: Any, items: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = [  # type: ignore[attr-defined]  # of a ChoiceField
            ("", _("Choose the part that stays")),
            *items,
        ]


class MoveForm(Form):
    way = forms.ChoiceField(choices=[("up", ""), ("down", "")])


class TimeForm(Form):
    act = forms.ChoiceField(choices=[("start", ""), ("end", "")])


class OutcomeForm(Form):
    outcome = forms.ChoiceField(choices=[("", ""), *Outcome.choices], required=False)


class PositionsForm(Form):
    act = forms.ChoiceField(choices=[("ask", ""), ("count", "")])
