from collections.abc import Collection
from typing import Any

from essaim.foundation.activity import hears
from essaim.outreach.actions import notify
from essaim.projects.facts import (
    AboutProject,
    BearerChanged,
    GateAsked,
    GateDecided,
    ObjectionAnswered,
    ObjectionMade,
    ObstacleTold,
    PartAccepted,
    PartOffered,
    PartyInformed,
    ProjectDrafted,
    ProjectHalfValidated,
    ProjectSubmitted,
    ProjectValidated,
    SupportPromised,
)
from essaim.projects.queries import news


def _tell(
    fact: AboutProject, kind: str, member_ids: Collection[int], key: object, **details: Any
) -> None:
    """Not to whoever did it: they know."""
    notify(
        member_ids=[pk for pk in member_ids if pk != fact.actor_id],
        kind=f"projects.{kind}",
        key=str(key),
        community_id=fact.community_id,
        details={"project_id": fact.project_id, **details},
    )


@hears(ProjectDrafted)
def tell_the_author_of_the_idea(fact: ProjectDrafted) -> None:
    _tell(fact, "offered", news.whom_it_is_offered(fact.project_id), fact.project_id)


@hears(ProjectSubmitted, ProjectHalfValidated)
def tell_who_validates(fact: ProjectSubmitted | ProjectHalfValidated) -> None:
    step = "second" if isinstance(fact, ProjectHalfValidated) else "first"
    asked = news.who_validates(fact.project_id)
    _tell(fact, "submitted", asked, f"{fact.validation_id}.{step}")


@hears(ProjectValidated)
def tell_the_team_it_is_open(fact: ProjectValidated) -> None:
    team = news.team_of(fact.project_id)
    _tell(fact, "validated", team, fact.project_id)


@hears(PartOffered)
def tell_who_is_asked(fact: PartOffered) -> None:
    asked = news.who_is_asked(fact.invitation_id)
    _tell(fact, "asked", asked, fact.invitation_id, invitation_id=fact.invitation_id)


@hears(PartAccepted)
def tell_the_team_who_came(fact: PartAccepted) -> None:
    team = news.team_of(fact.project_id)
    details = {"invitation_id": fact.invitation_id}
    _tell(fact, "accepted", team, fact.invitation_id, **details)


@hears(BearerChanged)
def tell_the_team_who_bears_it(fact: BearerChanged) -> None:
    team = news.team_of(fact.project_id)
    which = fact.changed_at or fact.holder_id
    _tell(fact, "bearer", team, f"{fact.project_id}.{which}")


@hears(GateAsked)
def tell_who_answers(fact: GateAsked) -> None:
    _tell(fact, "gate_asked", news.who_decides(fact.gate_id), fact.gate_id, gate_id=fact.gate_id)


@hears(GateDecided)
def tell_the_team_the_answer(fact: GateDecided) -> None:
    _tell(fact, "gate_decided", news.team_of(fact.project_id), fact.gate_id, gate_id=fact.gate_id)


@hears(PartyInformed)
def tell_those_responsible_up_to_the_top(fact: PartyInformed) -> None:
    _tell(fact, "touches", news.heads_up_to_the_top(fact.party_id), fact.party_id)


@hears(ObjectionMade)
def tell_the_team_it_owes_an_answer(fact: ObjectionMade) -> None:
    _tell(fact, "objected", news.team_of(fact.project_id), fact.objection_id)


@hears(ObjectionAnswered)
def tell_who_objected(fact: ObjectionAnswered) -> None:
    _tell(fact, "objection_answered", news.who_objected(fact.objection_id), fact.objection_id)


@hears(ObstacleTold)
def tell_who_can_remove_it(fact: ObstacleTold) -> None:
    near = news.who_clears_the_way(fact.project_id)
    _tell(fact, "obstacle", near, fact.obstacle_id)


@hears(SupportPromised)
def tell_the_team_what_is_promised(fact: SupportPromised) -> None:
    _tell(fact, "support", news.team_of(fact.project_id), fact.line_id)
