"""The ladder as those who run a community see it: numbers that lead to nobody."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.models import Community
from essaim.communities.queries import Bar, bar_for_page, smallest_told
from essaim.communities.readers import Reader
from essaim.communities.rules import off_in
from essaim.design.typography import number, percent
from essaim.foundation.access import Verdict
from essaim.foundation.clock import today
from essaim.insights import rules
from essaim.insights.cells import few_kinds, is_part_told, is_told
from essaim.insights.models import Estimate, Targets, What
from essaim.insights.queries.kept import numbers_of
from essaim.insights.queries.kinds import (
    RUNG_WORDS,
    KindLine,
    kinds_for_page,
    subplatform_of,
    words_for,
)
from essaim.insights.queries.ladder import (
    COHORTS,
    ENGAGED,
    HORIZONS,
    INTERACTING,
    WINDOWS,
    watched_in,
)
from essaim.insights.survival import incidence

SOON_DAYS = 7
NOT_TOLD = "–"
LONGEST_NUMBER = 15


@dataclass(frozen=True, slots=True)
class RungLine:
    """How many stand on a rung or above; `share` of the rung below, `target` where one is set."""

    words: str
    number: int | None
    share: float | None
    target: int | None


@dataclass(frozen=True, slots=True)
class Stock:
    """The rungs within so many days."""

    days: int
    rungs: tuple[RungLine, ...]


@dataclass(frozen=True, slots=True)
class EstimateLine:
    """An audience as somebody estimated it: about so many, by a channel, in a time."""

    reference: int
    about: str
    channel: str
    starts_on: date
    ends_on: date
    source: str
    method: str
    is_deduplicated: bool


@dataclass(frozen=True, slots=True)
class FirstAct:
    """How long newcomers take to their first useful act; None where it is not told."""

    people: int | None
    median_days: int | None
    within_a_week: float | None

    @property
    def sentence(self) -> str:
        if self.people is None:
            return _("Too few people joined within a year to tell.")
        if self.median_days is None:
            return _("Half of those who joined within a year have not done anything here yet.")
        return ngettext(
            "Half of those who joined within a year did something within %(days)s day.",
            "Half of those who joined within a year did something within %(days)s days.",
            self.median_days,
        ) % {"days": number(self.median_days)}


@dataclass(frozen=True, slots=True)
class LadderPage:
    name: str
    slug: str
    bar: Bar
    estimates: tuple[EstimateLine, ...]
    stocks: tuple[Stock, ...]
    cohorts: tuple[tuple[str, ...], ...]
    moved: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    first_act: FirstAct
    kinds: tuple[KindLine, ...]
    smallest: int
    counted_on: date
    may_run: Verdict


def ladder_for_page(reader: Reader, community: Community) -> LadderPage:
    """Ask `may_see_ladder` before. Its cost is the same for any size."""
    numbers = numbers_of(community, What.LADDER)
    targets = Targets.objects.filter(community=community).first()
    k = smallest_told(community)
    return LadderPage(
        name=community.name,
        slug=community.slug,
        bar=bar_for_page(reader, community, here="figures"),
        estimates=estimates_of(community),
        stocks=told_stocks(numbers.told["stock"], targets, k),
        cohorts=told_cohorts(numbers.told, k),
        moved=_moved(numbers.told, k, off_in(community)),
        first_act=first_act_of(numbers.told, k),
        kinds=kinds_for_page(community),
        smallest=k,
        counted_on=numbers.on,
        may_run=rules.may_run_ladder(reader, community),
    )


def estimates_of(community: Community) -> tuple[EstimateLine, ...]:
    """Newest first; each stands for itself, none is added to another or to persons."""
    standing = Estimate.objects.filter(community=community, withdrawn_at__isnull=True)
    return tuple(
        EstimateLine(
            one.pk,
            number(rounded(one.number)),
            one.channel,
            one.starts_on,
            one.ends_on,
            one.source,
            one.method,
            one.is_deduplicated,
        )
        for one in standing.order_by("-ends_on", "-pk")[:24]
    )


def rounded(estimate: int) -> int:
    """To two digits: an estimate is about so many."""
    return round(estimate, 2 - len(str(estimate)))


def told_stocks(stock: dict[str, list[int]], targets: Targets | None, k: int) -> tuple[Stock, ...]:
    """Nested numbers, of which none and no difference is small; all or nobody is not told."""
    aware = stock[str(WINDOWS[0])][0]
    known, told = [aware], {}
    for days in WINDOWS:
        for level in (INTERACTING, ENGAGED):
            count = stock[str(days)][level - 1]
            if is_part_told(count, aware, k) and all(is_told(abs(count - one), k) for one in known):
                known.append(count)
                told[days, level] = count
    wanted = (
        (targets.aware, targets.interacting, targets.engaged) if targets else (None, None, None)
    )
    return tuple(
        Stock(
            days,
            (
                RungLine(_("Aware"), aware, None, wanted[0]),
                _line(_("Interacting"), told.get((days, INTERACTING)), aware, wanted[1]),
                _line(
                    _("Engaged"),
                    told.get((days, ENGAGED)),
                    told.get((days, INTERACTING)),
                    wanted[2],
                ),
            ),
        )
        for days in WINDOWS
    )


def _line(words: str, count: int | None, below: int | None, target: int | None) -> RungLine:
    return RungLine(words, count, count / below if count is not None and below else None, target)


def told_cohorts(numbers: dict[str, Any], k: int) -> tuple[tuple[str, ...], ...]:
    """By month of entry, months put together until k people entered: the share that reached
    interacting and engaged by each horizon. Leavers and the erased are watched until they left."""
    sizes: dict[str, int] = {}
    for month, level, _reached, _days, people in numbers["climb"]:
        if level == INTERACTING:
            sizes[month] = sizes.get(month, 0) + people
    groups: list[list[str]] = []
    pending: list[str] = []
    for month in sorted(sizes)[-COHORTS - 1 :]:
        pending.append(month)
        if sum(sizes[one] for one in pending) >= k:
            groups.append(pending)
            pending = []
    if pending and groups:
        groups[-1] += pending
    return tuple(_cohort(numbers, months, k) for months in reversed(groups))


def _cohort(numbers: dict[str, Any], months: list[str], k: int) -> tuple[str, ...]:
    cells, known = [], [0]
    people = 0
    for level in (INTERACTING, ENGAGED):
        climb = incidence(watched_in(numbers, level, months))
        people = climb.people
        for days in HORIZONS:
            share, reached = climb.by(days), climb.reached_by(days)
            few = not is_part_told(reached, climb.people, k)
            if share is None or few or not all(is_told(abs(reached - one), k) for one in known):
                cells.append(NOT_TOLD)
            else:
                known.append(reached)
                cells.append(percent(share))
    return (_months_label(months), number(people), *cells)


def _months_label(months: list[str]) -> str:
    first, last = (date.fromisoformat(f"{one}-01") for one in (months[0], months[-1]))
    if first == last:
        return capfirst(date_format(first, "F Y"))
    return _("%(start)s to %(end)s") % {
        "start": date_format(first, "F Y"),
        "end": date_format(last, "F Y"),
    }


def _moved(
    numbers: dict[str, Any], k: int, off: frozenset[str]
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """What was people's first act on a rung: kinds that at least k people began with.

    What the community has switched off since is not named: it counts among the others.
    """
    found = []
    for level, title in ((INTERACTING, _("To interacting")), (ENGAGED, _("To engaged"))):
        counts = {kind: people for at, kind, people in numbers["moved"] if at == level}
        told, rest = few_kinds(counts, k)
        gone = {kind for kind in told if subplatform_of(kind) in off}
        rest += sum(told.pop(kind) for kind in gone)
        rows = [(capfirst(words_for(kind)), number(people)) for kind, people in told.items()]
        if rest:
            rows.append((_("Other acts"), number(rest)))
        if rows:
            found.append((title, tuple(rows)))
    return tuple(found)


def first_act_of(numbers: dict[str, Any], k: int) -> FirstAct:
    """From joining to the first act that counts, for those who joined within a year."""
    since = (today() - timedelta(days=365)).strftime("%Y-%m")
    months = {row[0] for row in numbers["climb"] if row[0] > since}
    climb = incidence(watched_in(numbers, INTERACTING, months))
    reached = climb.reached_by(climb.watched_until)
    if not is_part_told(reached, climb.people, k) and reached != climb.people:
        return FirstAct(None, None, None)
    if climb.people < k:
        return FirstAct(None, None, None)
    soon = climb.reached_by(SOON_DAYS)
    share = climb.by(SOON_DAYS)
    told = is_part_told(soon, climb.people, k) and is_told(reached - soon, k)
    return FirstAct(climb.people, climb.median, share if told else None)


def targets_of(community: Community) -> dict[str, int]:
    """What is wanted, as a form begins with it."""
    found = Targets.objects.filter(community=community).first()
    if found is None:
        return {}
    return {name: getattr(found, name) for name in ("aware", "interacting", "engaged")}


def estimate_to_withdraw(community: Community, reference: str) -> Estimate | None:
    if not (reference.isascii() and reference.isdigit() and len(reference) < LONGEST_NUMBER):
        return None
    return (
        Estimate.objects.filter(community=community, withdrawn_at__isnull=True, pk=reference)
        .select_related("community")
        .first()
    )


def communities_with_ladder() -> Iterable[Community]:
    """At the top: whoever belongs below belongs there, and has a place there only."""
    return Community.objects.opened().filter(
        parent__isnull=True, closed_at__isnull=True, archived_at__isnull=True
    )


def communities_run_by(reader: Reader, ids: Collection[int]) -> list[Community]:
    """Of these, those whose ladder the reader sees; one query."""
    found = Community.objects.filter(pk__in=ids)
    return [one for one in found if rules.may_see_ladder(reader, one)]


def rung_choices() -> list[tuple[str, str]]:
    return [(rung, capfirst(str(words))) for rung, words in RUNG_WORDS.items()]


def kind_choices(kinds: Iterable[KindLine]) -> list[tuple[str, str]]:
    return [(one.kind, capfirst(one.words)) for one in kinds]
