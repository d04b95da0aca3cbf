from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import OperationalError
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from psycopg.errors import QueryCanceled

from essaim.communities.models import Community, Kind, kind_label
from essaim.communities.queries import SEARCH, Asked, Hits, MemberFigure, member_figures
from essaim.communities.readers import ANONYMOUS, Reader
from essaim.communities.rules import communities_visible_to, communities_without
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow
from essaim.foundation.search import FEW, corrected, question, searching
from essaim.foundation.vocabulary import words_like
from essaim.home.models import PutOff
from essaim.insights.queries import OwnPlace, own_place
from essaim.outreach.queries import TODAY_ACTS, TODAY_FATE, Act, FateLine
from essaim.places.queries import place_by_public_id

MOST_ACTS = 3
MOST_FATES = 6
MOST_PULSES = 5
HITS_BRIEFLY, HITS_A_PAGE = 4, 20
PULSE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FrontCommunity:
    """A root community on the front page; its members are counted with who is active."""

    name: str
    url_slug: str
    kind: str
    tagline: str
    figure: MemberFigure | None
    is_archive: bool
    source_name: str


@dataclass(frozen=True, slots=True)
class Pulse:
    """What moved in one of the reader's communities during the last seven days."""

    name: str
    slug: str
    text: str


@dataclass(frozen=True, slots=True)
class TodayPage:
    minutes: int | None
    acts: tuple[Act, ...]
    fate: tuple[FateLine, ...]
    pulses: tuple[Pulse, ...]
    has_communities: bool
    place: OwnPlace | None = None


def communities_for_front(reader: Reader) -> tuple[FrontCommunity, ...]:
    """Open root communities, living ones first; two queries and one of figures."""
    roots = list(
        communities_visible_to(reader)
        .opened()
        .filter(parent__isnull=True, closed_at__isnull=True)
        .order_by("archived_at", "opened_at", "id")[:12]
    )
    roots.sort(key=lambda community: community.archived_at is not None)
    figures = member_figures(reader, [c for c in roots if c.archived_at is None])
    return tuple(
        FrontCommunity(
            name=community.name,
            url_slug=community.slug,
            kind=kind_label(community),
            tagline=community.tagline,
            figure=figures.get(community.pk),
            is_archive=community.archived_at is not None,
            source_name=community.source_name,
        )
        for community in roots
    )


def acts_for(
    reader: Reader, member_id: int, *, minutes: int | None = None, most: int = MOST_ACTS
) -> tuple[Act, ...]:
    """At most three useful acts, without those put off; the fillers give the best first.

    With `minutes`, nothing longer, unless it is owed. What is owed is never put off for good.
    """
    off = dict(
        PutOff.objects.filter(
            Q(until__isnull=True) | Q(until__gt=now()), member=member_id
        ).values_list("key", "until")
    )
    acts = TODAY_ACTS.collect(reader, [member_id]).get(member_id, [])
    return tuple(
        act
        for act in acts
        if (act.key not in off or (act.is_owed and off[act.key] is None))
        and (act.is_owed or minutes is None or (act.minutes or 0) <= minutes)
    )[:most]


def today_for_page(reader: Reader, minutes: int | None) -> TodayPage:
    """What waits for the reader, what became of what they gave, what moves around them."""
    if reader.member_id is None:
        return TodayPage(minutes=None, acts=(), fate=(), pulses=(), has_communities=False)
    fate = TODAY_FATE.collect(reader, [reader.member_id]).get(reader.member_id, [])
    fate.sort(key=lambda line: line.happened_at, reverse=True)
    return TodayPage(
        minutes=minutes,
        acts=acts_for(reader, reader.member_id, minutes=minutes),
        fate=tuple(fate[:MOST_FATES]),
        pulses=_pulses(reader),
        has_communities=bool(reader.communities),
        place=own_place(reader, only_shown=True),
    )


_PULSE_KINDS = ("communities.MembershipStarted", "ideas.IdeaProposed", "discussions.PostWritten")
# What counts only where these sub-platforms are used; messages are said about ideas.
_OF_SUBPLATFORMS = {
    "ideas.IdeaProposed": ("ideas",),
    "discussions.PostWritten": ("discussions", "ideas"),
}


def _pulses(reader: Reader) -> tuple[Pulse, ...]:
    """New people, ideas and messages of the week by community, the liveliest first; one query."""
    off = Q(pk__in=[])
    for kind, subplatforms in _OF_SUBPLATFORMS.items():
        off |= Q(kind=kind, community_id__in=communities_without(*subplatforms).values("pk"))
    without = communities_without("projects").values("pk")
    projects = Community.objects.filter(Q(pk__in=without) | Q(parent__in=without))
    off |= Q(community_id__in=projects.filter(kind=Kind.PROJECT).values("pk"))
    rows = (
        FactRow.objects.filter(
            ~off,
            community_id__in=reader.community_ids,
            kind__in=_PULSE_KINDS,
            happened_at__gte=now() - PULSE,
        )
        .values_list("community_id", "kind")
        .annotate(times=Count("id"))
    )
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for community_id, kind, times in rows:
        if community_id is not None:
            counts[community_id][kind] = times
    liveliest = sorted(
        (s for s in reader.communities if s.community_id in counts),
        key=lambda s: -sum(counts[s.community_id].values()),
    )
    return tuple(
        Pulse(name=s.name, slug=s.slug, text=_pulse_text(counts[s.community_id]))
        for s in liveliest[:MOST_PULSES]
    )


