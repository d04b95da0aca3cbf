"""Gates: asked by the bearer with evidence, answered once, with reasons and what the team keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from essaim.commitments.actions import keep_commitment, make_commitment
from essaim.commitments.models import CommitmentKind
from essaim.communities.actions.tree import set_lines_and_texts
from essaim.communities.models import Role
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now, today
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member
from essaim.projects import rules
from essaim.projects.actions.projects import about, finish, locked
from essaim.projects.facts import ConditionMet, GateAsked, GateDecided, ProjectEnded
from essaim.projects.models import (
    GO_OR_STOP,
    GOING_ON,
    Gate,
    GateCondition,
    GateDecider,
    GateDecision,
    GateEvidence,
    GateKind,
    Project,
    Spell,
    State,
)

MOST_EVIDENCE = 10
MOST_CONDITIONS = 5


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody said of the project, and what they are: « a cashier of the market »."""

    words: str
    from_whom: str
    is_from_beneficiary: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition, and the day by which it should be met."""

    what: str
    due_on: date


@transaction.atomic
def ask_gate(
    *, member: Member, project: Project, kind: str, evidence: str, heard: Sequence[Heard]
) -> Gate:
    """Ask to start, to go on to the next stage, or to be accepted; one gate at a time."""
    project = locked(project)
    require(rules.may_ask_gate(fresh_reader(member), project))
    stage = rules.stage_of(project)
    ahead = dict(rules.gates_ahead(project, stage))
    if kind not in ahead:
        raise ValidationError({"kind": [_("This gate is not ahead of the project.")]})
    policy = rules.policy_of(rules.host_of(project))
    sponsor = rules.sponsor_who_decides(project)
    by_sponsor = policy.gate_decider == GateDecider.SPONSOR and sponsor is not None
    gate = Gate(
        project=project,
        kind=kind,
        from_stage=stage,
        to_stage=ahead[GateKind(kind)],
        asked_by=member,
        due_on=today() + timedelta(days=policy.gate_days),
        decider=GateDecider.SPONSOR if by_sponsor else GateDecider.COMMITTEE,
        is_go_stop_only=policy.is_go_stop_only,
    )
    set_lines_and_texts(gate, {"evidence": evidence})
    if not gate.evidence:
        raise ValidationError({"evidence": [_("Say what was done and learnt.")]})
    try:
        with transaction.atomic():
            gate.save()
    except IntegrityError as error:
        raise Refused(_("A gate waits for its answer: one at a time.")) from error
    _keep_evidence(gate, heard)
    make_commitment(
        community=rules.host_of(project),
        kind=CommitmentKind.GATE,
        subject_kind=rules.GATE,
        subject_id=gate.pk,
        due_on=gate.due_on,
        owner_role=Role.SPONSOR if by_sponsor else Role.DECIDER,
        owner_title="",
        owner=sponsor.member if by_sponsor and sponsor else None,
        actor=member,
    )
    bump_generation()
    record(GateAsked(**about(project, member), gate_id=gate.pk, kind=kind, due_on=gate.due_on))
    return gate


def _keep_evidence(gate: Gate, heard: Sequence[Heard]) -> None:
    rows = []
    for one in heard[:MOST_EVIDENCE]:
        row = GateEvidence(gate=gate, is_from_beneficiary=one.is_from_beneficiary)
        try:
            set_lines_and_texts(row, {"words": one.words, "from_whom": one.from_whom})
        except ValidationError as error:
            raise ValidationError({"heard": error.messages}) from error
        if row.words and not row.from_whom:
            raise ValidationError({"heard": [_("Say what they are: never their name.")]})
        if row.words:
            rows.append(row)
    if not any(row.is_from_beneficiary for row in rows):
        raise ValidationError({"heard": [_("Tell what at least one beneficiary said of it.")]})
    GateEvidence.objects.bulk_create(rows)


@transaction.atomic
def decide_gate(
    *,
    member: Member,
    gate: Gate,
    decision: str,
    reasons: str,
    keeps: str = "",
    conditions: Sequence[Asked] = (),
) -> Gate:
    """Answer, with reasons and what the team keeps; of two who answer at once, one has."""
    project = locked(gate.project)
    gate = Gate.objects.select_for_update().get(pk=gate.pk)
    gate.project = project
    require(rules.may_decide_gate(fresh_reader(member), gate))
    choices = GO_OR_STOP if gate.is_go_stop_only else tuple(GateDecision)
    if decision not in choices:
        raise ValidationError({"decision": [_("Choose one of the answers offered.")]})
    set_lines_and_texts(gate, {"reasons": reasons, "keeps": keeps})
    if not gate.reasons:
        raise ValidationError({"reasons": [_("An answer says why.")]})
    made = _conditions(gate, decision, conditions)
    gate.decision = decision
    gate.decided_by, gate.decided_at = member, now()
    gate.save()
    keep_commitment(
        kind=CommitmentKind.GATE, subject_kind=rules.GATE, subject_id=gate.pk, actor=member
    )
    for one in made:
        _owe(one, project, member)
    _go_on(project, gate, member)
    bump_generation()
    record(
        GateDecided(
            **about(project, member), gate_id=gate.pk, kind=gate.kind, decision=gate.decision
        )
    )
    return gate


def _conditions(gate: Gate, decision: str, asked: Sequence[Asked]) -> list[GateCondition]:
    rows = []
    for one in asked[:MOST_CONDITIONS]:
        row = GateCondition(gate=gate, due_on=one.due_on)
        try:
            set_lines_and_texts(row, {"what": one.what})
        except ValidationError as error:
            raise ValidationError({"conditions": error.messages}) from error
        if not row.what:
            continue
        if one.due_on < today():
            raise ValidationError({"conditions": [_("Choose a date that has not passed.")]})
        rows.append(row)
    if decision == GateDecision.GO_WITH_CONDITIONS and not rows:
        raise ValidationError({"conditions": [_("Write at least one condition, with its date.")]})
    if decision != GateDecision.GO_WITH_CONDITIONS and rows:
        raise ValidationError({"conditions": [_("Conditions go with “go, with conditions”.")]})
    return rows


def _owe(condition: GateCondition, project: Project, member: Member) -> None:
    condition.save()
    make_commitment(
        community=project.community,
        kind=CommitmentKind.CONDITION,
        subject_kind=rules.GATE_CONDITION,
        subject_id=condition.pk,
        due_on=condition.due_on,
        owner_role=Role.HOST,
        owner_title="",
        owner=project.bearer,
        promise=condition.what,
        actor=member,
    )


def _go_on(project: Project, gate: Gate, member: Member) -> None:
    """What the answer does to the stages: all of it stands in their history."""
    day = today()
    if gate.decision in GOING_ON:
        _move(project, gate.to_stage, day)
        project.state = State.RUNNING
        project.started_on = project.started_on or day
        project.save(update_fields=["state", "started_on"])
    elif gate.decision == GateDecision.RECYCLE:
        if gate.from_stage:
            _move(project, gate.from_stage, day)
            project.state = State.RUNNING
            project.save(update_fields=["state"])
    elif gate.decision == GateDecision.HOLD:
        if project.state == State.RUNNING:
            project.state = State.PAUSED
            project.save(update_fields=["state"])
    else:
        finish(project, member)
        record(ProjectEnded(**about(project, member)))


def _move(project: Project, stage: str, day: date) -> None:
    """The open spell ends and another begins, also of the same stage; not twice on one day."""
    current = project.spells.filter(ends_on__isnull=True).first()
    if current and current.stage == stage and current.starts_on == day:
        return
    if current:
        current.ends_on = max(day, current.starts_on)
        current.save(update_fields=["ends_on"])
    Spell.objects.create(project=project, stage=stage, starts_on=day)


@transaction.atomic
def meet_condition(*, member: Member, condition: GateCondition) -> None:
    """Who asked for it sees that it is met."""
    project = locked(condition.gate.project)
    condition = (
        GateCondition.objects.select_for_update(of=("self",))
        .select_related("gate")
        .get(pk=condition.pk)
    )
    condition.gate.project = project
    require(rules.may_meet_condition(fresh_reader(member), condition))
    condition.met_at = now()
    condition.save(update_fields=["met_at"])
    keep_commitment(
        kind=CommitmentKind.CONDITION,
        subject_kind=rules.GATE_CONDITION,
        subject_id=condition.pk,
        actor=member,
    )
    bump_generation()
    record(ConditionMet(**about(project, member), condition_id=condition.pk))
