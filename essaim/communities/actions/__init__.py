from essaim.communities.actions.belonging import (
    forget_member,
    forget_old_reasons,
    join_community,
    leave_community,
)
from essaim.communities.actions.founding import (
    confirm_founder,
    decline_founder,
    found_community,
    invite_founder,
    mail_invitation,
    open_community,
    withdraw_founder,
    withdraw_founder_words,
)
from essaim.communities.actions.mandates import end_mandate, give_mandate
from essaim.communities.actions.manifestos import (
    publish_manifesto,
    renew_signature,
    write_manifesto,
)
from essaim.communities.actions.tree import (
    close_community,
    create_archive,
    move_community,
    update_community,
)

__all__ = [
    "close_community",
    "confirm_founder",
    "create_archive",
    "decline_founder",
    "end_mandate",
    "forget_member",
    "forget_old_reasons",
    "found_community",
    "give_mandate",
    "invite_founder",
    "join_community",
    "leave_community",
    "mail_invitation",
    "move_community",
    "open_community",
    "publish_manifesto",
    "renew_signature",
    "update_community",
    "withdraw_founder",
    "withdraw_founder_words",
    "write_manifesto",
]
