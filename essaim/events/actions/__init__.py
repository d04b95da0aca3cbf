from essaim.events.actions import moderation
from essaim.events.actions.events import (
    cancel_event,
    delete_draft,
    draft_event,
    edit_event,
    plan_event,
    postpone_event,
    publish_event,
    remind_of,
    say_held,
)
from essaim.events.actions.feeds import make_calendar_address, revoke_calendar_address
from essaim.events.actions.imports import import_calendar
from essaim.events.actions.inviting import accept_holding, ask_to_hold, end_holding, invite
from essaim.events.actions.leavers import forget_guests, free_seats_of_nobody, leave_events
from essaim.events.actions.mails import send_offer, send_passed_on, send_ticket
from essaim.events.actions.plenaries import call_members
from essaim.events.actions.reading import record_reading
from essaim.events.actions.seats import (
    change_registration,
    pass_on,
    register,
    register_by_mail,
    take_offered,
    take_own_offer,
)
from essaim.events.actions.series import (
    delete_series,
    end_series,
    make_evenings,
    plan_series,
    publish_series,
    skip_day,
)
from essaim.events.actions.sessions import add_session, remove_session
from essaim.events.actions.splitting import change_following
from essaim.events.actions.telling import pending, tell_everybody

__all__ = [
    "accept_holding",
    "add_session",
    "ask_to_hold",
    "call_members",
    "cancel_event",
    "change_following",
    "change_registration",
    "delete_draft",
    "delete_series",
    "draft_event",
    "edit_event",
    "end_holding",
    "end_series",
    "forget_guests",
    "free_seats_of_nobody",
    "import_calendar",
    "invite",
    "leave_events",
    "make_calendar_address",
    "make_evenings",
    "moderation",
    "pass_on",
    "pending",
    "plan_event",
    "plan_series",
    "postpone_event",
    "publish_event",
    "publish_series",
    "record_reading",
    "register",
    "register_by_mail",
    "remind_of",
    "remove_session",
    "revoke_calendar_address",
    "say_held",
    "send_offer",
    "send_passed_on",
    "send_ticket",
    "skip_day",
    "take_offered",
    "take_own_offer",
    "tell_everybody",
]
