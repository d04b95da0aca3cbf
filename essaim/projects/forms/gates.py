from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.foundation.clock import today
from essaim.foundation.forms import Form
from essaim.projects.actions import Asked, Heard
from essaim.projects.forms.projects import area
from essaim.projects.models import GO_OR_STOP, GateDecision
from essaim.projects.models.stages import CONDITION_LENGTH, EVIDENCE_LENGTH, GATE_LENGTH

VOICES = (1, 2, 3)
CONDITIONS = (1, 2, 3)


class GateForm(Form):
    """What was done, and what up to three people said of it."""

    kind = forms.ChoiceField(label=_("What do you ask for?"), widget=forms.RadioSelect)
    evidence = area(
        _("What was done and learnt"),
        EVIDENCE_LENGTH,
        rows=5,
        help_text=_("Facts and figures; what did not work, too."),
    )

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        if isinstance(field, forms.ChoiceField):
            field.choices = kinds
            if len(kinds) == 1:
                field.widget, field.initial = forms.HiddenInput(), kinds[0][0]
        for number in VOICES:
            self.fields[f"words_{number}"] = area(
                _("What somebody who uses it said"),
                EVIDENCE_LENGTH,
                rows=2,
                required=number == 1,
            )
            self.fields[f"from_whom_{number}"] = forms.CharField(
                label=_("What they are, never their name"),
                max_length=120,
                required=number == 1,
                help_text=_("“A cashier of the market”."),
            )

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        for number in VOICES:
            if values.get(f"words_{number}") and not values.get(f"from_whom_{number}", "-"):
                self.add_error(f"from_whom_{number}", _("Say what they are: never their name."))
        return values

    @property
    def heard(self) -> list[Heard]:
        values = self.cleaned_data
        return [
            Heard(values[f"words_{number}"], values[f"from_whom_{number}"])
            for number in VOICES
            if values.get(f"words_{number}")
        ]


class DecideForm(Form):
    decision = forms.ChoiceField(
        label=_("Your answer"), choices=GateDecision.choices, widget=forms.RadioSelect
    )
    reasons = area(_("Why"), GATE_LENGTH, help_text=_("Everyone reads it."))
    keeps = area(
        _("What the team keeps, whatever the answer"),
        GATE_LENGTH,
        help_text=_("Time, a room, a contact, the right to try again."),
        required=False,
    )

    def __init__(self, *args: Any, is_go_stop_only: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["decision"]
        if is_go_stop_only:
            if isinstance(field, forms.ChoiceField):
                field.choices = [(one.value, one.label) for one in GO_OR_STOP]
            return
        for number in CONDITIONS:
            self.fields[f"what_{number}"] = forms.CharField(
                label=_("A condition"), max_length=CONDITION_LENGTH, required=False
            )
            self.fields[f"due_on_{number}"] = forms.DateField(
                label=_("By when"),
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}),
            )

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        for number in CONDITIONS:
            due_on = values.get(f"due_on_{number}")
            if values.get(f"what_{number}") and not due_on:
                self.add_error(f"due_on_{number}", _("Say by when."))
            elif due_on and due_on < today():
                self.add_error(f"due_on_{number}", _("Choose a date that has not passed."))
        return values

    @property
    def conditions(self) -> list[Asked]:
        values = self.cleaned_data
        return [
            Asked(values[f"what_{number}"], values[f"due_on_{number}"])
            for number in CONDITIONS
            if values.get(f"what_{number}") and values.get(f"due_on_{number}")
        ]
