from django.utils.translation import gettext as _

from essaim.communities.models import Role
from essaim.communities.readers import Reader
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import today
from essaim.projects.models import (
    LIVE,
    PATH,
    Gate,
    GateCondition,
    GateDecider,
    GateKind,
    Project,
    Spell,
    SponsorKind,
    Sponsorship,
    Stage,
    State,
)
from essaim.projects.rules.seeing import COMMITTEE, host_of, may_run_project, stands, team_ids
from essaim.projects.rules.sponsors import is_inside

ACCEPTED_FROM = (Stage.BUILD, Stage.GROW)  # an acceptance gate is asked from these


def stage_of(project: Project) -> str:
    """The stage it is in; empty before its start."""
    open_spell = Spell.objects.filter(project=project, ends_on__isnull=True).first()
    return open_spell.stage if open_spell else ""


def gates_ahead(project: Project, stage: str) -> list[tuple[GateKind, Stage]]:
    """Which gates can be asked for from here, and where each leads."""
    if project.state == State.VALIDATED or not stage:
        return [(GateKind.START, Stage.EXPLORE)]
    if stage not in PATH or stage == Stage.SUSTAIN:
        return []
    following = PATH[PATH.index(Stage(stage)) + 1]
    ahead: list[tuple[GateKind, Stage]] = []
    if following != Stage.SUSTAIN:
        ahead.append((GateKind.STAGE, following))
    if stage in ACCEPTED_FROM:
        ahead.append((GateKind.ACCEPTANCE, Stage.SUSTAIN))
    return ahead


def may_ask_gate(reader: Reader, project: Project) -> Verdict:
    if not (runs := may_run_project(reader, project)):
        return runs
    if project.state not in LIVE:
        return refused(_("This project is not under way."))
    if Gate.objects.waiting().filter(project=project).exists():
        return refused(_("A gate waits for its answer: one at a time."))
    if not gates_ahead(project, stage_of(project)):
        return refused(_("There is no gate ahead: this project is in lasting hands."))
    return ALLOWED


def sponsor_who_decides(project: Project) -> Sponsorship | None:
    """The main sponsor, unless they stand inside the perimeter without a written exception."""
    found = main_sponsor(project)
    return found if found and _decides(project, found) else None


def main_sponsor(project: Project) -> Sponsorship | None:
    known: list[Sponsorship] | None = getattr(project, "sponsors_today", None)  # by a page's query
    if known is None:
        known = list(Sponsorship.objects.on(today()).filter(project=project))
    main = (one for one in known if one.kind == SponsorKind.MAIN and one.member_id is not None)
    return next(main, None)


def _decides(project: Project, sponsor: Sponsorship) -> bool:
    return bool(sponsor.exception_reason) or not is_inside(project, sponsor.member_id or 0)


def may_decide_gate(  # noqa: PLR0911  each refusal has its own words
    reader: Reader, gate: Gate
) -> Verdict:
    project = gate.project
    if gate.decided_at:
        return refused(_("This gate has its answer."))
    if not (there := stands(project)):
        return there
    team = team_ids(project)
    if reader.member_id is not None and reader.member_id in {project.bearer_id, *team}:
        return refused(_("You are in the team: somebody else answers at its gates."))
    sponsor = main_sponsor(project)
    is_theirs = sponsor is not None and sponsor.member_id == reader.member_id
    decides = (
        sponsor is not None
        and (is_theirs or gate.decider == GateDecider.SPONSOR)
        and _decides(project, sponsor)
    )
    if is_theirs and not decides:
        return refused(
            _(
                "You stand inside the perimeter of this project:"
                " an exception has to be written first."
            )
        )
    if gate.decider == GateDecider.SPONSOR and decides:
        if is_theirs:
            return ALLOWED
        return refused(_("The sponsor of this project answers at this gate."))
    if reader.may(host_of(project), COMMITTEE, in_stead_of_none=team):
        return ALLOWED
    return refused(
        _("The deciders of %(name)s answer at this gate.") % {"name": host_of(project).name}
    )


def may_meet_condition(reader: Reader, condition: GateCondition) -> Verdict:
    """Who answered at the gate sees that it is met; else the referent of the project."""
    if condition.met_at:
        return refused(_("This condition is met already."))
    gate = condition.gate
    if reader.is_known and gate.decided_by_id == reader.member_id:
        return ALLOWED
    if reader.holds_here(gate.project.community, Role.REFERENT):
        return ALLOWED
    if reader.may(host_of(gate.project), COMMITTEE, in_stead_of_none=team_ids(gate.project)):
        return ALLOWED
    return refused(_("Only who answered at this gate, or the referent, says that it is met."))
