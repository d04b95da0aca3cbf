from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.events.models import (
    ITEM_LENGTH,
    MOST_PARTS,
    MOST_ROUND_QUESTIONS,
    MOST_TOLD,
    QUESTION_LENGTH,
    SHORT_LENGTH,
)
from essaim.foundation.forms import Form


def _lines(label: Any, help_text: Any, *, longest: int, rows: int, required: bool = True) -> Any:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=longest,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class TemplateForm(Form):
    """What gatherings of a kind begin with: one thing a line."""

    purpose = forms.CharField(
        label=_("What such a gathering is for"),
        max_length=SHORT_LENGTH,
        error_messages={"required": _("Say in one line what it is for.")},
    )
    agenda = _lines(
        _("Its agenda"),
        _(
            "One part a line, the minutes first: “15 Opening round”. Behind a break write"
            " “(break)”, behind a question “(question)”."
        ),
        longest=MOST_PARTS * (ITEM_LENGTH + 20),
        rows=10,
    )
    asked = _lines(
        _("What everybody is asked as it begins"),
        _("One question a line, four at most."),
        longest=MOST_ROUND_QUESTIONS * (QUESTION_LENGTH + 20),
        rows=4,
    )
    agenda_question = forms.TypedChoiceField(
        label=_("Which of them gathers questions for the agenda"),
        help_text=_("Its answers can become parts of the agenda."),
        coerce=int,
        widget=forms.RadioSelect,
    )
    roles = _lines(
        _("Roles to share out"),
        _("One a line: “keeps the time”."),
        longest=MOST_TOLD * (SHORT_LENGTH + 20),
        rows=4,
        required=False,
    )
    follow_up = _lines(
        _("What is done afterwards"),
        _("One thing a line."),
        longest=MOST_TOLD * (SHORT_LENGTH + 20),
        rows=4,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agenda_question"].choices = [  # type: ignore[attr-defined]  # of a ChoiceField
            *(
                (place, _("Question %(place)s") % {"place": place})
                for place in range(1, MOST_ROUND_QUESTIONS + 1)
            ),
            (0, _("none of them")),
        ]
