"""The edges: an answer without its reasons, a sponsor too early, what counts no more, the caps."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.models import Role
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import in_role
from essaim.foundation.access import Refused
from essaim.members.actions import make_token
from essaim.members.models import Member
from essaim.projects import actions
from essaim.projects.actions import effects, stories
from essaim.projects.actions.stories import MOST_KIT_FILES
from essaim.projects.models import Gate, Invitation, KitFile, Part, Reach
from essaim.projects.queries import gates_to_decide
from essaim.projects.queries.effects import effects_for_page, effects_in_short
from essaim.projects.rules.people import MOST_WAITING
from essaim.projects.tests import factories as make
from essaim.projects.tests import telling

pytestmark = pytest.mark.django_db
ANSWER = {"decision": "go", "reasons": "It helps people.", "keeps": "The room."}


def by_program(member: Member, address: str, **sent: object) -> tuple[int, set[str]]:
    """The status, and the fields that a sentence is said of."""
    _token, text = make_token(member=member, name="Try", scopes=["read", "projects:write"], days=1)
    client = Client(headers={"authorization": f"Bearer {text}"}, raise_request_exception=False)
    answer = client.post(f"/api/v1/projects/{address}", json.dumps(sent), "application/json")
    return answer.status_code, set(answer.json().get("errors", {}))


def asked() -> tuple[Gate, Member]:
    gate = make.ask(make.validated(), "start")
    return gate, make.decider_in(gate)


# ---- answers at gates


@pytest.mark.parametrize("reasons", ["", "  \n ", "\u200b"])
def test_an_answer_at_a_gate_without_reasons_is_none(reasons: str) -> None:
    gate, dora = asked()

    with pytest.raises(ValidationError) as refusal:
        make.decide(gate, dora, reasons=reasons)

    assert refusal.value.message_dict == {"reasons": ["An answer says why."]}
    gate.refresh_from_db()
    assert gate.decided_at is None


@pytest.mark.parametrize("reasons", ["", "  \n "])
def test_programs_and_pages_are_told_that_reasons_are_missing(reasons: str) -> None:
    gate, dora = asked()
    there = gate.project.public_id
    client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
    client.force_login(dora)
    address = reverse("gate", args=[there, gate.public_id])

    status, fields = by_program(
        dora, f"{there}/gates/{gate.public_id}/answer", **ANSWER | {"reasons": reasons}
    )
    page = client.post(address, ANSWER | {"reasons": reasons})

    assert (status, page.status_code) == (422, 422)
    assert any("reasons" in one for one in fields)
    gate.refresh_from_db()
    assert gate.decided_at is None


def test_ending_a_project_settles_the_gate_that_waited() -> None:
    project = make.running()
    gate = make.ask(project)
    dora = make.decider_in(gate)
    owed = Commitment.objects.filter(kind=CommitmentKind.GATE, subject_id=gate.pk)
    assert gates_to_decide(fresh_reader(dora))
    assert owed.standing().exists()

    actions.end_project(member=make.bearer_of(project), project=project, outcome="stopped_no_need")

    assert not gates_to_decide(fresh_reader(dora))
    assert not owed.standing().exists()
    assert owed.get().cancelling_reason == "The project ended."
    assert not Gate.objects.waiting().exists()


# ---- sponsors


@pytest.mark.parametrize("part", [Part.SPONSOR, Part.ELECTED])
def test_a_sponsor_is_asked_once_the_project_is_validated(part: Part) -> None:
    host = make.host_community()
    project = make.submitted(host)
    outside = in_role(host, Role.ELECTED)
    for asking in (make.bearer_of(project), make.validator_in(host)):
        with pytest.raises(Refused, match="validated"):
            actions.invite(member=asking, project=project, part=part, invited=outside)
    assert not Invitation.objects.exists()

    make.validate(project, make.validator_in(host))
    actions.invite(
        member=make.bearer_of(project), project=make.fresh(project), part=part, invited=outside
    )

    assert Invitation.objects.get().part == part


# ---- what is counted


def test_withdrawn_counts_are_on_no_page() -> None:
    project = telling.make_running()
    bearer = telling.bearer_of(project)
    counted = telling.people_in(project, 40)
    around = effects.count_people_around(
        member=bearer, project=project, people=30, who="Neighbours"
    )
    page = effects_for_page(fresh_reader(bearer), project)
    assert (page.people, len(page.groups[0].counts), len(page.around)) == ("40", 1, 1)

    for kind, one in (("beneficiaries", counted), ("around", around)):
        effects.take_effect_away(member=bearer, project=project, kind=kind, public_id=one.public_id)

    page = effects_for_page(fresh_reader(bearer), project)
    assert (page.people, page.groups[0].counts, page.around) == ("", (), ())
    assert effects_in_short(fresh_reader(bearer), project).is_empty


def test_whoever_gains_indirectly_is_not_among_those_reached() -> None:
    project = telling.make_running()
    reader = fresh_reader(telling.bearer_of(project))
    group = telling.group_of(project)
    telling.people_in(project, 900, group=group, reach=Reach.INDIRECT)
    assert effects_for_page(reader, project).people == ""

    telling.people_in(project, 40, group=group)

    assert effects_for_page(reader, project).people == "40"
    assert effects_in_short(reader, project).people == "40"


# ---- caps


def test_thirty_invitations_wait_and_not_one_more() -> None:
    project = make.draft()
    bearer = make.bearer_of(project)

    def ask() -> Invitation:
        return actions.invite(member=bearer, project=project, part=Part.TEAM)

    made = [ask() for _ in range(MOST_WAITING)]
    with pytest.raises(Refused, match="wait for an answer"):
        ask()
    assert Invitation.objects.count() == MOST_WAITING == 30

    actions.withdraw_invitation(member=bearer, invitation=made[0])
    ask()


def test_twenty_files_are_in_a_kit_and_not_one_more() -> None:
    project = telling.make_running()
    bearer = telling.bearer_of(project)

    def add() -> KitFile:
        return stories.add_kit_file(
            member=bearer, project=project, upload=telling.pdf(), label="Poster"
        )

    made = [add() for _ in range(MOST_KIT_FILES)]
    with pytest.raises(ValidationError, match="At most 20 files"):
        add()
    assert KitFile.objects.count() == MOST_KIT_FILES == 20

    stories.withdraw_kit_file(member=bearer, file=made[0])
    add()
