"""Plenaries: all members of a community and of those below it are called; how many came."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from essaim.communities.models import Community, Membership
from essaim.communities.queries import smallest_told
from essaim.communities.readers import Reader
from essaim.design.typography import number, percent
from essaim.events import rules
from essaim.events.models import Event, Kind, Openness, Repeat, Series, State
from essaim.foundation.clock import now

CALLED_AHEAD = timedelta(days=30)
CALLED_AT_ONCE = 20_000
DAY = (9, 17)  # a plenary lasts a day: its hours


@dataclass(frozen=True, slots=True)
class Attendance:
    """How many members came, of all there were when it began; `words` says it, or why it does not.

    Small numbers are not told: who came, or who did not, could be known from them.
    """

    came: int | None
    members: int | None
    words: str

    @property
    def share(self) -> float | None:
        return self.came / self.members if self.came is not None and self.members else None


def attendance_of(event: Event) -> Attendance | None:
    """Of a plenary that is over and at whose door people were checked in; two queries, none for
    anything else.
    """
    if event.kind != Kind.PLENARY or event.state != State.HELD or not event.attended:
        return None
    members = members_at(event.community, event.starts_at).count()
    came = min(_came(event), members)
    smallest = smallest_told(event.community)
    left = members - came
    if members < smallest or 0 < came < smallest or 0 < left < smallest:
        return Attendance(None, None, _("Small numbers are not told."))
    said = _("%(came)s of the %(called)s people called to it came (%(share)s).")
    words = {"came": number(came), "called": number(members), "share": percent(came / members)}
    return Attendance(came, members, said % words)


def _came(event: Event) -> int:
    """Members of it who were checked in; guests and others who came are no part of the share."""
    came = event.registrations.filter(checked_in_at__isnull=False, member__isnull=False)
    there = members_at(event.community, event.starts_at)
    return came.filter(member__in=there).count()


def members_at(community: Community, moment: datetime) -> QuerySet[Any]:
    """Who belonged to it or to one below it at that moment, each once."""
    stood = Membership.objects.filter(joined_at__lte=moment).filter(
        Q(left_at__isnull=True) | Q(left_at__gt=moment)
    )
    inside = Q(community=community) | Q(community__ancestor_ids__contains=[community.pk])
    return stood.filter(inside).values("member").distinct()


def members_to_call(event: Event) -> Iterator[list[int]]:
    """All active members of the communities that hold it and of those below, so many at once; one
    query for each lot.
    """
    if event.openness not in (Openness.EVERYONE, Openness.MEMBERS):
        return
    inside = Q()
    for one in rules.holders(event):
        inside |= Q(community=one) | Q(community__ancestor_ids__contains=[one.pk])
    rows = Membership.objects.filter(inside, left_at__isnull=True, member__is_active=True)
    lot: list[int] = [0]
    while lot:
        ids = rows.filter(member__gt=lot[-1]).order_by("member").distinct()
        lot = list(ids.values_list("member_id", flat=True)[:CALLED_AT_ONCE])
        if lot:
            yield lot


def to_call() -> list[Event]:
    """Plenaries that are near and to which nobody was called yet."""
    near = Event.objects.open().filter(
        kind=Kind.PLENARY, called_at__isnull=True, starts_at__lte=now() + CALLED_AHEAD
    )
    return list(near.order_by("starts_at", "pk")[:100])


def may_begin_plenaries(reader: Reader, community: Community) -> bool:
    """Whether a community at the top, which has none that come again, is offered to begin them."""
    if community.parent_id or not rules.may_hold(reader, community):
        return False
    there = Series.objects.filter(community=community, kind=Kind.PLENARY, ended_at__isnull=True)
    return not there.exists()


def plenary_begins(on: datetime, kind: str) -> dict[str, Any]:
    """What the form begins with for a plenary: a day every three months, for members."""
    if kind != Kind.PLENARY:
        return {}
    begins, ends = (on.replace(hour=one, minute=0) for one in DAY)
    return {
        "starts_at": begins,
        "ends_at": ends,
        "title": _("Plenary"),
        "repeat": Repeat.QUARTERLY,
        "openness": Openness.MEMBERS,
    }
