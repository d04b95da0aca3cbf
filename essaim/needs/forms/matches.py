"""Between two: asking, talking, and what is said once the help was given."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.foundation.forms import Form
from essaim.needs.forms.fields import AUDIENCES, DurationField, with_choice
from essaim.needs.models import MESSAGE_LENGTH, TEXT_LENGTH, Match


class WordsForm(Form):
    """First words to the other side; the box appears once an address was found in them."""

    text = forms.CharField(
        label=_("Your words"),
        max_length=MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write something first.")},
    )
    gives_address = forms.BooleanField(
        label=_("Send it with the address or phone number in it"), required=False
    )


class OfferHelpForm(WordsForm):
    text = forms.CharField(
        label=_("How you can help"),
        help_text=_("When you have time, what you have done before. No address is needed."),
        max_length=MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write something first.")},
    )
    offer = forms.ChoiceField(label=_("As part of this offer of yours"), required=False)

    def __init__(self, *given: Any, offers: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        if offers:
            field: Any = self.fields["offer"]
            field.choices = [("", _("none")), *offers]
        else:
            del self.fields["offer"]


class AskForm(WordsForm):
    need = forms.ChoiceField(label=_("For which need"), widget=forms.RadioSelect)

    def __init__(self, *given: Any, needs: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        field: Any = self.fields["need"]
        field.choices = needs
        if len(needs) == 1:
            self.initial.setdefault("need", needs[0][0])


class AskOfficialForm(WordsForm):
    official = forms.ChoiceField(label=_("Whom you ask"), widget=forms.RadioSelect)

    def __init__(self, *given: Any, officials: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        field: Any = self.fields["official"]
        field.choices = officials


class HelpForm(Form):
    minutes = DurationField(label=_("How long it took"))
    helped_on = forms.DateField(label=_("On which day"), required=False)

    def __init__(self, *given: Any, match: Match, **named: Any) -> None:
        super().__init__(*given, **named)
        self.initial.setdefault("minutes", match.need.minutes)
        with_choice(self.fields["minutes"], self.initial["minutes"])


class ConfirmForm(HelpForm):
    thanks = forms.CharField(
        label=_("A word of thanks"),
        help_text=_("Only whoever helped reads it."),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        del self.fields["helped_on"]


class JoyForm(Form):
    joy = forms.TypedChoiceField(
        label=_("How much joy did it give you?"),
        help_text=_("From 0 to 10. Only totals are ever told, of eleven people at least."),
        choices=[(str(one), str(one)) for one in range(11)],
        coerce=int,
        widget=forms.RadioSelect,
    )


class StoryForm(Form):
    story = forms.CharField(
        label=_("What came of it"),
        help_text=_("For others to read under your need. No name of whoever helped."),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say what came of it.")},
    )
    audience = forms.ChoiceField(label=_("Who reads it"), choices=[AUDIENCES[1], AUDIENCES[0]])

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if self.initial.get("story"):
            self.fields["story"].required = False
            self.fields["story"].help_text = _("Empty: it is taken back.")
