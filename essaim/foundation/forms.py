"""What every form of the site shares, whatever it asks."""

from django import forms
from django.core.exceptions import ValidationError


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
