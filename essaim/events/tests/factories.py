"""Gatherings and those who come, for tests, made as directly as the database allows."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from essaim.communities.models import Community, Role
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.events.models import (
    AwarenessPlan,
    AwarenessStep,
    Event,
    Invitation,
    Registration,
    Standing,
    State,
)
from essaim.foundation.clock import now, today
from essaim.members.models import Member

_numbers = count(1)
HOURS = timedelta(hours=2)


def make_host(community: Community, role: str = Role.HOST, **fields: Any) -> Member:
    return in_role(community, role, **fields)


def make_event(community: Community | None = None, **values: Any) -> Event:
    """A published evening in a week, for everyone, in a hall, unless told otherwise."""
    number = next(_numbers)
    starts_at: datetime = values.pop("starts_at", now() + timedelta(days=7))
    given: dict[str, Any] = {
        "title": f"Evening {number}",
        "text": "We talk and we decide.",
        "language": "en",
        "starts_at": starts_at,
        "ends_at": starts_at + HOURS,
        "zone": "Europe/Paris",
        "address": "12 rue Serviez, Pau",
        "state": State.PUBLISHED,
        "published_at": now() - timedelta(days=1),
    }
    community = community or community_factory()
    return Event.objects.create(community=community, **given | values)


def make_registration(event: Event, member: Member | None = None, **values: Any) -> Registration:
    """A member of its community who comes, unless told otherwise."""
    given: dict[str, Any] = {"standing": Standing.GOING}
    if values.get("standing") == Standing.WAITING:
        given["waiting_since"] = now()
    if "email" not in values:
        values["member"] = member or member_of(event.community)
    return Registration.objects.create(event=event, **given | values)


def invite(event: Event, member: Member) -> Invitation:
    return Invitation.objects.create(event=event, member=member)


def given(**values: Any) -> dict[str, Any]:
    """What a form gives of a gathering: an evening in a week in a hall, unless told otherwise."""
    starts_at = values.pop("starts_at", now() + timedelta(days=7))
    return {
        "kind": "meeting",
        "openness": "everyone",
        "title": "An evening",
        "text": "",
        "language": "en",
        "starts_at": starts_at,
        "ends_at": starts_at + HOURS,
        "place": None,
        "address": "12 rue Serviez, Pau",
        "online_url": "",
        "capacity": None,
        "guests": 0,
        "accessibility": "",
        "childcare": "",
        "rides": False,
        "questions": (),
    } | values


def make_awareness(community: Community, **values: Any) -> AwarenessPlan:
    """A call that opens in ten weeks, without a step, unless told otherwise."""
    begun: dict[str, Any] = {
        "title": "The call of spring",
        "why": "Three teams get a year.",
        "launches_on": today() + timedelta(weeks=10),
        "language": "en",
    }
    return AwarenessPlan.objects.create(community=community, **begun | values)


def make_step(plan: AwarenessPlan, event: Event | None = None, **values: Any) -> AwarenessStep:
    """For the reception desks, five weeks before, unless told otherwise."""
    said: dict[str, Any] = {"whom": "The reception desks", "kind": "meeting", "weeks_before": 5}
    return AwarenessStep.objects.create(plan=plan, event=event, **said | values)


def make_held(community: Community, came: int, **values: Any) -> Event:
    """Over and counted: so many came."""
    moments = {"starts_at": now() - timedelta(days=3), "counted_at": now() - timedelta(days=1)}
    return make_event(community, state=State.HELD, headcount=came, **moments | values)
