"""What an attacker tries on projects, and does not get."""

import pytest
from django.core.exceptions import ValidationError

from essaim.communities.actions import (
    delegate,
    invite_founder,
    open_community,
    update_community,
)
from essaim.communities.models import Community, Role
from essaim.communities.readers import ANONYMOUS
from essaim.communities.rules import communities_visible_to
from essaim.communities.tests.factories import in_role, member_of
from essaim.discussions.actions import handling_of
from essaim.foundation.access import Refused
from essaim.members.tests.factories import member_factory
from essaim.projects import actions, rules
from essaim.projects.models import PROJECT, Part, ProjectPolicy, State
from essaim.projects.rules.people import MOST_ASKED
from essaim.projects.tests import factories as make

pytestmark = pytest.mark.django_db


def test_what_a_moderator_hides_is_not_read_in_its_community() -> None:
    project = make.validated(problem="Words that a moderator hides.")
    host = project.community.parent
    assert host
    actions.hide_project(member=make.validator_in(host), project=project, reason="Insults.")
    shown = communities_visible_to(ANONYMOUS).filter(pk=project.community_id)
    assert not shown.exists()
    assert make.fresh(project).community.purpose == ""
    assert communities_visible_to(ANONYMOUS).get(pk=host.pk).purpose == host.purpose


def test_an_invitation_to_bear_dies_with_the_right_to_hand_over() -> None:
    project = make.validated()
    first = make.bearer_of(project)
    ann = make.with_part(project, Part.TEAM, member_factory(name="Ann Example"))
    cleo = make.with_part(project, Part.TEAM, member_factory(name="Cleo Example"))
    early = actions.invite(member=first, project=project, part=Part.BEARER, invited=ann)
    make.with_part(make.fresh(project), Part.BEARER, cleo)
    with pytest.raises(Refused):
        actions.accept_invitation(member=ann, invitation=early, consent_text=make.AGREED)
    assert make.fresh(project).bearer == cleo


def test_a_project_is_handed_over_to_nobody_by_a_link() -> None:
    project = make.validated()
    with pytest.raises(ValidationError):
        actions.invite(member=make.bearer_of(project), project=project, part=Part.BEARER)


def test_whoever_left_the_team_does_not_take_it_over_by_an_older_invitation() -> None:
    project = make.validated()
    ann = make.with_part(project, Part.TEAM, member_factory(name="Ann Example"))
    bearing = actions.invite(
        member=make.bearer_of(project), project=project, part=Part.BEARER, invited=ann
    )
    mandate = project.community.mandates.get(member=ann)
    actions.end_part(member=ann, project=project, mandate=mandate)
    with pytest.raises(Refused):
        actions.accept_invitation(member=ann, invitation=bearing, consent_text=make.AGREED)


def test_one_person_objects_once_until_the_team_has_answered() -> None:
    project = make.validated()
    host = project.community.parent
    assert host
    anna = member_of(host, name="Anna Example")
    actions.object_to(member=anna, project=project, words="It takes our room.")
    with pytest.raises(Refused):
        actions.object_to(member=anna, project=project, words="And again.")


def test_nobody_opens_or_renames_a_project_by_its_community() -> None:
    project = make.draft()
    bearer, community = make.bearer_of(project), project.community
    with pytest.raises(Refused):
        open_community(member=bearer, community=community)
    with pytest.raises(Refused):
        update_community(member=bearer, community=community, name="Another name")
    with pytest.raises(Refused):
        update_community(member=bearer, community=community, visibility="members")
    with pytest.raises(Refused):
        invite_founder(
            member=bearer, community=community, name="Fay Example", email="f@example.org"
        )


def _by_two(host: Community) -> None:
    ProjectPolicy.objects.create(community=host, needs_second_validator=True)


def test_what_one_validator_lent_gives_one_answer_of_two() -> None:
    host = make.host_community()
    _by_two(host)
    project = make.submitted(host)
    vera = make.validator_in(host)
    mandate = host.mandates.get(member=vera)
    ann, bob = member_of(host, name="Ann Example"), member_of(host, name="Bob Example")
    for one in (ann, bob):
        delegate(member=vera, mandate=mandate, delegate=one, powers=[rules.VALIDATE.key])
    make.validate(project, ann)
    for one in (vera, bob):
        with pytest.raises(Refused):
            make.validate(project, one)
    make.validate(project, in_role(host, Role.REFERENT, name="Rita Example"))
    assert make.fresh(project).state == State.VALIDATED


def test_a_new_account_with_signs_of_advertising_is_looked_at_where_nobody_validates() -> None:
    host = make.host_community()
    ProjectPolicy.objects.create(community=host, needs_validation=False)
    loud = make.submitted(host, problem="See https://bit.ly/offer for what we sell.")
    assert (loud.state, loud.community.opened_at) == (State.SUBMITTED, None)
    assert make.submitted(host).state == State.VALIDATED


def test_a_project_shown_again_has_its_words_and_its_public_back() -> None:
    project = make.validated(problem="Words that come back.")
    host = project.community.parent
    assert host
    vera = make.validator_in(host)
    actions.hide_project(member=vera, project=project, reason="Insults.")
    handling = handling_of(PROJECT)
    handling.show(handling.lock(project.pk), vera)
    community = make.fresh(project).community
    assert (community.purpose, community.visibility) == ("Words that come back.", "public")


def test_nobody_is_asked_over_and_over_to_take_part() -> None:
    project = make.validated()
    bearer, ann = make.bearer_of(project), member_factory(name="Ann Example")
    for _ in range(MOST_ASKED):
        asked = actions.invite(member=bearer, project=project, part=Part.TEAM, invited=ann)
        actions.withdraw_invitation(member=bearer, invitation=asked)
    with pytest.raises(Refused):
        actions.invite(member=bearer, project=project, part=Part.TEAM, invited=ann)
