"""The shape of what is typed; the actions say what is wrong with it."""

from essaim.needs.forms.board import BoardForm
from essaim.needs.forms.matches import (
    AskForm,
    AskOfficialForm,
    ConfirmForm,
    HelpForm,
    JoyForm,
    OfferHelpForm,
    StoryForm,
    WordsForm,
)
from essaim.needs.forms.needs import CloseForm, FacilitateForm, NeedEditForm, NeedForm
from essaim.needs.forms.offers import OfferForm

__all__ = [
    "AskForm",
    "AskOfficialForm",
    "BoardForm",
    "CloseForm",
    "ConfirmForm",
    "FacilitateForm",
    "HelpForm",
    "JoyForm",
    "NeedEditForm",
    "NeedForm",
    "OfferForm",
    "OfferHelpForm",
    "StoryForm",
    "WordsForm",
]
