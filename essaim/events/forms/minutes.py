"""What came of a gathering, as those who hold it write it down."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from essaim.events.forms.events import LinesField
from essaim.events.models import (
    MINUTES_LENGTH,
    MOST_DECISIONS,
    MOST_LESSONS,
    POINT_LENGTH,
    SAID_LENGTH,
    TITLE_LENGTH,
)
from essaim.foundation.forms import Form
from essaim.members.models import NAME_LENGTH


class MinutesForm(Form):
    """Nothing in it is compulsory as long as nobody else reads it."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    speaker = forms.CharField(
        label=pgettext_lazy("minutes", "Who spoke"),
        help_text=_("If somebody was invited to speak: a name as everybody may know it."),
        max_length=NAME_LENGTH,
        required=False,
    )
    talk = forms.CharField(
        label=pgettext_lazy("minutes", "About what"), max_length=TITLE_LENGTH, required=False
    )
    text = forms.CharField(
        label=pgettext_lazy("minutes", "What was said"),
        help_text=_("In short; no name where it is not needed. Markdown works."),
        max_length=MINUTES_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    lessons = LinesField(
        label=pgettext_lazy("minutes", "What we learnt"),
        help_text=_("Each lesson on a line of its own; four are plenty."),
        longest=(SAID_LENGTH + 2) * MOST_LESSONS,
    )
    decisions = LinesField(
        label=pgettext_lazy("minutes", "What we decided"),
        help_text=_("Each decision on a line of its own."),
        longest=(SAID_LENGTH + 2) * MOST_DECISIONS,
    )
    wish = forms.CharField(
        label=pgettext_lazy("minutes", "A wish"),
        help_text=_("What we dream of, in one line."),
        max_length=SAID_LENGTH,
        required=False,
    )


class PointForm(Form):
    """Who does what by when."""

    text = forms.CharField(
        label=pgettext_lazy("minutes", "What is to be done"),
        max_length=POINT_LENGTH,
        error_messages={"required": _("Say in one line what is to be done.")},
    )
    owner = forms.ChoiceField(label=pgettext_lazy("minutes", "Who does it"), required=False)
    due_on = forms.DateField(
        label=pgettext_lazy("minutes", "By when"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": _("Say by when: without a day it waits for ever."),
            "invalid": _("Write a day, such as 2027-03-31."),
        },
    )

    def __init__(self, *given: Any, people: tuple[tuple[str, str], ...], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["owner"].choices = with_nobody(people)  # type: ignore[attr-defined]  # of a ChoiceField


class HandOverForm(Form):
    owner = forms.ChoiceField(label=pgettext_lazy("minutes", "Who does it"), required=False)

    def __init__(self, *given: Any, people: tuple[tuple[str, str], ...], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["owner"].choices = with_nobody(people)  # type: ignore[attr-defined]  # of a ChoiceField


def with_nobody(people: tuple[tuple[str, str], ...]) -> list[tuple[str, Any]]:
    return [("", _("Nobody yet: those who hold it")), *people]
