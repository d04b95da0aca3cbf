"""The logbook and the effects of a project; pictures and files come by pages alone."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Query, Schema, Status
from pydantic import Field

from essaim.communities.readers import member_of, reader_of
from essaim.foundation.http.api import Body, next_of
from essaim.foundation.http.missing import or_404
from essaim.ideas.models import length_of
from essaim.members.bearer import Bearer
from essaim.members.models import Scope
from essaim.projects.actions import effects as counting
from essaim.projects.actions import logbook as writing
from essaim.projects.api.lists import Asked, router
from essaim.projects.api.projects import project_or_404
from essaim.projects.models import (
    Beneficiaries,
    Confidence,
    EntryAudience,
    EntryKind,
    LogEntry,
    Measure,
    Reach,
)
from essaim.projects.queries import effects, logbook
from essaim.projects.queries.logbook import EntryShown

TELLS = Bearer(Scope.PROJECTS)


class LogEntryOut(Schema):
    public_id: str
    kind: EntryKind
    text: str
    language: str
    happened_on: date
    author: str
    picture: str
    picture_words: str
    is_for_team: bool


class LogbookOut(Schema):
    items: list[LogEntryOut]
    next: str | None


class LogEntryIn(Body):
    kind: EntryKind
    text: str = Field(min_length=1, max_length=length_of(LogEntry, "text"))
    audience: EntryAudience = EntryAudience.PUBLIC
    happened_on: date | None = None


class PeopleCountedOut(Schema):
    """`people` is in words where so few could tell who they are."""

    public_id: str
    reach: str
    period: str
    people: str
    method: str
    confidence: str


class ActorGroupOut(Schema):
    public_id: str
    name: str
    part: str
    gains: str
    counts: list[PeopleCountedOut]


class MeasureOut(Schema):
    public_id: str
    period: str
    value: str
    confidence: str


class IndicatorOut(Schema):
    public_id: str
    name: str
    unit: str
    definition: str
    who_counts: str
    source: str
    measures: list[MeasureOut]


class RecognitionOut(Schema):
    kind: str
    title: str
    given_by: str
    given_on: date
    amount: str
    source_url: str


class EffectsOut(Schema):
    """`people`: of each group its largest period; « up to » where groups are added."""

    people: str
    groups: list[ActorGroupOut]
    indicators: list[IndicatorOut]
    recognitions: list[RecognitionOut]
    alive_as_of: date | None
    without_it: str


class MeasureIn(Body):
    """From the first day to the last, both included."""

    indicator: str
    first_day: date
    last_day: date
    value: Decimal = Field(max_digits=14, decimal_places=2)
    confidence: Confidence = Confidence.DECLARED
    evidence: str = Field("", max_length=length_of(Measure, "evidence"))


class BeneficiariesIn(Body):
    """Different people of one group, each once; from the first day to the last."""

    group: str
    reach: Reach = Reach.DIRECT
    first_day: date
    last_day: date
    people: int = Field(ge=0, le=counting.MOST_PEOPLE)
    method: str = Field(min_length=1, max_length=length_of(Beneficiaries, "method"))
    confidence: Confidence = Confidence.DECLARED
    evidence: str = Field("", max_length=length_of(Beneficiaries, "evidence"))


class CountedOut(Schema):
    public_id: str


def _entry(request: HttpRequest, entry: EntryShown) -> dict[str, Any]:
    return {
        "public_id": entry.public_id,
        "kind": entry.kind,
        "text": entry.text,
        "language": entry.lang,
        "happened_on": entry.happened_on,
        "author": entry.author,
        "picture": request.build_absolute_uri(entry.picture) if entry.picture else "",
        "picture_words": entry.picture_words,
        "is_for_team": entry.is_for_team,
    }


@router.get(
    "/projects/{public_id}/logbook",
    response=LogbookOut,
    url_name="api_logbook",
    summary="A project's logbook, newest first",
)
def read_logbook(request: HttpRequest, public_id: str, asked: Query[Asked]) -> dict[str, Any]:
    reader = reader_of(request)
    page = logbook.entries_for_list(
        reader, project_or_404(reader, public_id), after=asked.after, size=asked.limit
    )
    return {
        "items": [_entry(request, one) for one in page.items],
        "next": next_of(request, page.next, limit=asked.limit),
    }


@router.post(
    "/projects/{public_id}/logbook",
    response={201: LogEntryOut},
    auth=TELLS,
    url_name="api_logbook",
    summary="Tell what happened, as a member of the team",
)
def write_entry(request: HttpRequest, public_id: str, entry: LogEntryIn) -> Status[dict[str, Any]]:
    reader = reader_of(request)
    written = writing.write_entry(
        member=member_of(request), project=project_or_404(reader, public_id), **entry.model_dump()
    )
    shown = logbook.entry_for_page(reader, written)
    return Status(201, _entry(request, shown))


@router.delete(
    "/logbook/{public_id}",
    response={204: None},
    auth=TELLS,
    url_name="api_entry",
    summary="Withdraw an entry of the logbook; its page undoes it within minutes",
)
def withdraw_entry(request: HttpRequest, public_id: str) -> Status[None]:
    found = or_404(logbook.entry_for_change(reader_of(request), public_id))
    writing.withdraw_entry(member=member_of(request), entry=found)
    return Status(204, None)


@router.get(
    "/projects/{public_id}/effects",
    response=EffectsOut,
    url_name="api_effects",
    summary="What a project counted, with how",
)
def read_effects(request: HttpRequest, public_id: str) -> Any:
    reader = reader_of(request)
    return effects.effects_for_page(reader, project_or_404(reader, public_id))


@router.post(
    "/projects/{public_id}/measures",
    response={201: CountedOut},
    auth=TELLS,
    url_name="api_measures",
    summary="Add a number to one of a project's indicators",
)
def add_measure(request: HttpRequest, public_id: str, measure: MeasureIn) -> Status[dict[str, Any]]:
    project = project_or_404(reader_of(request), public_id)
    listed = effects.indicators_to_choose(project)
    indicator = or_404(next((one for one in listed if one.public_id == measure.indicator), None))
    made = counting.record_measure(
        member=member_of(request),
        indicator=indicator,
        starts_on=measure.first_day,
        ends_on=_after(measure.last_day),
        value=measure.value,
        evidence=measure.evidence,
        confidence=measure.confidence,
    )
    return Status(201, {"public_id": made.public_id})


@router.post(
    "/projects/{public_id}/beneficiaries",
    response={201: CountedOut},
    auth=TELLS,
    url_name="api_beneficiaries",
    summary="Count the people of a group who gained in a period",
)
def count_people(
    request: HttpRequest, public_id: str, counted: BeneficiariesIn
) -> Status[dict[str, Any]]:
    project = project_or_404(reader_of(request), public_id)
    listed = effects.groups_to_choose(project)
    group = or_404(next((one for one in listed if one.public_id == counted.group), None))
    made = counting.count_beneficiaries(
        member=member_of(request),
        group=group,
        reach=counted.reach,
        starts_on=counted.first_day,
        ends_on=_after(counted.last_day),
        people=counted.people,
        method=counted.method,
        evidence=counted.evidence,
        confidence=counted.confidence,
    )
    return Status(201, {"public_id": made.public_id})


def _after(last: date) -> date:
    return last + timedelta(days=1) if last < date.max else last
