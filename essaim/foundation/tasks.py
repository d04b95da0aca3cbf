"""What the queue and the clock do for the foundation."""

from essaim.foundation.activity import deliver_pending
from essaim.foundation.files import erase_what_was_dropped, sweep_orphans
from essaim.foundation.http.cache import forget_old_generations
from essaim.foundation.http.idempotency import forget_old_answers
from essaim.foundation.jobs import every, job
from essaim.foundation.limits import forget_expired_limits
from essaim.foundation.vocabulary import gather_words


@job(queue="facts", coalesce=True)
def deliver_facts() -> None:
    """Asked for by `record`: tell the listeners as soon as the act is committed."""
    deliver_pending()


@every("* * * * *", queue="facts")
def deliver_what_was_left() -> None:
    """What a crash left, and what failed and waited for its next try."""
    deliver_pending()


@every("30 2 * * *")
def forget_what_is_over() -> None:
    """Every night: limits and answers whose time is over, marks of the page cache."""
    forget_expired_limits()
    forget_old_answers()
    forget_old_generations()


@every("* * * * *")
def erase_dropped_files() -> None:
    """The bytes of files whose row went, in whatever way."""
    erase_what_was_dropped()


@every("40 2 * * *")
def sweep_orphan_files() -> None:
    """Every night: files that nobody refers to, and what a crash left without a row."""
    sweep_orphans()


@every("50 2 * * *")
def gather_words_of_texts() -> None:
    """Every night: the words that search compares mistyped ones with."""
    gather_words()
