from essaim.communities import actions
from essaim.foundation.jobs import every


@every("25 3 * * *")
def forget_old_reasons() -> None:
    actions.forget_old_reasons()


@every("* * * * *")
def open_in_silence() -> None:
    """What nobody has answered within its days, and appeals that nobody has looked at."""
    actions.open_in_silence()
    actions.answer_appeals_in_silence()
