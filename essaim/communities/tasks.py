from essaim.communities import actions
from essaim.foundation.jobs import every


@every("25 3 * * *")
def forget_old_reasons() -> None:
    actions.forget_old_reasons()
