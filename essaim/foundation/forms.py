"""What every form of the site shares, whatever it asks."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

# « 12.50 », « 12,50 », « 1 200 € »; not « 1,200 », which is a thousand to some and one to others.
_AMOUNT = re.compile(
    r"([0-9]{1,3}(?:[ \u00a0\u202f'’][0-9]{3}){1,3}|[0-9]{1,12})(?:[.,]([0-9]{1,2}))?"
)


class Form(forms.Form):
    """A form that can show what an action has refused."""

    def blame(self, error: ValidationError, **shown_at: str) -> None:
        """Put an action's errors beside their fields; those of no field stand at the top.

        `shown_at` says under which field a value is shown that the action calls otherwise.
        """
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, messages in error.message_dict.items():
            field = shown_at.get(name, name)
            self.add_error(field if field in self.fields else None, messages)


def cents_of(typed: str) -> int | None:
    """What somebody means by an amount, in whole cents; None where it may mean two things."""
    found = _AMOUNT.fullmatch(typed.strip().removesuffix("€").strip())
    if found is None:
        return None
    whole, cents = found.groups(default="")
    return int(re.sub(r"[^0-9]", "", whole)) * 100 + int(cents.ljust(2, "0"))


class AmountField(forms.Field):
    """Money as people type it, in cents: no amount is ever a fraction of one."""

    default_error_messages = {
        "invalid": _("An amount such as 12.50, with two digits after the point at most."),
    }

    def to_python(self, value: Any) -> int | None:
        if not (typed := str(value or "").strip()):
            return None
        if (cents := cents_of(typed)) is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return cents

    def prepare_value(self, value: Any) -> Any:
        """What is typed stays as it is; cents are shown as one would type them."""
        if not isinstance(value, int):
            return value
        whole, cents = divmod(value, 100)
        return f"{whole}{get_format('DECIMAL_SEPARATOR')}{cents:02}"
