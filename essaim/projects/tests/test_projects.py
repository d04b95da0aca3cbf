"""From its first words to its end: whose a project is, who sees it, where it stands."""

import pytest
from django.core.exceptions import ValidationError

from essaim.commitments.models import Commitment
from essaim.communities.models import Role
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.communities.tests.factories import in_role, member_of
from essaim.foundation.access import Refused
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory
from essaim.projects import actions, rules
from essaim.projects.models import Outcome, Part, Project, State
from essaim.projects.tests import factories as make

pytestmark = pytest.mark.django_db


def _sees(member: Member | None, project: Project) -> bool:
    reader = fresh_reader(member) if member else ANONYMOUS
    rule = bool(rules.may_see_project(reader, project))
    assert rule == rules.projects_visible_to(reader).filter(pk=project.pk).exists()
    return rule


def test_a_draft_is_seen_by_its_team_alone() -> None:
    host = make.host_community()
    project = make.draft(host)
    runs = in_role(host, Role.ADMINISTRATOR)

    assert _sees(make.bearer_of(project), project)
    assert not _sees(runs, project)
    assert not _sees(member_of(host), project)
    assert not _sees(None, project)


def test_what_is_submitted_is_seen_by_who_validates_too() -> None:
    host = make.host_community()
    project = make.submitted(host)

    assert project.state == State.SUBMITTED
    assert _sees(make.validator_in(host), project)
    assert not _sees(member_of(host), project)
    assert Commitment.objects.get(kind="validation").community == host


def test_a_validated_project_is_everyones_to_read() -> None:
    project = make.validated()

    assert project.state == State.VALIDATED
    assert _sees(None, project)
    assert project.community.is_open
    assert Commitment.objects.get(kind="validation").kept_at


def test_where_no_validation_is_asked_for_it_opens_at_once() -> None:
    host = make.host_community()
    actions.set_policy(member=make.validator_in(host), host=host, needs_validation=False)

    project = make.submitted(host)

    assert project.state == State.VALIDATED
    assert not project.validations.exists()
    assert _sees(None, project)


def test_a_stranger_has_to_understand_it_before_it_is_submitted() -> None:
    project = make.draft(existing="")

    with pytest.raises(ValidationError) as refusal:
        actions.submit_project(member=make.bearer_of(project), project=project)

    assert set(refusal.value.message_dict) == {"existing"}


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COMMUNITY_MANAGER, Role.HOST])
def test_managers_never_edit(role: Role) -> None:
    host = make.host_community()
    project = make.validated(host)
    manager = in_role(host, role)

    with pytest.raises(Refused, match="Only the team"):
        actions.edit_project(member=manager, project=project, problem="Mine now.")
    with pytest.raises(Refused, match="bear this project"):
        actions.end_project(member=manager, project=project, outcome=Outcome.WITHDRAWN)
    with pytest.raises(Refused, match="bear this project"):
        actions.invite(member=manager, project=project, part=Part.TEAM, invited=manager)


def test_its_team_edits_and_its_community_follows() -> None:
    project = make.validated()
    mate = make.with_part(project, Part.TEAM, member_factory())

    actions.edit_project(member=mate, project=project, name="Bike kitchen", problem="No bikes.")

    project = make.fresh(project)
    assert (project.community.name, project.community.purpose) == ("Bike kitchen", "No bikes.")


def test_the_outcome_is_said_at_the_end_and_kept_apart() -> None:
    project = make.running()
    bearer = make.bearer_of(project)
    with pytest.raises(ValidationError, match="acceptance gate"):
        actions.end_project(member=bearer, project=project, outcome=Outcome.OPERATED_BY_HOST)

    actions.end_project(
        member=bearer, project=project, outcome=Outcome.OWN_BODY, words="An association."
    )

    project = make.fresh(project)
    assert (project.state, project.outcome) == (State.ENDED, Outcome.OWN_BODY)
    assert not project.spells.filter(ends_on__isnull=True).exists()


def test_a_withdrawn_draft_is_gone_for_all_but_its_team() -> None:
    project = make.submitted()
    bearer = make.bearer_of(project)

    actions.withdraw_project(member=bearer, project=project)

    project = make.fresh(project)
    assert not project.problem
    assert _sees(bearer, project)
    assert Commitment.objects.get(kind="validation").cancelled_at


def test_a_project_under_way_is_ended_not_withdrawn() -> None:
    project = make.running()

    with pytest.raises(Refused, match="under way"):
        actions.withdraw_project(member=make.bearer_of(project), project=project)


def test_a_pause_is_the_bearers_own() -> None:
    project = make.running()
    bearer = make.bearer_of(project)

    actions.pause_project(member=bearer, project=project)
    assert make.fresh(project).state == State.PAUSED
    actions.resume_project(member=bearer, project=project)
    assert make.fresh(project).state == State.RUNNING
