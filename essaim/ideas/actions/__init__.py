from essaim.ideas.actions.answers import (
    GROUP_DECISIONS,
    DeliveryPromise,
    answer_group,
    answer_idea,
    keep_delivery,
)
from essaim.ideas.actions.debates import (
    AUDIENCES,
    ask_debate,
    close_debate,
    open_debate,
    update_debate,
)
from essaim.ideas.actions.ideas import (
    edit_idea,
    hide_idea,
    propose_idea,
    support_idea,
    withdraw_idea,
    withdraw_support,
    withdraw_supports_of_leaver,
)

__all__ = [
    "AUDIENCES",
    "GROUP_DECISIONS",
    "DeliveryPromise",
    "answer_group",
    "answer_idea",
    "ask_debate",
    "close_debate",
    "edit_idea",
    "hide_idea",
    "keep_delivery",
    "open_debate",
    "propose_idea",
    "support_idea",
    "update_debate",
    "withdraw_idea",
    "withdraw_support",
    "withdraw_supports_of_leaver",
]
