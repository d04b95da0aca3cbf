"""The places on a community's pages that upper floors fill, and what community pages share."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Exists, Func, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.models import (
    SELF_STANDING_KINDS,
    Community,
    CommunityQuerySet,
    kind_label,
    local_label,
)
from essaim.communities.readers import Reader
from essaim.foundation.panels import Place
from essaim.foundation.written_once import WrittenOnce

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a section; `tone` (plain, good, now, late) is its badge's."""

    title: str
    url: str = ""
    badge: str = ""
    tone: str = "plain"
    meta: str = ""
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a community's page: a title, lines, the link to all of it; `text` when empty."""

    title: str
    lines: tuple[Line, ...] = ()
    url: str = ""
    link: str = ""
    text: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """An honest number with its denominator; without a `value`, `text` says why there is none."""

    label: str
    value: int | None = None
    of: int | None = None
    share: float | None = None
    note: str = ""
    href: str = ""
    as_of: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """An entry of a community's menu; `url_name` takes the slug, `key` marks where one is."""

    label: str
    url_name: str
    key: str
    count: int | None = None
    of_archives: bool = True  # whether an archive has it, too
    of_projects: bool = True  # whether a project’s own community has it, too


@dataclass(frozen=True, slots=True)
class DeskItem:
    """Something for those who hold a role: how many things wait (`is_late`: too long), or a tool.

    Without a count it is a tool; what waits stands first.
    """

    title: str
    url: str
    note: str = ""
    count: int | None = None
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class RoomLink:
    label: str
    href: str
    current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands at the top of every page inside a community."""

    name: str
    href: str
    kind: str
    rooms: tuple[RoomLink, ...]


def _switched_off(_reader: Any, ids: Collection[int]) -> dict[int, frozenset[str]]:
    """The sub-platforms that each community does without."""
    rows = Community.objects.filter(pk__in=ids).exclude(switched_off=[])
    return {one.pk: rules.off_in(one) for one in rows.only("switched_off")}


COMMUNITY_SECTIONS: Place[int, Section] = Place("community sections", switched_off=_switched_off)
COMMUNITY_FIGURES: Place[int, Figure] = Place("community figures", switched_off=_switched_off)
COMMUNITY_ROOMS: Place[int, Room] = Place("community rooms", switched_off=_switched_off)
COMMUNITY_DESK: Place[int, DeskItem] = Place("community desk", switched_off=_switched_off)
LEAVING_EFFECTS: Place[int, str] = Place("leaving effects")
# What stays readable in a community that goes up in another one, in sentences.
MERGE_STAYS: Place[int, str] = Place("what a merge leaves where it is", switched_off=_switched_off)


# By sub-platform, an expression: whether anything of it is in a community or below it.
_PRESENCE: dict[str, WrittenOnce] = {}


def tells_presence(subplatform: str, things: Callable[[], QuerySet[Any, Any]]) -> None:
    """Sections and figures of a sub-platform are asked for where there is any of these things."""
    here = Func(OuterRef("pk"), template="ARRAY[%(expressions)s]::bigint[]")
    is_there = Q(community=OuterRef("pk")) | Q(community__ancestor_ids__contains=here)
    _PRESENCE[subplatform] = WrittenOnce(
        lambda: Exists(things().filter(is_there)), of=Community, by="pk"
    )


def with_presence(found: CommunityQuerySet) -> CommunityQuerySet:
    """Communities that tell along with themselves what they have nothing of."""
    return found.annotate(**{f"has_{one}": tells("pk") for one, tells in _PRESENCE.items()})


def _absent(community: Community) -> frozenset[str]:
    return frozenset(one for one in _PRESENCE if not getattr(community, f"has_{one}", True))


def collected(place: Place[int, Row], reader: Reader, community: Community) -> list[Row]:
    """What upper floors put there for one community, which says itself what it does without."""
    off = rules.off_in(community)
    if place in (COMMUNITY_SECTIONS, COMMUNITY_FIGURES):
        off |= _absent(community)
    return place.collect(reader, [community.pk], off={community.pk: off}).get(community.pk, [])


# Where the page of a community of a kind with a page of its own leads; key: community id.
LEADS_TO: Place[int, str] = Place("where the page of a community leads", switched_off=_switched_off)
# Where something of such a kind begins inside a community, by the name of an address; key: kind.
BEGINS_AT: Place[str, str] = Place("where a community of a kind begins")


def bar_for_page(reader: Reader, community: Community, here: str = "") -> Bar:
    """The community's menu as this reader may use it; `here` is the key of the room one is in."""
    rooms = [Room(_("Presentation"), "community", "community")]
    if community.needs_manifesto and community.opened_at and not community.is_archive:
        rooms.append(Room(_("Manifesto"), "manifesto", "manifesto"))
    rooms += [
        room
        for room in collected(COMMUNITY_ROOMS, reader, community)
        if (room.of_archives or not community.is_archive)
        and (room.of_projects or community.kind not in SELF_STANDING_KINDS)
    ]
    if not community.is_archive:
        rooms.append(Room(local_label(community), "community_groups", "groups"))
        if community.opened_at:
            rooms.append(Room(_("Decisions"), "decisions", "decisions"))
        if rules.may_see_members(reader, community):
            rooms.append(Room(_("Members"), "community_members", "members"))
        if community.opened_at is None and rules.may_describe(reader, community):
            rooms.append(Room(_("Founding"), "community_founding", "founding"))
        if rules.may_use_desk(reader, community):
            rooms.append(Room(_("Desk"), "community_desk", "desk"))
        if rules.may_see_circles(reader, community):
            rooms.append(Room(_("Circles"), "circles", "circles"))
    return Bar(
        name=community.name,
        href=_address(community, "community"),
        kind=kind_label(community),
        rooms=tuple(
            RoomLink(
                label=room.label,
                href=_address(community, room.url_name),
                current=room.key == here,
                count=room.count,
            )
            for room in rooms
        ),
    )


def _address(community: Community, url_name: str) -> str:
    """The address of what went up in another leads there; its own page stays at `?kept`."""
    address = reverse(url_name, args=[community.slug])
    is_kept = community.merged_into_id is not None and url_name == "community"
    return f"{address}?kept=1" if is_kept else address
