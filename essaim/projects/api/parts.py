from datetime import date

from django.http import HttpRequest
from django.urls import reverse
from ninja import Schema, Status
from pydantic import Field

from essaim.communities.readers import member_of, reader_of
from essaim.foundation.http.api import Body
from essaim.foundation.http.missing import or_404
from essaim.projects import actions
from essaim.projects.actions import Asked as Condition
from essaim.projects.actions import Heard
from essaim.projects.api.lists import router
from essaim.projects.api.projects import WRITES, WholeProjectOut, project_or_404, whole_project
from essaim.projects.models import GateDecision, GateKind, Part
from essaim.projects.models.stages import CONDITION_LENGTH, EVIDENCE_LENGTH, GATE_LENGTH
from essaim.projects.queries import people
from essaim.projects.queries.gates import gate_named


class HeardIn(Schema):
    """`from_whom` says what they are, never who."""

    words: str = Field(min_length=1, max_length=EVIDENCE_LENGTH)
    from_whom: str = Field(min_length=1, max_length=120)
    is_from_beneficiary: bool = True


class GateIn(Body):
    kind: GateKind
    evidence: str = Field(min_length=1, max_length=EVIDENCE_LENGTH)
    heard: list[HeardIn] = Field(min_length=1, max_length=10)


class ConditionIn(Schema):
    what: str = Field(min_length=1, max_length=CONDITION_LENGTH)
    due_on: date


class GateAnswerIn(Body):
    decision: GateDecision
    reasons: str = Field(min_length=1, max_length=GATE_LENGTH)
    keeps: str = Field("", max_length=GATE_LENGTH)
    conditions: list[ConditionIn] = Field(default_factory=list, max_length=5)


class ProjectPartIn(Body):
    """`member` is a public_id; without it the answer holds a link to pass on."""

    part: Part
    member: str | None = None
    words: str = Field("", max_length=300)
    exception_reason: str = Field("", max_length=600)


class ProjectPartOut(Schema):
    part: str
    link: str


@router.post(
    "/projects/{public_id}/gates",
    response={201: WholeProjectOut},
    auth=WRITES,
    url_name="api_project_gates",
    summary="Ask at the gate ahead, with what beneficiaries said",
)
def ask_gate(request: HttpRequest, public_id: str, body: GateIn) -> Status[WholeProjectOut]:
    found = project_or_404(reader_of(request), public_id)
    actions.ask_gate(
        member=member_of(request),
        project=found,
        kind=body.kind,
        evidence=body.evidence,
        heard=[Heard(one.words, one.from_whom, one.is_from_beneficiary) for one in body.heard],
    )
    return Status(201, whole_project(reader_of(request), public_id))


@router.post(
    "/projects/{public_id}/gates/{gate_id}/answer",
    response=WholeProjectOut,
    auth=WRITES,
    url_name="api_gate_answer",
    summary="Answer at a gate",
)
def answer_gate(
    request: HttpRequest, public_id: str, gate_id: str, body: GateAnswerIn
) -> WholeProjectOut:
    found = project_or_404(reader_of(request), public_id)
    gate = or_404(gate_named(found, gate_id))
    actions.decide_gate(
        member=member_of(request),
        gate=gate,
        decision=body.decision,
        reasons=body.reasons,
        keeps=body.keeps,
        conditions=[Condition(one.what, one.due_on) for one in body.conditions],
    )
    return whole_project(reader_of(request), public_id)


@router.post(
    "/projects/{public_id}/parts",
    response={201: ProjectPartOut},
    auth=WRITES,
    url_name="api_project_parts",
    summary="Ask somebody to take part: in the team, as coach, sponsor, referent…",
)
def offer_part(request: HttpRequest, public_id: str, body: ProjectPartIn) -> Status[ProjectPartOut]:
    found = project_or_404(reader_of(request), public_id)
    invited = or_404(people.person_to_invite(body.member)) if body.member else None
    made = actions.invite(
        member=member_of(request),
        project=found,
        part=body.part,
        invited=invited,
        words=body.words,
        exception_reason=body.exception_reason,
    )
    link = request.build_absolute_uri(reverse("project_invitation", args=[made.token]))
    return Status(201, ProjectPartOut(part=made.part, link="" if invited else link))
