"""What the queue and the clock do for the foundation."""

from essaim.foundation.activity import deliver_pending
from essaim.foundation.jobs import every, job


@job(queue="facts", coalesce=True)
def deliver_facts() -> None:
    """Asked for by `record`: tell the listeners as soon as the act is committed."""
    deliver_pending()


@every("* * * * *", queue="facts")
def deliver_what_was_left() -> None:
    """What a crash left, and what failed and waited for its next try."""
    deliver_pending()
