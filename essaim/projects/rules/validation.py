from django.utils.translation import gettext as _

from essaim.communities.models import Community, Role
from essaim.communities.readers import Reader
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.projects.models import LIVE, Project, ProjectPolicy, State, Validation
from essaim.projects.rules.seeing import VALIDATE, are_on, host_of, stands, team_ids, validates


def policy_of(host: Community) -> ProjectPolicy:
    """What the community chose; what stands for who chose nothing, unsaved."""
    found = ProjectPolicy.objects.filter(community=host).first()
    return found or ProjectPolicy(community=host)


def may_set_policy(reader: Reader, host: Community) -> Verdict:
    """Those of the community who validate in it, not from above."""
    if not (used := are_on(host)):
        return used
    if host.is_archive or host.closed_at:
        return refused(_("This community is closed: it does not change any more."))
    if reader.may_here(host, VALIDATE):
        return ALLOWED
    return refused(_("Only those who validate projects here say how."))


def may_see_queue(reader: Reader, host: Community) -> Verdict:
    if are_on(host) and reader.may(host, VALIDATE):
        return ALLOWED
    return refused(_("This page does not exist."))


def may_validate(  # noqa: PLR0911  each refusal has its own words
    reader: Reader, project: Project, validation: Validation | None
) -> Verdict:
    """Never the bearer nor anybody of the team; the second is somebody else than the first."""
    if not (there := stands(project)):
        return there
    if validation is None or project.state != State.SUBMITTED:
        return refused(_("Nothing waits for an answer here."))
    if reader.is_known and reader.member_id in {project.bearer_id, *team_ids(project)}:
        return refused(_("This project is yours: somebody else validates it."))
    if not validates(reader, project):
        return refused(_("Only those who validate projects here can answer."))
    if validation.decided_by_id is not None and validation.decided_by_id == reader.member_id:
        return refused(_("You have answered: somebody else answers second."))
    if validation.decided_at and reader.delegated and _in_stead_of_the_first(reader, validation):
        return refused(_("You have answered: somebody else answers second."))
    return ALLOWED


def _in_stead_of_the_first(reader: Reader, validation: Validation) -> bool:
    """Whether the only right to answer second is lent by who answered first."""
    first = validation.decided_by_id
    return not reader.may(host_of(validation.project), VALIDATE, in_stead_of_none=[first])


def may_second(reader: Reader, first: Reader, project: Project) -> Verdict:
    """Two answers are of two people who may: of what one person lent, only one is given."""
    host = host_of(project)
    lenders = {lender for _pk, key, _reaches, lender in first.delegated if key == VALIDATE.key}
    may = first.may(host, VALIDATE)
    if not lenders or not may or first.may(host, VALIDATE, in_stead_of_none=lenders):
        return ALLOWED
    by_reader = not first.may(host, VALIDATE, in_stead_of_none=(reader.member_id,))
    if by_reader or not reader.may(host, VALIDATE, in_stead_of_none=lenders):
        return refused(_("The first answer was given in the same stead: somebody else answers."))
    return ALLOWED


def may_support_project(reader: Reader, project: Project) -> Verdict:
    """Name who accompanies it and promise it support, once it is validated: never write in it."""
    if not (there := stands(project)):
        return there
    if project.state not in LIVE:
        return refused(_("Support is promised to projects that are validated and under way."))
    if validates(reader, project):
        return ALLOWED
    return refused(_("Only those who validate projects here find them support."))


def may_promise_support(reader: Reader, project: Project) -> Verdict:
    """Its referent and its facilitator write the plan too: that is what they were named for."""
    accompanies = reader.holds_here(project.community, Role.REFERENT, Role.FACILITATOR)
    if accompanies and project.state in LIVE and stands(project):
        return ALLOWED
    return may_support_project(reader, project)
