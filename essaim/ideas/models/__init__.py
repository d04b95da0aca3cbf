from essaim.ideas.models.answers import (
    ADOPTING,
    APPEAL,
    Answer,
    Appeal,
    Decision,
    DeliveryNote,
    GroupedAnswer,
    Outcome,
)
from essaim.ideas.models.debates import SEARCHED_DEBATE, Debate, DebateQuerySet
from essaim.ideas.models.ideas import (
    IDEA,
    IS_CARRIED,
    SEARCHED_IDEA,
    Idea,
    IdeaQuerySet,
    Support,
    counts_for,
    is_carried,
)
from essaim.ideas.models.lengths import length_of
from essaim.ideas.models.programme import (
    Programme,
    ProgrammeItem,
    ProgrammeVersion,
    Section,
    Sentence,
    SentenceSource,
)
from essaim.ideas.models.regrouping import REGROUPING_UNDO, RegroupedIdea, Regrouping, Way
from essaim.ideas.models.upward import Synthesis
from essaim.ideas.models.versions import IdeaVersion

__all__ = [
    "ADOPTING",
    "APPEAL",
    "IDEA",
    "IS_CARRIED",
    "REGROUPING_UNDO",
    "SEARCHED_DEBATE",
    "SEARCHED_IDEA",
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
    "Synthesis",
    "Way",
    "counts_for",
    "is_carried",
    "length_of",
]
