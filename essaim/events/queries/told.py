"""Whom a fact concerns, and what the clock has to do."""

from datetime import datetime, timedelta

from django.db.models import Q

from essaim.communities.models import Community
from essaim.communities.queries import people_of_community, people_who_may
from essaim.events import rules
from essaim.events.models import (
    CoHolder,
    Event,
    EventPicture,
    Invitation,
    Kind,
    Openness,
    Registration,
    Standing,
    State,
)
from essaim.foundation.clock import now

SOON = timedelta(hours=28)  # the day before, for whoever looks into their mail once a day


def event_of(event_id: int) -> Event | None:
    return Event.objects.select_related("community", "place").filter(pk=event_id).first()


def registration_of(registration_id: int) -> Registration | None:
    found = Registration.objects.filter(pk=registration_id)
    return found.select_related("event__community", "event__place", "member").first()


def members_to_tell(event_id: int) -> set[int]:
    """Members of the communities that hold something that is for all of them."""
    event = event_of(event_id)
    if event is None or event.openness not in (Openness.EVERYONE, Openness.MEMBERS):
        return set()
    if event.kind == Kind.PLENARY:
        return set()  # all are called to it when it is near
    told: set[int] = set()
    for community in rules.holders(event):
        told |= people_of_community(community.pk)
    return told


def invited_to(event_id: int) -> list[int]:
    found = Invitation.objects.filter(event=event_id).order_by("member")
    return list(found.values_list("member_id", flat=True))


def who_answers_holding(holder_id: int) -> list[int]:
    """Those of the community that is asked who may say yes or no."""
    asked = CoHolder.objects.select_related("community").filter(pk=holder_id).first()
    return holding_people(asked.community) if asked and asked.accepted_at is None else []


def who_asked(holder_id: int) -> list[int]:
    asked = CoHolder.objects.select_related("event").filter(pk=holder_id).first()
    made = asked.event.created_by_id if asked else None
    return [made] if made else []


def holding_people(community: Community) -> list[int]:
    return sorted(people_who_may(community, rules.HOLD))


def who_holds(event_id: int) -> set[int]:
    """Of all the communities that hold it."""
    event = event_of(event_id)
    if event is None:
        return set()
    return {pk for one in rules.holders(event) for pk in holding_people(one)}


def objection_to(picture_id: int) -> datetime | None:
    """When somebody said no to a picture that still waits for those who hold its gathering."""
    found = EventPicture.objects.filter(pk=picture_id).values_list("objected_at", flat=True)
    return found.first()


def offers_to_end() -> list[Registration]:
    """Seats that were offered and not taken in time."""
    late = Registration.objects.filter(
        standing=Standing.OFFERED, offered_until__lte=now(), event__state=State.PUBLISHED
    )
    return list(late.order_by("offered_until", "pk")[:1000])


def ended() -> list[Event]:
    over = Event.objects.filter(state=State.PUBLISHED, ends_at__lte=now())
    return list(over.order_by("ends_at", "pk")[:1000])


def soon() -> list[Event]:
    """Those that begin within a day, and that somebody registered for before it."""
    near = Event.objects.open().filter(
        Q(starts_at__lte=now() + SOON), registrations__registered_at__lt=now() - timedelta(days=1)
    )
    return list(near.distinct().order_by("starts_at", "pk")[:1000])
