"""What a merge would do, did and could undo; what both sides read before they agree."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from essaim.communities import rules
from essaim.communities.models import (
    UNDONE_WITHIN,
    Community,
    Mandate,
    Membership,
    Merge,
    Role,
)
from essaim.communities.queries.figures import smallest_told
from essaim.communities.queries.mandates import name_of
from essaim.communities.queries.sections import MERGE_STAYS, collected
from essaim.communities.readers import Reader
from essaim.foundation.access import Verdict
from essaim.foundation.clock import today
from essaim.foundation.text import unaccented

NAMES_SHOWN = 100
MOST_TARGETS = 50


@dataclass(frozen=True, slots=True)
class Preview:
    """Before a merge. Numbers too small to be told to whoever does not belong are None.

    `names` of who arrives: for those who may read the members of the source.
    """

    source_name: str
    source_slug: str
    target_name: str
    target_slug: str
    arriving: int | None
    in_both: int | None
    smallest: int
    names: tuple[str, ...]
    hosts: tuple[str, ...]
    ending: tuple[str, ...]
    children: tuple[str, ...]
    stays: tuple[str, ...]
    fits: Verdict


@dataclass(frozen=True, slots=True)
class MergePage:
    """`state`: waiting, done, undone or dropped."""

    public_id: str
    state: str
    preview: Preview
    proposed_by: str
    proposed_at: datetime
    done_at: datetime | None
    undone_at: datetime | None
    undone_until: datetime | None
    may_accept: Verdict
    may_drop: bool
    may_undo: Verdict


@dataclass(frozen=True, slots=True)
class MergeInBrief:
    public_id: str
    source: str
    target: str
    target_slug: str


@dataclass(frozen=True, slots=True)
class MergeLine:
    public_id: str
    source: str
    target: str
    state: str
    at: datetime


def merge_targets(reader: Reader, community: Community, text: str = "") -> list[tuple[str, str]]:
    """(slug, name) of what it could go up in, by name: its neighbours, or whoever has the words."""
    found = rules.communities_visible_to(reader).filter(
        kind=community.kind,
        ancestor_ids__contains=[community.root_id],
        opened_at__isnull=False,
        closed_at__isnull=True,
        archived_at__isnull=True,
    )
    found = found.exclude(pk=community.pk).exclude(ancestor_ids__contains=[community.pk])
    if text:
        found = found.filter(name_key__contains=unaccented(text))
    rows = found.order_by("name_key", "id").values_list("slug", "name")
    return list(rows[:MOST_TARGETS])


def preview_of(
    reader: Reader, source: Community, target: Community, *, moves_hosts: bool = True
) -> Preview:
    """Some queries, as many for a thousand people as for one."""
    there = Membership.objects.filter(
        community=target, member=OuterRef("member"), left_at__isnull=True
    )
    people = Membership.objects.filter(
        community=source, left_at__isnull=True, member__is_active=True
    )
    arriving = people.filter(~Exists(there))
    total, both = arriving.count(), people.filter(Exists(there)).count()
    is_inside = bool(rules.may_see_members(reader, source))
    smallest = smallest_told(source)
    # Everyone knows how many both are together: one that is small would be told by the other.
    is_told = not any(0 < one < smallest for one in (total, both))
    names = arriving.order_by("member__name_key", "id").values_list("member__name", flat=True)
    moving, ending = _roles(source, moves_hosts=moves_hosts)
    children = rules.communities_visible_to(reader).filter(parent=source).order_by("name_key")
    return Preview(
        source_name=source.name,
        source_slug=source.slug,
        target_name=target.name,
        target_slug=target.slug,
        arriving=total if is_inside or (is_told and total) else None,
        in_both=both if is_inside or (is_told and both) else None,
        smallest=smallest,
        names=tuple(name_of(name) for name in names[:NAMES_SHOWN]) if is_inside else (),
        hosts=moving,
        ending=ending,
        children=tuple(children.values_list("name", flat=True)),
        stays=tuple(collected(MERGE_STAYS, reader, source)),
        fits=rules.fits(source, target),
    )


def _roles(source: Community, *, moves_hosts: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who hosts the target too, and which roles end; roles are known to everyone."""
    moving, ending = [], []
    mandates = Mandate.objects.on(today()).filter(community=source).select_related("member")
    for one in mandates.order_by("starts_on", "pk"):
        name = name_of(one.member.name)
        if moves_hosts and one.role == Role.HOST:
            moving.append(name)
        else:
            ending.append(f"{name} ({Role(one.role).label})")
    return tuple(moving), tuple(ending)


