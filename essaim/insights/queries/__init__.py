from essaim.insights.queries.climbing import (
    FirstAct,
    LadderPage,
    communities_run_by,
    communities_with_ladder,
    estimate_to_withdraw,
    first_act_of,
    kind_choices,
    ladder_for_page,
    rung_choices,
    targets_of,
)
from essaim.insights.queries.kept import COUNTS, Numbers, numbers_of
from essaim.insights.queries.kinds import WORDS, KindLine, kinds_for_page, words_for
from essaim.insights.queries.ladder import count_ladder
from essaim.insights.queries.months import Months, Period, count_months, months_of, told_months
from essaim.insights.queries.page import FiguresPage, figures_as_data, figures_for_page
from essaim.insights.queries.person import OwnPlace, OwnRung, own_place
from essaim.insights.queries.rating import (
    RatingPage,
    rating_for_page,
    ratings_to_answer,
    running_rating,
)

__all__ = [
    "COUNTS",
    "WORDS",
    "FiguresPage",
    "FirstAct",
    "KindLine",
    "LadderPage",
    "Months",
    "Numbers",
    "OwnPlace",
    "OwnRung",
    "Period",
    "RatingPage",
    "communities_run_by",
    "communities_with_ladder",
    "count_ladder",
    "count_months",
    "estimate_to_withdraw",
    "figures_as_data",
    "figures_for_page",
    "first_act_of",
    "kind_choices",
    "kinds_for_page",
    "ladder_for_page",
    "months_of",
    "numbers_of",
    "own_place",
    "rating_for_page",
    "ratings_to_answer",
    "rung_choices",
    "running_rating",
    "targets_of",
    "told_months",
    "words_for",
]
