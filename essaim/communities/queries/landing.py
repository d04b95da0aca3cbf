"""The page of a community: a poster first, then what happens in it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.models import (
    Community,
    Founder,
    Kind,
    Membership,
    Role,
    kind_label,
    local_label,
)
from essaim.communities.queries.figures import (
    active_figure,
    alive_figure,
    alive_figures,
    member_figures,
)
from essaim.communities.queries.lists import communities_for_list
from essaim.communities.queries.mandates import HolderLine, holders_of, name_of
from essaim.communities.queries.manifestos import (
    ManifestoText,
    manifesto_to_sign,
    signed_version,
)
from essaim.communities.queries.sections import (
    COMMUNITY_FIGURES,
    COMMUNITY_SECTIONS,
    Bar,
    Figure,
    Line,
    Section,
    bar_for_page,
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
    founders: tuple["FounderWords", ...]
    is_member: bool
    signs_older_version: bool
    signs_nothing: bool
    may_join: Verdict
    may_edit: Verdict
    may_found_inside: Verdict


@dataclass(frozen=True, slots=True)
class FounderWords:
    """A founder as everyone sees them: only once they have confirmed."""

    member_id: int | None
    name: str
    words: str
    is_outside: bool
    title: str  # the role they hold today, if any: nobody is named twice


def landing_for_page(reader: Reader, community: Community) -> Landing:
    """The page of a community that this reader may see."""
    holders = holders_of(community, Role.HOST, Role.REFERENT, Role.LEAD)
    founders = _founders(community, holders)
    named = {one.member_id for one in founders}
    in_force = None if community.is_archive else manifesto_to_sign(reader, community)
    own = in_force if in_force and in_force.community_slug == community.slug else None
    is_member = reader.belongs_to(community.pk)
    signed = signed_version(reader, community) if own and is_member else None
    return Landing(
        slug=community.slug,
        name=community.name,
        kind=kind_label(community),
        lang=community.language,
        place=community.place.name if community.place else "",
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
        figures=_figures(reader, community),
        sections=_sections(reader, community),
        people=tuple(one for one in holders if one.member_id not in named),
        founders=founders,
        is_member=is_member,
        signs_older_version=bool(own and signed is not None and signed < own.version),
        signs_nothing=bool(own and is_member and signed is None),
        may_join=rules.may_join(reader, community),
        may_edit=rules.may_edit(reader, community),
        may_found_inside=rules.may_found(reader, Kind.COMMITTEE, community),
    )


def above_of(reader: Reader, community: Community) -> tuple[Above, ...]:
    """What it is part of, from the top, as far as the reader may see; no query for roots."""
    if not community.ancestor_ids:
        return ()
    above = rules.communities_visible_to(reader).in_bulk(community.ancestor_ids)
    return tuple(
        Above(above[pk].name, above[pk].slug) for pk in community.ancestor_ids if pk in above
    )


def _figures(reader: Reader, community: Community) -> tuple[Figure, ...]:
    if community.is_archive:
        return ()  # nobody acts in it, nothing falls due
    own: list[Figure] = []
    if community.opened_at is not None:
        own = [active_figure(member_figures(reader, [community])[community.pk])]
        if alive := alive_figures([community.pk]).get(community.pk):
            own.append(alive_figure(community, alive))
    return (*own, *COMMUNITY_FIGURES.collect(reader, [community.pk]).get(community.pk, []))


def _sections(reader: Reader, community: Community) -> tuple[Section, ...]:
    collected = COMMUNITY_SECTIONS.collect(reader, [community.pk]).get(community.pk, [])
    groups = _groups(reader, community)
    return (*collected, groups) if groups else tuple(collected)


def _groups(reader: Reader, community: Community) -> Section | None:
    """The communities right under this one."""
    page = communities_for_list(reader, parent=community, size=GROUPS_SHOWN)
    if not page.items:
        return None
    return Section(
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
                meta=" · ".join(filter(None, [one.place, _hosts(one.hosts), one.figure])),
                lang=one.lang,
            )
            for one in page.items
        ),
    )


def _hosts(names: tuple[str, ...]) -> str:
    return _("hosted by %(names)s") % {"names": ", ".join(names)} if names else ""


def _founders(community: Community, holders: list[HolderLine]) -> tuple[FounderWords, ...]:
    """Whoever has left is not named any more."""
    belongs = Membership.objects.filter(
        community=community, member=OuterRef("member"), left_at__isnull=True
    )
    founders = Founder.objects.filter(
        Q(member__isnull=True) | Exists(belongs), community=community, confirmed_at__isnull=False
    ).exclude(name="")
    titles = {one.member_id: one.title for one in holders}
    return tuple(
        FounderWords(
            one.member_id,
            name_of(one.name),
            one.words,
            one.is_outside,
            titles.get(one.member_id, "") if one.member_id else "",
        )
        for one in founders.order_by("invited_at", "id")
    )
