"""Who may help a project along, object to it, and remove what stands in its way."""

from django.db.models import Q
from django.utils.translation import gettext as _

from essaim.communities.models import Role
from essaim.communities.readers import Reader
from essaim.discussions.rules import has_conversations, may_report_thing
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.projects.models import LIVE, Objection, Obstacle, Project, ProjectParty, SupportLine
from essaim.projects.rules.seeing import (
    VALIDATE,
    host_of,
    is_in_team,
    may_see_project,
    may_work_on,
    stands,
    validates,
)
from essaim.projects.rules.sponsors import RESPONSIBLE, is_sponsor


def may_do_support(reader: Reader, line: SupportLine) -> Verdict:
    """Say it is done: who promised it, or who validates."""
    if line.done_at:
        return refused(_("This is done already."))
    if reader.is_known and line.owner_id == reader.member_id:
        return ALLOWED
    if validates(reader, line.project):
        return ALLOWED
    return refused(_("Only who promised it can say that it is done."))


def may_name_party(reader: Reader, project: Project) -> Verdict:
    return may_work_on(reader, project)


def may_say_informed(reader: Reader, party: ProjectParty) -> Verdict:
    """The team told an association; services are told by the site, once it is validated."""
    if not (names := may_name_party(reader, party.project)):
        return names
    if party.unit_id is not None:
        return refused(_("Services are told by the site, once the project is validated."))
    if party.informed_at:
        return refused(_("They were told already."))
    return ALLOWED


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
