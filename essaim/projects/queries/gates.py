"""A gate: what was asked, on which evidence, what was answered."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.readers import Reader
from essaim.design.typography import number
from essaim.members.queries import display_name
from essaim.projects import rules
from essaim.projects.models import Gate, GateCondition, GateDecider, GateKind, Project, Stage
from essaim.projects.queries.names import Badge, due_badge, gate_badge, gate_name


@dataclass(frozen=True, slots=True)
class Voice:
    words: str
    from_whom: str
    is_from_beneficiary: bool


@dataclass(frozen=True, slots=True)
class ConditionLine:
    public_id: str
    what: str
    badge: Badge
    may_meet: bool


@dataclass(frozen=True, slots=True)
class GatePage:
    public_id: str
    project: str
    project_public_id: str
    slug: str
    lang: str
    name: str
    to_stage: str
    badge: Badge
    asked_at: datetime
    evidence: str
    voices: tuple[Voice, ...]
    by_whom: str
    is_go_stop_only: bool
    decision: str
    reasons: str
    keeps: str
    decided_by: str
    decided_at: datetime | None
    conditions: tuple[ConditionLine, ...]


def gates_to_ask(project: Project) -> list[tuple[str, str]]:
    """(kind, words) of the gates ahead, each with the stage it leads to."""
    return [
        (kind.value, f"{gate_name(kind)} ({Stage(stage).label})")
        for kind, stage in rules.gates_ahead(project, rules.stage_of(project))
    ]


def words_to_ask(kind: str) -> str:
    """What the bearer does next, as their button and its page say it."""
    return _("Ask to start") if kind == GateKind.START else _("Ask for the next gate")


def who_decides(project: Project, decider: str) -> str:
    """The sponsor by name; without one who may, those who decide where the project is."""
    if decider == GateDecider.SPONSOR:
        sponsor = rules.sponsor_who_decides(project)
        if sponsor and sponsor.member:
            return display_name(sponsor.member)
    return str(GateDecider.COMMITTEE.label)


def words_on_answer(project: Project) -> str:
    """Who answers at the next gate, within how many days, and on what."""
    policy = rules.policy_of(rules.host_of(project))
    return ngettext(
        "Those who use it say best whether it works. Answered within %(count)s day by %(who)s.",
        "Those who use it say best whether it works. Answered within %(count)s days by %(who)s.",
        policy.gate_days,
    ) % {"who": who_decides(project, policy.gate_decider), "count": number(policy.gate_days)}


def gate_named(project: Project, public_id: str) -> Gate | None:
    found = Gate.objects.filter(project=project, public_id=public_id)
    one = found.select_related("decided_by").prefetch_related("evidences", "conditions").first()
    if one:
        one.project = project
    return one


def condition_named(project: Project, public_id: str) -> GateCondition | None:
    found = GateCondition.objects.filter(gate__project=project, public_id=public_id)
    return found.select_related("gate__project__community__parent").first()


def gate_for_page(reader: Reader, gate: Gate) -> GatePage:
    """Of a gate that `gate_named` loaded."""
    project = gate.project
    return GatePage(
        public_id=gate.public_id,
        project=project.community.name,
        project_public_id=project.public_id,
        slug=project.community.slug,
        lang=project.language,
        name=gate_name(gate.kind),
        to_stage=str(Stage(gate.to_stage).label),
        badge=gate_badge(gate),
        asked_at=gate.asked_at,
        evidence=gate.evidence,
        voices=tuple(
            Voice(one.words, one.from_whom, one.is_from_beneficiary) for one in gate.evidences.all()
        ),
        by_whom=display_name(gate.decided_by)
        if gate.decided_by
        else who_decides(project, gate.decider),
        is_go_stop_only=gate.is_go_stop_only,
        decision=str(gate.get_decision_display()) if gate.decision else "",
        reasons=gate.reasons,
        keeps=gate.keeps,
        decided_by=display_name(gate.decided_by) if gate.decided_by else "",
        decided_at=gate.decided_at,
        conditions=tuple(_condition(reader, gate, one) for one in gate.conditions.all()),
    )


def _condition(reader: Reader, gate: Gate, one: GateCondition) -> ConditionLine:
    one.gate = gate
    return ConditionLine(
        public_id=one.public_id,
        what=one.what,
        badge=Badge(_("met"), "good") if one.met_at else due_badge(one.due_on),
        may_meet=bool(rules.may_meet_condition(reader, one)),
    )
