"""How skills and lengths of time are typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.communities.models import Audience
from essaim.needs.queries.board import duration_words

DURATIONS = (
    (15, _("a quarter of an hour")),
    (30, _("half an hour")),
    (60, _("an hour")),
    (120, _("two hours")),
    (240, _("half a day")),
    (420, _("a day")),
    (840, _("two days")),
    (2100, _("five days")),
)


AUDIENCES = (
    (Audience.PUBLIC, _("everyone")),
    (Audience.MEMBERS, _("members of this community")),
)


class SkillsField(forms.CharField):
    """Several skills in one line, separated by commas."""

    def __init__(self, **given: Any) -> None:
        super().__init__(required=False, max_length=1000, **given)

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        return [one.strip() for one in text.replace(";", ",").split(",") if one.strip()]


class DurationField(forms.TypedChoiceField):
    """Minutes, chosen by their words; a length that another way gave stays a choice."""

    def __init__(self, **given: Any) -> None:
        super().__init__(choices=DURATIONS, coerce=int, empty_value=None, **given)


def with_choice(field: Any, minutes: Any) -> None:
    if minutes and minutes not in dict(field.choices):
        field.choices = [*field.choices, (minutes, duration_words(minutes))]
