import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from essaim.events.models import CODE_OF_ACCOUNT_LENGTH, TITLE_LENGTH, CostKind, CostLine
from essaim.foundation.clock import today
from essaim.foundation.forms import AmountField, Form

LONGEST_PERIOD = timedelta(days=5 * 366)
# « 30 », « 1.5 », « 1,25 », « 1:30 », « 1 h 30 », « 12h ».
_HOURS = re.compile(r"([0-9]{1,7})(?:[.,]([0-9]{1,2})|\s?[h:]\s?([0-5]?[0-9])?)?")


def minutes_of(typed: str) -> int | None:
    """What somebody means by so many hours; None where it is no number of hours."""
    found = _HOURS.fullmatch(typed.strip().lower())
    if found is None:
        return None
    hours, part, minutes = found.groups(default="")
    hundredths = int(part.ljust(2, "0") or 0)
    return int(hours) * 60 + (hundredths * 60 + 50) // 100 + int(minutes or 0)


class HoursField(forms.Field):
    """Hours as people type them, in minutes."""

    default_error_messages = {"invalid": _("Hours such as 12, 1.5 or 1:30.")}

    def to_python(self, value: Any) -> int | None:
        if not (typed := str(value or "").strip()):
            return None
        if (minutes := minutes_of(typed)) is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return minutes

    def prepare_value(self, value: Any) -> Any:
        """What is typed stays as it is."""
        if not isinstance(value, int):
            return value
        hours, minutes = divmod(value, 60)
        return f"{hours}:{minutes:02}" if minutes else str(hours)


class CostForm(Form):
    """An expense or hours: one choice, and the one number that goes with it."""

    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=CostKind.choices,
        initial=CostKind.EXPENSE,
        widget=forms.RadioSelect,
    )
    label = forms.CharField(
        label=pgettext_lazy("costs", "What for"),
        help_text=_("“Hall”, “bread and soup”, “carrying tables”; nobody’s name."),
        max_length=TITLE_LENGTH,
        error_messages={"required": _("Say in one line what it was for.")},
    )
    cents = AmountField(
        label=_("How much, in euros"), help_text=_("Of an expense."), required=False
    )
    minutes = HoursField(
        label=_("How many hours, of all people together"),
        help_text=_("Where people gave their time: three people for two hours are 6."),
        required=False,
    )
    day = forms.DateField(label=pgettext_lazy("costs", "On which day"))
    account = forms.CharField(
        label=_("Code of the account"),
        help_text=_("As your bookkeeping has it, if it has one: “606”, “hall”."),
        max_length=CODE_OF_ACCOUNT_LENGTH,
        required=False,
    )

    @staticmethod
    def values_of(line: CostLine) -> dict[str, Any]:
        return {name: getattr(line, name) for name in CostForm.base_fields}


class OfferedForm(CostForm):
    """The time of those who came, counted already: how it is called is all there is to say."""

    field_order = ["label"]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(auto_id="offered_%s", **kwargs)
        self.fields["label"].help_text = ""
        for name, field in self.fields.items():
            if name != "label":
                field.widget = forms.HiddenInput()


class RateForm(Form):
    """What an hour is worth from a day on."""

    cents = AmountField(
        label=_("What an hour is worth, in euros"),
        help_text=_("Leave it empty, and hours are told as hours alone from that day on."),
        required=False,
    )
    since = forms.DateField(label=_("From which day on"), initial=today)


class PeriodForm(Form):
    """From one day to another, both included: this year, unless asked otherwise."""

    first = forms.DateField(label=_("From"))
    last = forms.DateField(label=_("To"))

    def __init__(self, data: QueryDict) -> None:
        """What is not asked for is shown as it is looked for."""
        asked = data.copy()
        year = today().year
        asked.setdefault("first", date(year, 1, 1).isoformat())
        asked.setdefault("last", date(year, 12, 31).isoformat())
        super().__init__(asked)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", _("The end comes after the beginning."))
        elif first and last and last - first > LONGEST_PERIOD:
            self.add_error("last", _("At most five years at once."))
        return given
