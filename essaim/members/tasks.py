"""What the night does for accounts."""

from essaim.foundation.jobs import every
from essaim.members import actions


@every("20 2 * * *")
def forget_what_is_over() -> None:
    """Accounts nobody proved, words nobody says, sessions and tokens that ended."""
    actions.drop_unproved_accounts()
    actions.drop_unused_interests()
    actions.drop_ended_sessions()
    actions.drop_old_tokens()
