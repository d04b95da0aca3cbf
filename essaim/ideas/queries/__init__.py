from essaim.ideas.queries.answers import (
    DeskLine,
    answers_for_page,
    answers_owed,
    owes_something,
    promise_about,
)
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
    group_for_page,
    idea_for_change,
    ideas_for_list,
    ideas_of_community,
    similar_ideas,
)
from essaim.ideas.queries.landing import asked_for_landing
from essaim.ideas.queries.today import (
    FateSeen,
    OpenIdea,
    fates_for_today,
    ideas_by_community,
    ideas_to_read,
)

__all__ = [
    "DebateLine",
    "DebatePage",
    "DeskLine",
    "FateSeen",
    "IdeaLine",
    "IdeaPage",
    "OpenIdea",
    "SimilarIdea",
    "Stage",
    "answers_for_page",
    "answers_owed",
    "asked_for_landing",
    "categories_of",
    "debate_for_change",
    "debate_for_page",
    "debates_for_list",
    "fates",
    "fates_for_today",
    "group_for_page",
    "idea_for_change",
    "idea_for_page",
    "ideas_by_community",
    "ideas_for_list",
    "ideas_of_community",
    "ideas_to_read",
    "open_debates",
    "owes_something",
    "promise_about",
    "similar_ideas",
]
