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
from essaim.ideas.actions.programme import (
    add_item,
    change_item,
    draft_item_for_idea,
    publish_programme,
    remove_item,
    remove_sentence,
    write_sentence,
)

__all__ = [
    "AUDIENCES",
    "GROUP_DECISIONS",
    "DeliveryPromise",
    "add_item",
    "answer_group",
    "answer_idea",
    "ask_debate",
    "change_item",
    "close_debate",
    "draft_item_for_idea",
    "edit_idea",
    "hide_idea",
    "keep_delivery",
    "open_debate",
    "propose_idea",
    "publish_programme",
    "remove_item",
    "remove_sentence",
    "support_idea",
    "update_debate",
    "withdraw_idea",
    "withdraw_support",
    "withdraw_supports_of_leaver",
    "write_sentence",
]
