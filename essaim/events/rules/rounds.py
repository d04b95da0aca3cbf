"""What phones without an account may do at a gathering, and those who hold it with what they say.

Whoever has the code stands in the room: nobody else is told that it exists.
"""

from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.events.models import AgendaItem, Event, Round, SpeakingTurn
from essaim.events.rules.agenda import may_lead, may_plan_agenda, takes_place
from essaim.events.rules.seeing import are_on, holds
from essaim.foundation.access import ALLOWED, Verdict, refused


def may_read_round(reader: Reader, event: Event) -> Verdict:
    """What was said, on the host's page and on the wall; also when all is over."""
    if not are_on(event.community) or not holds(reader, event):
        return refused(_("What is said here is for those who hold this gathering: ask them."))
    return ALLOWED


def may_word_round(reader: Reader, event: Event, opened: Round | None) -> Verdict:
    """Change what everybody is asked: nobody has answered yet."""
    return words_open(opened) if (may := may_plan_agenda(reader, event)) else may


def may_open_round(reader: Reader, event: Event, opened: Round | None) -> Verdict:
    return opens(event, opened) if (may := may_plan_agenda(reader, event)) else may


def may_end_opening_round(reader: Reader, event: Event, opened: Round | None) -> Verdict:
    return ends_opening(opened) if (may := may_plan_agenda(reader, event)) else may


def may_close_round(reader: Reader, event: Event, opened: Round | None) -> Verdict:
    return closes(opened) if (may := may_plan_agenda(reader, event)) else may


def words_open(opened: Round | None) -> Verdict:
    """Whether the questions can still be changed, whoever asks; as the three below."""
    if opened is not None and opened.opened_at:
        return refused(_("It was opened: the questions stay as people have answered them."))
    return ALLOWED


def opens(event: Event, opened: Round | None) -> Verdict:
    if not (now := takes_place(event)):
        return now
    if opened is not None and opened.is_open:
        return refused(_("Phones can answer already."))
    return ALLOWED


def ends_opening(opened: Round | None) -> Verdict:
    if opened is None or not opened.takes_answers:
        return refused(_("The opening round is not open: open it to phones first."))
    return ALLOWED


def closes(opened: Round | None) -> Verdict:
    if opened is None or not opened.is_open:
        return refused(_("It is closed to phones."))
    return ALLOWED


def may_keep_lines(reader: Reader, event: Event) -> Verdict:
    """Type in what is on paper, hide a line, take questions onto the agenda."""
    return may_plan_agenda(reader, event)


def may_use_phone(opened: Round) -> Verdict:
    """Whether whoever has the code can do anything with it."""
    event = opened.event
    is_over = not event.community.is_open or not takes_place(event)
    if not are_on(event.community) or event.hidden_at or is_over:
        return refused(_("Nothing is open here now."))
    if opened.opened_at is None:
        return refused(_("This is not open yet: whoever holds the gathering opens it."))
    if opened.closed_at:
        return refused(_("This is closed: say it aloud to whoever holds the gathering."))
    return ALLOWED


def may_answer_round(opened: Round) -> Verdict:
    if not (may := may_use_phone(opened)):
        return may
    if not opened.takes_answers:
        return refused(_("The opening round is over: you can still ask a question below."))
    return ALLOWED


def may_take_back(opened: Round) -> Verdict:
    """What the same phone wrote: also when it is closed, as long as it is known which phone did."""
    if opened.code is None or not are_on(opened.event.community):
        return refused(_("Which phone wrote what is forgotten: ask those who hold the gathering."))
    return ALLOWED


def may_tap(opened: Round, item: AgendaItem) -> Verdict:
    if not (may := may_use_phone(opened)):
        return may
    if item.counted_at:
        return refused(_("Positions on this were counted: they are no longer taken."))
    if item.asked_at is None:
        return refused(_("No positions are taken on this yet: wait until you are asked."))
    return ALLOWED


def may_give_turn(reader: Reader, turn: SpeakingTurn) -> Verdict:
    if not (may := may_lead(reader, turn.round.event)):
        return may
    if turn.started_at:
        return refused(_("Their turn has begun already."))
    return ALLOWED


def may_end_turn(reader: Reader, turn: SpeakingTurn) -> Verdict:
    if not (may := may_plan_agenda(reader, turn.round.event)):
        return may
    if not turn.started_at or turn.ended_at:
        return refused(_("They are not speaking now."))
    return ALLOWED
