from essaim.discussions.actions.currents import (
    MOST_CARRIERS,
    change_current,
    leave_current,
    name_current,
    withdraw_current,
)
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
from essaim.discussions.actions.reports import decide_report, report_post, withdraw_report
from essaim.discussions.actions.threads import (
    change_thread_audience,
    close_threads,
    open_thread,
    reopen_threads,
)

__all__ = [
    "MOST_CARRIERS",
    "change_current",
    "change_thread_audience",
    "close_threads",
    "decide_report",
    "edit_post",
    "forget_withdrawn_posts",
    "leave_current",
    "name_current",
    "open_thread",
    "reopen_threads",
    "report_post",
    "restore_post",
    "support_post",
    "take_stance",
    "withdraw_current",
    "withdraw_positions_of_leaver",
    "withdraw_post",
    "withdraw_post_support",
    "withdraw_report",
    "write_post",
]
