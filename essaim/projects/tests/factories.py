"""Projects and who is around them for tests, made by the actions wherever there is one."""

from itertools import count
from typing import Any

from essaim.communities.models import Community, Kind, Mandate, Membership, Role
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.members.models import Member
from essaim.projects import actions
from essaim.projects.actions import Heard, Met
from essaim.projects.models import Gate, Part, Project, SponsorKind, Sponsorship

_numbers = count(1)
AGREED = "I agree."
WORDS: dict[str, Any] = {
    "problem": "Broken things are thrown away.",
    "for_whom": "People who cannot buy new ones.",
    "smallest_version": "One table, one Saturday.",
    "existing": "Nobody does it here, says the town hall.",
    "means": "A room and three volunteers.",
}
HEARD = (Heard("My lamp works again.", "a neighbour who came"),)


def host_community(**fields: Any) -> Community:
    return community_factory(kind=Kind.MOVEMENT, is_political=False, **fields)


def unit(parent: Community | None = None, **fields: Any) -> Community:
    return community_factory(kind=Kind.UNIT, parent=parent, **fields)


def works_in(member: Member, community: Community, *, top: Community | None = None) -> Member:
    """Belongs to a unit and to all above it, as whoever joins; only below `top` if named."""
    lineage = {community.pk, *community.ancestor_ids} - {top.pk if top else 0}
    for one in Community.objects.filter(pk__in=lineage):
        Membership.objects.get_or_create(community=one, member=member, left_at=None)
    return member


def heads(member: Member, community: Community) -> Member:
    Mandate.objects.create(community=community, member=member, role=Role.HEAD)
    return member


def draft(host: Community | None = None, bearer: Member | None = None, **values: Any) -> Project:
    host = host or host_community()
    bearer = bearer or member_of(host, name="Bea Example")
    given = WORDS | {"name": f"Repair café {next(_numbers)}", "consent_text": AGREED} | values
    return actions.file_project(member=bearer, host=host, **given)


def bearer_of(project: Project) -> Member:
    assert project.bearer
    return project.bearer


def validator_in(host: Community) -> Member:
    return in_role(host, Role.COMMUNITY_MANAGER, name="Vera Example")


def submitted(host: Community | None = None, **values: Any) -> Project:
    project = draft(host, **values)
    return actions.submit_project(member=bearer_of(project), project=project)


def validate(project: Project, member: Member, **values: Any) -> None:
    given: dict[str, Any] = {"answers": {}, "validates": True} | values
    actions.answer_validation(member=member, project=project, **given)


def validated(host: Community | None = None, **values: Any) -> Project:
    host = host or host_community()
    project = submitted(host, **values)
    validate(project, validator_in(host))
    return fresh(project)


def running(host: Community | None = None, **values: Any) -> Project:
    """Past its start gate, by a decider of the host."""
    project = validated(host, **values)
    gate = ask(project, "start")
    decide(gate, decider_in(gate))
    return fresh(project)


def ask(project: Project, kind: str = "stage", **values: Any) -> Gate:
    given: dict[str, Any] = {"evidence": "We tried it once.", "heard": HEARD} | values
    return actions.ask_gate(member=bearer_of(project), project=project, kind=kind, **given)


def decider_in(gate: Gate) -> Member:
    host = gate.project.community.parent
    assert host
    return in_role(host, Role.DECIDER, name="Dora Example")


def decide(gate: Gate, member: Member, decision: str = "go", **values: Any) -> Gate:
    given: dict[str, Any] = {"reasons": "It helps people.", "keeps": "The room."} | values
    return actions.decide_gate(member=member, gate=gate, decision=decision, **given)


def with_part(
    project: Project, part: str, member: Member, by: Member | None = None, **values: Any
) -> Member:
    """Asked by a bearer, or by whom is named, and accepted."""
    made = actions.invite(
        member=by or bearer_of(project), project=project, part=part, invited=member, **values
    )
    actions.accept_invitation(member=member, invitation=made, consent_text=AGREED)
    return member


def sponsored(project: Project, member: Member, kind: str = SponsorKind.MAIN) -> Sponsorship:
    part = Part.SPONSOR if kind == SponsorKind.MAIN else Part.ELECTED
    with_part(project, part, member)
    return Sponsorship.objects.get(project=project, member=member)


def fresh(project: Project) -> Project:
    return Project.objects.select_related("community__parent", "bearer").get(pk=project.pk)


def met(*keys: str) -> dict[str, Met]:
    return {key: Met(is_met=True) for key in keys}
