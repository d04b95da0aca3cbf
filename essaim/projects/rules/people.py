"""Who may be asked for which part in a project, say yes to it, and leave it."""

from datetime import timedelta

from django.utils.translation import gettext as _

from essaim.communities.models import Mandate, Role
from essaim.communities.readers import Reader
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now, today
from essaim.projects.models import (
    INVITED_DAYS,
    LIVE,
    SPONSOR_PARTS,
    SUPPORT_PARTS,
    TEAM_PARTS,
    Invitation,
    Part,
    Project,
    SponsorKind,
    Sponsorship,
)
from essaim.projects.rules.seeing import may_run_project, may_see_project, stands, validates
from essaim.projects.rules.sponsors import (
    current_team,
    may_enter_team,
    may_grant_exception,
    may_sponsor,
)
from essaim.projects.rules.validation import may_support_project

MOST_WAITING = 30
MOST_ASKED = 5  # times that one person is, in a month


def may_invite(  # noqa: PLR0911  each refusal has its own words
    reader: Reader, project: Project, part: str
) -> Verdict:
    """Bearers choose their team, coaches and sponsors; who validates finds support and sponsors."""
    if not may_see_project(reader, project):
        return refused(_("This page does not exist."))
    if part in SUPPORT_PARTS:
        return may_support_project(reader, project)
    if part in SPONSOR_PARTS and validates(reader, project):
        return may_support_project(reader, project)
    if part == Part.BEARER and project.bearer_id is None:
        return may_support_project(reader, project)
    if not (runs := may_run_project(reader, project)):
        return runs
    if part == Part.BEARER and project.bearer_id != reader.member_id:
        return refused(_("Only its bearer hands the project over."))
    if part in SPONSOR_PARTS and project.state not in LIVE:
        return refused(_("A sponsor comes once the project is validated."))
    return ALLOWED


def may_ask_more(project: Project) -> Verdict:
    """As long as not too many wait for an answer."""
    if Invitation.objects.waiting().filter(project=project).count() >= MOST_WAITING:
        return refused(_("Many invitations wait for an answer: wait for some of them first."))
    return ALLOWED


def may_ask_again(project: Project, member_id: int) -> Verdict:
    """Nobody is asked over and over."""
    lately = now() - timedelta(days=INVITED_DAYS)
    asked = Invitation.objects.filter(project=project, member=member_id, created_at__gt=lately)
    if asked.count() >= MOST_ASKED:
        return refused(_("This person was asked often enough: leave them the time to come."))
    return ALLOWED


def may_still_offer(by: Reader, invitation: Invitation) -> Verdict:
    """Whoever offered it still may: nobody gives by an older word what is no longer theirs."""
    project = invitation.project
    still = may_invite(by, project, invitation.part)
    if still and invitation.exception_reason:
        still = may_grant_exception(by, project, invitation.member_id)
    return still or refused(_("This invitation is over."))


def may_bear_next(project: Project, member_id: int) -> Verdict:
    """Somebody of the team; where nobody is left in it, whoever takes it up."""
    team = current_team(project)
    if member_id in team or (project.bearer_id is None and not team):
        return ALLOWED
    return refused(_("The next bearer is somebody of the team."))


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


def may_begin_to_sponsor(project: Project, kind: str) -> Verdict:
    """One main and one elected sponsor at a time."""
    if Sponsorship.objects.on(today()).filter(project=project, kind=kind).exists():
        return refused(_("This project has its sponsor: one at a time."))
    return ALLOWED


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
