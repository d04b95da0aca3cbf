"""Gates: asked with what beneficiaries say, answered once; stages are a history without overlap."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, transaction

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.models import Community, Role
from essaim.communities.tests.factories import in_role, member_of
from essaim.foundation.access import Refused
from essaim.foundation.clock import at, now, today
from essaim.foundation.models import FactRow
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory
from essaim.projects import actions
from essaim.projects.actions import Asked, Heard
from essaim.projects.models import Gate, GateCondition, Project, Spell, State
from essaim.projects.tests import factories as make

pytestmark = pytest.mark.django_db


def _stages(project: Project) -> list[tuple[str, bool]]:
    rows = Spell.objects.filter(project=project).order_by("starts_on", "pk")
    return [(one.stage, one.ends_on is None) for one in rows]


def test_nothing_starts_but_by_the_gate_of_the_start() -> None:
    project = make.validated()
    with pytest.raises(ValidationError, match="not ahead"):
        make.ask(project, "stage")

    gate = make.ask(project, "start")
    make.decide(gate, make.decider_in(gate))

    project = make.fresh(project)
    assert (project.state, project.started_on) == (State.RUNNING, today())
    assert _stages(project) == [("explore", True)]
    assert Commitment.objects.get(kind=CommitmentKind.GATE).kept_at


def test_a_gate_is_asked_with_what_a_beneficiary_said() -> None:
    project = make.validated()

    for heard in ((), (Heard("I like it.", "a colleague", is_from_beneficiary=False),)):
        with pytest.raises(ValidationError, match="at least one beneficiary"):
            make.ask(project, "start", heard=heard)


def test_from_stage_to_stage_up_to_lasting_hands() -> None:
    project = make.running()
    for days, kind in ((30, "stage"), (90, "stage"), (150, "acceptance")):
        with at(now() + timedelta(days=days)):
            gate = make.ask(make.fresh(project), kind)
            make.decide(gate, make.decider_in(gate))

    assert _stages(project) == [
        ("explore", False),
        ("build", False),
        ("grow", False),
        ("sustain", True),
    ]
    with pytest.raises(Refused, match="lasting hands"):
        make.ask(make.fresh(project), "stage")


def test_one_gate_waits_at_a_time() -> None:
    project = make.validated()
    make.ask(project, "start")

    with pytest.raises(Refused, match="one at a time"):
        make.ask(project, "start")


def test_conditions_become_commitments_and_who_asked_sees_them_met() -> None:
    project = make.validated()
    gate = make.ask(project, "start")
    dora = make.decider_in(gate)
    due = today() + timedelta(days=20)
    with pytest.raises(ValidationError, match="at least one condition"):
        make.decide(gate, dora, "go_with_conditions")

    make.decide(gate, dora, "go_with_conditions", conditions=[Asked("Find a room.", due)])

    condition = GateCondition.objects.get()
    owed = Commitment.objects.get(kind=CommitmentKind.CONDITION)
    assert (owed.owner, owed.due_on) == (make.bearer_of(project), due)
    with pytest.raises(Refused, match="who answered"):
        actions.meet_condition(member=make.bearer_of(project), condition=condition)
    actions.meet_condition(member=dora, condition=condition)
    owed.refresh_from_db()
    assert owed.kept_at


def test_hold_waits_and_only_the_gate_lets_it_go_on() -> None:
    project = make.running()
    gate = make.ask(project)
    make.decide(gate, make.decider_in(gate), "hold")
    assert make.fresh(project).state == State.PAUSED
    with pytest.raises(Refused, match="asked it to wait"):
        actions.resume_project(member=make.bearer_of(project), project=project)

    again = make.ask(make.fresh(project))
    make.decide(again, make.decider_in(again))

    assert make.fresh(project).state == State.RUNNING


def test_recycle_begins_the_same_stage_once_more() -> None:
    project = make.running()
    with at(now() + timedelta(days=10)):
        gate = make.ask(project)
        make.decide(gate, make.decider_in(gate), "recycle")

    assert _stages(project) == [("explore", False), ("explore", True)]


def test_a_stop_ends_it_and_says_what_the_team_keeps() -> None:
    project = make.running()
    gate = make.ask(project)

    make.decide(gate, make.decider_in(gate), "stop", keeps="The tools.")

    project, gate = make.fresh(project), Gate.objects.get(pk=gate.pk)
    assert (project.state, project.outcome, gate.keeps) == (State.ENDED, "", "The tools.")
    assert _stages(project) == [("explore", False)]


def test_a_community_may_answer_go_or_stop_only() -> None:
    host = make.host_community()
    actions.set_policy(member=make.validator_in(host), host=host, is_go_stop_only=True)
    gate = make.ask(make.validated(host), "start")

    with pytest.raises(ValidationError, match="answers offered"):
        make.decide(gate, make.decider_in(gate), "hold")
    with pytest.raises(IntegrityError, match="gate_only_go_or_stop"), transaction.atomic():
        Gate.objects.update(decision="hold", reasons="So.", decided_at=now())


def test_the_team_never_answers_at_its_own_gates() -> None:
    host = make.host_community()
    project = make.validated(host, bearer=in_role(host, Role.DECIDER))
    gate = make.ask(project, "start")

    with pytest.raises(Refused, match="in the team"):
        make.decide(gate, make.bearer_of(project))
    with pytest.raises(Refused, match="deciders"):
        make.decide(gate, member_of(host))


def test_where_there_is_a_sponsor_the_sponsor_answers() -> None:
    project = make.validated()
    sponsor = member_factory()
    make.sponsored(project, sponsor)
    gate = make.ask(project, "start")
    with pytest.raises(Refused, match="sponsor"):
        make.decide(gate, make.decider_in(gate))

    make.decide(gate, sponsor)

    assert Commitment.objects.get(kind=CommitmentKind.GATE).owner == sponsor


def test_stages_never_overlap_whoever_writes() -> None:
    project = make.running()

    with pytest.raises(IntegrityError, match="spell_"), transaction.atomic():
        Spell.objects.create(project=project, stage="build", starts_on=today())
    with pytest.raises(IntegrityError, match="spell_no_overlap"), transaction.atomic():
        Spell.objects.create(
            project=project,
            stage="build",
            starts_on=today() - timedelta(days=3),
            ends_on=today() + timedelta(days=3),
        )


@pytest.mark.django_db(transaction=True)
def test_two_deciders_at_once_leave_one_decision() -> None:
    host: Community = make.host_community()
    gate = make.ask(make.validated(host), "start")
    deciders = [in_role(host, Role.DECIDER) for _ in range(2)]
    start = threading.Barrier(2)
    refused: list[str] = []

    def decide(member: Member, decision: str) -> None:
        try:
            start.wait()
            make.decide(gate, member, decision)
        except Refused as refusal:
            refused.append(str(refusal.reason))
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=decide, args=pair)
        for pair in zip(deciders, ("go", "stop"), strict=True)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    decided = Gate.objects.get(pk=gate.pk)
    assert refused == ["This gate has its answer."]
    assert decided.decision in {"go", "stop"}
    assert FactRow.objects.filter(kind="projects.GateDecided").count() == 1
    expected = State.RUNNING if decided.decision == "go" else State.ENDED
    assert make.fresh(gate.project).state == expected
