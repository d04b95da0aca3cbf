"""What states, stages and answers are called on pages, and their tones."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from essaim.design.typography import short_day
from essaim.foundation.clock import today
from essaim.projects.models import GOING_ON, Gate, GateDecision, GateKind, Outcome, Project, State

TONES = {
    State.DRAFT: "plain",
    State.SUBMITTED: "now",
    State.VALIDATED: "good",
    State.REFUSED: "plain",
    State.RUNNING: "good",
    State.PAUSED: "now",
    State.ENDED: "plain",
}


def consent_to_found() -> str:
    """What somebody agrees to who begins a project: shown, and recorded as it was shown."""
    return _(
        "A project has a community of its own: yours begins with you. You agree that your"
        " membership of it is recorded here and shown to its members, until you leave it."
    )


@dataclass(frozen=True, slots=True)
class Badge:
    label: str
    tone: str = "plain"


def state_badge(project: Project) -> Badge:
    """Its state, in one or two words; its outcome, once it has one."""
    if project.state == State.ENDED and project.outcome:
        return Badge(str(Outcome(project.outcome).label))
    return Badge(str(State(project.state).label), TONES[State(project.state)])


def gate_name(kind: str) -> str:
    return {
        GateKind.START: _("Gate of the start"),
        GateKind.STAGE: _("Gate to the next stage"),
        GateKind.ACCEPTANCE: _("Gate of acceptance"),
    }[GateKind(kind)]


def due_badge(due_on: date) -> Badge:
    """« by 3 May », or that it is late: silence shows."""
    if due_on < today():
        return Badge(_("late since %(day)s") % {"day": short_day(due_on)}, "late")
    return Badge(_("by %(day)s") % {"day": short_day(due_on)}, "now")


def gate_badge(gate: Gate) -> Badge:
    if not gate.decided_at:
        return due_badge(gate.due_on)
    tones: dict[str, str] = {
        **dict.fromkeys(GOING_ON, "good"),
        GateDecision.HOLD: "now",
        GateDecision.RECYCLE: "now",
    }
    return Badge(str(gate.get_decision_display()), tones.get(gate.decision, "plain"))
