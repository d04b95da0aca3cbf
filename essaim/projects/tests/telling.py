"""Projects under way for tests of what is told and counted of them."""

import io
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from essaim.communities.models import Community, Kind, Mandate, Membership, Role
from essaim.foundation.clock import now, today
from essaim.ideas.tests.factories import entrust, join, make_community, make_member
from essaim.members.models import Member
from essaim.projects.actions import effects, logbook, stories
from essaim.projects.models import (
    ActorGroup,
    Beneficiaries,
    Indicator,
    LogEntry,
    Project,
    Reach,
    Spell,
    Stage,
    State,
)

_numbers = count(1)
CONSENT = "I follow this project."


def make_running(host: Community | None = None, **fields: Any) -> Project:
    """A project that began sixty days ago, borne by somebody alone."""
    host = host or make_community()
    number = next(_numbers)
    community = Community.objects.create(
        slug=f"project-{number}",
        kind=Kind.PROJECT,
        name=f"Project {number}",
        name_key=f"project {number}",
        language="en",
        parent=host,
        ancestor_ids=[*host.ancestor_ids, host.pk],
        opened_at=now() - timedelta(days=90),
        is_political=False,
    )
    bearer = fields.pop("bearer", None) or make_member("Berta")
    started = fields.pop("started_on", today() - timedelta(days=60))
    values: dict[str, Any] = {
        "state": State.RUNNING,
        "problem": "Old people eat alone.",
        "for_whom": "People over seventy in one street.",
        "smallest_version": "One table, one Tuesday.",
        "existing": "The parish has a lunch in winter.",
        "language": "en",
        "validated_at": now() - timedelta(days=90),
    }
    project = Project.objects.create(
        community=community, bearer=bearer, started_on=started, **values | fields
    )
    Spell.objects.create(project=project, stage=Stage.EXPLORE, starts_on=started)
    enter_team(bearer, project, Role.HOST)
    return project


def enter_team(member: Member, project: Project, role: Role = Role.TEAM) -> Member:
    join(member, project.community)
    return entrust(member, project.community, role)


def bearer_of(project: Project) -> Member:
    assert project.bearer
    return project.bearer


def teammate(project: Project) -> Member:
    return enter_team(make_member("Tim"), project)


def coach_of(project: Project) -> Member:
    return enter_team(make_member("Cora"), project, Role.COACH)


def referent_of(project: Project) -> Member:
    return enter_team(make_member("Ravi"), project, Role.REFERENT)


def follower_of(project: Project) -> Member:
    return join(make_member("Fatou"), project.community)


def leave(member: Member, project: Project) -> None:
    Mandate.objects.filter(member=member, community=project.community).update(
        ends_on=today() - timedelta(days=1)
    )
    Membership.objects.filter(member=member, community=project.community).update(left_at=now())


def entry_in(project: Project, member: Member | None = None, **values: Any) -> LogEntry:
    given: dict[str, Any] = {"kind": "step", "text": "The first table is set."}
    return logbook.write_entry(
        member=member or bearer_of(project), project=project, **given | values
    )


def picture(name: str = "photo.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def pdf(name: str = "poster.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n")


def group_of(project: Project, name: str = "Guests") -> ActorGroup:
    return effects.name_group(member=bearer_of(project), project=project, name=name)


def indicator_of(project: Project, **values: Any) -> Indicator:
    given: dict[str, Any] = {
        "name": f"Meals {next(_numbers)}",
        "unit": "meals",
        "definition": "Meals served at the table.",
        "who_counts": "Whoever cooks that day.",
        "source": "The notebook in the kitchen.",
    }
    return effects.define_indicator(member=bearer_of(project), project=project, **given | values)


def people_in(
    project: Project, people: int, *, group: ActorGroup | None = None, month: int = 1, **values: Any
) -> Beneficiaries:
    given: dict[str, Any] = {
        "reach": Reach.DIRECT,
        "starts_on": date(2026, month, 1),
        "ends_on": date(2026, month + 1, 1),
        "method": "Names ticked off a list that is torn up.",
    }
    return effects.count_beneficiaries(
        member=bearer_of(project), group=group or group_of(project), people=people, **given | values
    )


def told(project: Project) -> Project:
    """One with an effect counted and its story told."""
    people_in(project, 12, group=ActorGroup.objects.filter(project=project).first())
    stories.tell_story(
        member=bearer_of(project),
        project=project,
        what_worked="Tuesdays.",
        what_was_hard="The stairs.",
        first_step="Find one table.",
    )
    return Project.objects.get(pk=project.pk)
