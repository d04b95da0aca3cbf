"""Lists of communities and of members."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from essaim.communities import rules
from essaim.communities.models import (
    ASLEEP_AFTER,
    LOCAL_KINDS,
    SELF_STANDING_KINDS,
    Community,
    CommunityQuerySet,
    Kind,
    Mandate,
    Membership,
    kind_label,
)
from essaim.communities.queries.figures import (
    MemberFigure,
    figures_of_page,
    member_figures,
)
from essaim.communities.queries.mandates import hosts_of, name_of, title_of
from essaim.communities.readers import Reader
from essaim.foundation.clock import now, today
from essaim.foundation.http import Page, keyset
from essaim.foundation.text import plain_excerpt
from essaim.places.queries import place_in_world

PAGE = 20
EXCERPT = 160
COMMUNITY_ORDER = ("name_key", "id")
MEMBER_ORDER = ("member__name_key", "id")


@dataclass(frozen=True, slots=True)
class CommunityLine:
    """A community as lists show it; `figure` is a sentence with its denominator."""

    slug: str
    name: str
    kind: str
    kind_value: str
    lang: str
    words: str
    place: str
    where: str  # a chapter's place in the world, else the place
    since: date | None  # of a chapter
    hosts: tuple[str, ...]
    figure: str
    is_alive: bool | None  # None where the question makes no sense
    is_new: bool  # open for less time than it takes to fall asleep
    is_draft: bool
    is_closed: bool
    is_archive: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class MemberLine:
    public_id: str
    name: str
    joined_at: datetime
    roles: tuple[str, ...]


def communities_for_list(
    reader: Reader,
    *,
    kind: str = "",
    parent: Community | None = None,
    after: str | None = None,
    size: int = PAGE,
) -> Page[CommunityLine]:
    """One page by name: those at the top, of one kind anywhere, or right under a parent.

    Three queries: communities, figures (under a parent also which are alive), who hosts.
    """
    alive_ids = None
    if parent is not None:
        page = communities_under(reader, parent, kind=kind, after=after, size=size)
        figures, alive = figures_of_page(reader, page.items, parent)
        alive_ids = alive.alive_ids
    else:
        found = rules.communities_visible_to(reader)
        found = found.filter(kind=kind) if kind else found.filter(parent__isnull=True)
        page = page_of(found, after=after, size=size)
        figures = member_figures(reader, page.items)
    hosts = hosts_of([one.pk for one in page.items])
    return page.map(
        lambda one: line_of(reader, one, figures[one.pk], hosts.get(one.pk, ()), alive_ids)
    )


def communities_under(
    reader: Reader,
    parent: Community,
    *,
    kind: str = "",
    after: str | None = None,
    size: int = PAGE,
    with_circles: bool = True,
) -> Page[Community]:
    """Of one kind, or of all but what stands by itself: projects have a list of their own.

    Without `with_circles`: not the circles of a division, which have a page of their own.
    """
    found = rules.communities_visible_to(reader).filter(parent=parent)
    found = found.filter(kind=kind) if kind else found.exclude(kind__in=SELF_STANDING_KINDS)
    if not with_circles:
        found = found.filter(divided__isnull=True)
    return page_of(found, after=after, size=size)


def line_of(
    reader: Reader,
    one: Community,
    figure: MemberFigure,
    hosts: Sequence[str],
    alive_ids: frozenset[int] | None,
) -> CommunityLine:
    """`alive_ids` are those among its neighbours that are alive; None where nobody asks."""
    asks = one.is_open and one.kind in LOCAL_KINDS
    return CommunityLine(
        slug=one.slug,
        name=one.name,
        kind=kind_label(one),
        kind_value=one.kind,
        lang=one.language,
        words=one.tagline or plain_excerpt(one.purpose, EXCERPT),
        place=one.place.name if one.place else "",
        where=where_of(one),
        since=one.since if one.kind == Kind.CHAPTER else None,
        hosts=tuple(hosts),
        figure="" if one.is_archive else figure.sentence,
        is_alive=one.pk in alive_ids if asks and alive_ids is not None else None,
        is_new=one.opened_at is not None and now() - one.opened_at < ASLEEP_AFTER,
        is_draft=one.opened_at is None,
        is_closed=one.closed_at is not None,
        is_archive=one.is_archive,
        is_mine=reader.belongs_to(one.pk),
    )


def where_of(one: Community) -> str:
    """Its place; a chapter's with the country and the continent."""
    if one.place is None:
        return ""
    return place_in_world(one.place) if one.kind == Kind.CHAPTER else one.place.name


def page_of(found: CommunityQuerySet, *, after: str | None, size: int) -> Page[Community]:
    return keyset(found.select_related("place"), order=COMMUNITY_ORDER, after=after, size=size)


def members_for_list(
    reader: Reader, community: Community, *, after: str | None = None, size: int = PAGE
) -> Page[MemberLine]:
    """One page of who belongs, by name; two queries. Ask `may_see_members` before."""
    memberships = Membership.objects.filter(community=community, left_at__isnull=True)
    page: Page[Membership] = keyset(
        memberships.select_related("member"),
        order=MEMBER_ORDER,
        after=after,
        size=size,
    )
    roles = _titles(community, [one.member_id for one in page.items])
    return page.map(
        lambda one: MemberLine(
            public_id=one.member.public_id,
            name=name_of(one.member.name),
            joined_at=one.joined_at,
            roles=tuple(roles.get(one.member_id, ())),
        )
    )


def _titles(community: Community, member_ids: Collection[int]) -> dict[int, list[str]]:
    titles: dict[int, list[str]] = {}
    mandates = Mandate.objects.on(today()).filter(community=community, member_id__in=member_ids)
    for one in mandates.order_by("starts_on", "id"):
        titles.setdefault(one.member_id, []).append(title_of(one))
    return titles
