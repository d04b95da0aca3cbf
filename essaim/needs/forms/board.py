"""What one looks for on the board."""

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.foundation.forms import Form
from essaim.needs.queries.board import HALF, HOUR, LONGER, OFFERS, OFFICIAL, Filters
from essaim.places.forms import PlaceField


class BoardForm(Form):
    """The filters of a board, in its address; where one is not understood, nothing is shown."""

    skill = forms.CharField(label=_("Skill"), max_length=120, required=False)
    place = PlaceField(label=_("Place"), required=False)
    length = forms.ChoiceField(
        label=_("How long"),
        required=False,
        choices=[
            ("", _("any length")),
            (HOUR, _("an hour at most")),
            (HALF, _("half a day at most")),
            (LONGER, _("longer")),
        ],
    )
    kind = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("what is looked for")),
            (OFFICIAL, _("what is asked of the elected")),
            (OFFERS, _("what people offer")),
        ],
    )
    remote = forms.BooleanField(label=_("can be done from home"), required=False)

    @property
    def filters(self) -> Filters:
        self.is_valid()
        known = self.cleaned_data
        return Filters(
            kind=known.get("kind") or "",
            skill=(known.get("skill") or "").strip(),
            place=getattr(known.get("place"), "public_id", ""),
            length=known.get("length") or "",
            remote=bool(known.get("remote")),
        )
