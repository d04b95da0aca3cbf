"""Who may sponsor, be in the team, object, and remove what stands in the way."""

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext as _

from essaim.communities.models import Community, Kind, Mandate, Membership, Role
from essaim.communities.readers import Reader
from essaim.communities.rules import is_elected
from essaim.discussions.rules import has_conversations, may_report_thing
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import today
from essaim.projects.models import (
    LIVE,
    SPONSOR_PARTS,
    SUPPORT_PARTS,
    TEAM_PARTS,
    TEAM_ROLES,
    Invitation,
    Objection,
    Obstacle,
    Part,
    Project,
    ProjectParty,
    SponsorKind,
    Sponsorship,
    SupportLine,
)
from essaim.projects.rules.seeing import (
    VALIDATE,
    host_of,
    is_in_team,
    may_run_project,
    may_see_project,
    stands,
    validates,
)

RESPONSIBLE = (Role.HEAD, Role.HOST)


def units_of(member_ids: Collection[int]) -> set[int]:
    """Where they work (their deepest units) and which units they are responsible for."""
    here = Membership.objects.filter(
        member__in=member_ids, left_at__isnull=True, community__kind=Kind.UNIT
    )
    rows = list(here.values_list("member_id", "community_id", "community__ancestor_ids"))
    above = {(member_id, one) for member_id, _unit, lineage in rows for one in lineage}
    works = {unit for member_id, unit, _lineage in rows if (member_id, unit) not in above}
    heads = Mandate.objects.on(today()).filter(
        member__in=member_ids, role__in=RESPONSIBLE, community__kind=Kind.UNIT
    )
    return works | set(heads.values_list("community_id", flat=True))


def around(unit_ids: Collection[int]) -> set[int]:
    """These units, and all those above and below each of them."""
    units = Community.objects.filter(kind=Kind.UNIT)
    named = units.filter(pk__in=unit_ids).values_list("pk", "ancestor_ids")
    above = {one for _pk, lineage in named for one in lineage}
    below = units.filter(ancestor_ids__overlap=list(unit_ids)) if unit_ids else units.none()
    found = set(units.filter(pk__in=[*unit_ids, *above]).values_list("pk", flat=True))
    return found | set(below.values_list("pk", flat=True))


def current_team(project: Project) -> set[int]:
    """Whoever is in the team today or will be."""
    mandates = Mandate.objects.filter(community=project.community_id, role__in=TEAM_ROLES)
    return set(mandates.exclude(ends_on__lte=today()).values_list("member_id", flat=True))


def perimeter_of(project: Project) -> set[int]:
    """The units of the team and what the project touches, with all above and below."""
    touched = ProjectParty.objects.filter(project=project, unit__isnull=False)
    units = units_of(current_team(project)) | set(touched.values_list("unit_id", flat=True))
    return around(units)


def is_inside(project: Project, member_id: int) -> bool:
    return bool(perimeter_of(project) & units_of([member_id]))


def may_sponsor(project: Project, member_id: int, kind: str, *, exception: str = "") -> Verdict:
    """The sponsor rule; a trigger of the database asks the same again, whoever writes.

    A written exception lets somebody be near; it never lets the team sponsor itself.
    """
    if member_id in current_team(project):
        return refused(_("Who is in the team does not sponsor the project."))
    if kind == SponsorKind.ELECTED and not is_elected(member_id, host_of(project)):
        return refused(_("An elected sponsor holds an elected mandate here or above."))
    if kind == SponsorKind.MAIN and not exception and is_inside(project, member_id):
        return refused(
            _(
                "A sponsor comes from outside: this person works in, or is responsible for, a unit"
                " of the team or one that the project touches."
            )
        )
    return ALLOWED


def may_enter_team(project: Project, member_id: int) -> Verdict:
    """Not who sponsors it, nor somebody whose unit brings its sponsor inside."""
    sponsors = Sponsorship.objects.on(today()).filter(project=project).exclude(member=None)
    rows = list(sponsors.values_list("member_id", "kind", "exception_reason"))
    if any(sponsor == member_id for sponsor, _kind, _reason in rows):
        return refused(_("Who sponsors a project does not join its team."))
    main = [sponsor for sponsor, kind, reason in rows if kind == SponsorKind.MAIN and not reason]
    if main and around(units_of([member_id])) & units_of(main):
        return refused(
            _(
                "The sponsor of this project is too near to the unit of this person: another"
                " sponsor, or a written exception, comes first."
            )
        )
    return ALLOWED


