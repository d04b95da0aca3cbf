from essaim.foundation.jobs import every
from essaim.insights import actions, queries


@every("15 4 * * *")
def keep_numbers() -> None:
    """Every night: what takes long to count, of large communities."""
    actions.keep_numbers()
    actions.thin_numbers()


@every("20 5 * * *")
def open_and_close_ratings() -> None:
    """Every morning: what is due closes, what is due again opens."""
    actions.close_due_ratings()
    actions.open_due_ratings()


@every("45 5 * * *")
def tell_whose_rung_lapses() -> None:
    """Every morning, one notice before somebody stands lower; not those who do not want to know."""
    for community in queries.communities_with_ladder():
        actions.tell_whose_rung_lapses(community=community)
