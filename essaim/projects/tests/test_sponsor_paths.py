"""No way leads around the rule of sponsors: no page, no program, no import, no command."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Mandate, Role
from essaim.members.actions import make_token
from essaim.members.models import Member
from essaim.projects.models import Invitation, Part, Sponsorship
from essaim.projects.tests import factories as make
from essaim.projects.tests.test_sponsors import World

pytestmark = pytest.mark.django_db
PARTS = ("sponsor", "elected")


@pytest.fixture
def world() -> World:
    return World()


def by_page(asking: Member, world: World, **sent: Any) -> int:
    client = Client(headers={"accept-language": "en"})
    client.force_login(asking)
    address = reverse("project_team", args=[world.project.public_id])
    return client.post(address, sent).status_code


def by_program(asking: Member, world: World, **sent: Any) -> int:
    _token, text = make_token(member=asking, name="Try", scopes=["read", "projects:write"], days=1)
    client = Client(headers={"authorization": f"Bearer {text}"})
    address = f"/api/v1/projects/{world.project.public_id}/parts"
    return client.post(address, json.dumps(sent), "application/json").status_code


def test_neither_pages_nor_programs_ask_somebody_from_inside(world: World) -> None:
    inside = make.heads(world.somebody(), world.direction)
    for reason in ("", "We like her."):
        more = {"exception_reason": reason}
        by_page(world.bearer, world, part="sponsor", invited=inside.public_id, **more)
        answer = by_program(world.bearer, world, part="sponsor", member=inside.public_id, **more)
        assert answer in {403, 422}
    assert not Invitation.objects.filter(part__in=PARTS).exists()
    assert not Sponsorship.objects.exists()


def test_a_link_that_a_program_made_is_not_taken_by_somebody_from_inside(world: World) -> None:
    assert by_program(world.bearer, world, part="sponsor") == 201
    invitation = Invitation.objects.get(part=Part.SPONSOR)
    inside = world.somebody(world.first)
    client = Client()
    client.force_login(inside)
    address = reverse("project_invitation", args=[invitation.token])

    answer = client.post(address, {"answer": "yes", "consent": "on"})

    assert answer.status_code in {403, 422}
    assert not Sponsorship.objects.exists()


def test_whoever_writes_rows_is_refused_by_the_database(world: World) -> None:
    """As an import or a command would, with no rule asked."""
    inside = make.works_in(world.somebody(), world.direction)
    outside = world.somebody(world.far)
    for kind in ("main", "elected"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Sponsorship.objects.bulk_create(
                [Sponsorship(project=world.project, member=world.bearer, kind=kind)]
            )
    with pytest.raises(IntegrityError), transaction.atomic():
        Sponsorship.objects.create(project=world.project, member=inside, kind="main")
    made = Sponsorship.objects.create(project=world.project, member=outside, kind="main")
    with pytest.raises(IntegrityError), transaction.atomic():
        Sponsorship.objects.filter(pk=made.pk).update(member=inside)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.create(community=world.project.community, member=outside, role=Role.TEAM)


def test_one_action_alone_makes_sponsors() -> None:
    """Imports and commands name none."""
    writing = {
        file.relative_to(settings.ROOT).as_posix()
        for file in Path(settings.ROOT).glob("essaim/**/*.py")
        if "/tests/" not in file.as_posix()
        and (
            "Sponsorship.objects.create" in (text := file.read_text("utf-8"))
            or "Sponsorship(" in text.replace("class Sponsorship(", "")
        )
    }
    assert writing == {"essaim/projects/actions/people.py"}
