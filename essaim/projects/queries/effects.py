"""The effects of one project: its numbers with what stands behind each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.readers import Reader
from essaim.design.charts import Chart, bar_chart
from essaim.design.typography import day, money, number
from essaim.foundation.clock import today
from essaim.projects.models import (
    ActorGroup,
    Beneficiaries,
    CountsFrom,
    EffectWords,
    FollowUp,
    Indicator,
    LogEntry,
    Measure,
    Project,
    State,
)
from essaim.projects.queries.effect_numbers import (
    amounts_in,
    few_or,
    people_words,
    period_words,
    smallest_of,
)
from essaim.projects.queries.logbook import Head, head_of
from essaim.projects.rules import effects as rules
from essaim.projects.rules import is_in_team, may_see_project


@dataclass(frozen=True, slots=True)
class MeasureShown:
    public_id: str
    period: str
    value: str
    evidence: str
    confidence: str


@dataclass(frozen=True, slots=True)
class IndicatorShown:
    """`chart` where there are two measures to compare, or one beside what is aimed at."""

    public_id: str
    name: str
    unit: str
    definition: str
    who_counts: str
    source: str
    period: str
    baseline: str
    target: str
    measures: tuple[MeasureShown, ...]
    chart: Chart | None


@dataclass(frozen=True, slots=True)
class PeopleShown:
    """Distinct people of one group in one period; `people` are words where they are few."""

    public_id: str
    reach: str
    period: str
    people: str
    method: str
    evidence: str
    confidence: str


@dataclass(frozen=True, slots=True)
class GroupShown:
    public_id: str
    name: str
    part: str
    gains: str
    counts: tuple[PeopleShown, ...]


@dataclass(frozen=True, slots=True)
class RecognitionShown:
    public_id: str
    kind: str
    title: str
    given_by: str
    given_on: date
    amount: str
    source_url: str


@dataclass(frozen=True, slots=True)
class AroundShown:
    public_id: str
    people: str
    who: str
    counted_on: date


@dataclass(frozen=True, slots=True)
class NewsShown:
    """`state`: kept, late, due; `words` and `is_alive` once it was told."""

    public_id: str
    label: str
    due_on: date
    state: str
    days_late: int
    is_alive: bool | None
    words: str
    told_on: date | None
    may_tell: bool


@dataclass(frozen=True, slots=True)
class EffectsPage:
    head: Head
    people: str  # the one figure, in words: « up to 40 people »; empty when nobody was counted
    groups: tuple[GroupShown, ...]
    indicators: tuple[IndicatorShown, ...]
    around: tuple[AroundShown, ...]
    recognitions: tuple[RecognitionShown, ...]
    received: tuple[str, ...]
    news: tuple[NewsShown, ...]
    alive_as_of: date | None
    without_it: str
    contribution: str
    risks: str
    is_social_business: bool
    pays_no_dividend: bool
    may_count: bool
    problem: str
    for_whom: str
    started_on: date | None
    ended_on: date | None
    state: str
    outcome: str


def effects_for_page(reader: Reader, project: Project) -> EffectsPage:
    """Eight queries, however much was counted."""
    knows = is_in_team(reader, project)
    smallest = 0 if knows else smallest_of(project)
    groups = _groups(project)
    counts = [one for group in groups for one in group.standing]  # type: ignore[attr-defined]  # prefetched
    words = EffectWords.objects.filter(project=project).first()
    recognitions = list(
        project.recognitions.filter(withdrawn_at__isnull=True).order_by("-given_on", "-pk")
    )
    follow_ups = list(project.follow_ups.filter(cancelled_at__isnull=True).order_by("due_on"))
    around = project.around.filter(withdrawn_at__isnull=True).order_by("-counted_on")
    return EffectsPage(
        head=head_of(reader, project),
        people=people_words(counts, smallest),
        groups=tuple(_group(one, smallest) for one in groups),
        indicators=tuple(_indicator(one) for one in _indicators(project)),
        around=tuple(
            AroundShown(one.public_id, few_or(one.people, smallest), one.who, one.counted_on)
            for one in around
        ),
        recognitions=tuple(
            RecognitionShown(
                public_id=one.public_id,
                kind=str(one.get_kind_display()),
                title=one.title,
                given_by=one.given_by,
                given_on=one.given_on,
                amount=money(one.amount_cents, one.currency) if one.amount_cents else "",
                source_url=one.source_url,
            )
            for one in recognitions
        ),
        received=tuple(amounts_in((one.currency, one.amount_cents) for one in recognitions)),
        news=tuple(_news(reader, project, one) for one in follow_ups),
        alive_as_of=alive_as_of(project, follow_ups),
        without_it=words.without_it if words else "",
        contribution=words.contribution if words else "",
        risks=words.risks if words else "",
        is_social_business=project.is_social_business,
        pays_no_dividend=project.pays_no_dividend,
        may_count=bool(rules.may_count_effects(reader, project)),
        problem=project.problem,
        for_whom=project.for_whom,
        started_on=project.started_on,
        ended_on=project.ended_on,
        state=str(project.get_state_display()),
        outcome=str(project.get_outcome_display()) if project.outcome else "",
    )


def _groups(project: Project) -> list[ActorGroup]:
    standing = Beneficiaries.objects.standing().order_by("reach", "-starts_on", "-ends_on")
    groups = project.actor_groups.filter(removed_at__isnull=True).order_by("position", "pk")
    return list(groups.prefetch_related(Prefetch("counts", standing, to_attr="standing")))


def _indicators(project: Project) -> list[Indicator]:
    standing = Measure.objects.standing().order_by("starts_on")
    indicators = project.indicators.filter(removed_at__isnull=True).order_by("created_at", "pk")
    return list(indicators.prefetch_related(Prefetch("measures", standing, to_attr="standing")))


def _group(group: ActorGroup, smallest: int) -> GroupShown:
    return GroupShown(
        public_id=group.public_id,
        name=group.name,
        part=group.part,
        gains=group.gains,
        counts=tuple(
            PeopleShown(
                public_id=one.public_id,
                reach=str(one.get_reach_display()),
                period=period_words(one.starts_on, one.ends_on),
                people=few_or(one.people, smallest),
                method=one.method,
                evidence=one.evidence,
                confidence=str(one.get_confidence_display()),
            )
            for one in group.standing  # type: ignore[attr-defined]  # prefetched
        ),
    )


def _indicator(indicator: Indicator) -> IndicatorShown:
    measures: list[Measure] = indicator.standing  # type: ignore[attr-defined]  # prefetched
    return IndicatorShown(
        public_id=indicator.public_id,
        name=indicator.name,
        unit=indicator.unit,
        definition=indicator.definition,
        who_counts=indicator.who_counts,
        source=indicator.source,
        period=str(indicator.get_period_display()),
        baseline=_dated(indicator.baseline, indicator.baseline_on),
        target=_dated(indicator.target, indicator.target_on),
        measures=tuple(
            MeasureShown(
                public_id=one.public_id,
                period=period_words(one.starts_on, one.ends_on),
                value=number(float(one.value)),
                evidence=one.evidence,
                confidence=str(one.get_confidence_display()),
            )
            for one in measures
        ),
        chart=_chart(indicator, measures),
    )


def _dated(value: Decimal | None, on: date | None) -> str:
    if value is None or on is None:
        return ""
    said = {"value": number(float(value)), "day": day(on)}
    return _("%(value)s on %(day)s") % said


def _chart(indicator: Indicator, measures: list[Measure]) -> Chart | None:
    levels = [
        (kind, words % {"value": number(float(value))}, value)
        for kind, words, value in (
            ("baseline", _("before: %(value)s"), indicator.baseline),
            ("target", _("aim: %(value)s"), indicator.target),
        )
        if value is not None
    ]
    if len(measures) + bool(levels) < 2 or not measures:  # noqa: PLR2004  one number alone
        return None
    first, last = measures[0], measures[-1]
    words = _("%(name)s: %(first)s %(unit)s at first, %(last)s at last.")
    if len(measures) == 1:
        words = _("%(name)s: %(last)s %(unit)s.")
    describes = words % {
        "name": indicator.name,
        "unit": indicator.unit,
        "first": number(float(first.value)),
        "last": number(float(last.value)),
    }
    return bar_chart(
        id_=f"chart-{indicator.public_id}",
        title=indicator.name,
        describes=describes,
        headings=(_("Period"), indicator.unit),
        values=[(_label(one), one.value) for one in measures],
        levels=levels,
    )


def _label(measure: Measure) -> str:
    return f"{measure.starts_on:%m/%y}"


def _news(reader: Reader, project: Project, follow_up: FollowUp) -> NewsShown:
    follow_up.project = project
    told_on = follow_up.done_at.date() if follow_up.done_at else None
    late = max(0, ((told_on or today()) - follow_up.due_on).days)
    state = "kept" if told_on else "late" if late else "due"
    words = (
        ngettext(
            "%(count)s month after its end", "%(count)s months after its end", follow_up.months
        )
        if follow_up.counts_from == CountsFrom.END
        else ngettext(
            "%(count)s month after its start", "%(count)s months after its start", follow_up.months
        )
    )
    return NewsShown(
        public_id=follow_up.public_id,
        label=words % {"count": follow_up.months},
        due_on=follow_up.due_on,
        state=state,
        days_late=late,
        is_alive=follow_up.is_alive,
        words=follow_up.words,
        told_on=told_on,
        may_tell=bool(rules.may_tell_news(reader, follow_up)),
    )


def alive_as_of(project: Project, follow_ups: Iterable[FollowUp]) -> date | None:
    """The last day on which somebody said, or showed, that it lives; never a guess."""
    said = [one.done_at.date() for one in follow_ups if one.done_at is not None and one.is_alive]
    if project.state in {State.RUNNING, State.PAUSED}:
        entries = LogEntry.objects.standing().filter(project=project)
        last = entries.order_by("-happened_on").values_list("happened_on", flat=True).first()
        said += [one for one in (last, project.started_on) if one]
    return max(said, default=None)


def follow_up_for_page(reader: Reader, public_id: str) -> FollowUp | None:
    """As far as the reader may see its project."""
    found = FollowUp.objects.filter(public_id=public_id, cancelled_at__isnull=True)
    follow_up = found.select_related("project__community__parent", "project__bearer").first()
    if follow_up is None or not may_see_project(reader, follow_up.project):
        return None
    return follow_up


def groups_to_choose(project: Project) -> list[ActorGroup]:
    return list(project.actor_groups.filter(removed_at__isnull=True).order_by("position", "pk"))


def indicators_to_choose(project: Project) -> list[Indicator]:
    return list(project.indicators.filter(removed_at__isnull=True).order_by("created_at", "pk"))


@dataclass(frozen=True, slots=True)
class EffectsShort:
    """What the project's own page says of its effects."""

    people: str
    numbers: tuple[tuple[str, str], ...]  # an indicator and its newest value
    recognitions: int
    alive_as_of: date | None
    is_told: bool
    may_count: bool

    @property
    def is_empty(self) -> bool:
        return not (self.people or self.numbers or self.recognitions)


def effects_in_short(reader: Reader, project: Project) -> EffectsShort:
    """Five queries."""
    counts = project.beneficiaries.standing()
    newest = (
        Measure.objects.standing()
        .filter(indicator__project=project)
        .order_by("indicator__created_at", "indicator_id", "-starts_on")
        .distinct("indicator__created_at", "indicator_id")
        .select_related("indicator")
    )
    told = project.follow_ups.filter(done_at__isnull=False)
    return EffectsShort(
        people=people_words(counts, 0 if is_in_team(reader, project) else smallest_of(project)),
        numbers=tuple(
            (one.indicator.name, f"{number(float(one.value))} {one.indicator.unit}")
            for one in newest
        ),
        recognitions=project.recognitions.filter(withdrawn_at__isnull=True).count(),
        alive_as_of=alive_as_of(project, told),
        is_told=rules.is_told(getattr(project, "story", None)),
        may_count=bool(rules.may_count_effects(reader, project)),
    )
