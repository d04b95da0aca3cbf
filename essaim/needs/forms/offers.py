"""What one can give."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from essaim.foundation.forms import Form
from essaim.needs.forms.fields import AUDIENCES, DurationField, SkillsField, with_choice
from essaim.needs.models import MOST_SLOTS, TEXT_LENGTH, Offer, Remote
from essaim.places.forms import PlaceField

RADII = ((5, "5 km"), (20, "20 km"), (50, "50 km"), (100, "100 km"))


class OfferForm(Form):
    words = forms.CharField(
        label=_("What you can give"),
        help_text=_("In your words: “I read leases and explain them.”"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say what you can give.")},
    )
    skills = SkillsField(
        label=_("In a few skills"),
        help_text=_("Separated by commas: this is how needs find you."),
    )
    minutes_a_month = DurationField(label=_("How much a month"), initial=120)
    slots = forms.IntegerField(
        label=_("For how many needs at once"), min_value=1, max_value=MOST_SLOTS, initial=1
    )
    remote = forms.ChoiceField(
        label=_("From where"),
        choices=Remote.choices,
        initial=Remote.EITHER,
        widget=forms.RadioSelect,
    )
    place = PlaceField(label=_("The place you start from"), required=False)
    radius_km = forms.TypedChoiceField(
        label=_("How far you go"),
        choices=[("", _("anywhere")), *RADII],
        coerce=int,
        empty_value=None,
        required=False,
        initial=20,
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages you speak"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    wants = forms.CharField(
        label=_("What you would like to do"),
        help_text=_("Only used to suggest needs that you will like."),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    since_on = forms.DateField(
        label=_("From when"), required=False, help_text=_("Empty: from today.")
    )
    audience = forms.ChoiceField(
        label=_("Who reads it"),
        choices=[AUDIENCES[1], AUDIENCES[0]],
        help_text=_("Your name stands beside it; your address never does."),
    )
    language = forms.ChoiceField(label=_("Language of your text"), choices=settings.LANGUAGES)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        with_choice(self.fields["minutes_a_month"], self.initial.get("minutes_a_month"))
        radius, km = self.initial.get("radius_km"), self.fields["radius_km"]
        if radius and isinstance(km, forms.TypedChoiceField) and radius not in dict(RADII):
            km.choices = [("", _("anywhere")), *RADII, (radius, f"{radius} km")]

    @staticmethod
    def values_of(offer: Offer) -> dict[str, Any]:
        """What the form shows of an offer."""
        skills = offer.skills.order_by("pk").values_list("name", flat=True)
        own = (name for name in OfferForm.base_fields if name != "skills")
        return {**{name: getattr(offer, name) for name in own}, "skills": ", ".join(skills)}
