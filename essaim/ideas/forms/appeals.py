from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.ideas.forms.answers import AnswerForm
from essaim.ideas.models import Appeal, Decision, Outcome, length_of


class ContestForm(forms.Form):
    reasons = forms.CharField(
        label=_("What was overlooked"),
        help_text=_("Facts, people concerned, another way to do it. Everyone reads it."),
        max_length=length_of(Appeal, "reasons"),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Say what was overlooked.")},
    )


class SecondLookForm(AnswerForm):
    """The answer stands, or one of the other decisions takes its place."""

    def __init__(self, *given: Any, first: str, **options: Any) -> None:
        super().__init__(*given, **options)
        choice = cast("forms.ChoiceField", self.fields["decision"])
        others = [one for one in Decision.choices if one[0] != first]
        choice.choices = [(Outcome.UPHELD.value, _("The first answer stands")), *others]

    @property
    def values(self) -> dict[str, Any]:
        """What `decide_appeal` asks for, of a valid form."""
        decision = self.cleaned_data["decision"]
        is_upheld = decision == Outcome.UPHELD
        return {
            "outcome": Outcome.UPHELD if is_upheld else Outcome.CHANGED,
            "decision": "" if is_upheld else decision,
            "reasons": self.cleaned_data["reasons"],
            "delivery": self.delivery,
        }
