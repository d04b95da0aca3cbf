from essaim.discussions.actions.posts import edit_post, withdraw_post, write_post
from essaim.discussions.actions.reports import decide_report, report_post, withdraw_report
from essaim.discussions.actions.threads import change_thread_audience, open_thread

__all__ = [
    "change_thread_audience",
    "decide_report",
    "edit_post",
    "open_thread",
    "report_post",
    "withdraw_post",
    "withdraw_report",
    "write_post",
]
