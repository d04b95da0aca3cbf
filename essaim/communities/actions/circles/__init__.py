"""A community in circles: what it is mixed by, dividing it, and changing seats afterwards."""

from essaim.communities.actions.circles.answers import (
    add_circle_wish,
    answer_for_circles,
    choose_circle_attributes,
    forget_circle_answers,
    remove_circle_wish,
)
from essaim.communities.actions.circles.dividing import (
    confirm_circles,
    dissolve_circles,
    draft_circles,
    forget_old_drafts,
)
from essaim.communities.actions.circles.leading import host_circle, write_circle_synthesis
from essaim.communities.actions.circles.seats import move_to_circle, take_seat
from essaim.communities.actions.circles.swaps import answer_swap, ask_swap, take_back_swap

__all__ = [
    "add_circle_wish",
    "answer_for_circles",
    "answer_swap",
    "ask_swap",
    "choose_circle_attributes",
    "confirm_circles",
    "dissolve_circles",
    "draft_circles",
    "forget_circle_answers",
    "forget_old_drafts",
    "host_circle",
    "move_to_circle",
    "remove_circle_wish",
    "take_back_swap",
    "take_seat",
    "write_circle_synthesis",
]
