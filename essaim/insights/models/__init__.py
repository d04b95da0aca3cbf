from essaim.insights.models.kept import Kept, What
from essaim.insights.models.ladder import (
    METHOD_LENGTH,
    SOURCE_LENGTH,
    Estimate,
    KindRung,
    OwnView,
    Targets,
)
from essaim.insights.models.rating import (
    MARKS,
    Answered,
    Question,
    Rating,
    RatingQuerySet,
    Tick,
)

__all__ = [
    "MARKS",
    "METHOD_LENGTH",
    "SOURCE_LENGTH",
    "Answered",
    "Estimate",
    "Kept",
    "KindRung",
    "OwnView",
    "Question",
    "Rating",
    "RatingQuerySet",
    "Targets",
    "Tick",
    "What",
]
