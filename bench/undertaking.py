"""A small community that helps and undertakes: what its pages show grows with one number."""

from dataclasses import dataclass

from essaim.communities.models import Community, Kind
from essaim.communities.tests.factories import community_factory, manifesto_factory
from essaim.members.models import Member
from essaim.needs.actions import confirm_help
from essaim.needs.models import Need, State
from essaim.needs.tests import factories as needs
from essaim.projects.models import Project
from essaim.projects.tests import telling as projects

MEALS = 40


@dataclass(frozen=True, slots=True)
class Undertaking:
    """`project` tells, counts and is one of as many; `need` was met as often."""

    community: Community
    project: Project
    need: Need
    reader: Member


def make_undertaking(name: str, number: int) -> Undertaking:
    community = community_factory(slug=f"bench-doing-{name}", kind=Kind.MOVEMENT)
    manifesto_factory(community)
    made = [projects.make_running(community) for _ in range(number)]
    project = made[0]
    group = projects.group_of(project)
    for one in range(number):
        projects.entry_in(project, text=f"Table {one} is set.")
        projects.people_in(project, MEALS, group=group, month=one + 1)
        projects.indicator_of(project)
        projects.follower_of(project)
        needs.make_need(community, skills=("cooking",))
        asking = needs.make_person(community)
        met = needs.make_match(needs.make_need(community, asking), state=State.ACCEPTED)
        confirm_help(member=asking, match=met, minutes=30)
    need = needs.make_need(community, skills=("carpentry",), people=number)
    return Undertaking(community, project, need, needs.make_person(community))
