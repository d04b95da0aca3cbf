"""What came of a gathering: needs that came up at it, and its pictures."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from essaim.events.models import ALT_LENGTH, Again, Consent, PictureAudience
from essaim.foundation.forms import Form


class NeedLinkForm(Form):
    """Which open need came up here."""

    need = forms.ChoiceField(
        label=_("What is looked for"), error_messages={"required": _("Choose one.")}
    )

    def __init__(self, *given: Any, needs: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["need"].choices = [("", _("Choose one")), *needs]  # type: ignore[attr-defined]  # of a choice field


class PictureForm(Form):
    """One picture; whom it can be for depends on the gathering."""

    picture = forms.FileField(
        label=_("A picture"),
        help_text=_(
            "JPEG, PNG or WebP, 10 MB at most. Where and with what it was taken is removed."
        ),
        error_messages={"required": _("Choose a picture."), "empty": _("This file is empty.")},
    )
    words = forms.CharField(
        label=_("What the picture shows"),
        help_text=_("For those who cannot see it. No names."),
        max_length=ALT_LENGTH,
        error_messages={"required": _("Say what the picture shows, for those who cannot see it.")},
    )
    audience = forms.ChoiceField(
        label=pgettext_lazy("picture", "Who sees it"),
        choices=PictureAudience,
        initial=PictureAudience.MEMBERS,
        widget=forms.RadioSelect,
    )
    agreed = forms.BooleanField(
        label=Consent.GIVEN.label,
        help_text=_("Whoever is on it can take that back at any time, with one tap."),
        error_messages={"required": _("Ask everyone who can be recognised on it first.")},
    )

    def __init__(self, *given: Any, audiences: list[PictureAudience], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["audience"].choices = [(one.value, one.label) for one in audiences]  # type: ignore[attr-defined]  # of a choice field


class ShowAgainForm(Form):
    reason = forms.ChoiceField(
        label=pgettext_lazy("picture", "Why it can be shown again"),
        choices=Again,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what fits best.")},
    )
    agreed = forms.BooleanField(
        label=Consent.GIVEN_AGAIN.label,
        error_messages={"required": _("Ask everyone who can be recognised on it first.")},
    )
