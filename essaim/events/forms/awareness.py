from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from essaim.events.models import (
    MOST_TO_REACH,
    MOST_WEEKS,
    SHORT_LENGTH,
    TITLE_LENGTH,
    AwarenessPlan,
    AwarenessStep,
    Kind,
)
from essaim.foundation.forms import Form


class AwarenessForm(Form):
    title = forms.CharField(
        label=_("What begins"),
        help_text=_("A programme, a call, a campaign: by its name."),
        max_length=TITLE_LENGTH,
        error_messages={"required": _("Say what begins.")},
    )
    why = forms.CharField(
        label=_("What everybody should know of it"),
        help_text=_("In a sentence or two, as one says it to somebody who has no time."),
        max_length=SHORT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in a sentence what everybody should know.")},
    )
    launches_on = forms.DateField(
        label=_("The day on which it begins"),
        error_messages={"required": _("Say on which day it begins.")},
    )
    language = forms.ChoiceField(label=_("Language of your text"), choices=settings.LANGUAGES)

    @staticmethod
    def values_of(plan: AwarenessPlan) -> dict[str, Any]:
        return {name: getattr(plan, name) for name in AwarenessForm.base_fields}


class AwarenessStepForm(Form):
    whom = forms.CharField(
        label=_("Who must hear of it"),
        help_text=_("“The reception desks”, “those who are on call”; nobody’s name."),
        max_length=SHORT_LENGTH,
        error_messages={"required": _("Say whom it must reach.")},
    )
    kind = forms.ChoiceField(
        label=_("In what sort of gathering"), choices=Kind.choices, initial=Kind.MEETING
    )
    weeks_before = forms.IntegerField(
        label=_("How many weeks before it begins"),
        min_value=0,
        max_value=MOST_WEEKS,
        error_messages={"required": _("Say how many weeks before.")},
    )
    to_reach = forms.IntegerField(
        label=_("How many people should come"),
        help_text=_("So that you see afterwards how many did. Empty: you do not know."),
        min_value=1,
        max_value=MOST_TO_REACH,
        required=False,
    )

    @staticmethod
    def values_of(step: AwarenessStep) -> dict[str, Any]:
        return {name: getattr(step, name) for name in AwarenessStepForm.base_fields}


class AwarenessLinkForm(Form):
    event = forms.ChoiceField(
        label=pgettext_lazy("awareness", "Which gathering"),
        error_messages={"required": _("Choose one of the gatherings.")},
    )

    def __init__(self, *given: Any, events: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["event"].choices = events  # type: ignore[attr-defined]  # of a choice field
