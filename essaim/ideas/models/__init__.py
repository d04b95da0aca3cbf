from essaim.ideas.models.answers import (
    ADOPTING,
    Answer,
    Appeal,
    Decision,
    DeliveryNote,
    GroupedAnswer,
    Outcome,
)
from essaim.ideas.models.debates import Debate, DebateQuerySet
from essaim.ideas.models.ideas import Idea, IdeaQuerySet, Support
from essaim.ideas.models.lengths import length_of
from essaim.ideas.models.programme import (
    Programme,
    ProgrammeItem,
    ProgrammeVersion,
    Section,
    Sentence,
    SentenceSource,
)
from essaim.ideas.models.regrouping import UNDO_WINDOW, RegroupedIdea, Regrouping, Way
from essaim.ideas.models.versions import IdeaVersion

__all__ = [
    "ADOPTING",
    "UNDO_WINDOW",
    "Answer",
    "Appeal",
    "Debate",
    "DebateQuerySet",
    "Decision",
    "DeliveryNote",
    "GroupedAnswer",
    "Idea",
    "IdeaQuerySet",
    "IdeaVersion",
    "Outcome",
    "Programme",
    "ProgrammeItem",
    "ProgrammeVersion",
    "RegroupedIdea",
    "Regrouping",
    "Section",
    "Sentence",
    "SentenceSource",
    "Support",
    "Way",
    "length_of",
]
