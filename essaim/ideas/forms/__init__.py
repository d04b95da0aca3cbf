from essaim.ideas.forms.answers import AnswerForm, DeliveryForm, GroupAnswerForm
from essaim.ideas.forms.debates import DebateForm
from essaim.ideas.forms.ideas import HideForm, IdeaForm

__all__ = ["AnswerForm", "DebateForm", "DeliveryForm", "GroupAnswerForm", "HideForm", "IdeaForm"]
