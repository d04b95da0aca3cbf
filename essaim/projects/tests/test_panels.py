"""What other pages show of projects: communities, ideas, Today, notices, search, the register."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.actions import found_community, leave_community
from essaim.communities.models import Community, Kind, Role
from essaim.communities.tests.factories import in_role, member_of
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now
from essaim.ideas.models import Idea
from essaim.ideas.tests import factories as debate
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory
from essaim.outreach.models import Notice
from essaim.projects import actions
from essaim.projects.models import Part, Project, State
from essaim.projects.tasks.lateness import tell_who_is_late_with_projects
from essaim.projects.tests import factories as make
from essaim.projects.tests import telling

pytestmark = pytest.mark.django_db


def _get(member: Member | None, address: str) -> str:
    client = Client()
    if member:
        client.force_login(member)
    found = client.get(address)
    assert found.status_code == 200, (found.status_code, address)
    return found.content.decode()


def _notices(member: Member) -> str:
    return _get(member, reverse("notices"))


@pytest.fixture
def adopted() -> Idea:
    community = debate.make_community(kind=Kind.MOVEMENT)
    closed = debate.make_closed(community)
    idea = closed.ideas.get()
    debate.adopt(idea, debate.make_decider(community))
    deliver_pending()
    return Idea.objects.select_related("author", "debate__community").get(pk=idea.pk)


def test_an_adopted_idea_waits_as_a_draft_for_its_author(adopted: Idea) -> None:
    project = Project.objects.get()
    assert adopted.author
    assert (project.offered_to, project.state, project.idea) == (
        adopted.author,
        State.DRAFT,
        adopted,
    )
    assert "can be your project" in _notices(adopted.author)
    assert "take it up" in _get(adopted.author, reverse("today"))
    take_up = reverse("project_take_up", args=[project.public_id])
    assert adopted.title in _get(adopted.author, take_up)

    client = Client()
    client.force_login(adopted.author)
    client.post(take_up, {"answer": "yes"})

    project = make.fresh(project)
    assert (project.bearer, project.offered_to) == (adopted.author, None)
    assert take_up not in _notices(adopted.author)
    page = _get(adopted.author, reverse("idea", args=[adopted.public_id]))
    assert "A project in draft" in page
    assert "A project in draft" not in _get(None, reverse("idea", args=[adopted.public_id]))


def test_heard_twice_it_is_drafted_once(adopted: Idea) -> None:
    actions.draft_of_idea(idea_id=adopted.pk)

    assert Project.objects.count() == 1


def test_an_author_leaves_it_to_others(adopted: Idea) -> None:
    assert adopted.author
    project = Project.objects.get()

    actions.decline(member=adopted.author, project=project)

    assert make.fresh(project).withdrawn_at
    assert actions.draft_of_idea(idea_id=adopted.pk)  # another adoption would offer it again


def test_the_page_of_the_idea_tells_what_came_of_it(adopted: Idea) -> None:
    project = Project.objects.get()
    assert adopted.author
    actions.take_up(member=adopted.author, project=project, consent_text="I agree.")
    actions.edit_project(member=adopted.author, project=project, **make.WORDS)
    actions.submit_project(member=adopted.author, project=project)
    host = adopted.debate.community
    make.validate(project, make.validator_in(host))

    page = _get(None, reverse("idea", args=[adopted.public_id]))

    assert "Became a project" in page
    assert reverse("project", args=[project.public_id]) in page


def test_the_page_of_the_idea_tells_people_as_the_page_of_effects_does(adopted: Idea) -> None:
    project = telling.make_running(adopted.debate.community)
    Project.objects.filter(idea=adopted).update(idea=None)
    Project.objects.filter(pk=project.pk).update(idea=adopted)
    few = telling.people_in(project, 3)
    assert "up to 5 people helped" in _get(None, reverse("idea", args=[adopted.public_id]))

    telling.people_in(project, 40, group=few.group, month=2)
    assert "40 people helped" in _get(None, reverse("idea", args=[adopted.public_id]))

    other = telling.group_of(project, name="Cooks")
    telling.people_in(project, 30, group=other)
    assert "up to 70 people helped" in _get(None, reverse("idea", args=[adopted.public_id]))


def test_the_page_of_its_community_leads_to_the_project() -> None:
    project = make.validated()

    found = Client().get(reverse("community", args=[project.community.slug]))

    assert found.headers["Location"] == reverse("project", args=[project.public_id])


def test_founding_a_project_leads_to_filing_one() -> None:
    host = make.host_community()
    member = member_of(host)
    client = Client()
    client.force_login(member)

    sent = client.post(
        reverse("community_found") + f"?inside={host.slug}", {"kind": "project", "name": "Mine"}
    )

    assert sent.headers["Location"] == reverse("project_new", args=[host.slug])
    with pytest.raises(Refused, match="page of projects"):
        found_community(member=member, kind=Kind.PROJECT, name="Mine", parent=host)


def test_the_desk_and_today_say_what_waits_for_whom() -> None:
    host = make.host_community()
    vera = make.validator_in(host)
    project = make.submitted(host)
    desk = _get(vera, reverse("community_desk", args=[host.slug]))
    assert "Projects to validate" in desk
    assert f"Validate a project: {project.community.name}" in _get(vera, reverse("today"))
    make.validate(project, vera)
    gate = make.ask(make.fresh(project), "start")
    dora = make.decider_in(gate)

    assert "Answer at a gate" in _get(dora, reverse("today"))
    assert "Answer at a gate" in _get(dora, reverse("community_desk", args=[host.slug]))


def test_what_is_owed_stands_in_the_register_by_its_name() -> None:
    host = make.host_community()
    project = make.running(host)
    actions.promise_support(
        member=in_role(host, Role.COMMUNITY_MANAGER),
        project=project,
        what="A room",
        due_on=(now() + timedelta(days=9)).date(),
    )

    page = _get(None, reverse("commitments", args=[host.slug]))

    assert project.community.name in page


def test_a_late_validation_shows_to_everyone_and_is_told_once() -> None:
    host = make.host_community()
    vera = make.validator_in(host)
    make.submitted(host)
    with at(now() + timedelta(days=23)):
        tell_who_is_late_with_projects()
        tell_who_is_late_with_projects()
        page = _get(None, reverse("projects", args=[host.slug]))

        assert "longer than was promised" in page
        assert Notice.objects.filter(member=vera, kind="projects.validation_late").count() == 1
        assert "waits too long" in _notices(vera)


def test_each_step_is_told_to_whom_it_concerns_in_words() -> None:
    host = make.host_community()
    vera, unit = make.validator_in(host), make.unit(host)
    head = make.heads(make.works_in(member_factory(), unit), unit)
    project = make.submitted(host)
    bearer = make.bearer_of(project)
    deliver_pending()
    assert "asks for its validation" in _notices(vera)
    make.validate(project, vera)
    project = make.fresh(project)
    mate = member_factory()
    actions.invite(member=bearer, project=project, part=Part.TEAM, invited=mate)
    actions.name_party(member=bearer, project=project, unit=unit)
    objector = member_of(host)
    objection = actions.object_to(member=objector, project=project, words="It is loud.")
    actions.tell_obstacle(member=bearer, project=project, words="No key.")
    gate = make.ask(project, "start")
    dora = make.decider_in(gate)
    deliver_pending()
    for member, words in (
        (bearer, "is validated and open"),
        (bearer, "owes an answer"),
        (mate, "asked to take part"),
        (head, "touches a service"),
        (vera, "could you remove it"),
        (dora, "the answer is yours"),
    ):
        assert words in _notices(member), words
    make.decide(gate, dora)
    actions.answer_objection(member=bearer, objection=objection, answer="We stop at eight.")
    deliver_pending()
    assert "has its answer at the gate" in _notices(bearer)
    assert "has its answer" in _notices(objector)


def test_projects_are_found_by_what_they_are_for() -> None:
    project = make.validated(problem="Nobody repairs kettles any more.")
    make.draft(problem="Kettles in secret.")

    page = _get(None, reverse("search") + "?q=kettles")

    assert project.community.name in page
    assert "secret" not in page


def test_who_leaves_the_project_hands_it_to_the_first_co_bearer() -> None:
    project = make.validated()
    bearer = make.bearer_of(project)
    other = make.with_part(project, Part.CO_BEARER, member_factory())

    leave_community(member=bearer, community=project.community, without_host=True)
    deliver_pending()
    assert make.fresh(project).bearer == other
    leave_community(member=other, community=project.community, without_host=True)
    deliver_pending()

    assert make.fresh(project).bearer is None
    assert "nobody bears it today" in _get(None, reverse("project", args=[project.public_id]))


def test_each_change_of_bearer_is_told_also_when_somebody_bears_it_again() -> None:
    project = make.validated()
    first = make.bearer_of(project)
    mate = make.with_part(project, Part.TEAM, member_factory())
    second = make.with_part(project, Part.CO_BEARER, member_factory())

    for bearer in (second, first, second):
        make.with_part(make.fresh(project), Part.BEARER, bearer)
        deliver_pending()

    assert Notice.objects.filter(member=mate, kind="projects.bearer").count() == 3


def test_a_community_that_does_without_projects_shows_none_of_them() -> None:
    host: Community = make.host_community()
    project = make.validated(host)
    host.switched_off = ["projects"]
    host.save()

    assert Client().get(reverse("project", args=[project.public_id])).status_code == 404
    assert Client().get(reverse("projects", args=[host.slug])).status_code == 404
