"""How somebody says that they come."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from essaim.events.models import (
    ANSWER_LENGTH,
    SHORT_LENGTH,
    Event,
    Registration,
    Ride,
    Standing,
)
from essaim.foundation.forms import Form
from essaim.members.models import NAME_LENGTH

ANSWERS = (
    (Standing.GOING, pgettext_lazy("gathering", "I am coming")),
    (Standing.MAYBE, pgettext_lazy("gathering", "maybe")),
    (Standing.NOT, pgettext_lazy("gathering", "I am not coming")),
)


class RegistrationForm(Form):
    """Only what this gathering has a use for is asked."""

    answer = forms.ChoiceField(
        label=_("Your answer"), choices=ANSWERS, initial=Standing.GOING, widget=forms.RadioSelect
    )
    guests = forms.IntegerField(label=_("Guests you bring"), min_value=0, required=False, initial=0)
    childcare = forms.CharField(
        label=_("Children to look after"),
        help_text=_("How many, and how old. Empty: none."),
        max_length=SHORT_LENGTH,
        required=False,
    )
    access = forms.CharField(
        label=_("What you need to take part"),
        help_text=_("Only those who hold it read this; it is deleted some months after."),
        max_length=SHORT_LENGTH,
        required=False,
    )
    ride = forms.ChoiceField(
        label=_("A shared ride"),
        required=False,
        choices=[
            (Ride.NONE, _("I come by myself")),
            (Ride.OFFERS, _("I have free seats in a car")),
            (Ride.NEEDS, _("I look for a ride")),
        ],
    )
    ride_seats = forms.IntegerField(
        label=_("Free seats in your car"), min_value=0, required=False, initial=0
    )

    def __init__(self, *given: Any, event: Event, **named: Any) -> None:
        super().__init__(*given, **named)
        self.questions = tuple(event.questions)
        for position, question in enumerate(self.questions):
            self.fields[f"answer_{position}"] = forms.CharField(
                label=question,
                max_length=ANSWER_LENGTH,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        self.asked = [f"answer_{position}" for position in range(len(self.questions))]
        if not event.guests:
            del self.fields["guests"]
        if not event.childcare:
            del self.fields["childcare"]
        if not event.rides:
            del self.fields["ride"]
            del self.fields["ride_seats"]

    @property
    def given(self) -> dict[str, Any]:
        """As the action takes it."""
        data = dict(self.cleaned_data)
        answers = {
            question: data.pop(f"answer_{position}", "")
            for position, question in enumerate(self.questions)
        }
        for name in ("guests", "ride_seats"):
            data[name] = data.get(name) or 0
        return data | {"answers": answers}

    @staticmethod
    def values_of(registration: Registration | None) -> dict[str, Any]:
        """What the form shows of an answer that was given before."""
        if registration is None:
            return {}
        said = registration.answers or {}
        wants = registration.standing in (Standing.WAITING, Standing.OFFERED)
        return {
            "answer": Standing.GOING if wants else registration.standing,
            "guests": registration.guests,
            "childcare": registration.childcare,
            "access": registration.access,
            "ride": registration.ride,
            "ride_seats": registration.ride_seats,
            **{
                f"answer_{position}": said.get(question, "")
                for position, question in enumerate(registration.event.questions)
            },
        }


class GuestForm(RegistrationForm):
    """Without an account: a name, and an address that the link is sent to."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("As you want to be called: only those who hold it read it."),
        max_length=NAME_LENGTH,
        error_messages={"required": _("Say how you want to be called.")},
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("For your ticket, and for changes of this gathering. Nothing else is sent."),
        error_messages={"required": _("Enter an e-mail address, such as name@example.org.")},
    )
    field_order = ("name", "email", "answer")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        field: Any = self.fields["answer"]
        field.choices = [one for one in ANSWERS if one[0] != Standing.NOT]
