"""How a gathering is hidden by a moderator, and shown again."""

from essaim.discussions.actions import Handling, Thing, handles
from essaim.discussions.models import Waiting
from essaim.events import rules
from essaim.events.actions.locks import about, locked
from essaim.events.actions.points import show_points_again
from essaim.events.facts import EventHidden
from essaim.events.models import EVENT, Event, State
from essaim.events.queries.minutes import minutes_of
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member

_HIDDEN = ("hidden_at", "hidden_by", "hiding_reason", "waiting_for")


def thing_of(event: Event) -> Thing:
    """A gathering that the transaction has locked, as moderation handles it."""
    return Thing(
        kind=EVENT,
        pk=event.pk,
        community=event.community,
        audience=event.audience,
        author_id=event.created_by_id,
        text=_words_of(event),
        is_hidden=event.hidden_at is not None,
        waiting_for=Waiting(event.waiting_for) if event.waiting_for else None,
        is_gone=event.state == State.DRAFT,
        may_see=lambda reader: rules.may_see_event(reader, event),
        speaks_for_others=True,
        row=event,
    )


def _words_of(event: Event) -> str:
    """With its minutes, once others read them."""
    words = [event.title, event.text]
    minutes = minutes_of(event)
    if minutes and minutes.published_at:
        words += [minutes.talk, minutes.text, *minutes.lessons, *minutes.decisions, minutes.wish]
    return "\n".join(filter(None, words))


def _lock(event_id: int) -> Thing:
    return thing_of(locked(event_id))


def _hide(thing: Thing, member: Member | None, reason: str) -> None:
    event: Event = thing.row
    event.hidden_at, event.hidden_by, event.hiding_reason = now(), member, reason
    event.waiting_for = "" if member else Waiting.DECISION
    event.save(update_fields=_HIDDEN)
    show_points_again(event)
    bump_generation()
    if member:
        record(EventHidden(actor_id=member.pk, **about(event)))


def _show(thing: Thing, _member: Member | None) -> None:
    event: Event = thing.row
    event.hidden_at = event.hidden_by = None
    event.hiding_reason = event.waiting_for = ""
    event.save(update_fields=_HIDDEN)
    show_points_again(event)
    bump_generation()


handles(EVENT, Handling(lock=_lock, hide=_hide, show=_show))
