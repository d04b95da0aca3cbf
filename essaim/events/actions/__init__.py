from essaim.events.actions import moderation
from essaim.events.actions.door import (
    Scan,
    count_attendance,
    doors_to_count,
    keep_door,
    make_door_link,
    revoke_door_link,
)
from essaim.events.actions.events import (
    cancel_event,
    change_and_publish,
    delete_draft,
    draft_event,
    edit_event,
    plan_event,
    postpone_event,
    publish_event,
    remind_of,
    say_held,
)
from essaim.events.actions.inviting import accept_holding, ask_to_hold, end_holding, invite
from essaim.events.actions.leavers import forget_guests, free_seats_of_nobody, leave_events
from essaim.events.actions.mails import send_offer, send_passed_on, send_ticket
from essaim.events.actions.reading import record_reading
from essaim.events.actions.seats import (
    change_registration,
    pass_on,
    register,
    register_by_mail,
    take_offered,
    take_own_offer,
)
from essaim.events.actions.sessions import add_session, remove_session
from essaim.events.actions.telling import pending, tell_everybody

__all__ = [
    "Scan",
    "accept_holding",
    "add_session",
    "ask_to_hold",
    "cancel_event",
    "change_and_publish",
    "change_registration",
    "count_attendance",
    "delete_draft",
    "doors_to_count",
    "draft_event",
    "edit_event",
    "end_holding",
    "forget_guests",
    "free_seats_of_nobody",
    "invite",
    "keep_door",
    "leave_events",
    "make_door_link",
    "moderation",
    "pass_on",
    "pending",
    "plan_event",
    "postpone_event",
    "publish_event",
    "record_reading",
    "register",
    "register_by_mail",
    "remind_of",
    "remove_session",
    "revoke_door_link",
    "say_held",
    "send_offer",
    "send_passed_on",
    "send_ticket",
    "take_offered",
    "take_own_offer",
    "tell_everybody",
]
