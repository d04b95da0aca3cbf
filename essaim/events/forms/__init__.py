from essaim.events.forms.events import (
    CallOffForm,
    EventForm,
    HolderForm,
    InviteForm,
    SessionForm,
)
from essaim.events.forms.joy import joy_form
from essaim.events.forms.lists import EventsForm
from essaim.events.forms.registering import GuestForm, RegistrationForm
from essaim.events.forms.series import EveningForm, ImportForm, RepeatedEventForm, SkipForm

__all__ = [
    "CallOffForm",
    "EveningForm",
    "EventForm",
    "EventsForm",
    "GuestForm",
    "HolderForm",
    "ImportForm",
    "InviteForm",
    "RegistrationForm",
    "RepeatedEventForm",
    "SessionForm",
    "SkipForm",
    "joy_form",
]
