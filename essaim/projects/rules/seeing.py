from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.communities.models import Community, Mandate, Role, power
from essaim.communities.readers import Reader
from essaim.communities.rules import (
    Subplatform,
    communities_visible_to,
    entitled,
    is_used,
    may_read,
    may_see_community,
    on,
    readable,
    switchable,
)
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import today
from essaim.projects.models import (
    OBSERVATION,
    PROJECT,
    TEAM_ROLES,
    UNOPENED,
    Project,
    ProjectQuerySet,
    State,
)

# What commitments of projects are about: they go and come back with it.
VALIDATION, SUPPORT_LINE, OBJECTION = "validation", "support_line", "objection"
GATE, GATE_CONDITION = "gate", "gate_condition"
SUBJECTS = frozenset(
    {PROJECT, OBSERVATION, VALIDATION, SUPPORT_LINE, OBJECTION, GATE, GATE_CONDITION, "follow_up"}
)
SUBPLATFORM = switchable(
    Subplatform(
        "projects",
        gettext_lazy("Projects"),
        gettext_lazy("What people undertake: needs seen, projects, their support and effects."),
        subjects=SUBJECTS,
    )
)
VALIDATE = power(
    "projects.validate",
    gettext_lazy("validates projects and finds them support"),
    {
        *(Role.ADMINISTRATOR, Role.COMMUNITY_MANAGER, Role.HOST),
        *(Role.REFERENT, Role.INNOVATION_MANAGER),
    },
    reaches=True,
)
COMMITTEE = power(
    "projects.decide_gates",
    gettext_lazy("answers at the gates of projects"),
    {Role.ADMINISTRATOR, Role.DECIDER, Role.ELECTED},
)
# Who a project waits for, the nearest first: the role that owes its validation.
VALIDATING_ROLES = (
    Role.REFERENT,
    Role.INNOVATION_MANAGER,
    Role.COMMUNITY_MANAGER,
    Role.HOST,
    Role.ADMINISTRATOR,
)
WAITING = (State.SUBMITTED, State.REFUSED)


def host_of(project: Project) -> Community:
    """The community in which it was filed, and which validates and supports it."""
    return project.community.parent or project.community


def are_on(community: Community) -> Verdict:
    """Whether a community hosts projects at all."""
    return is_used(community, SUBPLATFORM)


def is_in_team(reader: Reader, project: Project) -> bool:
    return reader.holds_here(project.community, *TEAM_ROLES)


def is_bearer(reader: Reader, project: Project) -> bool:
    return reader.is_known and project.bearer_id == reader.member_id


def _is_offered(reader: Reader, project: Project) -> bool:
    """It is not for whoever no longer sees where their idea was adopted."""
    is_theirs = reader.is_known and project.offered_to_id == reader.member_id
    return is_theirs and bool(may_see_community(reader, host_of(project)))


def validates(reader: Reader, project: Project) -> bool:
    """By a role in the host community or above it, and from outside the team."""
    team = team_ids(project) if reader.delegated else ()
    return not is_in_team(reader, project) and reader.may(
        host_of(project), VALIDATE, in_stead_of_none=team
    )


def team_ids(project: Project) -> list[int]:
    known: list[int] | None = getattr(project, "known_team", None)  # as a list's query found it
    if known is not None:
        return known
    mandates = Mandate.objects.on(today()).filter(
        community=project.community_id, role__in=TEAM_ROLES
    )
    return list(mandates.values_list("member_id", flat=True))


def may_see_project(reader: Reader, project: Project) -> Verdict:
    """Everyone once it is open; before, its team, whom it is offered to, and who validates it."""
    if not are_on(host_of(project)):
        return are_on(host_of(project))
    if project.withdrawn_at and not is_in_team(reader, project):
        return refused(_("This page does not exist."))
    if _is_offered(reader, project):
        return ALLOWED
    if project.state in WAITING and reader.may(host_of(project), VALIDATE):
        return ALLOWED
    return may_read(reader, project.community, project.audience, subplatform=SUBPLATFORM)


def projects_visible_to(reader: Reader) -> ProjectQuerySet:
    """The twin of `may_see_project`."""
    seen = readable(reader, subplatform=SUBPLATFORM)
    if reader.is_known:
        host = "community__parent__"
        there = communities_visible_to(reader, subplatform=SUBPLATFORM).values("pk")
        seen |= Q(offered_to=reader.member_id, community__parent__in=there)
        seen |= Q(state__in=WAITING) & entitled(reader, VALIDATE, path=host)
    gone = Q(withdrawn_at__isnull=False)
    if reader.is_known:
        own = [pk for pk, role in reader.roles if role in TEAM_ROLES]
        gone &= ~Q(community__in=own)
    hosted = Q(community__parent__isnull=True) | on(SUBPLATFORM, path="community__parent__")
    return Project.objects.filter(seen & hosted).exclude(gone)


def stands(project: Project) -> Verdict:
    """Whether anything can still be done to it."""
    if project.withdrawn_at:
        return refused(_("This project was withdrawn."))
    if project.hidden_at:
        return refused(_("This project was hidden by a moderator."))
    if project.community.closed_at or project.community.archived_at:
        return refused(_("The community of this project is closed: it does not change any more."))
    return ALLOWED


def may_work_on(reader: Reader, project: Project) -> Verdict:
    """Managers read, and remove obstacles: a project is its team's."""
    if not is_in_team(reader, project):
        return refused(_("Only the team of this project can change it."))
    return stands(project)


def may_edit_project(reader: Reader, project: Project) -> Verdict:
    """The team, whatever roles others hold above; not while validators read it."""
    if not (may_try := may_work_on(reader, project)):
        return may_try
    if project.state == State.SUBMITTED:
        return refused(_("It waits for its validation: take it back to change it."))
    return ALLOWED


def may_write_in(reader: Reader, project: Project) -> Verdict:
    """Whether the reader, of its team, adds to a project that is under way or has ended."""
    if not (may_try := may_work_on(reader, project)):
        return may_try
    if project.state in UNOPENED:
        return refused(_("This project is not validated yet."))
    return ALLOWED


def may_run_project(reader: Reader, project: Project) -> Verdict:
    """Its bearers ask, invite and end; the rest of the team writes."""
    if not reader.holds_here(project.community, Role.HOST):
        return refused(_("Only those who bear this project can do this."))
    return stands(project)
