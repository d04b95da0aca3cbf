from essaim.communities.views.belonging import leave, manifesto, manifesto_sign, members
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
    mandate_end,
    mandates,
    manifesto_edit,
    move,
    settings,
)

__all__ = [
    "close",
    "communities",
    "community",
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
