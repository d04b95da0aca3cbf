from essaim.events.actions import (
    moderation,
)
from essaim.events.actions.agenda import (
    add_item,
    begin_from_template,
    change_item,
    close_question,
    end_item,
    merge_items,
    move_item,
    remove_item,
    start_item,
)
from essaim.events.actions.awareness import (
    add_awareness_step,
    change_awareness,
    change_awareness_step,
    end_awareness,
    link_awareness_step,
    plan_awareness,
    plan_awareness_step,
    remove_awareness_step,
    unlink_awareness_step,
)
from essaim.events.actions.born import (
    ask_help,
    link_need,
    unlink_need,
)
from essaim.events.actions.costs import (
    add_cost,
    change_cost,
    remove_cost,
    set_hour_rate,
)
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
from essaim.events.actions.feeds import (
    make_calendar_address,
    revoke_calendar_address,
)
from essaim.events.actions.forgetting import (
    forget_rounds,
)
from essaim.events.actions.imports import (
    import_calendar,
)
from essaim.events.actions.inviting import (
    accept_holding,
    ask_to_hold,
    end_holding,
    invite,
)
from essaim.events.actions.joy import (
    tell_joy,
    tell_joy_by_link,
)
from essaim.events.actions.leavers import (
    forget_guests,
    free_seats_of_nobody,
    leave_events,
)
from essaim.events.actions.lines import (
    answer_round,
    say,
    take_back,
)
from essaim.events.actions.mails import (
    send_offer,
    send_passed_on,
    send_ticket,
)
from essaim.events.actions.minutes import (
    publish_minutes,
    write_minutes,
)
from essaim.events.actions.pictures import (
    add_picture,
    object_to_picture,
    remove_picture,
    show_again,
)
from essaim.events.actions.plenaries import (
    call_members,
)
from essaim.events.actions.points import (
    add_point,
    drop_point,
    finish_point,
    give_point_back,
    hand_point_over,
    take_point,
)
from essaim.events.actions.positions import (
    ask_positions,
    count_positions,
    tap,
)
from essaim.events.actions.reading import (
    record_taking,
)
from essaim.events.actions.rounds import (
    close_round,
    end_opening_round,
    hide_line,
    open_round,
    take_questions,
    type_in,
    word_round,
)
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
from essaim.events.actions.sessions import (
    add_session,
    remove_session,
)
from essaim.events.actions.splitting import (
    change_following,
)
from essaim.events.actions.telling import (
    pending,
    tell_everybody,
)
from essaim.events.actions.templates import (
    change_template,
    reset_template,
)
from essaim.events.actions.turns import (
    add_turn,
    ask_turn,
    drop_turn,
    end_turn,
    leave_line,
    start_turn,
)

__all__ = [
    "Scan",
    "accept_holding",
    "add_awareness_step",
    "add_cost",
    "add_item",
    "add_picture",
    "add_point",
    "add_session",
    "add_turn",
    "answer_round",
    "ask_help",
    "ask_positions",
    "ask_to_hold",
    "ask_turn",
    "begin_from_template",
    "call_members",
    "cancel_event",
    "change_and_publish",
    "change_awareness",
    "change_awareness_step",
    "change_cost",
    "change_following",
    "change_item",
    "change_registration",
    "change_template",
    "close_question",
    "close_round",
    "count_attendance",
    "count_positions",
    "delete_draft",
    "delete_series",
    "doors_to_count",
    "draft_event",
    "drop_point",
    "drop_turn",
    "edit_event",
    "end_awareness",
    "end_holding",
    "end_item",
    "end_opening_round",
    "end_series",
    "end_turn",
    "finish_point",
    "forget_guests",
    "forget_rounds",
    "free_seats_of_nobody",
    "give_point_back",
    "hand_point_over",
    "hide_line",
    "import_calendar",
    "invite",
    "keep_door",
    "leave_events",
    "leave_line",
    "link_awareness_step",
    "link_need",
    "make_calendar_address",
    "make_door_link",
    "make_evenings",
    "merge_items",
    "moderation",
    "move_item",
    "object_to_picture",
    "open_round",
    "pass_on",
    "pending",
    "plan_awareness",
    "plan_awareness_step",
    "plan_event",
    "plan_series",
    "postpone_event",
    "publish_event",
    "publish_minutes",
    "publish_series",
    "record_taking",
    "register",
    "register_by_mail",
    "remind_of",
    "remove_awareness_step",
    "remove_cost",
    "remove_item",
    "remove_picture",
    "remove_session",
    "reset_template",
    "revoke_calendar_address",
    "revoke_door_link",
    "say",
    "say_held",
    "send_offer",
    "send_passed_on",
    "send_ticket",
    "set_hour_rate",
    "show_again",
    "skip_day",
    "start_item",
    "start_turn",
    "take_back",
    "take_offered",
    "take_own_offer",
    "take_point",
    "take_questions",
    "tap",
    "tell_everybody",
    "tell_joy",
    "tell_joy_by_link",
    "type_in",
    "unlink_awareness_step",
    "unlink_need",
    "word_round",
    "write_minutes",
]
