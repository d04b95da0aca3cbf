from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema, Status
from pydantic import Field

from essaim.communities.models import Community
from essaim.communities.readers import Reader, fresh_reader, member_of, reader_of
from essaim.communities.rules import communities_visible_to, may_see_community
from essaim.foundation.http.api import Body, next_of
from essaim.foundation.http.missing import or_404
from essaim.members.bearer import Bearer
from essaim.members.models import Scope
from essaim.places.queries import place_asked
from essaim.projects import actions, queries, rules
from essaim.projects.actions import Met
from essaim.projects.api.lists import Asked, Language, router
from essaim.projects.models import (
    OBSERVATION_LENGTH,
    PART_LENGTH,
    Outcome,
    Project,
)
from essaim.projects.models.validation import REASONS_LENGTH, WORDS_LENGTH
from essaim.projects.queries.names import consent_to_found
from essaim.projects.queries.projects import ProjectLine

WRITES = Bearer(Scope.PROJECTS)


class ProjectOut(Schema):
    """`state` says where it stands, `outcome` what became of it once it ended."""

    public_id: str
    name: str
    excerpt: str
    language: str
    state: str
    outcome: str
    place: str
    bearer: str
    created_at: datetime


class ProjectsOut(Schema):
    items: list[ProjectOut]
    next: str | None


class SpellOut(Schema):
    """From its first day until the first day without it."""

    stage: str
    starts_on: date
    ends_on: date | None


class GateOut(Schema):
    public_id: str
    kind: str
    due_on: date
    decision: str
    reasons: str


class WholeProjectOut(Schema):
    public_id: str
    community: str
    host: str
    name: str
    language: str
    state: str
    outcome: str
    outcome_words: str
    bearer: str
    place: str
    problem: str
    for_whom: str
    smallest_version: str
    existing: str
    means: str
    former_names: list[str]
    created_at: datetime
    validated_at: datetime | None
    started_on: date | None
    ended_on: date | None
    spells: list[SpellOut]
    gates: list[GateOut]


class ProjectIn(Body):
    """A name is enough for a draft; the rest has to be there when it is submitted."""

    name: str = Field(min_length=1, max_length=80)
    problem: str = Field("", max_length=PART_LENGTH)
    for_whom: str = Field("", max_length=PART_LENGTH)
    smallest_version: str = Field("", max_length=PART_LENGTH)
    existing: str = Field("", max_length=PART_LENGTH)
    means: str = Field("", max_length=PART_LENGTH)
    place: str | None = Field(None, description="The public_id of the place it concerns.")
    language: Language | None = None


class CriterionMetIn(Schema):
    key: str = Field(max_length=40)
    is_met: bool
    words: str = Field("", max_length=WORDS_LENGTH)


class ValidationIn(Body):
    validates: bool
    reasons: str = Field("", max_length=REASONS_LENGTH)
    answers: list[CriterionMetIn] = Field(default_factory=list, max_length=20)


class OutcomeIn(Body):
    outcome: Outcome
    words: str = Field("", max_length=PART_LENGTH)


class ObservationIn(Body):
    what: str = Field(min_length=1, max_length=OBSERVATION_LENGTH)
    for_whom: str = Field("", max_length=160)
    place: str | None = None


class ObservationOut(Schema):
    public_id: str
    what: str
    for_whom: str
    place: str
    language: str
    created_at: datetime
    projects: int


class HeldObservationOut(Schema):
    """It waits for a first look of the moderators, as its author’s account is new."""

    public_id: str
    what: str
    state: Literal["held"]


class ObservationsOut(Schema):
    items: list[ObservationOut]
    next: str | None


def _host_or_404(reader: Reader, slug: str) -> Community:
    visible = communities_visible_to(reader, subplatform=rules.SUBPLATFORM)
    return get_object_or_404(visible, slug=slug)


def project_or_404(reader: Reader, public_id: str) -> Project:
    return or_404(queries.project_for_change(reader, public_id))


def _line(one: ProjectLine) -> ProjectOut:
    return ProjectOut(
        public_id=one.public_id,
        name=one.name,
        excerpt=one.excerpt,
        language=one.lang,
        state=one.state,
        outcome=one.outcome,
        place=one.place,
        bearer=one.bearer,
        created_at=one.created_at,
    )


def whole_project(reader: Reader, public_id: str) -> WholeProjectOut:
    found = or_404(queries.project_to_read(reader, public_id))
    host = rules.host_of(found)
    values: dict[str, Any] = {
        name: getattr(found, name)
        for name in (
            *("public_id", "language", "state", "outcome", "outcome_words", "problem"),
            *("for_whom", "smallest_version", "existing", "means", "created_at"),
            *("validated_at", "started_on", "ended_on"),
        )
    }
    spells = sorted(found.spells.all(), key=lambda one: (one.starts_on, one.pk))
    return WholeProjectOut(
        **values,
        community=found.community.slug,
        host=host.slug if may_see_community(reader, host) else "",
        name=found.community.name,
        bearer=found.bearer.name if found.bearer else "",
        place=found.community.place.name if found.community.place else "",
        former_names=[one.name for one in found.former_names.all()],
        spells=[SpellOut(stage=s.stage, starts_on=s.starts_on, ends_on=s.ends_on) for s in spells],
        gates=[
            GateOut(
                public_id=one.public_id,
                kind=one.kind,
                due_on=one.due_on,
                decision=one.decision,
                reasons=one.reasons,
            )
            for one in found.gates.all()
        ],
    )


