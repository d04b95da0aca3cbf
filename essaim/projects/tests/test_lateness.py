"""Who is late with a validation or at a gate is told so once: after the day, not on it."""

from datetime import timedelta

import pytest

from essaim.communities.models import Community, Role
from essaim.communities.tests.factories import in_role
from essaim.foundation.clock import at, now
from essaim.outreach.models import Notice
from essaim.projects import actions
from essaim.projects.tasks.lateness import tell_who_is_late_with_projects
from essaim.projects.tests import factories as make

pytestmark = pytest.mark.django_db
DAYS = 5


@pytest.fixture
def host() -> Community:
    host = make.host_community()
    actions.set_policy(
        member=make.validator_in(host), host=host, validation_days=DAYS, gate_days=DAYS
    )
    return host


def told_after(days: int) -> set[tuple[str, int]]:
    """Kind and member, once the clock has struck on that morning."""
    with at(now() + timedelta(days=days)):
        tell_who_is_late_with_projects()
    return set(Notice.objects.filter(kind__endswith="_late").values_list("kind", "member"))


def test_validators_are_told_on_the_morning_after_and_once(host: Community) -> None:
    project = make.submitted(host)
    other = in_role(host, Role.COMMUNITY_MANAGER)
    assert not told_after(DAYS)

    late = told_after(DAYS + 1)

    assert {kind for kind, _member in late} == {"projects.validation_late"}
    assert ("projects.validation_late", other.pk) in late
    assert make.bearer_of(project).pk not in {member for _kind, member in late}
    assert told_after(DAYS + 2) == late
    assert Notice.objects.filter(kind="projects.validation_late").count() == len(late)


def test_deciders_are_told_of_a_gate_on_the_morning_after_and_once(host: Community) -> None:
    gate = make.ask(make.validated(host), "start")
    dora = make.decider_in(gate)
    assert not told_after(DAYS)

    assert told_after(DAYS + 1) == {("projects.gate_late", dora.pk)}
    assert told_after(DAYS + 2) == {("projects.gate_late", dora.pk)}
    assert Notice.objects.get(kind="projects.gate_late").key == str(gate.pk)


def test_the_sponsor_is_told_where_the_sponsor_answers(host: Community) -> None:
    project = make.validated(host)
    sponsor = make.sponsored(project, in_role(host, Role.ELECTED)).member
    assert sponsor
    make.decider_in(make.ask(project, "start"))

    assert told_after(DAYS + 1) == {("projects.gate_late", sponsor.pk)}


def test_a_lost_night_is_made_good_and_what_lies_long_back_is_not_told(host: Community) -> None:
    make.submitted(host)
    make.decider_in(make.ask(make.validated(host), "start"))

    assert not told_after(DAYS + 8)
    assert {kind for kind, _member in told_after(DAYS + 7)} == {
        "projects.validation_late",
        "projects.gate_late",
    }


def test_what_has_its_answer_or_is_gone_is_late_no_more(host: Community) -> None:
    gone = make.submitted(host)
    actions.withdraw_project(member=make.bearer_of(gone), project=gone)
    gate = make.ask(make.validated(host), "start")
    make.decide(gate, make.decider_in(gate))

    assert not told_after(DAYS + 1)
