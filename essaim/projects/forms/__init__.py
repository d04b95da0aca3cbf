from essaim.projects.forms.gates import DecideForm, GateForm
from essaim.projects.forms.people import (
    ExceptionForm,
    InviteForm,
    PartyForm,
    SupportForm,
    TextForm,
)
from essaim.projects.forms.projects import (
    PARTS_IN_SHORT,
    EndForm,
    HidingForm,
    ObservationForm,
    PolicyForm,
    ProjectForm,
    validation_form,
)

__all__ = [
    "PARTS_IN_SHORT",
    "DecideForm",
    "EndForm",
    "ExceptionForm",
    "GateForm",
    "HidingForm",
    "InviteForm",
    "ObservationForm",
    "PartyForm",
    "PolicyForm",
    "ProjectForm",
    "SupportForm",
    "TextForm",
    "validation_form",
]
