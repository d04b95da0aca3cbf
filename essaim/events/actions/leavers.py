"""Whoever may read a gathering no longer does not come to it either."""

from datetime import timedelta

from django.db import transaction

from essaim.communities.readers import fresh_reader
from essaim.events import rules
from essaim.events.actions import seats
from essaim.events.actions.locks import locked
from essaim.events.actions.points import free_points_of
from essaim.events.models import CheckIn, Event, Invitation, Registration, Standing
from essaim.foundation.clock import now
from essaim.members.models import Member

GUESTS_KEPT = timedelta(days=90)  # after it is over: for whoever has a question about that day


@transaction.atomic
def leave_events(*, member_id: int, community_id: int) -> None:
    """Of a community that one left: its invitations end, and what one reads no longer."""
    member = Member.objects.filter(pk=member_id).first()
    if member is None or (reader := fresh_reader(member)).belongs_to(community_id):
        return  # they came back before this was heard
    Invitation.objects.filter(
        event__community=community_id, event__ends_at__gt=now(), member=member
    ).delete()
    free_points_of(member, community_id, still_in=reader.community_ids)
    for event_id in _expected_at(member):
        event = locked(event_id)
        mine = event.registrations.expected().filter(member=member).first()
        if mine and not rules.may_see_event(reader, event):
            mine.event = event
            seats.end_registration(mine)
            seats.offer_free(event)


def _expected_at(member: Member) -> list[int]:
    coming = Event.objects.filter(
        registrations__in=Registration.objects.expected().filter(member=member),
        starts_at__gt=now(),
    )
    return list(coming.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def free_seats_of_nobody() -> None:
    """An erased account comes to nothing: its rows name nobody any more."""
    orphans = Registration.objects.expected().filter(
        member__isnull=True, email__isnull=True, event__starts_at__gt=now()
    )
    for row in orphans.order_by("event", "pk"):
        event = locked(row.event_id)
        one = event.registrations.expected().filter(pk=row.pk).first()
        if one:
            one.event = event
            seats.end_registration(one)
            seats.offer_free(event)


@transaction.atomic
def forget_guests() -> int:
    """What people without an account gave is emptied some months after, and that somebody said how
    it was; returns how many.
    """
    over = Registration.objects.filter(
        event__ends_at__lt=now() - GUESTS_KEPT, forgotten_at__isnull=True
    )
    given = over.exclude(standing=Standing.OFFERED)
    let_in = CheckIn.objects.filter(event__ends_at__lt=now() - GUESTS_KEPT).exclude(name="")
    let_in.update(name="")
    return given.update(
        email=None,
        name="",
        childcare="",
        access="",
        answers=None,
        has_told_joy=False,
        forgotten_at=now(),
    )
