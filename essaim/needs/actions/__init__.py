from essaim.needs.actions import moderation
from essaim.needs.actions.answers import (
    accept,
    call_off,
    decline,
    expire_match,
    undo,
    withdraw,
)
from essaim.needs.actions.asking import ask_helper, offer_help
from essaim.needs.actions.clock import (
    close_expired,
    end_silence,
    expired,
    remind,
    silent,
    to_remind,
)
from essaim.needs.actions.helps import confirm_help, say_help, tell_joy, tell_story
from essaim.needs.actions.leavers import end_without_helper, keep_away, leave_needs
from essaim.needs.actions.needs import close_need, edit_need, post_need, renew_need
from essaim.needs.actions.offers import (
    edit_offer,
    make_offer,
    pause_offer,
    renew_offer,
    withdraw_offer,
)
from essaim.needs.actions.official import (
    carried,
    hand_back,
    refuse_need,
    reopen_refused,
    take_on,
)
from essaim.needs.actions.searches import remove_search, save_search, searched_until
from essaim.needs.actions.talk import write_message
from essaim.needs.actions.values import addresses_in

__all__ = [
    "accept",
    "addresses_in",
    "ask_helper",
    "call_off",
    "carried",
    "close_expired",
    "close_need",
    "confirm_help",
    "decline",
    "edit_need",
    "edit_offer",
    "end_silence",
    "end_without_helper",
    "expire_match",
    "expired",
    "hand_back",
    "keep_away",
    "leave_needs",
    "make_offer",
    "moderation",
    "offer_help",
    "pause_offer",
    "post_need",
    "refuse_need",
    "remind",
    "remove_search",
    "renew_need",
    "renew_offer",
    "reopen_refused",
    "save_search",
    "say_help",
    "searched_until",
    "silent",
    "take_on",
    "tell_joy",
    "tell_story",
    "to_remind",
    "undo",
    "withdraw",
    "withdraw_offer",
    "write_message",
]