def may_bear_next(project: Project, member_id: int) -> Verdict:
    """Somebody of the team; where nobody is left in it, whoever takes it up."""
    team = current_team(project)
    if member_id in team or (project.bearer_id is None and not team):
        return ALLOWED
    return refused(_("The next bearer is somebody of the team."))


def may_invite(  # noqa: PLR0911  each refusal has its own words
    reader: Reader, project: Project, part: str
) -> Verdict:
    """Bearers choose their team, coaches and sponsors; who validates finds support and sponsors."""
    if not may_see_project(reader, project):
        return refused(_("This page does not exist."))
    if part in SUPPORT_PARTS:
        return _may_find(reader, project)
    if part in SPONSOR_PARTS and validates(reader, project):
        return _may_find(reader, project)
    if part == Part.BEARER and project.bearer_id is None:
        return _may_find(reader, project)
    if not (runs := may_run_project(reader, project)):
        return runs
    if part == Part.BEARER and project.bearer_id != reader.member_id:
        return refused(_("Only its bearer hands the project over."))
    if part in SPONSOR_PARTS and project.state not in LIVE:
        return refused(_("A sponsor comes once the project is validated."))
    return ALLOWED


def _may_find(reader: Reader, project: Project) -> Verdict:
    if not (there := stands(project)):
        return there
    if project.state not in LIVE:
        return refused(_("Support is promised to projects that are validated and under way."))
    if not validates(reader, project):
        return refused(_("Only those who validate projects here find them support."))
    return ALLOWED


def may_see_invitation(reader: Reader, invitation: Invitation) -> Verdict:
    """Whoever is asked; whoever holds the link of one that names nobody."""
    if invitation.member_id is None or invitation.member_id == reader.member_id:
        return ALLOWED
    return refused(_("This page does not exist."))


def may_accept(reader: Reader, invitation: Invitation) -> Verdict:
    """It is asked again what was asked when it was made: much may have changed."""
    project, member_id = invitation.project, reader.member_id
    if member_id is None or not may_see_invitation(reader, invitation):
        return refused(_("This page does not exist."))
    if not Invitation.objects.waiting().filter(pk=invitation.pk).exists():
        return refused(_("This invitation is over."))
    if not (there := stands(project)):
        return there
    return may_have_part(invitation, member_id)


def may_have_part(invitation: Invitation, member_id: int) -> Verdict:
    """Whether the part can be this person's, whoever offers it."""
    project = invitation.project
    if invitation.part in SPONSOR_PARTS:
        kind = SponsorKind.MAIN if invitation.part == Part.SPONSOR else SponsorKind.ELECTED
        return may_sponsor(project, member_id, kind, exception=invitation.exception_reason)
    if invitation.part == Part.BEARER:
        return may_bear_next(project, member_id) and may_enter_team(project, member_id)
    return may_enter_team(project, member_id) if invitation.part in TEAM_PARTS else ALLOWED


def may_leave_part(reader: Reader, mandate: Mandate, project: Project) -> Verdict:
    """Whoever has it, at any time; bearers end those of the rest of the team."""
    if reader.is_known and mandate.member_id == reader.member_id:
        return ALLOWED
    if mandate.role in {Role.TEAM, Role.COACH} or (
        mandate.role == Role.HOST and project.bearer_id == reader.member_id
    ):
        return may_run_project(reader, project)
    if mandate.role in {Role.REFERENT, Role.FACILITATOR} and validates(reader, project):
        return stands(project)
    return refused(_("Only this person, or who gave the part, can end it."))


def may_end_sponsorship(reader: Reader, sponsorship: Sponsorship) -> Verdict:
    project = sponsorship.project
    if reader.is_known and sponsorship.member_id == reader.member_id:
        return ALLOWED
    if validates(reader, project) or may_run_project(reader, project):
        return stands(project)
    return refused(_("Only the sponsor, the bearers or who validates can end it."))


def may_grant_exception(reader: Reader, project: Project, sponsor_id: int | None) -> Verdict:
    """By who validates projects, outside the team, and never for themselves."""
    if reader.member_id is not None and reader.member_id == sponsor_id:
        return refused(_("An exception for yourself is written by somebody else."))
    return _may_find(reader, project)


# ---- what a project touches, what stands in its way


def may_name_party(reader: Reader, project: Project) -> Verdict:
    if not is_in_team(reader, project):
        return refused(_("Only the team of this project can change it."))
    return stands(project)


