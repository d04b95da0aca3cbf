from essaim.discussions.queries.currents import (
    Carrier,
    CurrentShown,
    authors_who_carry,
    chosen_in,
    current_for_change,
    currents_in_brief,
    messages_for_choice,
)
from essaim.discussions.queries.history import Change, PostPage, post_for_page
from essaim.discussions.queries.moderation import (
    ModerationPage,
    has_reported,
    moderation_for_page,
    report_for_decision,
)
from essaim.discussions.queries.positions import POSTS_SAID, View
from essaim.discussions.queries.posts import (
    PostInBrief,
    author_name,
    in_brief,
    post_in,
    post_row,
    posts_in_brief,
)
from essaim.discussions.queries.search import posts_found
from essaim.discussions.queries.threads import (
    THREAD_SUBJECTS,
    Comment,
    Subject,
    ThreadPage,
    comment_alone,
    place_of,
    post_for_change,
    subject_of,
    thread_for_page,
    thread_for_writing,
)

__all__ = [
    "POSTS_SAID",
    "THREAD_SUBJECTS",
    "Carrier",
    "Change",
    "Comment",
    "CurrentShown",
    "ModerationPage",
    "PostInBrief",
    "PostPage",
    "Subject",
    "ThreadPage",
    "View",
    "author_name",
    "authors_who_carry",
    "chosen_in",
    "comment_alone",
    "current_for_change",
    "currents_in_brief",
    "has_reported",
    "in_brief",
    "messages_for_choice",
    "moderation_for_page",
    "place_of",
    "post_for_change",
    "post_for_page",
    "post_in",
    "post_row",
    "posts_found",
    "posts_in_brief",
    "report_for_decision",
    "subject_of",
    "thread_for_page",
    "thread_for_writing",
]
