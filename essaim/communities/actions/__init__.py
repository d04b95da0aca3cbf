from essaim.communities.actions.belonging import (
    forget_member,
    forget_old_reasons,
    join_community,
    leave_community,
)
from essaim.communities.actions.decisions import (
    answer_appeal,
    appeal_decision,
    record_decision,
    written_reason,
)
from essaim.communities.actions.delegations import delegate, withdraw_delegation
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
    THIS_KIND,
    close_community,
    close_from_above,
    create_archive,
    move_community,
    reopen_community,
    update_community,
)

__all__ = [
    "THIS_KIND",
    "answer_appeal",
    "appeal_decision",
    "close_community",
    "close_from_above",
    "confirm_founder",
    "create_archive",
    "decline_founder",
    "delegate",
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
    "record_decision",
    "renew_signature",
    "reopen_community",
    "update_community",
    "withdraw_delegation",
    "withdraw_founder",
    "withdraw_founder_words",
    "write_manifesto",
    "written_reason",
]