def may_acknowledge(reader: Reader, party: ProjectParty) -> Verdict:
    """Who is responsible for the unit, or for one above it."""
    if party.unit is None or party.acknowledged_at:
        return refused(_("Nothing waits for an answer here."))
    if reader.holds_here(party.unit, *RESPONSIBLE) or any(
        pk in party.unit.ancestor_ids and role in RESPONSIBLE for pk, role in reader.roles
    ):
        return ALLOWED
    return refused(_("Only those responsible for this unit can answer for it."))


def may_object(  # noqa: PLR0911  each refusal has its own words
    reader: Reader, project: Project
) -> Verdict:
    """Whoever belongs here, or is responsible for a unit: it is answered, and stops nothing."""
    if is_in_team(reader, project):
        return refused(_("You are in the team: write in the logbook what you doubt."))
    if not may_see_project(reader, project):
        return refused(_("This page does not exist."))
    if project.state not in LIVE:
        return refused(_("Objections are for projects that are validated and under way."))
    if not (there := stands(project)):
        return there
    own = [one for one in project.objections.all() if one.author_id == reader.member_id]
    if reader.member_id and any(not (one.answered_at or one.hidden_at) for one in own):
        return refused(_("You have objected: the team answers that first."))
    host = host_of(project)
    if reader.belongs_to(host.pk) or reader.belongs_to(project.community_id):
        return ALLOWED
    if _answers_for_what_it_touches(reader, project):
        return ALLOWED
    return refused(_("Follow this project, or join %(name)s, to object.") % {"name": host.name})


def _answers_for_what_it_touches(reader: Reader, project: Project) -> bool:
    """Whether they are responsible for a unit that the project touches, or for one above it."""
    own = [pk for pk, role in reader.roles if role in RESPONSIBLE]
    touched = ProjectParty.objects.filter(project=project)
    return (
        bool(own) and touched.filter(Q(unit__in=own) | Q(unit__ancestor_ids__overlap=own)).exists()
    )


def may_report_objection(reader: Reader, objection: Objection) -> Verdict:
    project = objection.project
    if not has_conversations(host_of(project)):
        return refused(_("This page does not exist."))
    return may_report_thing(
        reader,
        may_see=may_see_project(reader, project),
        author_id=objection.author_id,
        is_gone=objection.hidden_at is not None,
    )


def may_answer_objection(reader: Reader, objection: Objection) -> Verdict:
    if objection.hidden_at:
        return refused(_("This objection is no longer shown."))
    if objection.answered_at:
        return refused(_("This objection has its answer."))
    if not is_in_team(reader, objection.project):
        return refused(_("The team of this project answers."))
    return stands(objection.project)


def may_tell_obstacle(reader: Reader, project: Project) -> Verdict:
    if not (is_in_team(reader, project) or _accompanies(reader, project)):
        return refused(_("The team, and those who accompany it, tell what stands in the way."))
    if project.state not in LIVE:
        return refused(_("This project is not under way."))
    return stands(project)


def may_remove_obstacle(reader: Reader, obstacle: Obstacle) -> Verdict:
    """What managers are for."""
    if obstacle.removed_at:
        return refused(_("This obstacle was removed already."))
    project = obstacle.project
    if is_in_team(reader, project) or _accompanies(reader, project):
        return stands(project)
    return refused(_("The team, and those who accompany it, tell what stands in the way."))


def _accompanies(reader: Reader, project: Project) -> bool:
    roles = (Role.REFERENT, Role.FACILITATOR, Role.COACH)
    return (
        reader.holds_here(project.community, *roles)
        or reader.may(host_of(project), VALIDATE)
        or is_sponsor(reader, project)
    )


def is_sponsor(reader: Reader, project: Project) -> bool:
    if not reader.is_known:
        return False
    known: list[Sponsorship] | None = getattr(project, "sponsors_today", None)  # by a page's query
    if known is not None:
        return any(one.member_id == reader.member_id for one in known)
    current = Sponsorship.objects.on(today()).filter(project=project, member=reader.member_id)
    return current.exists()


def may_do_support(reader: Reader, line: SupportLine) -> Verdict:
    """Say it is done: who promised it, or who validates."""
    if line.done_at or line.withdrawn_at:
        return refused(_("This is done, or no longer promised."))
    if reader.is_known and line.owner_id == reader.member_id:
        return ALLOWED
    if validates(reader, line.project):
        return ALLOWED
    return refused(_("Only who promised it can say that it is done."))
