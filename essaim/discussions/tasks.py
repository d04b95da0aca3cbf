"""What the clock does: words forgotten, first looks that nobody took, decisions that are late."""

import logging

from essaim.discussions import actions
from essaim.discussions.queries import told
from essaim.foundation.jobs import every
from essaim.outreach.actions import notify

log = logging.getLogger(__name__)


@every("* * * * *")
def forget_what_was_withdrawn() -> None:
    actions.forget_withdrawn_posts()


@every("*/10 * * * *")
def show_what_nobody_looked_at() -> None:
    """Each in its own transaction: one that fails does not keep the others waiting."""
    for case in told.cases_to_release():
        try:
            actions.release_case(case=case)
        except Exception:
            log.exception("The case %s could not be released.", case.public_id)


@every("20 5 * * *")
def tell_who_is_late() -> None:
    """Once for each case, on the morning after its day."""
    for case_id, community_id in told.late_cases():
        notify(
            member_ids=told.moderators_to_tell(case_id),
            kind="discussions.case_late",
            key=str(case_id),
            community_id=community_id,
            details={"case_id": case_id},
        )
