from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from essaim.discussions.models import Position
from essaim.events.models import (
    ITEM_LENGTH,
    LINE_LENGTH,
    MOST_ROUND_QUESTIONS,
    PSEUDONYM_LENGTH,
    QUESTION_LENGTH,
    LineKind,
)
from essaim.foundation.forms import Form

SHEET = 40 * (LINE_LENGTH + 1)  # what is typed in from paper at once
CODE_TYPED = 40


class QuestionsForm(Form):
    """What everybody is asked as it begins; empty ones are not asked."""

    agenda = forms.ChoiceField(
        label=_("Which of them gathers questions for the agenda"),
        help_text=_("Its answers can become parts of the agenda."),
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, given: list[tuple[str, bool]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = [text for text, _is_agenda in given]
        places = range(1, MOST_ROUND_QUESTIONS + 1)
        for place in places:
            self.fields[f"question_{place}"] = forms.CharField(
                label=_("Question %(place)s") % {"place": place},
                max_length=QUESTION_LENGTH,
                required=False,
                initial=texts[place - 1] if place <= len(texts) else "",
            )
        agenda = self.fields["agenda"]
        agenda.choices = [  # type: ignore[attr-defined]  # of a ChoiceField
            *((str(place), _("Question %(place)s") % {"place": place}) for place in places),
            ("0", _("none of them")),
        ]
        chosen = next((place for place, one in enumerate(given, start=1) if one[1]), 0)
        agenda.initial = str(chosen)

    @property
    def asked(self) -> dict[str, Any]:
        """The questions without gaps, and the place among them of the one for the agenda."""
        chosen = int(self.cleaned_data.get("agenda") or 0)
        kept: list[str] = []
        agenda = None
        for place in range(1, MOST_ROUND_QUESTIONS + 1):
            text = self.cleaned_data.get(f"question_{place}", "").strip()
            if text:
                kept.append(text)
                agenda = len(kept) if place == chosen else agenda
        return {"questions": kept, "agenda": agenda}


class StateForm(Form):
    act = forms.ChoiceField(choices=[("open", ""), ("end", ""), ("close", "")])


class PaperForm(Form):
    """What those without a phone wrote."""

    question = forms.TypedChoiceField(label=_("What they were asked"), coerce=int)
    text = forms.CharField(
        label=_("What is on the paper"),
        help_text=_("One keyword or short sentence on each line, without names."),
        max_length=SHEET,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, questions: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["question"].choices = questions  # type: ignore[attr-defined]  # as above


class TakeForm(Form):
    """Which questions become parts of the agenda: each its own, or all of them one."""

    lines = forms.MultipleChoiceField(
        label=_("Questions that are not on the agenda yet"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one question.")},
    )
    title = forms.CharField(
        label=_("In one line, where several become one"),
        max_length=ITEM_LENGTH,
        required=False,
    )

    def __init__(self, *args: Any, lines: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"].choices = lines  # type: ignore[attr-defined]  # of a ChoiceField


class TurnForm(Form):
    """How somebody is called in the room."""

    pseudonym = forms.CharField(
        label=_("How you are called here"),
        help_text=_("A first name is enough; it is forgotten a day after the gathering."),
        max_length=PSEUDONYM_LENGTH,
    )


class HostTurnForm(TurnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pseudonym"].label = _("Who raises a hand")


class TurnActForm(Form):
    act = forms.ChoiceField(choices=[("start", ""), ("end", ""), ("drop", "")])


class AnswersForm(Form):
    """One sheet: a field for each question, several lines in each."""

    def __init__(self, *args: Any, questions: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, text in questions:
            self.fields[f"question_{place}"] = forms.CharField(
                label=text,
                help_text=_("Keywords or short sentences, each on a line of its own."),
                max_length=SHEET,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    @property
    def answers(self) -> dict[int, str]:
        return {
            int(name.removeprefix("question_")): text for name, text in self.cleaned_data.items()
        }


class SayForm(Form):
    """Without a name, at any moment of the gathering."""

    text = forms.CharField(
        label=_("Your question, or what does not go well"),
        help_text=_("Nobody learns who wrote it; those who hold the gathering can hide it."),
        max_length=LINE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write it in a sentence.")},
    )
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[
            (LineKind.QUESTION, pgettext_lazy("gathering", "a question for today")),
            (LineKind.CRITIQUE, pgettext_lazy("gathering", "what does not go well")),
        ],
        initial=LineKind.QUESTION,
        widget=forms.RadioSelect,
    )


class TapForm(Form):
    position = forms.ChoiceField(choices=Position.choices)


class CodeForm(Form):
    """The code as it stands on the wall."""

    code = forms.CharField(
        label=_("The code on the wall"),
        max_length=CODE_TYPED,
        error_messages={"required": _("Type the eight signs that stand on the wall.")},
    )
