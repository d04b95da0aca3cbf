"""What the clock does: changes told, seats passed on, reminders, the end, what is forgotten."""

from essaim.events import actions
from essaim.events.queries import plenaries, series, told
from essaim.foundation.jobs import each, every


@every("* * * * *")
def tell_what_changed() -> None:
    """Everybody registered, each once: a change cannot wait for the daily mail."""
    each(actions.pending(), actions.tell_everybody)


@every("* * * * *")
def pass_seats_on() -> None:
    each(told.offers_to_end(), actions.pass_on)


@every("*/10 * * * *")
def say_what_was_held() -> None:
    each(told.ended(), actions.say_held)


@every("10 * * * *")
def remind_of_tomorrow() -> None:
    each(told.soon(), actions.remind_of)


@every("35 3 * * *")
def forget_who_came_without_an_account() -> None:
    """What they gave, some months after; needs of members go with it."""
    actions.forget_guests()


@every("50 * * * *")
def forget_who_wrote_what() -> None:
    """Codes, first names and telephones of opening rounds, a day after."""
    actions.forget_rounds()


@every("25 * * * *")
def count_attendance() -> None:
    """Of those whose door is closed for good."""
    each(actions.doors_to_count(), actions.count_attendance)


@every("5 * * * *")
def make_what_comes_again() -> None:
    """The evenings that the horizon has reached, of each series."""
    each(series.to_go_on(), actions.make_evenings)


@every("*/10 * * * *")
def call_to_plenaries() -> None:
    """Each member once for each plenary, a month ahead."""
    each(plenaries.to_call(), actions.call_members)
