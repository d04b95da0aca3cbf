"""Both sides may ask: whoever offers to help, and whoever looks for it."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.communities.actions.belonging import lock_member
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.foundation.clock import now
from essaim.members.models import Member
from essaim.needs import rules
from essaim.needs.actions.answers import record_asked
from essaim.needs.actions.needs import locked
from essaim.needs.actions.talk import say
from essaim.needs.models import (
    Act,
    Match,
    MatchEvent,
    Need,
    Offer,
    Side,
    State,
)

MOST_REASONS = 8


@transaction.atomic
def offer_help(
    *,
    member: Member,
    need: Need,
    words: str,
    offer: Offer | None = None,
    reasons: Collection[str] = (),
    gives_address: bool = False,
) -> Match:
    """« I can do this »: with a first word, and through one's offer if there is one."""
    need = locked(need.pk)
    before = Match.objects.filter(need=need, helper=member).first()
    require(rules.may_help(fresh_reader(member), need, before))
    lock_member(member)
    require(rules.may_offer_more(member.pk))
    if offer and not rules.is_given_through(offer, member.pk, need):
        offer = None
    match = _asked(
        need=need,
        helper=member,
        side=Side.HELPER,
        before=before,
        offer=offer,
        reasons=reasons,
        actor=member,
    )
    say(match, member, words, gives_address=gives_address)
    return match


@transaction.atomic
def ask_helper(
    *,
    member: Member,
    need: Need,
    words: str,
    offer: Offer | None = None,
    official: Member | None = None,
    reasons: Collection[str] = (),
    gives_address: bool = False,
) -> Match:
    """Ask whoever offers something, or, for a need of the elected, one of them.

    The helper is locked, so that two who ask at once count each other: nobody is swamped.
    """
    need = locked(need.pk)
    helper = official or (offer.member if offer else None)
    if helper is None:
        raise ValidationError({"helper": _("Say whom you ask.")})
    lock_member(helper)
    if offer:
        offer = (
            Offer.objects.select_for_update(of=("self",))
            .select_related("community")
            .get(pk=offer.pk)
        )
    before = Match.objects.filter(need=need, helper=helper).first()
    reader = fresh_reader(member)
    require(rules.may_ask(reader, need, helper.pk, offer=offer, match=before))
    match = _asked(
        need=need,
        helper=helper,
        side=Side.NEED,
        before=before,
        offer=offer,
        reasons=reasons,
        actor=member,
    )
    say(match, member, words, gives_address=gives_address)
    return match


def _asked(
    *,
    need: Need,
    helper: Member,
    side: Side,
    before: Match | None,
    offer: Offer | None,
    reasons: Collection[str],
    actor: Member,
) -> Match:
    moment = now()
    match = before or Match(need=need, helper=helper)
    match.need, match.offer, match.asked_by = need, offer, side
    match.state, match.asked_at, match.changed_at = State.ASKED, moment, moment
    match.reasons, match.reminders = list(reasons)[:MOST_REASONS], 0
    match.save()
    event = MatchEvent.objects.create(
        match=match, act=Act.ASK, state=State.ASKED, actor=actor, at=moment
    )
    record_asked(match, event)
    return match
