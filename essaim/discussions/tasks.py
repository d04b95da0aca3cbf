from essaim.discussions import actions
from essaim.foundation.jobs import every


@every("* * * * *")
def forget_what_was_withdrawn() -> None:
    actions.forget_withdrawn_posts()
