"""Two people exchange their seats when both say so."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.actions.belonging import hold_member
from essaim.communities.actions.circles.seats import close_swaps, hold_division, rise, sit
from essaim.communities.facts import SwapAnswered, SwapAsked
from essaim.communities.models import SWAP_OPEN, CircleSwap, Community
from essaim.communities.queries.seats import circle_of, seats_of
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.members.models import Member


@transaction.atomic
def ask_swap(*, member: Member, community: Community, other: Member) -> CircleSwap:
    """Ask somebody of another circle for their seat; one question at a time.

    Wishes are not looked at: a refusal would tell the asker what somebody else wished.
    """
    community, division = hold_division(community)
    seats = seats_of(division)
    here, there = circle_of(seats, member.pk), circle_of(seats, other.pk)
    require(rules.may_ask_swap(fresh_reader(member), asker_circle=here, other_circle=there))
    mine = CircleSwap.objects.filter(division=division, asker=member, answered_at__isnull=True)
    mine.filter(expires_at__lte=now()).update(answered_at=now(), is_accepted=False)
    if mine.exists():
        raise Refused(_("You have asked somebody already: take that back first."))
    try:
        with transaction.atomic():
            swap = CircleSwap.objects.create(
                division=division,
                asker=member,
                other=other,
                asker_circle_id=here or 0,  # the rule has refused those who sit nowhere
                other_circle_id=there or 0,
                expires_at=now() + SWAP_OPEN,
            )
    except IntegrityError as error:
        raise Refused(_("You have asked somebody already: take that back first.")) from error
    record(
        SwapAsked(actor_id=member.pk, community_id=community.pk, swap_id=swap.pk, other_id=other.pk)
    )
    return swap


@transaction.atomic
def answer_swap(*, member: Member, swap: CircleSwap, accepts: bool) -> CircleSwap:
    """Say yes, and both sit elsewhere; or no. Roles held in a circle stay in it."""
    community, swap = _held(swap)
    require(rules.may_answer_swap(fresh_reader(member), swap))
    if accepts:
        for person in sorted((swap.asker, swap.other), key=lambda one: one.pk):
            hold_member(person)
        seats = seats_of(swap.division)
        if (
            circle_of(seats, swap.asker_id) != swap.asker_circle_id
            or circle_of(seats, swap.other_id) != swap.other_circle_id
        ):
            raise Refused(_("One of you sits elsewhere by now: nothing was changed."))
        rise([swap.asker_circle_id], [swap.asker_id])
        rise([swap.other_circle_id], [swap.other_id])
        sit([(swap.other_circle, swap.asker_id), (swap.asker_circle, swap.other_id)])
    swap.answered_at, swap.is_accepted = now(), accepts
    swap.save(update_fields=["answered_at", "is_accepted"])
    if accepts:
        close_swaps(swap.division, [swap.asker_id, swap.other_id])
    record(
        SwapAnswered(
            actor_id=member.pk,
            community_id=community.pk,
            swap_id=swap.pk,
            asker_id=swap.asker_id,
            is_accepted=accepts,
        )
    )
    return swap


@transaction.atomic
def take_back_swap(*, member: Member, swap: CircleSwap) -> None:
    """The question is not asked any more."""
    _community, swap = _held(swap)
    require(rules.may_take_back_swap(fresh_reader(member), swap))
    swap.answered_at, swap.is_accepted = now(), False
    swap.save(update_fields=["answered_at", "is_accepted"])


def _held(swap: CircleSwap) -> tuple[Community, CircleSwap]:
    """The community first, as everybody who changes seats, then the question as it is now."""
    community = (
        Community.objects.select_for_update(no_key=True)
        .filter(divisions__pk=swap.division_id)
        .get()
    )
    known = CircleSwap.objects.select_related(
        "division", "asker", "other", "asker_circle", "other_circle"
    )
    return community, known.get(pk=swap.pk)
