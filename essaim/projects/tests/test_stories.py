"""What works is told, begun elsewhere by others, and its files are for teams alone."""

import pytest
from django.db import IntegrityError, transaction

from essaim.communities.models import Role
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.foundation.access import Refused
from essaim.foundation.files import erase_what_was_dropped
from essaim.foundation.files.keeping import path_of
from essaim.foundation.models import StoredFile
from essaim.ideas.tests.factories import entrust, join, make_community, make_member, make_person
from essaim.members.actions import erase_member
from essaim.members.models import Member
from essaim.projects.actions import stories
from essaim.projects.models import (
    KitFile,
    Project,
    State,
    Story,
    ascending_from,
    descending_from,
)
from essaim.projects.rules import effects as rules
from essaim.projects.tests import telling as make

pytestmark = pytest.mark.django_db


def begin(origin: Project, member: Member | None = None, name: str = "Elsewhere") -> Project:
    host = make_community()
    return stories.begin_from(
        member=join(member or make_member(), host),
        project=origin,
        host=host,
        consent_text=make.CONSENT,
        name=name,
    )


def reads_kit(project: Project, member: Member | None) -> bool:
    reader = fresh_reader(member) if member else ANONYMOUS
    return bool(rules.may_read_kit(reader, project))


def test_a_story_tells_what_works_not_what_is_hoped() -> None:
    project = make.make_running()
    words = {"what_worked": "A.", "what_was_hard": "B.", "first_step": "C."}
    bearer = make.bearer_of(project)
    with pytest.raises(Refused, match="first effect"):
        stories.tell_story(member=bearer, project=project, **words)
    make.told(project)
    with pytest.raises(Refused, match="team"):
        stories.tell_story(member=make.follower_of(project), project=project, **words)
    stories.tell_story(member=make.teammate(project), project=project, **words)
    assert Story.objects.get().what_worked == "A."


def test_others_begin_it_elsewhere_with_its_problem_and_its_smallest_version() -> None:
    origin = make.told(make.make_running())
    begun = begin(origin)
    assert begun.copied_from == origin
    assert begun.state == State.DRAFT
    assert begun.bearer != origin.bearer
    assert (begun.problem, begun.smallest_version) == (origin.problem, origin.smallest_version)
    assert (begun.for_whom, begun.existing) == ("", "")


def test_nobody_begins_from_what_is_not_told_or_no_longer() -> None:
    with pytest.raises(Refused, match="has not told"):
        begin(make.make_running())
    origin = make.told(make.make_running())
    stories.withdraw_story(member=make.bearer_of(origin), project=origin)
    with pytest.raises(Refused, match="has not told"):
        begin(Project.objects.get(pk=origin.pk))
    hidden = make.told(make.make_running())
    Project.objects.filter(pk=hidden.pk).update(audience="role_holders")
    with pytest.raises(Refused, match="does not exist"):
        begin(Project.objects.get(pk=hidden.pk))


def test_what_a_project_started_from_never_changes_so_that_it_never_descends_from_itself() -> None:
    origin = make.told(make.make_running())
    child = make.make_running(copied_from=origin)
    grandchild = make.make_running(copied_from=child)
    for project, to in ((origin, grandchild), (grandchild, origin), (child, None)):
        with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
            Project.objects.filter(pk=project.pk).update(copied_from=to)
    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.filter(pk=origin.pk).update(copied_from=origin)
    down = Project.objects.filter(pk__in=descending_from([origin.pk]))
    up = Project.objects.filter(pk__in=ascending_from([grandchild.pk]))
    assert set(down) == set(up) == {origin, child, grandchild}


def test_kit_files_are_for_the_team_and_for_teams_that_began_here_once_validated() -> None:
    origin = make.told(make.make_running())
    bearer = make.bearer_of(origin)
    stories.add_kit_file(member=bearer, project=origin, upload=make.pdf(), label="Poster")
    host = origin.community.parent
    assert host
    manager = entrust(join(make_member(), host), host, Role.ADMINISTRATOR)
    outside = [
        None,
        make_member(),
        make_person(host),
        manager,
        make.follower_of(origin),
        make.coach_of(origin),
        make.bearer_of(make.make_running()),
    ]
    assert [reads_kit(origin, one) for one in outside] == [False] * len(outside)
    assert reads_kit(origin, bearer)
    assert reads_kit(origin, make.teammate(origin))
    begun = begin(origin)
    follower = make.follower_of(begun)
    assert not reads_kit(origin, begun.bearer)
    Project.objects.filter(pk=begun.pk).update(state=State.RUNNING)
    assert reads_kit(origin, begun.bearer)
    assert not reads_kit(origin, follower)
    assert not reads_kit(begun, bearer)  # never the other way round
    later = make.make_running(copied_from=begun)
    assert reads_kit(origin, later.bearer)
    Project.objects.filter(pk=later.pk).update(audience="role_holders", hidden_at="2026-01-01T00Z")
    assert not reads_kit(origin, later.bearer)


def test_only_the_team_fills_and_empties_the_kit() -> None:
    origin = make.told(make.make_running())
    begun = begin(origin)
    Project.objects.filter(pk=begun.pk).update(state=State.RUNNING)
    file = stories.add_kit_file(
        member=make.bearer_of(origin), project=origin, upload=make.pdf(), label="Poster"
    )
    for other in (make.bearer_of(begun), make.follower_of(origin)):
        with pytest.raises(Refused, match="team"):
            stories.add_kit_file(member=other, project=origin, upload=make.pdf(), label="Mine")
        with pytest.raises(Refused, match="team"):
            stories.withdraw_kit_file(member=other, file=file)
    stored = StoredFile.objects.get()
    stories.withdraw_kit_file(member=make.bearer_of(origin), file=file)
    assert not KitFile.objects.exists()
    erase_what_was_dropped()
    assert not path_of(stored.name).exists()


def test_what_somebody_added_goes_with_them() -> None:
    origin = make.told(make.make_running())
    mate = make.teammate(origin)
    stories.add_kit_file(member=mate, project=origin, upload=make.pdf(), label="Poster")
    erase_member(member=mate)
    assert not KitFile.objects.exists()
    assert not StoredFile.objects.exists()
