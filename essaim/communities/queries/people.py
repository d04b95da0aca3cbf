"""The people whom a community's own page names."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Extract

from essaim.communities.models import Community, Founder, Mandate, Membership, Role
from essaim.communities.queries.mandates import HolderLine, name_of
from essaim.foundation.clock import today

NAMED_ROLES = (Role.HOST, Role.REFERENT, Role.LEAD)
_COLUMNS = ("since", "pk", "community_id", "member_id", "called", "role", "said", "outside")


@dataclass(frozen=True, slots=True)
class FounderWords:
    """A founder as everyone sees them: only once they have confirmed."""

    member_id: int | None
    name: str
    words: str
    is_outside: bool
    title: str  # the role they hold today, if any: nobody is named twice


@dataclass(frozen=True, slots=True)
class People:
    """Founders, who holds a named role, and the names of the hosts of each group below."""

    founders: tuple[FounderWords, ...]
    holders: tuple[HolderLine, ...]
    hosts: dict[int, list[str]]


def people_of(community: Community, group_ids: Collection[int]) -> People:
    """One query: a founder is a row without a role."""
    found = _founders(community).union(_mandates(community, group_ids), all=True)
    rows = sorted(found, key=lambda row: row[:2])
    holders = tuple(
        HolderLine(member_id, name_of(name), role, title or str(Role(role).label))
        for _since, _pk, at, member_id, name, role, title, _outside in rows
        if role and at == community.pk
    )
    titles = {one.member_id: one.title for one in holders}
    hosts: dict[int, list[str]] = defaultdict(list)
    for _since, _pk, at, _member_id, name, role, _title, _outside in rows:
        if role and at != community.pk:
            hosts[at].append(name_of(name))
    return People(
        founders=tuple(
            FounderWords(member_id, name_of(name), words, outside, titles.get(member_id, ""))
            for _since, _pk, _at, member_id, name, role, words, outside in rows
            if not role
        ),
        holders=holders,
        hosts=hosts,
    )


def _founders(community: Community) -> QuerySet[Founder, Any]:
    """Whoever has left is not named any more."""
    belongs = Membership.objects.filter(
        community=community, member=OuterRef("member"), left_at__isnull=True
    )
    return (
        Founder.objects.filter(
            Q(member__isnull=True) | Exists(belongs),
            community=community,
            confirmed_at__isnull=False,
        )
        .exclude(name="")
        .annotate(
            since=Extract("invited_at", "epoch"),
            called=F("name"),
            role=Value("", output_field=CharField()),
            said=F("words"),
            outside=F("is_outside"),
        )
        .values_list(*_COLUMNS)
    )


def _mandates(community: Community, group_ids: Collection[int]) -> QuerySet[Mandate, Any]:
    named = Q(community=community, role__in=NAMED_ROLES)
    hosting = Q(community__in=group_ids, role=Role.HOST)
    return (
        Mandate.objects.on(today())
        .filter(named | hosting)
        .annotate(
            since=Extract("starts_on", "epoch"),
            called=F("member__name"),
            said=F("title"),
            outside=Value(value=False, output_field=BooleanField()),
        )
        .values_list(*_COLUMNS)
    )
