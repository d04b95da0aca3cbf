from essaim.discussions.queries.moderation import (
    ModerationPage,
    moderation_for_page,
    report_for_decision,
)
from essaim.discussions.queries.threads import (
    THREAD_SUBJECTS,
    Comment,
    PostInBrief,
    Subject,
    ThreadPage,
    author_name,
    comment_alone,
    post_for_change,
    posts_in_brief,
    subject_of,
    thread_for_page,
    thread_for_writing,
)

__all__ = [
    "THREAD_SUBJECTS",
    "Comment",
    "ModerationPage",
    "PostInBrief",
    "Subject",
    "ThreadPage",
    "author_name",
    "comment_alone",
    "moderation_for_page",
    "post_for_change",
    "posts_in_brief",
    "report_for_decision",
    "subject_of",
    "thread_for_page",
    "thread_for_writing",
]
