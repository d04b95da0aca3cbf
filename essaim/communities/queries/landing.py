"""The page of a community: a poster first, then what happens in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.models import (
    ROOT_KINDS,
    Community,
    Kind,
    kind_label,
    local_label,
)
from essaim.communities.queries.circles import circle_sections
from essaim.communities.queries.figures import (
    AliveFigure,
    MemberFigure,
    active_figure,
    alive_figure,
    figures_of_page,
)
from essaim.communities.queries.lists import CommunityLine, communities_under, line_of, where_of
from essaim.communities.queries.mandates import HolderLine
from essaim.communities.queries.manifestos import ManifestoText, manifesto_and_signature
from essaim.communities.queries.merging import became
from essaim.communities.queries.people import FounderWords, people_of
from essaim.communities.queries.sections import (
    COMMUNITY_FIGURES,
    COMMUNITY_SECTIONS,
    Bar,
    Figure,
    Line,
    Section,
    bar_for_page,
    collected,
)
from essaim.communities.readers import Reader
from essaim.foundation.access import Verdict
from essaim.foundation.http.links import web_address

GROUPS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Above:
    """A community that this one is part of."""

    name: str
    slug: str


@dataclass(frozen=True, slots=True)
class Landing:
    """All that the page shows; `manifesto` is its own, `inherited` the one it shares."""

    slug: str
    name: str
    kind: str
    lang: str
    place: str
    founded_on: date | None
    tagline: str
    purpose: str
    is_political: bool
    opened_at: datetime | None
    closed_at: datetime | None
    archived_at: datetime | None
    source_name: str
    source_url: str
    above: tuple[Above, ...]
    bar: Bar
    manifesto: ManifestoText | None
    inherited: ManifestoText | None
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    people: tuple[HolderLine, ...]
    founders: tuple[FounderWords, ...]
    spoke_as_founder: bool
    is_member: bool
    signs_older_version: bool
    signs_nothing: bool
    may_join: Verdict
    may_edit: Verdict
    may_found_inside: Verdict
    has_groups: bool
    may_start: bool
    merged_into: Above | None
    looks_for_host: bool


def landing_for_page(reader: Reader, community: Community) -> Landing:
    """The page of a community that this reader may see."""
    groups = communities_under(reader, community, size=GROUPS_SHOWN, with_circles=False).items
    people = people_of(community, [one.pk for one in groups])
    named = {one.member_id for one in people.founders}
    in_force, signed = (
        (None, None) if community.is_archive else manifesto_and_signature(reader, community)
    )
    own = in_force if in_force and in_force.community_slug == community.slug else None
    is_member = reader.belongs_to(community.pk)
    members, alive = figures_of_page(reader, [community, *groups], community)
    return Landing(
        slug=community.slug,
        name=community.name,
        kind=kind_label(community),
        lang=community.language,
        place=where_of(community),
        founded_on=community.founded_on,
        tagline=community.tagline,
        purpose=community.purpose,
        is_political=community.is_political,
        opened_at=community.opened_at,
        closed_at=community.closed_at,
        archived_at=community.archived_at,
        source_name=community.source_name,
        source_url=web_address(community.source_url),
        above=above_of(reader, community),
        bar=bar_for_page(reader, community, here="community"),
        manifesto=own,
        inherited=in_force if own is None else None,
        figures=_figures(reader, community, members[community.pk], alive),
        sections=(
            *circle_sections(reader, community),
            *collected(COMMUNITY_SECTIONS, reader, community),
            *_groups(
                community,
                [
                    line_of(reader, one, members[one.pk], people.hosts[one.pk], alive.alive_ids)
                    for one in groups
                ],
            ),
        ),
        people=tuple(one for one in people.holders if one.member_id not in named),
        founders=people.founders,
        spoke_as_founder=reader.is_known
        and any(one.member_id == reader.member_id and one.words for one in people.founders),
        is_member=is_member,
        signs_older_version=bool(own and is_member and signed and signed < own.version),
        signs_nothing=bool(own and is_member and signed is None),
        may_join=rules.may_join(reader, community),
        may_edit=rules.may_edit(reader, community),
        may_found_inside=rules.may_found(reader, Kind.COMMITTEE, community),
        has_groups=bool(groups),
        may_start=community.is_open and community.kind in ROOT_KINDS,
        merged_into=_merged_into(reader, community),
        looks_for_host=is_member and rules.can_be_adopted(community) and not people.holders,
    )


def above_of(reader: Reader, community: Community) -> tuple[Above, ...]:
    """What it is part of, from the top, as far as the reader may see."""
    found: list[Above] = []
    above = community.parent
    while above:
        if rules.may_see_community(reader, above):
            found.insert(0, Above(above.name, above.slug))
        above = above.parent
    return tuple(found)


def _merged_into(reader: Reader, community: Community) -> Above | None:
    target = became(reader, community) if community.merged_into_id else None
    return Above(target.name, target.slug) if target else None


def _figures(
    reader: Reader, community: Community, members: MemberFigure, alive: AliveFigure
) -> tuple[Figure, ...]:
    if community.is_archive:
        return ()  # nobody acts in it, nothing falls due
    own: list[Figure] = []
    if community.opened_at is not None:
        own = [active_figure(members)]
        if alive.all:
            own.append(alive_figure(community, alive))
    return (*own, *collected(COMMUNITY_FIGURES, reader, community))


def _groups(community: Community, groups: Sequence[CommunityLine]) -> Iterator[Section]:
    """The communities right under this one, when there are any."""
    if not groups:
        return
    yield Section(
        title=local_label(community),
        url=reverse("community_groups", args=[community.slug]),
        link=_("See all of them"),
        id="groups",
        lines=tuple(
            Line(
                title=one.name,
                url=reverse("community", args=[one.slug]),
                badge=_("alive") if one.is_alive else "",
                tone="good",
                meta=" · ".join(filter(None, [one.where, _hosts(one.hosts), one.figure])),
                lang=one.lang,
            )
            for one in groups
        ),
    )


def _hosts(names: tuple[str, ...]) -> str:
    return _("hosted by %(names)s") % {"names": ", ".join(names)} if names else ""
