"""The shape of what people type; lengths and words are checked again by the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.foundation.forms import Form
from essaim.insights.models import METHOD_LENGTH, SOURCE_LENGTH, Question

MOST = 2_000_000_000


class TargetsForm(Form):
    aware = forms.IntegerField(label=_("Aware"), min_value=0, max_value=MOST)
    interacting = forms.IntegerField(label=_("Interacting"), min_value=0, max_value=MOST)
    engaged = forms.IntegerField(label=_("Engaged"), min_value=0, max_value=MOST)


class EstimateForm(Form):
    number = forms.IntegerField(label=_("About how many people?"), min_value=1, max_value=MOST)
    channel = forms.CharField(
        label=_("By what?"),
        max_length=80,
        help_text=_("A book, a newspaper, a site, a conference…"),
    )
    source = forms.CharField(label=_("Who says so?"), max_length=SOURCE_LENGTH)
    method = forms.CharField(
        label=_("How was it estimated?"),
        max_length=METHOD_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    starts_on = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    is_deduplicated = forms.BooleanField(
        label=_("Each person is counted once, however often they were reached."), required=False
    )


class KindForm(Form):
    """One kind of act, and the rung it should stand on."""

    kind = forms.ChoiceField(label=_("Kind of act"))
    rung = forms.ChoiceField(label=_("Rung"))

    def __init__(
        self,
        *args: Any,
        kinds: list[tuple[str, str]],
        rungs: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("kind", kinds), ("rung", rungs)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices


class OpenRatingForm(Form):
    days = forms.IntegerField(label=_("For how many days?"), min_value=7, max_value=60, initial=21)


_CHOICES = [
    (1, _("1: not at all")),
    (2, "2"),
    (3, "3"),
    (4, "4"),
    (5, _("5: entirely")),
]


def _question(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=_CHOICES, coerce=int, widget=forms.RadioSelect, empty_value=None
    )


class RatingForm(Form):
    """Three short questions, one to five; nothing else is asked."""

    openness = _question(_("Whoever comes is welcome here, and we are of many kinds."))
    autonomy = _question(_("We decide ourselves what we do."))
    means = _question(_("We do with the means at hand, without waiting for others."))

    @property
    def marks(self) -> dict[str, int]:
        return {one.value: self.cleaned_data[one.value] for one in Question}


class OwnViewForm(Form):
    """Three ways to see one's own place."""

    view = forms.ChoiceField(
        label=_("What do you want to see of it?"),
        choices=[
            ("shown", _("Show me my place on Today")),
            ("hidden", _("Only on this page")),
            ("declined", _("Do not look it up at all")),
        ],
        widget=forms.RadioSelect,
    )
