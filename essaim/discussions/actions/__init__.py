from essaim.discussions.actions.cases import (
    decide_case,
    end_case,
    give_case_back,
    hide_thing,
    look_into,
    open_case,
    put_back,
    put_back_overturned,
    release_case,
    reopen_case,
    take_case,
    waiting_case,
)
from essaim.discussions.actions.currents import (
    MOST_CARRIERS,
    change_current,
    leave_current,
    name_current,
    withdraw_current,
)
from essaim.discussions.actions.newcomers import Written, signs_of_a_first
from essaim.discussions.actions.policies import set_moderation
from essaim.discussions.actions.positions import (
    support_post,
    take_stance,
    withdraw_positions_of_leaver,
    withdraw_post_support,
)
from essaim.discussions.actions.posts import (
    edit_post,
    forget_withdrawn_posts,
    restore_post,
    withdraw_post,
    write_post,
)
from essaim.discussions.actions.reports import (
    report_post,
    report_thing,
    take_report_back,
    withdraw_report,
)
from essaim.discussions.actions.things import Handling, Thing, handles, handling_of
from essaim.discussions.actions.threads import (
    change_thread_audience,
    close_threads,
    open_thread,
    reopen_threads,
)

__all__ = [
    "MOST_CARRIERS",
    "Handling",
    "Thing",
    "Written",
    "change_current",
    "change_thread_audience",
    "close_threads",
    "decide_case",
    "edit_post",
    "end_case",
    "forget_withdrawn_posts",
    "give_case_back",
    "handles",
    "handling_of",
    "hide_thing",
    "leave_current",
    "look_into",
    "name_current",
    "open_case",
    "open_thread",
    "put_back",
    "put_back_overturned",
    "release_case",
    "reopen_case",
    "reopen_threads",
    "report_post",
    "report_thing",
    "restore_post",
    "set_moderation",
    "signs_of_a_first",
    "support_post",
    "take_case",
    "take_report_back",
    "take_stance",
    "waiting_case",
    "withdraw_current",
    "withdraw_positions_of_leaver",
    "withdraw_post",
    "withdraw_post_support",
    "withdraw_report",
    "write_post",
]
