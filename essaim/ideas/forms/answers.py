from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.commitments.models import Commitment
from essaim.communities.models import Role
from essaim.ideas.actions import GROUP_DECISIONS, DeliveryPromise
from essaim.ideas.models import ADOPTING, Answer, Decision, DeliveryNote, length_of

PROMISE = {
    "promise": _("Say what will be done."),
    "owner_role": _("Choose the role that will see to it."),
    "owner_title": _("Write the public title of whoever will see to it."),
    "due_on": _("Choose the day until which it will be done."),
}


class AnswerForm(forms.Form):
    """A decision and its reasons; with an adoption, the promise that goes with it."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=Decision.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a decision.")},
    )
    reasons = forms.CharField(
        label=_("Reasons"),
        help_text=_("What was looked at, what decided you, what would change your mind."),
        max_length=length_of(Answer, "reasons"),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Give your reasons.")},
    )
    promise = forms.CharField(
        label=_("What will be done"),
        required=False,
        max_length=length_of(Commitment, "promise"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    due_on = forms.DateField(
        label=_("Until which day"),
        required=False,
        error_messages={"invalid": _("Write a day such as 2027-03-31.")},
    )
    owner_role = forms.ChoiceField(
        label=_("The role that will see to it"),
        choices=[("", _("choose a role")), *Role.choices],
        required=False,
    )
    owner_title = forms.CharField(
        label=_("Its public title"), required=False, max_length=length_of(Commitment, "owner_title")
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        adopts = given.get("decision") in ADOPTING
        for name, sentence in PROMISE.items():
            if adopts and not given.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        if given.get("decision") and not adopts and given.get("promise"):
            self.add_error("promise", _("Only an adopted idea carries a promise."))
        return given

    @property
    def delivery(self) -> DeliveryPromise | None:
        """The promise of a valid form that adopts."""
        if self.cleaned_data["decision"] not in ADOPTING:
            return None
        return DeliveryPromise(**{name: self.cleaned_data[name] for name in PROMISE})


class GroupAnswerForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[(decision.value, decision.label) for decision in GROUP_DECISIONS],
        widget=forms.RadioSelect,
        initial=Decision.NOT_ADOPTED,
        error_messages={"required": _("Choose a decision.")},
    )
    reasons = forms.CharField(
        label=_("Reasons"),
        help_text=_("They stand on the page of every idea of the group."),
        max_length=length_of(Answer, "reasons"),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Give your reasons.")},
    )


class DeliveryForm(forms.Form):
    text = forms.CharField(
        label=_("What is there now"),
        help_text=_("A sentence or two that anyone can check."),
        max_length=length_of(DeliveryNote, "text"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what is there now.")},
    )
