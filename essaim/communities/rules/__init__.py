from essaim.communities.rules.belonging import (
    may_enter_above,
    may_join,
    may_leave,
    may_sign,
)
from essaim.communities.rules.founding import (
    FOUNDERS_NEEDED,
    INVITED_FOR,
    is_valid,
    may_confirm,
    may_found,
    may_open,
    may_withdraw_words,
    missing_before_opening,
)
from essaim.communities.rules.mandates import (
    may_end_mandate,
    may_give_mandate,
)
from essaim.communities.rules.running import (
    CENTRAL_ROLES,
    RUNNING_ROLES,
    is_run,
    may_edit,
)
from essaim.communities.rules.seeing import (
    communities_visible_to,
    may_read,
    may_see_community,
    may_see_members,
    readable,
)
from essaim.communities.rules.tree import (
    may_close,
    may_move,
)

__all__ = [
    "CENTRAL_ROLES",
    "FOUNDERS_NEEDED",
    "INVITED_FOR",
    "RUNNING_ROLES",
    "communities_visible_to",
    "is_run",
    "is_valid",
    "may_close",
    "may_confirm",
    "may_edit",
    "may_end_mandate",
    "may_enter_above",
    "may_found",
    "may_give_mandate",
    "may_join",
    "may_leave",
    "may_move",
    "may_open",
    "may_read",
    "may_see_community",
    "may_see_members",
    "may_sign",
    "may_withdraw_words",
    "missing_before_opening",
    "readable",
]
