"""What a project counts of its effects; each number with how it was counted."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from essaim.communities.actions.tree import set_lines_and_texts
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now, today
from essaim.foundation.http.links import web_address
from essaim.members.models import Member
from essaim.projects.actions.projects import about, locked
from essaim.projects.facts.effects import EffectCounted, EffectWithdrawn, RecognitionAdded
from essaim.projects.models import (
    ActorGroup,
    Beneficiaries,
    Confidence,
    EffectWords,
    Indicator,
    Measure,
    PeopleAround,
    Period,
    Project,
    Reach,
    Recognition,
    RecognitionKind,
)
from essaim.projects.rules import effects as rules

Row = TypeVar("Row", bound=models.Model)
CURRENCIES = ("EUR", "CHF", "GBP", "USD", "CAD", "XOF")
MOST_PEOPLE = 100_000_000


def _counting(member: Member, project: Project) -> Project:
    project = locked(project)
    require(rules.may_count_effects(fresh_reader(member), project))
    return project


@transaction.atomic
def say_effects(
    *, member: Member, project: Project, without_it: str, contribution: str = "", risks: str = ""
) -> EffectWords:
    """What would have happened anyway, what is ours in it, what may go wrong."""
    project = _counting(member, project)
    words, _is_new = EffectWords.objects.get_or_create(project=project)
    values = {"without_it": without_it, "contribution": contribution, "risks": risks}
    set_lines_and_texts(words, values)
    words.edited_at = now()
    words.save()
    return words


@transaction.atomic
def name_group(
    *,
    member: Member,
    project: Project,
    name: str,
    part: str = "",
    gains: str = "",
    group: ActorGroup | None = None,
) -> ActorGroup:
    """Somebody of the chain, as a kind of people: added, or put in better words."""
    project = _counting(member, project)
    kept = _of(ActorGroup, project, group) if group else ActorGroup(project=project)
    kept.position = kept.position or project.actor_groups.count() + 1
    set_lines_and_texts(kept, {"name": name, "part": part, "gains": gains})
    _require_words(kept, "name")
    return _save(kept, {"name": _("This project has a group of this name.")})


@transaction.atomic
def define_indicator(
    *, member: Member, project: Project, indicator: Indicator | None = None, **values: Any
) -> Indicator:
    """What is measured, of whom, in which unit, from which source; a number alone says nothing."""
    project = _counting(member, project)
    kept = _of(Indicator, project, indicator) if indicator else Indicator(project=project)
    texts = ("name", "unit", "definition", "who_counts", "source")
    set_lines_and_texts(kept, {name: values[name] for name in texts})
    _require_words(kept, *texts)
    kept.period = _choice(Period, "period", values.get("period", Period.MONTH))
    for number, day in (("baseline", "baseline_on"), ("target", "target_on")):
        value, on = values.get(number), values.get(day)
        if (value is None) != (on is None):
            raise ValidationError({day: [_("A number and its day go together.")]})
        setattr(kept, number, value)
        setattr(kept, day, on)
    return _save(kept, {"name": _("This project has an indicator of this name.")})


@transaction.atomic
def record_measure(
    *,
    member: Member,
    indicator: Indicator,
    starts_on: date,
    ends_on: date,
    value: Decimal,
    evidence: str = "",
    confidence: str = Confidence.DECLARED,
) -> Measure:
    """A value from its first day to its last; `ends_on` is kept as the first day after it."""
    project = _counting(member, indicator.project)
    measure = Measure(
        indicator=_of(Indicator, project, indicator),
        value=value,
        recorded_by=member,
        recorded_at=now(),
    )
    _set_period(measure, starts_on, ends_on)
    _set_proof(measure, evidence, confidence)
    _save(
        measure,
        {"starts_on": _("Another measure covers some of these days: withdraw it first.")},
    )
    _counted(member, project, "measure", measure.pk)
    return measure


@transaction.atomic
def count_beneficiaries(
    *,
    member: Member,
    group: ActorGroup,
    reach: str,
    starts_on: date,
    ends_on: date,
    people: int,
    method: str,
    evidence: str = "",
    confidence: str = Confidence.DECLARED,
) -> Beneficiaries:
    """Distinct people of one group in one period, and how they were counted."""
    project = _counting(member, group.project)
    counted = Beneficiaries(
        project=project,
        group=_of(ActorGroup, project, group),
        reach=_choice(Reach, "reach", reach),
        people=_people(people),
        recorded_by=member,
        recorded_at=now(),
    )
    _set_period(counted, starts_on, ends_on)
    set_lines_and_texts(counted, {"method": method})
    _require_words(counted, "method")
    _set_proof(counted, evidence, confidence)
    _save(
        counted,
        {"starts_on": _("This group is counted for this period: withdraw that count first.")},
    )
    _counted(member, project, "beneficiaries", counted.pk)
    return counted


@transaction.atomic
def count_people_around(
    *, member: Member, project: Project, people: int, who: str, counted_on: date | None = None
) -> PeopleAround:
    """Colleagues, partners, neighbours carried along, on one day."""
    project = _counting(member, project)
    day = counted_on or today()
    if day > today():
        raise ValidationError({"counted_on": [_("This day is still to come.")]})
    around = PeopleAround(
        project=project, people=_people(people), counted_on=day, recorded_by=member
    )
    around.recorded_at = now()
    set_lines_and_texts(around, {"who": who})
    _require_words(around, "who")
    _save(around, {"counted_on": _("They were counted on this day: withdraw that count first.")})
    _counted(member, project, "around", around.pk)
    return around


@transaction.atomic
def add_recognition(
    *,
    member: Member,
    project: Project,
    kind: str,
    title: str,
    given_by: str,
    given_on: date,
    source_url: str,
    amount_cents: int | None = None,
    currency: str = "",
) -> Recognition:
    """A prize, funding, an article: with the page that says so. Amounts are whole cents."""
    project = _counting(member, project)
    kind = _choice(RecognitionKind, "kind", kind)
    if given_on > today():
        raise ValidationError({"given_on": [_("This day is still to come.")]})
    address = web_address(source_url.strip())
    if not address:
        raise ValidationError({"source_url": [_("Give the address of a page that says so.")]})
    if amount_cents is not None:
        if kind not in {RecognitionKind.PRIZE, RecognitionKind.FUND}:
            raise ValidationError({"amount": [_("Only prizes and funding come with an amount.")]})
        if amount_cents <= 0:
            raise ValidationError({"amount": [_("More than nothing.")]})
        if currency not in CURRENCIES:
            raise ValidationError({"currency": [_("Choose a currency.")]})
    added = Recognition(
        project=project,
        kind=kind,
        given_on=given_on,
        amount_cents=amount_cents,
        currency=currency if amount_cents is not None else "",
        source_url=address,
        added_by=member,
        added_at=now(),
    )
    set_lines_and_texts(added, {"title": title, "given_by": given_by})
    _require_words(added, "title", "given_by")
    _save(added, {"title": _("This is told already.")})
    record(
        RecognitionAdded(
            **about(project, member),
            kind=kind,
            recognition_id=added.pk,
        )
    )
    return added


# What can be taken away again, what that is called in facts, and where the day is noted.
_TAKEN: dict[str, tuple[type[Any], str]] = {
    "group": (ActorGroup, "removed_at"),
    "indicator": (Indicator, "removed_at"),
    "measure": (Measure, "withdrawn_at"),
    "beneficiaries": (Beneficiaries, "withdrawn_at"),
    "around": (PeopleAround, "withdrawn_at"),
    "recognition": (Recognition, "withdrawn_at"),
}


@transaction.atomic
def take_effect_away(*, member: Member, project: Project, kind: str, public_id: str) -> None:
    """It was wrong, or is measured no more: it goes from page and sums, its row stays."""
    project = _counting(member, project)
    model, field = _TAKEN[kind]
    rows = model.objects.select_for_update(of=("self",)).filter(
        **{field: None, "public_id": public_id}
    )
    owner = "indicator__project" if kind == "measure" else "project"
    row = rows.filter(**{owner: project}).first()
    if row is None:
        raise Refused(_("This is no longer shown."))
    if kind == "group" and row.counts.standing().exists():
        raise Refused(_("People of this group are counted: withdraw these counts first."))
    setattr(row, field, now())
    row.save(update_fields=[field])
    record(
        EffectWithdrawn(
            **about(project, member),
            kind=kind,
            effect_id=row.pk,
        )
    )


@transaction.atomic
def put_effect_back(*, member: Member, project: Project, kind: str, public_id: str) -> None:
    """Undo; refused when something else took its place meanwhile."""
    project = _counting(member, project)
    model, field = _TAKEN[kind]
    owner = "indicator__project" if kind == "measure" else "project"
    row = model.objects.filter(**{owner: project, "public_id": public_id}).first()
    if row is None or getattr(row, field) is None:
        raise Refused(_("This is no longer shown."))
    counted = {"measure": "indicator", "beneficiaries": "group"}.get(kind)
    if counted and getattr(row, counted).removed_at:
        raise Refused(_("What this number is of was taken away since: it stays away with it."))
    setattr(row, field, None)
    try:
        with transaction.atomic():
            row.save(update_fields=[field])
    except IntegrityError as error:
        raise Refused(_("Something else took its place meanwhile.")) from error
    _counted(member, project, kind, row.pk)


def _counted(member: Member, project: Project, kind: str, effect_id: int) -> None:
    record(
        EffectCounted(
            **about(project, member),
            kind=kind,
            effect_id=effect_id,
        )
    )


def _of(model: type[Row], project: Project, row: Row) -> Row:
    """The row as it is now, of this very project and not taken away."""
    found = model._default_manager.filter(pk=row.pk, project=project, removed_at=None).first()
    if found is None:
        raise Refused(_("This is no longer shown."))
    return found


def _save(row: Row, twice: Mapping[str, Any]) -> Row:
    """Two at once leave one: the database decides, and the other reads why."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError({name: [words] for name, words in twice.items()}) from error
    return row


