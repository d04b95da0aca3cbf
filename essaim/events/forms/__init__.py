from essaim.events.forms.events import (
    CallOffForm,
    EventForm,
    HolderForm,
    InviteForm,
    SessionForm,
)
from essaim.events.forms.lists import EventsForm
from essaim.events.forms.registering import GuestForm, RegistrationForm

__all__ = [
    "CallOffForm",
    "EventForm",
    "EventsForm",
    "GuestForm",
    "HolderForm",
    "InviteForm",
    "RegistrationForm",
    "SessionForm",
]
