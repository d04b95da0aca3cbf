from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.models import Community, kind_label
from essaim.communities.queries import MemberFigure, member_figures
from essaim.communities.readers import ANONYMOUS, Reader
from essaim.communities.rules import communities_visible_to
from essaim.foundation.clock import now
from essaim.foundation.models import FactRow
from essaim.home.models import PutOff
from essaim.outreach.queries import TODAY_ACTS, TODAY_FATE, Act, FateLine

MOST_ACTS = 3
MOST_FATES = 6
MOST_PULSES = 5
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

    With `minutes`, nothing longer, unless it is owed.
    """
    off = set(
        PutOff.objects.filter(
            Q(until__isnull=True) | Q(until__gt=now()), member=member_id
        ).values_list("key", flat=True)
    )
    acts = TODAY_ACTS.collect(reader, [member_id]).get(member_id, [])
    return tuple(
        act
        for act in acts
        if act.key not in off and (act.is_owed or minutes is None or act.minutes <= minutes)
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
    )


_PULSE_KINDS = ("communities.MembershipStarted", "ideas.IdeaProposed", "discussions.PostWritten")


def _pulses(reader: Reader) -> tuple[Pulse, ...]:
    """New people, ideas and messages of the week by community, the liveliest first; one query."""
    rows = (
        FactRow.objects.filter(
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
