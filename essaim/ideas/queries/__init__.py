from essaim.ideas.queries.answers import DeskLine, answers_for_page, answers_owed, owes_something
from essaim.ideas.queries.debates import (
    DebateLine,
    DebatePage,
    Stage,
    debate_for_change,
    debate_for_page,
    debates_for_list,
    open_debates,
)
from essaim.ideas.queries.idea_page import IdeaPage, idea_for_page
from essaim.ideas.queries.ideas import (
    IdeaLine,
    SimilarIdea,
    categories_of,
    fates,
    idea_for_change,
    ideas_for_list,
    ideas_of_community,
    similar_ideas,
)

__all__ = [
    "DebateLine",
    "DebatePage",
    "DeskLine",
    "IdeaLine",
    "IdeaPage",
    "SimilarIdea",
    "Stage",
    "answers_for_page",
    "answers_owed",
    "categories_of",
    "debate_for_change",
    "debate_for_page",
    "debates_for_list",
    "fates",
    "idea_for_change",
    "idea_for_page",
    "ideas_for_list",
    "ideas_of_community",
    "open_debates",
    "owes_something",
    "similar_ideas",
]
