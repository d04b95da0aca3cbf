"""The public page of a community's figures: a poster of numbers with their denominators."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from essaim.communities.models import Community, Role
from essaim.communities.queries import (
    COMMUNITY_FIGURES,
    DEFINITIONS_OF,
    DEFINITIONS_VERSION,
    AliveFigure,
    Bar,
    Figure,
    MemberFigure,
    PeopleCounts,
    active_figure,
    alive_figure,
    bar_for_page,
    collected,
    figures_of_page,
    people_counts,
    smallest_told,
)
from essaim.communities.readers import Reader
from essaim.communities.rules import may_see_members
from essaim.design.typography import number, percent
from essaim.insights import rules
from essaim.insights.cells import few_kinds, told_parts
from essaim.insights.models import What
from essaim.insights.queries.kept import numbers_of
from essaim.insights.queries.months import Months, Period, months_of, told_months

# In this order, as far as what is told already leaves no small number.
_PEOPLE = ("active_365", "active_28", "verified", "regular", "dormant")


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """`months` are whole and put together for outsiders; empty where even so they are few."""

    name: str
    slug: str
    bar: Bar
    sentence: str
    figures: tuple[Figure, ...]
    life: tuple[Figure, ...]
    kept: tuple[Figure, ...]
    moves: tuple[tuple[str, ...], ...]
    flow: tuple[tuple[str, ...], ...]
    exits: tuple[tuple[str, str], ...]
    counted_on: date
    smallest: int
    is_inside: bool
    version: int
    version_of: date
    may_see_ladder: bool


def figures_for_page(reader: Reader, community: Community) -> FiguresPage:
    """All figures of a community this reader may see; its cost is the same for any size."""
    members, alive = figures_of_page(reader, [community], community)
    figure = members[community.pk]
    people = people_counts(community)
    inside = bool(may_see_members(reader, community))
    numbers = numbers_of(community, What.MONTHS)
    months = months_of(numbers.told)
    smallest = smallest_told(community)
    periods = _periods(months, figure, inside=inside, k=smallest)
    return FiguresPage(
        name=community.name,
        slug=community.slug,
        bar=bar_for_page(reader, community, here="figures"),
        sentence=figure.in_full,
        figures=(active_figure(figure), *_people(figure, people, inside=inside, k=smallest)),
        life=tuple(_life(community, alive)) if alive.all else (),
        kept=tuple(collected(COMMUNITY_FIGURES, reader, community)),
        moves=tuple(_moves(one) for one in periods),
        flow=tuple(_flow(one) for one in periods),
        exits=_exits(months, inside=inside, k=smallest) if periods else (),
        counted_on=numbers.on,
        smallest=smallest,
        is_inside=inside,
        version=DEFINITIONS_VERSION,
        version_of=DEFINITIONS_OF,
        may_see_ladder=bool(rules.may_see_ladder(reader, community)),
    )


def figures_as_data(reader: Reader, community: Community, site: str) -> dict[str, Any]:
    """The same for programs: what a page would not tell is null or left out."""
    members, alive = figures_of_page(reader, [community], community)
    figure = members[community.pk]
    inside, k = bool(may_see_members(reader, community)), smallest_told(community)
    active, all_of_them = figure.counts or (None, None)
    people = people_counts(community)
    told = _told_people(figure, people, inside=inside, k=k)
    months = months_of(numbers_of(community, What.MONTHS).told)
    return {
        "people": {
            "active": active,
            "members": all_of_them,
            **{name: told.get(name) for name in _PEOPLE},
            "as_of": figure.on,
        },
        "groups": {
            "alive": alive.alive,
            "asleep": alive.asleep,
            "empty": alive.empty,
            "local": alive.all,
        },
        "periods": [
            asdict(one) | {"active": one.active_after, "members": one.members_after}
            for one in _periods(months, figure, inside=inside, k=k)
        ],
        "smallest": k,
        "definitions": DEFINITIONS_VERSION,
        "url": f"{site.rstrip('/')}{reverse('community_figures', args=[community.slug])}",
    }


def _told_people(
    figure: MemberFigure, people: PeopleCounts, *, inside: bool, k: int
) -> dict[str, int]:
    if figure.counts is None:
        return {}
    wanted = [(name, int(getattr(people, name))) for name in _PEOPLE]
    return dict(wanted) if inside else told_parts(wanted, figure.counts, k)


def _periods(months: Months, figure: MemberFigure, *, inside: bool, k: int) -> tuple[Period, ...]:
    """Newest first."""
    if inside:
        return months.periods[::-1]
    return told_months(months, k)[::-1] if figure.counts else ()


def _people(figure: MemberFigure, people: PeopleCounts, *, inside: bool, k: int) -> list[Figure]:
    words = {
        "active_365": (_("Active in the year"), _("over %(days)s days") % {"days": 365}, "active"),
        "active_28": (_("Active in the month"), _("over %(days)s days") % {"days": 28}, "active"),
        "verified": (_("Verified"), _("reachable at an address proved once"), "verified"),
        "regular": (_("Regular"), _("active in three of the last six months"), "regular"),
        "dormant": (_("Dormant"), _("nothing in 365 days"), "dormant"),
    }
    told = _told_people(figure, people, inside=inside, k=k)
    return [
        Figure(
            label,
            value=told[name],
            of=people.registered,
            share=told[name] / people.registered if people.registered else 0.0,
            note=note,
            href=f"{reverse('definitions')}#{anchor}",
            as_of=people.on,
        )
        for name, (label, note, anchor) in words.items()
        if name in told
    ]


def _life(community: Community, alive: AliveFigure) -> list[Figure]:
    """Alive, asleep, empty: together they are all."""
    rest = (
        (_("Asleep"), alive.asleep, _("no such gathering, but one within 180 days"), "asleep"),
        (_("Empty"), alive.empty, _("no gathering of three people in 180 days"), "empty"),
    )
    return [
        alive_figure(community, alive),
        *(
            Figure(
                label,
                value=count,
                of=alive.all,
                share=count / alive.all,
                note=note,
                href=f"{reverse('definitions')}#{anchor}",
                as_of=alive.on,
            )
            for label, count, note, anchor in rest
        ),
    ]


def _moves(one: Period) -> tuple[str, ...]:
    return (
        _label(one),
        _both(one.members_before, one.active_before),
        *map(number, (one.joins, one.returns, one.leaves)),
        _both(one.members_after, one.active_after),
    )


def _both(members: int, active: int) -> str:
    """How many belong, never without how many of them are active."""
    return _("%(members)s, of whom %(active)s active") % {
        "members": number(members),
        "active": number(active),
    }


def _flow(one: Period) -> tuple[str, ...]:
    cells = (one.active_before, one.new, one.back, one.lapsed, one.active_after)
    share = one.active_after / one.members_after if one.members_after else 0.0
    return (_label(one), *map(number, cells), percent(share))


def _label(one: Period) -> str:
    """« November 2026 », or from when to when where months were put together."""
    if (one.starts.year, one.starts.month) == (one.ends.year, one.ends.month):
        return capfirst(date_format(one.ends, "F Y"))
    return _("%(start)s to %(end)s") % {
        "start": date_format(one.starts, "F Y"),
        "end": date_format(one.ends, "F Y"),
    }


def _exits(months: Months, *, inside: bool, k: int) -> tuple[tuple[str, str], ...]:
    """By role; who left is known to members, others are told what at least k people did."""
    if inside:
        told, rest = months.exits, 0
    else:
        told, rest = few_kinds(months.exits, k)
    lines = [
        (capfirst(str(Role(role).label)) if role else _("Without a role"), number(left))
        for role, left in sorted(told.items(), key=lambda one: -one[1])
    ]
    if rest:
        lines.append((_("Others"), number(rest)))
    return tuple(lines)
