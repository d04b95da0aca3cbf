"""Sitting in a circle, rising from it: always while the divided community is held."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.actions.belonging import hold_member
from essaim.communities.actions.tree import locked
from essaim.communities.circles import Person, place_for
from essaim.communities.facts import MandateEnded, MembershipEnded, MembershipStarted
from essaim.communities.models import (
    CircleDivision,
    CircleSwap,
    Community,
    Delegation,
    Mandate,
    Membership,
)
from essaim.communities.queries.seats import (
    Seats,
    as_circles,
    circle_of,
    division_in_force,
    people_to_seat,
    seats_of,
    wishes_in,
)
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record_all
from essaim.foundation.clock import now, today
from essaim.members.models import Member


def hold_division(community: Community) -> tuple[Community, CircleDivision]:
    """The community, held until the transaction ends, and its circles; Refused without any."""
    community = locked(community)
    division = division_in_force(community)
    if division is None:
        raise Refused(_("%(name)s stands in no circles.") % {"name": community.name})
    return community, division


def sit(seats: Iterable[tuple[Community, int]]) -> None:
    """Make the memberships. The agreement to belong is the one to the community itself."""
    made = Membership.objects.bulk_create(
        [Membership(community=circle, member_id=member_id) for circle, member_id in seats]
    )
    record_all(
        [
            MembershipStarted(
                actor_id=one.member_id, community_id=one.community_id, membership_id=one.pk
            )
            for one in made
        ]
    )


def rise(circle_ids: Collection[int], member_ids: Collection[int] | None = None) -> None:
    """End what these people, or all, are and hold in these circles; the dates are kept."""
    held = Mandate.objects.exclude(ends_on__lte=today()).filter(community_id__in=circle_ids)
    sitting = Membership.objects.filter(community_id__in=circle_ids, left_at__isnull=True)
    if member_ids is not None:
        held = held.filter(member_id__in=member_ids)
        sitting = sitting.filter(member_id__in=member_ids)
    mandates, memberships = list(held.order_by("pk")), list(sitting.order_by("pk"))
    for mandate in mandates:
        mandate.ends_on = max(today(), mandate.starts_on)
    for membership in memberships:
        membership.left_at = now()
    Mandate.objects.bulk_update(mandates, ["ends_on"])
    Membership.objects.bulk_update(memberships, ["left_at"])
    Delegation.objects.filter(  # what was lent to somebody who goes does not wait for them
        mandate__community_id__in=circle_ids,
        member_id__in=[one.member_id for one in memberships],
        withdrawn_at__isnull=True,
    ).update(withdrawn_at=now())
    roles = {(one.community_id, one.member_id): one.role for one in mandates}
    record_all(
        [
            MandateEnded(
                community_id=one.community_id,
                mandate_id=one.pk,
                holder_id=one.member_id,
                role=one.role,
            )
            for one in mandates
        ]
        + [
            MembershipEnded(
                actor_id=one.member_id,
                community_id=one.community_id,
                membership_id=one.pk,
                role=roles.get((one.community_id, one.member_id)),
            )
            for one in memberships
        ]
    )


def close_swaps(division: CircleDivision, member_ids: Collection[int] | None = None) -> None:
    """Questions that nobody can answer any more: these people, or all, sit elsewhere now."""
    swaps = CircleSwap.objects.filter(division=division, answered_at__isnull=True)
    if member_ids is not None:
        swaps = swaps.filter(asker_id__in=member_ids) | swaps.filter(other_id__in=member_ids)
    swaps.update(answered_at=now(), is_accepted=False)


def place(community: Community, division: CircleDivision, seats: Seats, member_id: int) -> int:
    """Seat somebody who comes later where there is room; returns the circle."""
    people = people_to_seat(community, division.attributes)
    person = next((one for one in people if one.id == member_id), Person(member_id))
    number = place_for(person, people, as_circles(seats), wishes_in(community))
    if number is None:
        raise Refused(_("Every circle is full: it is time to divide again."))
    circle_id = list(seats)[number]
    sit([(Community(pk=circle_id), member_id)])
    return circle_id


@transaction.atomic
def take_seat(*, member: Member, community: Community) -> Community:
    """Sit down as somebody who joined after the division; the circle is found for them."""
    community, division = hold_division(community)
    hold_member(member)
    seats = seats_of(division)
    sits = circle_of(seats, member.pk)
    require(rules.may_take_seat(fresh_reader(member), community, sits=sits is not None))
    return Community.objects.get(pk=place(community, division, seats, member.pk))


@transaction.atomic
def move_to_circle(
    *, member: Member, community: Community, person: Member, circle: Community | None = None
) -> Community:
    """Put somebody of the community in a circle, where there is room when none is named."""
    community, division = hold_division(community)
    require(rules.may_divide(fresh_reader(member), community))
    hold_member(person)
    if not fresh_reader(person).belongs_to(community.pk):
        raise Refused(_("This person does not belong to %(name)s.") % {"name": community.name})
    seats = seats_of(division)
    before = circle_of(seats, person.pk)
    if circle is not None and circle.pk not in seats:
        raise Refused(_("This is no circle of %(name)s.") % {"name": community.name})
    if before is not None and (circle is None or circle.pk == before):
        return Community.objects.get(pk=before)
    if circle is None:
        return Community.objects.get(pk=place(community, division, seats, person.pk))
    if before is not None:
        rise([before], [person.pk])
        close_swaps(division, [person.pk])
    sit([(circle, person.pk)])
    return circle
