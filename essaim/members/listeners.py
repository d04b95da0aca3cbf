from essaim.foundation.activity import Fact, hears
from essaim.members import actions
from essaim.members.facts import (
    FactorAdded,
    FactorRemoved,
    PasswordChosen,
    PasswordRemoved,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    SessionsEnded,
)


@hears(
    FactorAdded,
    FactorRemoved,
    PasswordChosen,
    PasswordRemoved,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    SessionsEnded,
)
def tell_the_person_what_changed(fact: Fact) -> None:
    """Whoever else changed it, the person learns of it."""
    actions.tell_of_change(fact=fact)
