from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from essaim.ideas.models import Idea, length_of
from essaim.places.forms import PlaceField


class IdeaForm(forms.Form):
    title = forms.CharField(
        label=_("Your idea in one line"),
        help_text=_("What would be done, and where: “A Sunday bus between Nay and Pau”."),
        max_length=length_of(Idea, "title"),
        error_messages={"required": _("Give your idea a title.")},
    )
    text = forms.CharField(
        label=_("What you see, and what should change"),
        help_text=_(
            "Who lives this today, what would be tried, how one will know. Markdown works."
        ),
        max_length=length_of(Idea, "text"),
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("Describe your idea in a few sentences.")},
    )
    place = PlaceField(label=_("The place it concerns"), required=False)
    language = forms.ChoiceField(label=_("Language of your text"), choices=settings.LANGUAGES)

    @staticmethod
    def values_of(idea: Idea) -> dict[str, Any]:
        """What the form shows of an idea."""
        return {name: getattr(idea, name) for name in IdeaForm.base_fields}


class HideForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Everyone can read this reason: no names, and nothing of what was written."),
        max_length=length_of(Idea, "hiding_reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why.")},
    )
    word = forms.CharField(
        label=_("A word to its author"),
        help_text=_("Only they read it: what could stand, what to change."),
        required=False,
        max_length=length_of(Idea, "hiding_reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
