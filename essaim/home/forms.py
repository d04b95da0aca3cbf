from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.foundation.search import LONGEST_QUESTION
from essaim.members.models import MOTIVE_LENGTH, NAME_LENGTH
from essaim.places.forms import PlaceField

MINUTES = [
    (5, _("5 minutes")),
    (15, _("a quarter of an hour")),
    (60, _("an hour")),
    (180, _("half a day")),
]


LANGUAGES = [("", _("any language")), ("fr", "français"), ("en", "English")]


class SearchForm(forms.Form):
    """Shows what was asked; what cannot be meant is left out, never refused."""

    q = forms.CharField(
        label=_("What are you looking for?"),
        help_text=_("Words, “an exact phrase”, -without"),
        required=False,
        max_length=LONGEST_QUESTION,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    community = forms.ChoiceField(label=_("In"), required=False)
    language = forms.ChoiceField(label=_("Written in"), choices=LANGUAGES, required=False)
    open = forms.BooleanField(
        label=_("Only debates that are open, and their ideas"), required=False
    )

    def __init__(self, *args: Any, communities: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if communities:
            choices = [("", _("everything I may see")), *communities]
            cast(forms.ChoiceField, self.fields["community"]).choices = choices
        else:
            del self.fields["community"]


class JoinForm(forms.Form):
    """A name, if it is not known yet, and the consent."""

    name = forms.CharField(
        label=_("Your name, as others will read it"),
        help_text=_("A first name and an initial are enough: « Nadia B. »"),
        max_length=NAME_LENGTH,
        error_messages={"required": _("Say how to call you.")},
    )
    consent = forms.BooleanField(
        label=_("I agree"),
        error_messages={"required": _("Without your agreement we may not keep your membership.")},
    )

    def __init__(self, *args: Any, has_name: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_name:
            del self.fields["name"]


class MotiveForm(forms.Form):
    motive = forms.CharField(
        label=_("What moves you?"),
        help_text=_("A sentence is enough. Only you and the hosts read it."),
        required=False,
        max_length=MOTIVE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class PlaceForm(forms.Form):
    place = PlaceField(
        label=_("Where do you live?"),
        help_text=_("A town or a postcode. It lets us show what happens near you."),
        required=False,
    )


class MinutesForm(forms.Form):
    minutes_a_week = forms.TypedChoiceField(
        label=_("How much time a week?"),
        help_text=_("Today suggests nothing longer."),
        choices=MINUTES,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


class SkillsForm(forms.Form):
    skills = forms.CharField(
        label=_("What can you do that may help?"),
        help_text=_("Separated by commas: accounting, carpentry, Spanish…"),
        required=False,
        max_length=400,
    )


class TopicsForm(forms.Form):
    topics = forms.CharField(
        label=_("What do you want to hear about?"),
        help_text=_("Separated by commas: mobility, school, food…"),
        required=False,
        max_length=400,
    )
