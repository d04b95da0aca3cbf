"""What people take with them of the small world: something of each table they filled."""

from datetime import date
from decimal import Decimal

import pytest

from essaim.communities.models import Community
from essaim.foundation.clock import at, now, today
from essaim.foundation.privacy import REGISTER
from essaim.members.models import Member
from essaim.members.queries import archive_of
from essaim.needs.actions import save_search
from essaim.projects import actions as projects
from essaim.projects.actions import effects, follow_ups
from essaim.projects.models import FollowUp, Gate, Indicator, Project, ProjectParty
from essaim.projects.tests import factories as make
from tests.architecture.cast import World, build

pytestmark = pytest.mark.django_db
APPS = {"needs", "projects"}


def the_rest(world: World) -> None:
    """What the access table does not need: counts, a prize, news, a search, what others answer."""
    author, host = world.people["author"], world.people["host"]
    told = world.things["told"]["open"]
    project = Project.objects.get(public_id=told["public_id"])
    effects.record_measure(
        member=author,
        indicator=Indicator.objects.get(public_id=told["indicator"]),
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 3, 31),
        value=Decimal(12),
    )
    effects.count_people_around(member=author, project=project, people=3, who="Neighbours.")
    effects.add_recognition(
        member=author,
        project=project,
        kind="press",
        title="A page",
        given_by="A paper",
        given_on=today(),
        source_url="https://example.org/page",
    )
    owed = FollowUp.objects.get(project=project, months=12)
    with at(now() + (owed.due_on - today())):
        follow_ups.tell_news(member=author, follow_up=owed, is_alive=True, words="It goes on.")
    movement = Community.objects.get(slug="movement")
    save_search(member=author, community=movement, params={"remote": "on"})
    one = projects.add_criterion(member=host, host=movement, question="Is it for people?")
    waiting = Project.objects.get(public_id=world.things["project"]["waiting"]["public_id"])
    make.validate(waiting, host, answers=make.met(one.key))
    gate = Gate.objects.get(public_id=world.things["gate"]["open"]["gate_id"])
    make.decide(gate, world.people["decider"])
    ProjectParty.objects.update(acknowledged_by=host, acknowledged_at=now())


def kinds_of(member: Member) -> set[str]:
    return {record["kind"] for record in archive_of(member)["records"]}


def test_the_archive_has_a_row_of_each_table_of_help_and_projects() -> None:
    world = build()
    the_rest(world)
    told = set().union(*(kinds_of(member) for member in world.people.values()))
    meant = {
        model._meta.label
        for model, declared in REGISTER.items()
        if declared.subject and declared.exported and model._meta.app_label in APPS
    }
    assert meant - told == set()