@router.get(
    "/communities/{slug}/projects",
    response=ProjectsOut,
    url_name="api_projects",
    summary="Projects of a community and of those below it, the newest first",
)
def list_projects(
    request: HttpRequest,
    slug: str,
    asked: Query[Asked],
    state: Literal["", "running", "validated", "ended", "mine"] = "",
) -> ProjectsOut:
    reader = reader_of(request)
    page = queries.projects_for_list(
        reader, _host_or_404(reader, slug), state=state, after=asked.after, size=asked.limit
    )
    items = [_line(one) for one in page.items]
    following = next_of(request, page.next, limit=asked.limit, state=state)
    return ProjectsOut(items=items, next=following)


@router.post(
    "/communities/{slug}/projects",
    response={201: WholeProjectOut},
    auth=WRITES,
    url_name="api_projects",
    summary="Start a project: a draft of yours",
)
def start_project(request: HttpRequest, slug: str, body: ProjectIn) -> Status[WholeProjectOut]:
    reader = reader_of(request)
    host = _host_or_404(reader, slug)
    values = body.model_dump(exclude={"place"})
    made = actions.file_project(
        member=member_of(request),
        host=host,
        place=place_asked(body.place or None),
        consent_text=consent_to_found(),
        **values,
    )
    # Who asks has just begun to belong to it.
    return Status(201, whole_project(fresh_reader(member_of(request)), made.public_id))


@router.get(
    "/projects/{public_id}",
    response=WholeProjectOut,
    url_name="api_project",
    summary="A project, with its stages and gates",
)
def read_project(request: HttpRequest, public_id: str) -> WholeProjectOut:
    return whole_project(reader_of(request), public_id)


@router.put(
    "/projects/{public_id}",
    response=WholeProjectOut,
    auth=WRITES,
    url_name="api_project",
    summary="Rewrite a project of your team",
)
def edit_project(request: HttpRequest, public_id: str, body: ProjectIn) -> WholeProjectOut:
    found = project_or_404(reader_of(request), public_id)
    actions.edit_project(
        member=member_of(request),
        project=found,
        place=place_asked(body.place or None),
        **body.model_dump(exclude={"place"}),
    )
    return whole_project(reader_of(request), public_id)


@router.post(
    "/projects/{public_id}/submission",
    response=WholeProjectOut,
    auth=WRITES,
    url_name="api_project_submission",
    summary="Ask for its validation",
)
def submit_project(request: HttpRequest, public_id: str) -> WholeProjectOut:
    found = project_or_404(reader_of(request), public_id)
    actions.submit_project(member=member_of(request), project=found)
    return whole_project(reader_of(request), public_id)


@router.post(
    "/projects/{public_id}/validation",
    response=WholeProjectOut,
    auth=WRITES,
    url_name="api_project_validation",
    summary="Answer each criterion, then validate or refuse",
)
def validate_project(request: HttpRequest, public_id: str, body: ValidationIn) -> WholeProjectOut:
    found = project_or_404(reader_of(request), public_id)
    actions.answer_validation(
        member=member_of(request),
        project=found,
        answers={one.key: Met(one.is_met, one.words) for one in body.answers},
        validates=body.validates,
        reasons=body.reasons,
    )
    return whole_project(reader_of(request), public_id)


@router.post(
    "/projects/{public_id}/outcome",
    response=WholeProjectOut,
    auth=WRITES,
    url_name="api_project_outcome",
    summary="Say that it ended and what became of it",
)
def say_outcome(request: HttpRequest, public_id: str, body: OutcomeIn) -> WholeProjectOut:
    found = project_or_404(reader_of(request), public_id)
    actions.end_project(
        member=member_of(request), project=found, outcome=body.outcome, words=body.words
    )
    return whole_project(reader_of(request), public_id)


@router.get(
    "/communities/{slug}/observations",
    response=ObservationsOut,
    url_name="api_observations",
    summary="Needs that people saw, without any project yet",
)
def list_observations(request: HttpRequest, slug: str, asked: Query[Asked]) -> ObservationsOut:
    reader = reader_of(request)
    host = _host_or_404(reader, slug)
    page = queries.observations_for_list(reader, host, after=asked.after, size=asked.limit)
    items = [
        ObservationOut(
            public_id=one.public_id,
            what=one.what,
            for_whom=one.for_whom,
            place=one.place,
            language=one.lang,
            created_at=one.created_at,
            projects=one.projects,
        )
        for one in page.items
    ]
    return ObservationsOut(items=items, next=next_of(request, page.next, limit=asked.limit))


@router.post(
    "/communities/{slug}/observations",
    response={201: ObservationOut, 202: HeldObservationOut},
    auth=WRITES,
    url_name="api_observations",
    summary="Report a need you saw",
)
def report_need(
    request: HttpRequest, slug: str, body: ObservationIn
) -> Status[ObservationOut | HeldObservationOut]:
    host = _host_or_404(reader_of(request), slug)
    one = actions.observe(
        member=member_of(request),
        host=host,
        what=body.what,
        for_whom=body.for_whom,
        place=place_asked(body.place or None),
    )
    if one.waiting_for:
        held = HeldObservationOut(public_id=one.public_id, what=one.what, state="held")
        return Status(202, held)
    out = ObservationOut(
        public_id=one.public_id,
        what=one.what,
        for_whom=one.for_whom,
        place=one.place.name if one.place else "",
        language=one.language,
        created_at=one.created_at,
        projects=0,
    )
    return Status(201, out)
