"""The agenda: read by whoever reads the gathering, kept by those who hold it."""

from datetime import timedelta

from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.events.models import TAKES_PLACE, AgendaItem, Event, ItemKind, State
from essaim.events.rules.seeing import holds, may_see_event
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now

EARLY = timedelta(hours=2)  # before the hour, to try it in the room
LATE = timedelta(hours=12)  # after the end: it lasted, or there is something left to close


def may_read_agenda(reader: Reader, event: Event) -> Verdict:
    return may_see_event(reader, event)


def may_plan_agenda(reader: Reader, event: Event) -> Verdict:
    """Add, say better, move, remove: until it is over, and a little after."""
    if not (seen := may_see_event(reader, event)):
        return seen
    if not holds(reader, event):
        return refused(_("Those who hold this gathering keep its agenda: ask one of them."))
    return _goes_on(event)


def may_begin_from_template(reader: Reader, event: Event, *, is_empty: bool) -> Verdict:
    if not (may := may_plan_agenda(reader, event)):
        return may
    return begins_empty(is_empty=is_empty)


def begins_empty(*, is_empty: bool) -> Verdict:
    """Whether an agenda can begin from what its kind begins with, whoever asks."""
    if not is_empty:
        return refused(_("There is an agenda already: change it, part by part."))
    return ALLOWED


def may_lead(reader: Reader, event: Event) -> Verdict:
    """Open it to phones, start and end parts, give turns: around its hour."""
    if not (may := may_plan_agenda(reader, event)):
        return may
    return takes_place(event)


def takes_place(event: Event) -> Verdict:
    """Whether people are gathered now, or about to be."""
    if not event.is_told or event.state not in TAKES_PLACE:
        return refused(_("This gathering does not take place now: publish it with its day first."))
    if now() < event.starts_at - EARLY:
        return refused(_("It can be opened two hours before the gathering begins."))
    if now() > event.ends_at + LATE:
        return refused(_("This gathering is over: plan another one."))
    return ALLOWED


def may_start_item(reader: Reader, item: AgendaItem) -> Verdict:
    return can_start(item) if (may := may_lead(reader, item.event)) else may


def may_end_item(reader: Reader, item: AgendaItem) -> Verdict:
    return can_end(item) if (may := may_lead(reader, item.event)) else may


def may_remove_item(reader: Reader, item: AgendaItem) -> Verdict:
    return can_remove(item) if (may := may_plan_agenda(reader, item.event)) else may


def may_close_question(reader: Reader, item: AgendaItem) -> Verdict:
    """Say whether a question was answered."""
    if not (may := may_plan_agenda(reader, item.event)):
        return may
    if item.kind != ItemKind.QUESTION:
        return refused(_("Only questions are answered or not: say that this part is a question."))
    return ALLOWED


def may_ask_positions(reader: Reader, item: AgendaItem) -> Verdict:
    return can_ask(item) if (may := may_lead(reader, item.event)) else may


def may_count_positions(reader: Reader, item: AgendaItem) -> Verdict:
    if not (may := may_plan_agenda(reader, item.event)):
        return may
    if not item.takes_positions:
        return refused(_("No positions are being taken on this: ask for them first."))
    return ALLOWED


def _goes_on(event: Event) -> Verdict:
    """Whether there is still something to plan or to close."""
    if event.hidden_at:
        return refused(_("This gathering was hidden by a moderator."))
    if event.state == State.CANCELLED:
        return refused(_("This gathering is cancelled: plan another one."))
    if not event.community.is_open:
        return refused(_("This community is closed: it takes nothing new."))
    if event.ends_at + LATE < now() and event.state != State.POSTPONED:
        return refused(_("This gathering is over: its agenda stays as it is."))
    return ALLOWED


def can_start(item: AgendaItem) -> Verdict:
    """Whether the part itself can be started, whoever asks; as the three below."""
    if item.ended_at:
        return refused(_("This part is over: add another one."))
    if item.started_at:
        return refused(_("This part is under way."))
    return ALLOWED


def can_end(item: AgendaItem) -> Verdict:
    if not item.is_under_way:
        return refused(_("This part is not under way: start it first."))
    return ALLOWED


def can_remove(item: AgendaItem) -> Verdict:
    """What was spoken of, or chosen on, stays."""
    if item.started_at or item.asked_at:
        return refused(_("It has begun: it stays on the agenda."))
    return ALLOWED


def can_ask(item: AgendaItem) -> Verdict:
    """Whether those in the room can be asked what they think of it."""
    if item.kind == ItemKind.BREAK:
        return refused(_("One takes no position on a break: choose another part."))
    if item.counted_at:
        return refused(_("Positions on this were counted: add another part to ask again."))
    if item.asked_at:
        return refused(_("Positions on this are being taken."))
    return ALLOWED
