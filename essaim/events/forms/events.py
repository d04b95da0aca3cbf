"""What those who hold a gathering say of it."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from essaim.events.models import (
    MOST_GUESTS,
    MOST_QUESTIONS,
    MOST_SEATS,
    QUESTION_LENGTH,
    SHORT_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Event,
    Kind,
    Openness,
)
from essaim.foundation.forms import Form
from essaim.places.forms import PlaceField

_DAY_AND_HOUR = _("Write a day and an hour, such as 2027-03-31 18:00.")
_BULLET = re.compile(r"^\s*[-–•*]\s+")  # typed by habit; pages draw their own


class LinesField(forms.CharField):
    """Several short texts, each on a line of its own."""

    def __init__(self, *, longest: int, **given: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3})
        super().__init__(required=False, max_length=longest, widget=widget, **given)

    def clean(self, value: Any) -> list[str]:
        lines = (_BULLET.sub("", one).strip() for one in super().clean(value).splitlines())
        return [one for one in lines if one]


class EventForm(Form):
    title = forms.CharField(
        label=_("What it is called"),
        help_text=_("“What do we want for the river?”, “Committee evening”."),
        max_length=TITLE_LENGTH,
        error_messages={"required": _("Give it a name.")},
    )
    kind = forms.ChoiceField(
        label=_("What sort of gathering"), choices=Kind.choices, initial=Kind.MEETING
    )
    text = forms.CharField(
        label=pgettext_lazy("gathering", "What it is for"),
        help_text=_("Why come, what happens there, what comes of it. Markdown works."),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    starts_at = forms.DateTimeField(
        label=_("It begins"),
        error_messages={"required": _("Say when it begins."), "invalid": _DAY_AND_HOUR},
    )
    ends_at = forms.DateTimeField(
        label=_("It ends"),
        error_messages={"required": _("Say when it ends."), "invalid": _DAY_AND_HOUR},
    )
    place = PlaceField(
        label=_("Town"),
        help_text=_("People find it by this; empty if it is online only."),
        required=False,
    )
    address = forms.CharField(
        label=_("Where exactly"),
        help_text=_("“12 rue Serviez, first floor”."),
        max_length=SHORT_LENGTH,
        required=False,
    )
    online_url = forms.CharField(
        label=_("Link of what is online"),
        help_text=_("Only those who have registered see it."),
        max_length=500,
        required=False,
        widget=forms.URLInput,
    )
    openness = forms.ChoiceField(
        label=_("Who it is for"),
        choices=Openness.choices,
        initial=Openness.EVERYONE,
        widget=forms.RadioSelect,
    )
    capacity = forms.IntegerField(
        label=_("Seats"),
        help_text=_("Empty: as many as come. When it is full, people wait in line."),
        min_value=1,
        max_value=MOST_SEATS,
        required=False,
    )
    guests = forms.IntegerField(
        label=_("Guests each may bring"),
        min_value=0,
        max_value=MOST_GUESTS,
        required=False,
        initial=0,
    )
    questions = LinesField(
        label=_("What you ask whoever registers"),
        help_text=_("One question on each line, five at most. Nobody has to answer."),
        longest=MOST_QUESTIONS * (QUESTION_LENGTH + 2),
    )
    accessibility = forms.CharField(
        label=_("How one gets in"),
        help_text=_("Steps, lift, hearing loop, sign language, a quiet room."),
        max_length=SHORT_LENGTH,
        required=False,
    )
    childcare = forms.CharField(
        label=_("Childcare"),
        help_text=_("“Two of us look after children from three years on”. Empty: none."),
        max_length=SHORT_LENGTH,
        required=False,
    )
    rides = forms.BooleanField(
        label=_("People can offer and look for a ride when they register"), required=False
    )
    language = forms.ChoiceField(label=_("Language of your text"), choices=settings.LANGUAGES)

    def clean_guests(self) -> int:
        return self.cleaned_data["guests"] or 0

    @staticmethod
    def values_of(event: Event) -> dict[str, Any]:
        """What the form shows of a gathering."""
        return {
            **{name: getattr(event, name) for name in _OF_EVENT},
            "questions": "\n".join(event.questions),
        }


_OF_EVENT = (
    *("title", "kind", "text", "starts_at", "ends_at", "place", "address", "online_url"),
    *("openness", "capacity", "guests", "accessibility", "childcare", "rides", "language"),
)


class CallOffForm(Form):
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Everybody who has registered reads it, in one sentence."),
        max_length=SHORT_LENGTH,
        error_messages={"required": _("Say why: people have kept their evening free.")},
    )


class SessionForm(Form):
    title = forms.CharField(label=_("What it is called"), max_length=TITLE_LENGTH)
    starts_at = forms.DateTimeField(label=_("It begins"), error_messages={"invalid": _DAY_AND_HOUR})
    ends_at = forms.DateTimeField(label=_("It ends"), error_messages={"invalid": _DAY_AND_HOUR})
    room = forms.CharField(label=_("Room"), max_length=80, required=False)
    speaker = forms.CharField(label=_("With"), max_length=120, required=False)


class HolderForm(Form):
    community = forms.CharField(
        label=_("Which community"),
        help_text=_("Its address on this site, or the last word of it: “pau-centre”."),
        max_length=200,
        error_messages={"required": _("Name a community.")},
    )

    def clean_community(self) -> str:
        """The slug, also out of a whole address."""
        given = str(self.cleaned_data["community"]).strip().rstrip("/")
        return given.rsplit("/", maxsplit=1)[-1]


class InviteForm(Form):
    """`people`: those whom a search finds; `chosen`: those ticked before, whatever is searched."""

    chosen = forms.MultipleChoiceField(
        label=_("Chosen so far"), widget=forms.CheckboxSelectMultiple, required=False
    )
    people = forms.MultipleChoiceField(
        label=_("Members"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(
        self,
        *given: Any,
        people: list[tuple[str, str]],
        chosen: list[tuple[str, str]],
        **named: Any,
    ) -> None:
        super().__init__(*given, **named)
        fields: Any = self.fields
        fields["people"].choices = people
        fields["chosen"].choices = chosen

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not (self.errors or given["chosen"]):
            self.add_error("people", _("Choose at least one person."))
        return given
