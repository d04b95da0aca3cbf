from essaim.insights.actions.keeping import keep_numbers, thin_numbers
from essaim.insights.actions.ladder import (
    enter_estimate,
    move_kind,
    set_targets,
    tell_whose_rung_lapses,
    withdraw_estimate,
)
from essaim.insights.actions.own import choose_own_view
from essaim.insights.actions.rating import (
    answer_rating,
    close_due_ratings,
    open_due_ratings,
    open_rating,
)

__all__ = [
    "answer_rating",
    "choose_own_view",
    "close_due_ratings",
    "enter_estimate",
    "keep_numbers",
    "move_kind",
    "open_due_ratings",
    "open_rating",
    "set_targets",
    "tell_whose_rung_lapses",
    "thin_numbers",
    "withdraw_estimate",
]
