"""What the clock does: forgetting, settling what waits, keeping figures."""

import logging

from essaim.communities import actions, queries
from essaim.foundation.jobs import every

log = logging.getLogger(__name__)


@every("25 3 * * *")
def forget_old_reasons() -> None:
    actions.forget_old_reasons()


@every("* * * * *")
def open_in_silence() -> None:
    """What nobody has answered within its days, and appeals that nobody has looked at."""
    actions.open_in_silence()
    actions.answer_appeals_in_silence()


@every("30 3 * * *")
def end_offers_of_long_ago() -> None:
    actions.end_old_offers()


@every("5 * * * *")
def settle_adoptions() -> None:
    """Each in its own transaction: one that fails does not keep the others waiting."""
    for adoption in queries.adoptions_to_settle():
        try:
            actions.settle_adoption(adoption=adoption)
        except Exception:
            log.exception("The adoption %s could not be settled.", adoption.pk)


@every("7 * * * *")
def complete_splits() -> None:
    for split in queries.splits_to_complete():
        try:
            actions.complete_split(split=split)
        except Exception:
            log.exception("The split %s could not be completed.", split.public_id)


@every("35 3 * * *")
def forget_old_circle_drafts() -> None:
    actions.forget_old_drafts()


@every("10 */6 * * *")
def keep_figures() -> None:
    """Every six hours: the figures of large communities."""
    actions.keep_figures()


@every("40 3 * * *")
def compare_figures() -> None:
    """Every night: what is kept is what is counted; of months long past one tally stays."""
    if wrong := actions.recount_tallies():
        log.error("The figures of these communities were miscounted: %s.", wrong)
    actions.thin_tallies()
