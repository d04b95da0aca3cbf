from essaim.ideas.rules.answers import (
    holds_answering_role,
    may_answer,
    may_answer_group,
    may_deliver,
)
from essaim.ideas.rules.debates import (
    debates_visible_to,
    is_ripe,
    may_ask_debate,
    may_close_debate,
    may_edit_debate,
    may_open_debate,
    may_propose,
    may_see_debate,
    missing_promises,
)
from essaim.ideas.rules.ideas import (
    ideas_visible_to,
    may_edit_idea,
    may_hide_idea,
    may_see_idea,
    may_support,
    may_withdraw_idea,
    may_withdraw_support,
)
from essaim.ideas.rules.programme import may_publish_programme, may_write_programme

__all__ = [
    "debates_visible_to",
    "holds_answering_role",
    "ideas_visible_to",
    "is_ripe",
    "may_answer",
    "may_answer_group",
    "may_ask_debate",
    "may_close_debate",
    "may_deliver",
    "may_edit_debate",
    "may_edit_idea",
    "may_hide_idea",
    "may_open_debate",
    "may_propose",
    "may_publish_programme",
    "may_see_debate",
    "may_see_idea",
    "may_support",
    "may_withdraw_idea",
    "may_withdraw_support",
    "may_write_programme",
    "missing_promises",
]
