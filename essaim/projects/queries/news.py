"""Whom news about validations, gates, parts and objections goes to: ids of members."""

from datetime import date, timedelta

from django.db.models import QuerySet

from essaim.communities.models import Kind, Mandate, Role
from essaim.communities.queries import people_who_may
from essaim.foundation.clock import today
from essaim.projects import rules
from essaim.projects.models import (
    TEAM_ROLES,
    Gate,
    GateDecider,
    Invitation,
    Objection,
    Project,
    ProjectParty,
    Validation,
)

TOLD_LATE_FOR = timedelta(days=7)  # mornings after the day on which a lost night is made good


def _project(project_id: int) -> Project:
    return Project.objects.select_related("community__parent").get(pk=project_id)


def who_validates(project_id: int) -> list[int]:
    """Outside its team."""
    project = _project(project_id)
    found = people_who_may(rules.host_of(project), rules.VALIDATE)
    return sorted(found - set(rules.team_ids(project)))


def who_clears_the_way(project_id: int) -> list[int]:
    """Who validates, and who accompanies the project."""
    near = holders(project_id, Role.REFERENT, Role.FACILITATOR)
    return sorted({*who_validates(project_id), *near})


def team_of(project_id: int, *, but: int | None = None) -> list[int]:
    return [pk for pk in holders(project_id, *TEAM_ROLES) if pk != but]


def holders(project_id: int, *roles: str) -> list[int]:
    """Of these roles in the project’s own community, today."""
    mandates = Mandate.objects.on(today()).filter(community__project=project_id, role__in=roles)
    return sorted(set(mandates.values_list("member_id", flat=True)))


def validations_late() -> QuerySet[Validation]:
    """Since a few mornings at most: a lost night is made good."""
    waiting = Validation.objects.waiting().filter(**_late(), project__withdrawn_at__isnull=True)
    return waiting.select_related("project")


def gates_late() -> QuerySet[Gate]:
    return Gate.objects.waiting().filter(**_late()).select_related("project")


def _late() -> dict[str, date]:
    return {"due_on__lt": today(), "due_on__gte": today() - TOLD_LATE_FOR}


def who_decides(gate_id: int) -> list[int]:
    """The sponsor, or the deciders of the community."""
    gate = Gate.objects.select_related("project__community__parent").filter(pk=gate_id).first()
    if gate is None or gate.decided_at:
        return []
    sponsor = rules.sponsor_who_decides(gate.project)
    if gate.decider == GateDecider.SPONSOR and sponsor and sponsor.member_id:
        return [sponsor.member_id]
    host = rules.host_of(gate.project)
    team = set(rules.team_ids(gate.project))
    return sorted(people_who_may(host, rules.COMMITTEE) - team)


def whom_it_is_offered(project_id: int) -> list[int]:
    rows = Project.objects.filter(pk=project_id, offered_to__isnull=False)
    return list(rows.values_list("offered_to", flat=True))


def who_is_asked(invitation_id: int) -> list[int]:
    """Nobody by a link that names nobody."""
    rows = Invitation.objects.filter(pk=invitation_id, member__isnull=False)
    return list(rows.values_list("member_id", flat=True))


def who_objected(objection_id: int) -> list[int]:
    rows = Objection.objects.filter(pk=objection_id, author__isnull=False)
    return list(rows.values_list("author_id", flat=True))


def heads_up_to_the_top(party_id: int) -> list[int]:
    """Who is responsible for the service, and for all those above it; its team knows."""
    parties = ProjectParty.objects.select_related("unit", "project")
    party = parties.filter(pk=party_id).first()
    if party is None or party.unit is None:
        return []
    lineage = [party.unit.pk, *party.unit.ancestor_ids]
    heads = Mandate.objects.on(today()).filter(
        community__in=lineage, community__kind=Kind.UNIT, role__in=rules.RESPONSIBLE
    )
    return sorted(
        set(heads.values_list("member_id", flat=True)) - set(rules.team_ids(party.project))
    )
