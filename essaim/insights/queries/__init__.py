from essaim.insights.queries.kept import COUNTS, Numbers, numbers_of
from essaim.insights.queries.months import Months, Period, count_months, months_of, told_months
from essaim.insights.queries.page import FiguresPage, figures_for_page

__all__ = [
    "COUNTS",
    "FiguresPage",
    "Months",
    "Numbers",
    "Period",
    "count_months",
    "figures_for_page",
    "months_of",
    "numbers_of",
    "told_months",
]
