"""How needs, offers, messages between two and stories are hidden and shown again."""

from typing import Any

from essaim.discussions.actions import Handling, Thing, handles
from essaim.discussions.models import Waiting
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member
from essaim.needs.actions import answers, helps, needs, offers, talk
from essaim.needs.facts import MessageHidden, NeedHidden, OfferHidden, OfferMade, StoryHidden
from essaim.needs.models import MESSAGE, NEED, OFFER, STORY, Help, MatchMessage

_HIDDEN = ("hidden_at", "hidden_by", "hiding_reason", "waiting_for")


def _hide(row: Any, member: Member | None, reason: str) -> None:
    """Without a member it waits for a decision."""
    row.hidden_at, row.hidden_by, row.hiding_reason = now(), member, reason
    row.waiting_for = "" if member else Waiting.DECISION
    row.save(update_fields=_HIDDEN)
    bump_generation()


def _show(row: Any) -> None:
    row.hidden_at = row.hidden_by = None
    row.hiding_reason = row.waiting_for = ""
    row.save(update_fields=_HIDDEN)
    bump_generation()


def _lock_need(need_id: int) -> Thing:
    return needs.thing_of(needs.locked(need_id))


def _hide_need(thing: Thing, member: Member | None, reason: str) -> None:
    _hide(thing.row, member, reason)
    if member:
        record(NeedHidden(actor_id=member.pk, **answers.about_need(thing.row)))


def _show_need(thing: Thing, _member: Member | None) -> None:
    _show(thing.row)
    needs.can_be_read(thing.row)
    if thing.waiting_for == Waiting.LOOK:
        needs.record_posted(thing.row)


def _lock_offer(offer_id: int) -> Thing:
    return offers.thing_of(offers.locked(offer_id))


def _hide_offer(thing: Thing, member: Member | None, reason: str) -> None:
    _hide(thing.row, member, reason)
    if member:
        record(OfferHidden(actor_id=member.pk, **offers.about(thing.row)))


def _show_offer(thing: Thing, _member: Member | None) -> None:
    _show(thing.row)
    if thing.waiting_for == Waiting.LOOK:
        record(OfferMade(actor_id=thing.row.member_id, **offers.about(thing.row)))


def _lock_message(message_id: int) -> Thing:
    message = (
        MatchMessage.objects.select_for_update(of=("self",))
        .select_related("match__need__community", "match__offer")
        .get(pk=message_id)
    )
    return talk.thing_of(message)


def _hide_message(thing: Thing, member: Member | None, reason: str) -> None:
    _hide(thing.row, member, reason)
    if member:
        record(
            MessageHidden(
                actor_id=member.pk,
                community_id=thing.community.pk,
                match_id=thing.row.match_id,
                message_id=thing.pk,
            )
        )


def _show_message(thing: Thing, _member: Member | None) -> None:
    _show(thing.row)


def _lock_story(help_id: int) -> Thing:
    found = (
        Help.objects.select_for_update(of=("self",))
        .select_related("match__need__community")
        .get(pk=help_id)
    )
    return helps.thing_of(found)


def _hide_story(thing: Thing, member: Member | None, reason: str) -> None:
    help_: Help = thing.row
    help_.hidden_at, help_.hidden_by, help_.hiding_reason = now(), member, reason
    help_.save(update_fields=["hidden_at", "hidden_by", "hiding_reason"])
    bump_generation()
    record(
        StoryHidden(
            actor_id=member.pk if member else None,
            community_id=thing.community.pk,
            audience=help_.story_audience,
            need_id=help_.match.need_id,
            match_id=help_.match_id,
        )
    )


def _show_story(thing: Thing, _member: Member | None) -> None:
    Help.objects.filter(pk=thing.pk).update(hidden_at=None, hidden_by=None, hiding_reason="")
    bump_generation()


handles(NEED, Handling(lock=_lock_need, hide=_hide_need, show=_show_need))
handles(OFFER, Handling(lock=_lock_offer, hide=_hide_offer, show=_show_offer))
handles(MESSAGE, Handling(lock=_lock_message, hide=_hide_message, show=_show_message))
handles(STORY, Handling(lock=_lock_story, hide=_hide_story, show=_show_story))
