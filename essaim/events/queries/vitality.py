"""Which communities meet: by who was checked in at their doors, not by what was planned."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import Greatest

from essaim.communities.queries import ACTIVE_DAYS, ALIVE_PEOPLE, ASLEEP_DAYS
from essaim.events.models import TAKES_PLACE, CoHolder, Event, Registration, Standing
from essaim.foundation.clock import now

ALIVE = timedelta(days=ACTIVE_DAYS)
ASLEEP = timedelta(days=ASLEEP_DAYS)


class Life(StrEnum):
    ALIVE = "alive"
    ASLEEP = "asleep"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Vitality:
    """Of one community, over the last 90 days; shares are None where there is nothing to divide.

    `came` counts everybody at the door; `shown` those of the `registered` who came; `seated`
    everybody where seats are counted, of `seats`.
    """

    life: Life
    gatherings: int = 0
    came: int = 0
    shown: int = 0
    registered: int = 0
    seated: int = 0
    seats: int = 0
    last_met_at: datetime | None = None

    @property
    def show_rate(self) -> float | None:
        return self.shown / self.registered if self.registered else None

    @property
    def fill(self) -> float | None:
        return self.seated / self.seats if self.seats else None


def vitality(community_ids: Collection[int]) -> dict[int, Vitality]:
    """Of each of them, in two queries however many they are; a gathering counts for its holders."""
    holders: dict[int, set[int]] = {}
    agreed = CoHolder.objects.filter(community__in=community_ids, accepted_at__isnull=False)
    for event_id, community_id in agreed.values_list("event", "community"):
        holders.setdefault(event_id, set()).add(community_id)
    asked = set(community_ids)
    met: dict[int, list[Event]] = {one: [] for one in asked}
    for event in _held(community_ids, holders):
        for community_id in {event.community_id, *holders.get(event.pk, ())} & asked:
            met[community_id].append(event)
    return {community_id: _of(events) for community_id, events in met.items()}


def came_besides_organiser(event: Event) -> int:
    """How many people came, without whoever planned it."""
    mine = event.registrations.filter(
        member=event.created_by_id or 0, checked_in_at__isnull=False
    ).exists()
    return max(0, event.present - mine)


def _held(community_ids: Collection[int], holders: dict[int, set[int]]) -> list["Event"]:
    organiser = Registration.objects.filter(
        event=OuterRef("pk"), member=OuterRef("created_by"), checked_in_at__isnull=False
    )
    going = Q(registrations__standing=Standing.GOING)
    rows = (
        Event.objects.filter(
            Q(community__in=community_ids) | Q(pk__in=list(holders)),
            state__in=TAKES_PLACE,
            hidden_at__isnull=True,
            starts_at__lte=now(),
            ends_at__gt=now() - ASLEEP,
        )
        .annotate(
            registered_now=Count("registrations", filter=going),
            shown_now=Count(
                "registrations", filter=going & Q(registrations__checked_in_at__isnull=False)
            ),
            others=F("attended")
            + Greatest(F("headcount"), Value(0))
            - Case(When(Exists(organiser), then=1), default=0, output_field=IntegerField()),
        )
        .order_by("ends_at", "pk")
    )
    return list(rows)


def _of(events: list["Event"]) -> Vitality:
    enough = [one for one in events if one.others >= ALIVE_PEOPLE]  # type: ignore[attr-defined]  # annotated
    last = enough[-1].ends_at if enough else None
    recent = [one for one in events if one.ends_at > now() - ALIVE]
    counted = [one for one in recent if one.capacity]
    return Vitality(
        life=_life(last),
        gatherings=len(recent),
        came=sum(one.present for one in recent),
        shown=sum(one.shown_now for one in recent),  # type: ignore[attr-defined]  # annotated
        registered=sum(one.registered_now for one in recent),  # type: ignore[attr-defined]  # annotated
        seated=sum(one.present for one in counted),
        seats=sum(one.capacity or 0 for one in counted),
        last_met_at=last,
    )


def _life(last: datetime | None) -> Life:
    if last is None:
        return Life.EMPTY
    return Life.ALIVE if last > now() - ALIVE else Life.ASLEEP
