from essaim.ideas.forms.answers import AnswerForm, DeliveryForm, GroupAnswerForm
from essaim.ideas.forms.appeals import ContestForm, SecondLookForm
from essaim.ideas.forms.debates import DebateForm, WithdrawForm
from essaim.ideas.forms.ideas import HideForm, IdeaForm
from essaim.ideas.forms.regrouping import MergeForm, SplitForm
from essaim.ideas.forms.upward import SendUpwardForm

__all__ = [
    "AnswerForm",
    "ContestForm",
    "DebateForm",
    "DeliveryForm",
    "GroupAnswerForm",
    "HideForm",
    "IdeaForm",
    "MergeForm",
    "SecondLookForm",
    "SendUpwardForm",
    "SplitForm",
    "WithdrawForm",
]
