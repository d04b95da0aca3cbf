from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from essaim.events.models import Kind
from essaim.events.queries.lists import FAR, PAST, Filters
from essaim.foundation.forms import Form
from essaim.places.forms import PlaceField

DISTANCES = (10, 30, 100)


class EventsForm(Form):
    """The filters of a list, in its address; where one is not understood, nothing is shown."""

    place = PlaceField(label=_("Around"), required=False)
    km = forms.TypedChoiceField(
        label=_("Within"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(one, f"{one}\u00a0km") for one in DISTANCES],
        initial=FAR,
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("any kind")), *Kind.choices]
    )
    online = forms.BooleanField(label=_("can be followed online"), required=False)
    when = forms.ChoiceField(
        label=_("When"),
        required=False,
        choices=[("", _("to come")), (PAST, _("past ones"))],
    )

    def __init__(self, data: QueryDict) -> None:
        """What is not asked for is shown as it is looked for."""
        asked = data.copy()
        asked.setdefault("km", str(FAR))
        super().__init__(asked)

    @property
    def filters(self) -> Filters:
        self.is_valid()
        known = self.cleaned_data
        return Filters(
            kind=known.get("kind") or "",
            place=getattr(known.get("place"), "public_id", ""),
            km=known.get("km") or FAR,
            online=bool(known.get("online")),
            when=known.get("when") or "",
        )
