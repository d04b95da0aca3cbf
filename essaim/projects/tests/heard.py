"""The table of what projects hear of: a project with everybody around it, and rows about it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.tests.factories import member_of
from essaim.foundation.activity import Fact
from essaim.foundation.clock import today
from essaim.ideas.tests import factories as debate
from essaim.members.models import Member
from essaim.projects.actions import follow_ups
from essaim.projects.models import FollowUp, Part, Project, State
from essaim.projects.tests import factories as make

Told = set[tuple[str, Member]]


class World:
    """A project with everybody around it, validated and not yet begun."""

    def __init__(self) -> None:
        self.host = make.host_community()
        self.vera = make.validator_in(self.host)
        self.project = make.submitted(self.host)
        make.validate(self.project, self.vera)
        self.project = make.fresh(self.project)
        self.bearer = make.bearer_of(self.project)
        self.mate = make.with_part(self.project, Part.TEAM, member_of(self.host))
        self.referent = make.with_part(
            self.project, Part.REFERENT, member_of(self.host), by=self.vera
        )
        self.coach = make.with_part(self.project, Part.COACH, member_of(self.host))
        self.follower = debate.join(member_of(self.host), self.project.community)

    @property
    def team(self) -> set[Member]:
        return {self.bearer, self.mate}

    def begun(self) -> "World":
        gate = make.ask(self.project, "start")
        make.decide(gate, make.decider_in(gate))
        self.project = make.fresh(self.project)
        return self


@dataclass(frozen=True)
class Row:
    """What somebody does; whom it tells what; whose notice goes; what holds then, not before."""

    act: Callable[[], object]
    told: Told = field(default_factory=set)
    taken: Told = field(default_factory=set)
    then: Callable[[], object] | None = None


ROWS: dict[str, tuple[type[Fact], Callable[[World], Row]]] = {}
Maker = Callable[[World], Row]


def on(fact: type[Fact]) -> Callable[[Maker], Maker]:
    def keep(maker: Maker) -> Maker:
        ROWS[f"{fact.__name__}: {maker.__name__}"] = (fact, maker)
        return maker

    return keep


def each(kind: str, *members: Member) -> Told:
    return {(kind, one) for one in members}


def owed(project: Project) -> set[str]:
    """From when the news that are owed count."""
    return set(
        FollowUp.objects.owed().filter(project=project).values_list("counts_from", flat=True)
    )


def planned(project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(state=State.RUNNING, started_on=today())
    follow_ups.plan_follow_ups(project_id=project.pk)


def owing(project: Project) -> set[Member | None]:
    found = Commitment.objects.filter(kind=CommitmentKind.FOLLOW_UP, community=project.community)
    return {one.owner for one in found.select_related("owner")}
