"""Projects by the API: read by anybody as far as they may, written with a token of their scope."""

import pytest
from django.test import Client

from essaim.communities.tests.factories import member_of
from essaim.members.actions import make_token
from essaim.members.models import Member
from essaim.projects.models import Project
from essaim.projects.tests import factories as make

pytestmark = pytest.mark.django_db


def _program(member: Member, scope: str = "projects:write") -> Client:
    _token, text = make_token(member=member, name="Try", scopes=["read", scope], days=1)
    return Client(headers={"authorization": f"Bearer {text}"})


def test_projects_come_by_pages_that_lead_to_each_other(client: Client) -> None:
    host = make.host_community()
    names = [make.validated(host).community.name for _ in range(3)]
    address: str | None = f"/api/v1/communities/{host.slug}/projects?limit=2"
    found: list[str] = []
    while address:
        answer = client.get(address).json()
        found += [one["name"] for one in answer["items"]]
        address = answer["next"]

    assert found == names[::-1]


def test_a_project_is_started_with_the_scope_and_by_nobody_without() -> None:
    host = make.host_community()
    member = member_of(host)
    address = f"/api/v1/communities/{host.slug}/projects"
    body = {"name": "Repair café"}

    without = _program(member, "ideas:write").post(address, body, "application/json")
    started = _program(member).post(address, body, "application/json")

    assert without.status_code == 403
    assert started.status_code == 201
    assert started.json()["state"] == "draft"
    assert Project.objects.get().bearer == member


def test_a_need_of_a_new_account_that_waits_for_a_first_look_is_said_to_be_held(
    client: Client,
) -> None:
    host = make.host_community()
    address = f"/api/v1/communities/{host.slug}/observations"
    body = {"what": "See https://bit.ly/offer for what we sell."}

    answer = _program(member_of(host)).post(address, body, "application/json")

    assert answer.status_code == 202
    assert answer.json()["state"] == "held"
    assert client.get(address).json()["items"] == []


def test_needs_seen_are_listed(client: Client) -> None:
    host = make.host_community()
    address = f"/api/v1/communities/{host.slug}/observations"
    _program(member_of(host)).post(address, {"what": "It is dark here."}, "application/json")

    (seen,) = client.get(address).json()["items"]

    assert seen["what"] == "It is dark here."
