from essaim.communities.views.belonging import leave, manifesto, manifesto_sign, members
from essaim.communities.views.decisions import (
    decision,
    decision_answer,
    decision_appeal,
    decisions,
)
from essaim.communities.views.founding import (
    found,
    founder_answer,
    founding,
    invite,
    open_it,
    withdraw,
    withdraw_words,
)
from essaim.communities.views.pages import communities, community, groups, manifesto_print
from essaim.communities.views.running import (
    close,
    close_from_above,
    desk,
    mandate_end,
    mandates,
    manifesto_edit,
    move,
    settings,
)

__all__ = [
    "close",
    "close_from_above",
    "communities",
    "community",
    "decision",
    "decision_answer",
    "decision_appeal",
    "decisions",
    "desk",
    "found",
    "founder_answer",
    "founding",
    "groups",
    "invite",
    "leave",
    "mandate_end",
    "mandates",
    "manifesto",
    "manifesto_edit",
    "manifesto_print",
    "manifesto_sign",
    "members",
    "move",
    "open_it",
    "settings",
    "withdraw",
    "withdraw_words",
]
