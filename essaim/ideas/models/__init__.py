from essaim.ideas.models.answers import ADOPTING, Answer, Decision, DeliveryNote, GroupedAnswer
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

__all__ = [
    "ADOPTING",
    "Answer",
    "Debate",
    "DebateQuerySet",
    "Decision",
    "DeliveryNote",
    "GroupedAnswer",
    "Idea",
    "IdeaQuerySet",
    "Programme",
    "ProgrammeItem",
    "ProgrammeVersion",
    "Section",
    "Sentence",
    "SentenceSource",
    "Support",
    "length_of",
]
