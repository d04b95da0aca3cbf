"""Each page and form of projects, as whoever may use it sees it; words where they may not."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Community, Role
from essaim.communities.tests.factories import in_role, member_of
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory
from essaim.projects import actions
from essaim.projects.models import (
    Gate,
    Invitation,
    Objection,
    Observation,
    Obstacle,
    Part,
    Project,
    ProjectParty,
    Sponsorship,
    State,
    SupportLine,
)
from essaim.projects.tests import factories as make

pytestmark = pytest.mark.django_db
POSTED: dict[str, Any] = {
    "name": "Repair café",
    "language": "en",
    "problem": "Lamps are thrown away.",
    "for_whom": "Neighbours.",
    "smallest_version": "One table.",
    "existing": "Nobody.",
}


def _as(member: Member | None) -> Client:
    client = Client()
    if member:
        client.force_login(member)
    return client


def _page(member: Member | None, name: str, *args: str, status: int = 200) -> str:
    found = _as(member).get(reverse(name, args=args))
    assert found.status_code == status, found.content.decode()[:2000]
    return found.content.decode()


def _send(member: Member, page: str, /, *args: str, status: int = 302, **data: Any) -> str:
    sent = _as(member).post(reverse(page, args=args), data)
    assert sent.status_code == status, sent.content.decode()[-3000:]
    return sent.headers.get("Location", "") or sent.content.decode()


@pytest.fixture
def host() -> Community:
    return make.host_community(name="The town")


@pytest.fixture
def project(host: Community) -> Project:
    return make.running(host)


def test_from_the_form_to_the_open_project(host: Community) -> None:
    bearer = member_of(host, name="Bea Example")
    _page(bearer, "project_new", host.slug)
    _send(bearer, "project_new", host.slug, **POSTED)
    project = Project.objects.get()
    assert "only its team reads it" in _page(bearer, "project", project.public_id)
    _send(bearer, "project_submit", project.public_id)
    vera = make.validator_in(host)
    assert "Repair café" in _page(vera, "projects_queue", host.slug)
    assert "One table." in _page(vera, "project_validate", project.public_id)
    _send(vera, "project_validate", project.public_id, decision="validated")

    page = _page(None, "project", project.public_id)

    for words in ("Repair café", "Lamps are thrown away.", "Neighbours.", "One table."):
        assert words in page
    assert "Bea Example" in page
    assert "Follow this project" in page
    assert "Repair café" in _page(None, "projects", host.slug)


def test_what_is_missing_is_named(host: Community) -> None:
    project = make.draft(host, existing="", for_whom="")

    to = _send(make.bearer_of(project), "project_submit", project.public_id)

    assert to == reverse("project_edit", args=[project.public_id])


def test_a_project_begins_from_a_need_that_somebody_saw(host: Community) -> None:
    walker, bearer = member_of(host), member_of(host)
    _send(walker, "observations", host.slug, what="The last bus leaves too early.")
    seen = Observation.objects.get()
    assert "too early" in _page(None, "observations", host.slug)

    address = reverse("project_new", args=[host.slug]) + f"?need={seen.public_id}"
    assert "too early" in _as(bearer).get(address).content.decode()
    _as(bearer).post(address, POSTED)

    assert Project.objects.get().observation == seen


def test_a_need_is_taken_back_by_who_saw_it(host: Community) -> None:
    walker = member_of(host)
    seen = actions.observe(member=walker, host=host, what="No light at the stop.")
    _send(member_of(host), "observation_withdraw", seen.public_id, status=403)

    _send(walker, "observation_withdraw", seen.public_id)

    assert "No light" not in _page(None, "observations", host.slug)


def test_managers_read_and_remove_obstacles_and_have_no_form_to_edit(
    host: Community, project: Project
) -> None:
    manager = in_role(host, Role.COMMUNITY_MANAGER)
    page = _page(manager, "project", project.public_id)

    assert reverse("project_edit", args=[project.public_id]) not in page
    assert "Only the team" in _page(manager, "project_edit", project.public_id, status=403)
    _send(make.bearer_of(project), "obstacle_new", project.public_id, words="No key.")
    one = Obstacle.objects.get()
    _page(manager, "obstacle_remove", project.public_id, one.public_id)
    _send(manager, "obstacle_remove", project.public_id, one.public_id, how="Here it is.")
    one.refresh_from_db()
    assert one.removed_by == manager


def test_support_is_promised_and_given(host: Community, project: Project) -> None:
    manager = in_role(host, Role.COMMUNITY_MANAGER)
    _page(manager, "support_new", project.public_id)
    _send(manager, "support_new", project.public_id, what="A room", due_on="2999-01-01")
    line = SupportLine.objects.get()

    _send(manager, "support_done", project.public_id, line=line.public_id)

    line.refresh_from_db()
    assert line.done_at
    assert "A room" in _page(None, "project", project.public_id)


def test_an_objection_is_answered_and_stops_nothing(host: Community, project: Project) -> None:
    _send(member_of(host), "objection_new", project.public_id, words="It is loud.")
    one = Objection.objects.get()
    _page(make.bearer_of(project), "objection_answer", project.public_id, one.public_id)

    _send(
        make.bearer_of(project),
        "objection_answer",
        project.public_id,
        one.public_id,
        answer="We stop at eight.",
    )

    assert "We stop at eight." in _page(None, "project", project.public_id)
    assert make.fresh(project).state == State.RUNNING


def test_whom_it_touches_is_told_and_says_so(host: Community, project: Project) -> None:
    unit = make.unit(host, name="Roads")
    head = make.heads(make.works_in(member_factory(), unit), unit)
    _page(make.bearer_of(project), "party_new", project.public_id)
    _send(make.bearer_of(project), "party_new", project.public_id, unit=unit.slug)
    party = ProjectParty.objects.get()

    _send(head, "party_told", project.public_id, party=party.public_id)

    party.refresh_from_db()
    assert (party.acknowledged_by, party.informed_at is None) == (head, False)


def test_a_gate_is_asked_and_answered_on_its_page(host: Community) -> None:
    project = make.validated(host)
    bearer = make.bearer_of(project)
    assert "Ask to start" in _page(bearer, "project", project.public_id)
    _page(bearer, "gate_ask", project.public_id)
    _send(
        bearer,
        "gate_ask",
        project.public_id,
        kind="start",
        evidence="We tried it.",
        words_1="My lamp works.",
        from_whom_1="a neighbour",
    )
    gate = Gate.objects.get()
    dora = make.decider_in(gate)
    assert "Answer at the gate" in _page(dora, "project", project.public_id)

    _send(
        dora,
        "gate",
        project.public_id,
        gate.public_id,
        decision="go_with_conditions",
        reasons="It helps.",
        what_1="Find a room",
        due_on_1="2999-01-01",
    )

    page = _page(None, "gate", project.public_id, gate.public_id)
    for words in ("My lamp works.", "a neighbour", "It helps.", "Find a room"):
        assert words in page
    condition = gate.conditions.get()
    _send(dora, "condition_met", project.public_id, condition=condition.public_id)
    condition.refresh_from_db()
    assert condition.met_at


def test_a_condition_without_its_day_says_so_beside_the_field(host: Community) -> None:
    gate = make.ask(make.validated(host), "start")

    page = _send(
        make.decider_in(gate),
        "gate",
        gate.project.public_id,
        gate.public_id,
        status=422,
        decision="go_with_conditions",
        reasons="It helps.",
        what_1="Find a room",
    )

    assert "Say by when." in page


def test_what_was_seen_in_a_community_that_turned_private_stays_there(
    host: Community, project: Project
) -> None:
    seen = actions.observe(
        member=member_of(host), host=host, what="The bench at the stop is broken."
    )
    Project.objects.filter(pk=project.pk).update(observation=seen)
    assert "The bench at the stop" in _page(None, "project", project.public_id)

    Community.objects.filter(pk=host.pk).update(visibility="members")
    bump_generation()

    page = _page(None, "project", project.public_id)
    assert "The bench at the stop" not in page
    assert host.slug not in page
    program = Client().get(f"/api/v1/projects/{project.public_id}").json()
    assert program["host"] == ""


def test_whoever_holds_a_role_in_the_host_can_be_asked_by_name(
    host: Community, project: Project
) -> None:
    in_role(host, Role.COMMUNITY_MANAGER, name="Rita Example")
    member_of(host, name="Quiet Example")

    page = _page(make.bearer_of(project), "project_team", project.public_id)

    assert "Rita Example" in page
    assert "Quiet Example" not in page


def test_a_link_brings_somebody_into_the_team_and_they_leave_again(project: Project) -> None:
    bearer = make.bearer_of(project)
    _send(bearer, "project_team", project.public_id, part="team")
    token = Invitation.objects.get().token
    assert token in _page(bearer, "project_team", project.public_id)
    mate = member_factory(name="Max Example")
    assert project.community.name in _page(mate, "project_invitation", token)

    _send(mate, "project_invitation", token, answer="yes")

    assert "Max Example" in _page(None, "project", project.public_id)
    mandate = project.community.mandates.get(role=Role.TEAM)
    _send(mate, "project_part_end", project.public_id, part=str(mandate.pk))
    assert "Max Example" not in _page(None, "project", project.public_id)


def test_a_taken_back_link_opens_nothing(project: Project) -> None:
    bearer = make.bearer_of(project)
    made = actions.invite(member=bearer, project=project, part=Part.COACH)

    _send(bearer, "project_invitation_withdraw", made.token)

    _page(member_factory(), "project_invitation", made.token, status=404)


def test_the_bearer_hands_the_project_over(project: Project) -> None:
    bearer = make.bearer_of(project)
    mate = make.with_part(project, Part.TEAM, member_factory())
    _send(bearer, "project_team", project.public_id, part="bearer", invited=mate.public_id)

    _send(mate, "project_invitation", Invitation.objects.waiting().get().token, answer="yes")

    assert make.fresh(project).bearer == mate


def test_an_exception_is_written_on_its_page_and_shows(host: Community, project: Project) -> None:
    unit = make.unit(host)
    make.works_in(make.bearer_of(project), unit)
    sponsor = member_factory(name="Sam Example")
    sponsored = make.sponsored(project, sponsor)
    make.works_in(sponsor, unit)
    assert "inside the perimeter" in _page(None, "project", project.public_id)
    manager = in_role(host, Role.COMMUNITY_MANAGER)
    _page(manager, "sponsor_exception", project.public_id, sponsored.public_id)

    _send(
        manager,
        "sponsor_exception",
        project.public_id,
        sponsored.public_id,
        reason="Nobody else opens this door.",
    )

    assert "Nobody else opens this door." in _page(None, "project", project.public_id)
    _send(sponsor, "sponsor_end", project.public_id, sponsor=sponsored.public_id)
    assert Sponsorship.objects.get().ends_on


def test_a_community_says_how_it_validates(host: Community) -> None:
    vera = make.validator_in(host)
    _page(vera, "projects_policy", host.slug)
    _send(
        vera,
        "projects_policy",
        host.slug,
        needs_validation="on",
        validation_days="10",
        gate_days="10",
        gate_decider="committee",
        start_from="aim",
    )
    page = _page(vera, "projects_policy", host.slug)
    assert "social or environmental aim" in page

    _send(vera, "criterion_retire", host.slug, key="aim")

    assert "Has it a social" not in _page(vera, "projects_policy", host.slug)


def test_each_criterion_is_a_question_of_the_form(host: Community) -> None:
    vera = make.validator_in(host)
    actions.start_from_set(member=vera, host=host, name="aim")
    project = make.submitted(host)

    page = _send(vera, "project_validate", project.public_id, status=422, decision="validated")

    assert "Is it aimed at people in difficulty?" in page


def test_pausing_going_on_and_ending(project: Project) -> None:
    bearer = make.bearer_of(project)
    _send(bearer, "project_pause", project.public_id)
    _send(bearer, "project_resume", project.public_id)
    _page(bearer, "project_end", project.public_id)

    _send(bearer, "project_end", project.public_id, outcome="own_body", words="An association.")

    assert "An association." in _page(None, "project", project.public_id)


def test_who_has_no_part_in_it_is_told_why(project: Project) -> None:
    stranger = member_factory()
    for name in ("project_edit", "gate_ask", "support_new", "party_new", "obstacle_new"):
        _page(stranger, name, project.public_id, status=403)
    _page(stranger, "projects_queue", "nowhere", status=404)


def test_a_project_is_reported_and_hidden(host: Community, project: Project) -> None:
    moderator = in_role(host, Role.MODERATOR)
    _page(member_of(host), "project_report", project.public_id)
    _send(member_of(host), "project_report", project.public_id, reason="spam")
    _page(moderator, "project_hide", project.public_id)

    _send(moderator, "project_hide", project.public_id, reason="An advertisement.")

    _page(None, "project", project.public_id, status=404)
    assert "An advertisement." in _page(make.bearer_of(project), "project", project.public_id)