def _pulse_text(counts: dict[str, int]) -> str:
    people, ideas, messages = (counts.get(kind, 0) for kind in _PULSE_KINDS)
    parts = [
        ngettext("%(num)s new member", "%(num)s new members", people) % {"num": people}
        if people
        else "",
        ngettext("%(num)s new idea", "%(num)s new ideas", ideas) % {"num": ideas} if ideas else "",
        ngettext("%(num)s message", "%(num)s messages", messages) % {"num": messages}
        if messages
        else "",
    ]
    return _("This week: %(what)s.") % {"what": ", ".join(part for part in parts if part)}


def community_to_join(reader: Reader, slug: str) -> Community | None:
    """A community this reader may see; whoever has not joined sees what everyone sees."""
    return (
        communities_visible_to(reader if reader.is_known else ANONYMOUS)
        .select_related("parent")
        .filter(slug=slug)
        .first()
    )


@dataclass(frozen=True, slots=True)
class KindLink:
    """A kind of thing that was found, as a filter of the search page."""

    label: str
    href: str
    current: bool
    count: int | None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was asked, as it was understood, and what was found of each kind.

    `near` is what resembles it; `suggestion` what may have been meant: where nothing has the very
    words, `groups` are what was found for the suggestion.
    """

    asked: Asked
    limits: dict[str, str]
    community: str
    place: str
    groups: tuple[Hits, ...]
    near: tuple[Hits, ...]
    kinds: tuple[KindLink, ...]
    suggestion: str
    is_too_broad: bool

    @property
    def asks_something(self) -> bool:
        return bool(self.asked.text) or self.asked.place_id is not None

    def address(self, **changed: str) -> str:
        """The address of this search with some of its limits changed."""
        return search_address({**self.limits, **changed})


def search_address(limits: Mapping[str, str]) -> str:
    given = {name: value for name, value in limits.items() if value}
    return f"{reverse('search')}?{urlencode(given)}"


def search_for_page(reader: Reader, wanted: Mapping[str, str]) -> SearchPage:
    """Everything this reader may see that has the words; what cannot be meant is left out."""
    community = (
        communities_visible_to(reader).filter(slug=wanted["community"][:60]).first()
        if wanted.get("community") and "\0" not in wanted["community"]
        else None
    )
    place = place_by_public_id(wanted["place"][:12]) if wanted.get("place") else None
    kind = wanted.get("kind", "")
    asked = Asked(
        text=question(wanted.get("q", "")),
        kind=kind,
        community_id=community.pk if community else None,
        place_id=place.id if place else None,
        language=wanted["language"] if wanted.get("language") in {"fr", "en"} else "",
        only_open=bool(wanted.get("open")),
        after=wanted.get("after", "") if kind else "",
        size=HITS_A_PAGE if kind else HITS_BRIEFLY,
    )
    found, is_too_broad = _look(reader, asked)
    groups = tuple(hits for hits in found if hits.hits)
    few = sum(hits.total or len(hits.hits) for hits in found) < FEW
    near = tuple(hits for hits in found if hits.near and few)
    suggestion = ""
    if asked.text and not (groups or asked.after or is_too_broad):
        groups, suggestion = _understood(reader, asked, near)
    limits = {
        "q": suggestion or asked.text,
        "kind": kind if any(hits.kind == kind for hits in (*found, *groups)) else "",
        "community": community.slug if community else "",
        "place": place.public_id if place else "",
        "language": asked.language,
        "open": "on" if asked.only_open else "",
    }
    return SearchPage(
        asked=asked,
        limits=limits,
        community=community.name if community else "",
        place=place.path if place else "",
        groups=groups,
        near=() if suggestion else near,
        kinds=_kind_links(groups, limits),
        suggestion=suggestion,
        is_too_broad=is_too_broad,
    )


def _understood(reader: Reader, asked: Asked, near: Iterable[Hits]) -> tuple[tuple[Hits, ...], str]:
    """What is found once typing errors are mended, and how; nothing where that finds nothing."""
    titles = [hit.title.striptags() for hits in near for hit in hits.near]
    better = corrected(asked.text, titles + words_like(asked.text))
    found, _is_too_broad = _look(reader, replace(asked, text=better)) if better else ([], False)
    groups = tuple(hits for hits in found if hits.hits)
    return groups, better if groups else ""


def _look(reader: Reader, asked: Asked) -> tuple[list[Hits], bool]:
    """What was found, and whether it would have taken too long to find it."""
    if not asked.text and asked.place_id is None:
        return [], False
    try:
        with searching():
            return SEARCH.collect(reader, [asked]).get(asked, []), False
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return [], True
        raise


def _kind_links(groups: tuple[Hits, ...], limits: Mapping[str, str]) -> tuple[KindLink, ...]:
    chosen = limits["kind"]
    every = KindLink(
        label=_("Everything"),
        href=search_address({**limits, "kind": ""}),
        current=not chosen,
        count=None,
    )
    return (
        every,
        *(
            KindLink(
                label=hits.label,
                href=search_address({**limits, "kind": hits.kind}),
                current=hits.kind == chosen,
                count=hits.total,
            )
            for hits in groups
        ),
    )
