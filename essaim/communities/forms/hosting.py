"""For those who host, merge and divide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.communities.forms.communities import PLACES, PURPOSE_LENGTH, one_of
from essaim.communities.models import WELCOME_LENGTH
from essaim.foundation.forms import Form
from essaim.places.forms import PlaceField


class WelcomeForm(Form):
    """One click; the line is for those who like to say something."""

    newcomer = forms.CharField(max_length=12, widget=forms.HiddenInput)
    words = forms.CharField(max_length=WELCOME_LENGTH, required=False)


class OfferForm(Form):
    """`members` are (public id, name)."""

    asked = forms.ChoiceField(label=_("Whom do you ask?"))
    way = forms.ChoiceField(
        label=_("For what?"),
        choices=[
            ("share", _("To host it with you")),
            ("handover", _("To host it after you: your roles here end when theirs begin")),
        ],
        initial="share",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["asked"]
        if isinstance(field, forms.ChoiceField):
            field.choices = one_of(members)


class MergeForm(Form):
    """`targets` are (slug, name)."""

    into = forms.ChoiceField(label=_("Into which one?"))

    def __init__(self, *args: Any, targets: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["into"]
        if isinstance(field, forms.ChoiceField):
            field.choices = targets


class SplitForm(Form):
    """`members` are (public id, name)."""

    name = forms.CharField(label=_("The name of the new one"), max_length=80)
    purpose = forms.CharField(
        label=_("Its purpose"),
        max_length=PURPOSE_LENGTH,
        help_text=_("For example the place or the subject it is for."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    place = PlaceField(label=_("Its place"), required=False, levels=PLACES)
    host = forms.ChoiceField(
        label=_("Who would host it"),
        help_text=_("They say yes by choosing to go themselves."),
    )

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["host"]
        if isinstance(field, forms.ChoiceField):
            field.choices = one_of(members)