def merge_to_see(reader: Reader, public_id: str) -> Merge | None:
    merge = (
        Merge.objects.select_related("source__parent", "target__parent", "proposed_by")
        .filter(public_id=public_id)
        .first()
    )
    return merge if merge and rules.may_see_merge(reader, merge) else None


def merge_for_page(reader: Reader, merge: Merge) -> MergePage:
    return MergePage(
        public_id=merge.public_id,
        state=state_of_merge(merge),
        preview=preview_of(reader, merge.source, merge.target, moves_hosts=merge.moves_hosts),
        proposed_by=name_of(merge.proposed_by.name if merge.proposed_by else ""),
        proposed_at=merge.proposed_at,
        done_at=merge.done_at,
        undone_at=merge.undone_at,
        undone_until=merge.done_at + UNDONE_WITHIN if merge.done_at else None,
        may_accept=rules.may_accept_merge(reader, merge),
        may_drop=bool(rules.may_drop_merge(reader, merge)),
        may_undo=rules.may_undo_merge(reader, merge),
    )


def state_of_merge(merge: Merge) -> str:
    if merge.undone_at:
        return "undone"
    if merge.done_at:
        return "done"
    return "dropped" if merge.ended_at else "waiting"


def merges_of(community: Community) -> list[MergeLine]:
    """What waits, and what was done; newest first."""
    merges = Merge.objects.filter(
        Q(source=community) | Q(target=community), ended_at__isnull=True
    ).select_related("source", "target")
    return [
        MergeLine(
            public_id=one.public_id,
            source=one.source.name,
            target=one.target.name,
            state=state_of_merge(one),
            at=one.undone_at or one.done_at or one.proposed_at,
        )
        for one in merges.order_by("-proposed_at")[:MOST_TARGETS]
    ]


def became(reader: Reader, community: Community) -> Community | None:
    """What it went up in, at the end of the chain, where the reader may see that."""
    end, steps = community, 0
    while end.merged_into_id and steps < MOST_TARGETS:
        end, steps = Community.objects.get(pk=end.merged_into_id), steps + 1
    if end.pk == community.pk or not rules.may_see_community(reader, end):
        return None
    return end


def went_up_in(reader: Reader, community: Community) -> list[tuple[str, str]]:
    """(name, slug) of what went up in it, which stays readable; one query."""
    found = rules.communities_visible_to(reader).filter(merged_into=community)
    return list(found.order_by("name_key", "id").values_list("name", "slug"))


def told_of_merge(merge_id: int) -> set[int]:
    """Everybody who belongs to one of the two."""
    merge = Merge.objects.get(pk=merge_id)
    belongs = Membership.objects.filter(
        community__in=[merge.source_id, merge.target_id],
        left_at__isnull=True,
        member__is_active=True,
    )
    return set(belongs.values_list("member_id", flat=True))


def merges_in_brief(reader: Reader, merge_ids: set[int]) -> dict[int, MergeInBrief]:
    """Where the reader may see both; one query."""
    merges = Merge.objects.filter(pk__in=merge_ids).select_related("source", "target")
    return {
        one.pk: MergeInBrief(one.public_id, one.source.name, one.target.name, one.target.slug)
        for one in merges
        if rules.may_see_community(reader, one.source)
        and rules.may_see_community(reader, one.target)
    }