def _set_period(row: Any, starts_on: date, ends_on: date) -> None:
    if ends_on <= starts_on:
        raise ValidationError({"ends_on": [_("The end comes after the beginning.")]})
    if starts_on > today():
        raise ValidationError({"starts_on": [_("This day is still to come.")]})
    if ends_on > today() + timedelta(days=1):  # half-open: the last day is the one before
        raise ValidationError({"ends_on": [_("This day is still to come.")]})
    row.starts_on, row.ends_on = starts_on, ends_on


def _set_proof(row: Any, evidence: str, confidence: str) -> None:
    row.confidence = _choice(Confidence, "confidence", confidence)
    set_lines_and_texts(row, {"evidence": evidence})
    if row.confidence != Confidence.DECLARED and not row.evidence:
        raise ValidationError({"evidence": [_("Say where the proof of this number is.")]})


def _people(people: int) -> int:
    if not 0 <= people <= MOST_PEOPLE:
        raise ValidationError({"people": [_("A number of people.")]})
    return people


def _choice(choices: type[models.TextChoices], name: str, value: str) -> str:
    if value not in choices.values:
        raise ValidationError({name: [_("Choose one of these.")]})
    return value


def _require_words(row: Any, *names: str) -> None:
    missing = {name: [_("Say it in a few words.")] for name in names if not getattr(row, name)}
    if missing:
        raise ValidationError(missing)
