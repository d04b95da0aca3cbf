"""How often a gathering comes again, and what becomes of it."""

from typing import Any
from unicodedata import normalize

from babel import Locale
from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from essaim.events.calendar_import.lines import MOST_BYTES
from essaim.events.forms.events import EventForm
from essaim.events.models import SHORT_LENGTH, Event, Repeat, Series
from essaim.events.queries.series import repeat_of
from essaim.events.recurrence import countries
from essaim.foundation.forms import Form

THIS, FOLLOWING = "this", "following"
ONCE = ("", pgettext_lazy("gathering", "it takes place once"))


def country_choices() -> list[tuple[str, str]]:
    """Those whose public holidays are known, by name; first, that it takes place on them too."""
    names = Locale.parse((get_language() or "en").replace("-", "_")).territories
    named = [(names.get(code, code), code) for code in countries()]
    named.sort(key=lambda one: normalize("NFKD", one[0]))  # É stands with E, not after Z
    return [("", str(_("also on public holidays"))), *((code, name) for name, code in named)]


class RepeatFields(Form):
    repeat = forms.ChoiceField(label=_("Repeat it"), required=False)
    until = forms.DateField(
        label=_("Until"),
        help_text=_("Empty: without end. You can end it any day."),
        required=False,
        error_messages={"invalid": _("Write a day, such as 2027-06-30.")},
    )
    holidays = forms.ChoiceField(
        label=_("Not on public holidays of"),
        required=False,
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        rhythm: Any = self.fields["repeat"]
        rhythm.choices = [ONCE, *Repeat.choices]
        holidays: Any = self.fields["holidays"]
        holidays.choices = country_choices()

    @property
    def repeated(self) -> dict[str, Any]:
        """As the actions take it, beside `once`."""
        names = ("repeat", "until", "holidays")
        return {name: self.cleaned_data[name] for name in names}

    @property
    def once(self) -> dict[str, Any]:
        """What it says of the gathering itself."""
        own = set(RepeatFields.base_fields) | {"reach"}
        return {name: value for name, value in self.cleaned_data.items() if name not in own}


class RepeatedEventForm(EventForm, RepeatFields):
    """A new gathering, which may come again."""


class EveningForm(EventForm, RepeatFields):
    """One evening of a series: what is said is of this one, or of all that follow too."""

    reach = forms.ChoiceField(
        label=_("What you change is for"),
        choices=[(THIS, _("this one alone")), (FOLLOWING, _("this one and all that follow"))],
        initial=THIS,
        widget=forms.RadioSelect,
    )

    def __init__(self, *given: Any, may_follow: bool, is_draft: bool, **named: Any) -> None:
        """A draft is always changed as a whole; who may not change the others changes this one."""
        super().__init__(*given, **named)
        self.only = FOLLOWING if is_draft else "" if may_follow else THIS
        rhythm: Any = self.fields["repeat"]
        rhythm.choices = [*Repeat.choices]
        if self.only:
            del self.fields["reach"]
        if self.only == THIS:
            for name in RepeatFields.base_fields:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if self.is_for_following and not found.get("repeat"):
            self.add_error("repeat", _("Choose how often it takes place from now on."))
        return found

    @property
    def is_for_following(self) -> bool:
        return bool((self.only or self.cleaned_data.get("reach")) == FOLLOWING)

    @staticmethod
    def values_of_evening(event: Event, series: Series) -> dict[str, Any]:
        return EventForm.values_of(event) | {
            "repeat": repeat_of(series),
            "until": series.last_day,
            "holidays": series.holidays,
        }


class SkipForm(Form):
    day = forms.TypedChoiceField(label=_("Which day"))
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Everybody who has registered for that day reads it, in one sentence."),
        max_length=SHORT_LENGTH,
        required=False,
    )

    def __init__(self, *given: Any, days: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        field: Any = self.fields["day"]
        field.choices = days


class ImportForm(Form):
    file = forms.FileField(
        label=_("The calendar"),
        help_text=_("A file that ends with .ics, 1 MB at most: every calendar program exports it."),
        error_messages={"required": _("Choose a file.")},
    )

    def clean_file(self) -> bytes:
        """What it holds, one byte more than allowed where it is too large."""
        return bytes(self.cleaned_data["file"].read(MOST_BYTES + 1))
