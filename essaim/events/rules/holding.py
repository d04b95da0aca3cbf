"""What those who hold a gathering may do with it."""

from django.utils.translation import gettext as _

from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.events.models import CoHolder, Event, State
from essaim.events.rules.seeing import HOLD, are_on, holds, may_see_event
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now


def may_hold(reader: Reader, community: Community) -> Verdict:
    """Plan a gathering here and publish it: nobody is asked for leave."""
    if not (used := are_on(community)):
        return used
    if not community.is_open:
        return refused(_("This community is closed: it takes nothing new."))
    if not reader.is_known:
        return refused(_("Sign in to plan a gathering."))
    if not reader.may(community, HOLD):
        return refused(_("Those who run this community plan its gatherings: ask one of them."))
    return ALLOWED


def may_change(reader: Reader, event: Event) -> Verdict:
    """Say it better, move it, see who comes: before it is over, by any of those who hold it."""
    if not (may := _is_theirs(reader, event)):
        return may
    if event.hidden_at:
        return refused(_("This gathering was hidden by a moderator."))
    if event.state == State.CANCELLED:
        return refused(_("This gathering is cancelled: plan another one."))
    if event.state == State.HELD or (event.state == State.PUBLISHED and event.ends_at <= now()):
        return refused(_("This gathering is over."))
    if not event.community.is_open:
        return refused(_("This community is closed: it takes nothing new."))
    return ALLOWED


def may_publish(reader: Reader, event: Event) -> Verdict:
    """A draft, or one that was postponed, with the day it has now."""
    if not (may := may_change(reader, event)):
        return may
    if event.state == State.PUBLISHED:
        return refused(_("This gathering is published already."))
    return _stands_alone(event)


def may_postpone(reader: Reader, event: Event) -> Verdict:
    if not (may := may_change(reader, event)):
        return may
    if event.state != State.PUBLISHED:
        return refused(_("Only what is published can be postponed."))
    return _has_not_begun(event)


def may_cancel(reader: Reader, event: Event) -> Verdict:
    """Also while it is postponed; a draft is deleted."""
    if not (may := may_change(reader, event)):
        return may
    if event.state == State.DRAFT:
        return refused(_("A draft is deleted, not cancelled."))
    return ALLOWED if event.state == State.POSTPONED else _has_not_begun(event)


def may_delete(reader: Reader, event: Event) -> Verdict:
    """What others could read is cancelled, so that they learn of it: a draft alone goes away."""
    if not (may := _is_theirs(reader, event)):
        return may
    if event.state != State.DRAFT:
        return refused(_("Others have read of it: cancel it, and they are told."))
    return _stands_alone(event)


def may_read_registrants(reader: Reader, event: Event) -> Verdict:
    """Who comes: for those who hold it, each reading is recorded."""
    return _is_theirs(reader, event)


def may_invite(reader: Reader, event: Event) -> Verdict:
    if not (may := may_change(reader, event)):
        return may
    if event.state == State.DRAFT:
        return refused(_("Publish it first: who is invited reads it."))
    return _has_not_begun(event)


def may_ask_holder(reader: Reader, event: Event, community: Community) -> Verdict:
    """Whether another community can be asked to hold it too."""
    if not (may := may_change(reader, event)):
        return may
    if community.pk == event.community_id:
        return refused(_("This community holds it already."))
    if not are_on(community) or not community.is_open:
        return refused(_("This community plans no gatherings."))
    return ALLOWED


def may_answer_holding(reader: Reader, asked: CoHolder) -> Verdict:
    """Say yes or no for the community that was asked; later, withdraw from it."""
    if not (used := are_on(asked.community)):
        return used
    if not reader.may(asked.community, HOLD):
        return refused(_("Those who run the community that was asked answer this."))
    return ALLOWED


def may_end_holding(reader: Reader, asked: CoHolder) -> Verdict:
    """Either side, whenever it likes, until it is over."""
    if asked.event.state in (State.HELD, State.CANCELLED):
        return refused(_("This gathering is over."))
    return may_answer_holding(reader, asked) or _is_theirs(reader, asked.event)


def _is_theirs(reader: Reader, event: Event) -> Verdict:
    if not (seen := may_see_event(reader, event)):
        return seen
    if not holds(reader, event):
        return refused(_("Only those who hold this gathering can do this."))
    return ALLOWED


def _has_not_begun(event: Event) -> Verdict:
    if event.starts_at <= now():
        return refused(_("This gathering has begun."))
    return ALLOWED


def _stands_alone(event: Event) -> Verdict:
    """A draft of a series is published, and deleted, with its series."""
    if event.state == State.DRAFT and event.series_id is not None:
        return refused(_("It belongs to a series: publish the series, or delete it."))
    return ALLOWED
