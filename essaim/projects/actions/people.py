"""Who takes part in a project: each part is offered, and held once somebody says yes."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from essaim.communities.actions import written_reason
from essaim.communities.actions.belonging import enter, hold_member
from essaim.communities.actions.mandates import end, give
from essaim.communities.actions.tree import set_lines_and_texts
from essaim.communities.models import Community, Mandate, Role
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now, today
from essaim.members.models import Member
from essaim.projects import rules
from essaim.projects.actions.projects import about, locked
from essaim.projects.facts import (
    BearerChanged,
    PartAccepted,
    PartDeclined,
    PartEnded,
    PartOffered,
    SponsorExcepted,
    SponsorNamed,
)
from essaim.projects.models import (
    INVITED_DAYS,
    ROLE_OF,
    SPONSOR_PARTS,
    Invitation,
    Part,
    Project,
    SponsorKind,
    Sponsorship,
)


@transaction.atomic
def invite(
    *,
    member: Member,
    project: Project,
    part: str,
    invited: Member | None = None,
    words: str = "",
    exception_reason: str = "",
) -> Invitation:
    """Offer a part to a person, or to whoever is given the link when nobody is named.

    A sponsor from inside the perimeter needs a written exception, by who may write one.
    """
    if part not in Part.values:
        raise ValidationError({"part": [_("Choose one of those offered.")]})
    project = locked(project)
    reader = fresh_reader(member)
    require(rules.may_invite(reader, project, part))
    if exception_reason.strip():
        if part not in SPONSOR_PARTS or invited is None:
            raise ValidationError(
                {"exception_reason": [_("An exception is for one named sponsor.")]}
            )
        require(rules.may_grant_exception(reader, project, invited.pk))
        exception_reason = written_reason(exception_reason, field="exception_reason")
    if part == Part.BEARER and invited is None:
        raise ValidationError({"invited": [_("The next bearer is somebody of the team.")]})
    require(rules.may_ask_more(project))
    invitation = Invitation(
        project=project,
        part=part,
        member=invited,
        invited_by=member,
        exception_reason=exception_reason,
        expires_at=now() + timedelta(days=INVITED_DAYS),
    )
    set_lines_and_texts(invitation, {"words": words})
    if invited:
        _ask_already(invitation, invited)
        waiting = Invitation.objects.waiting().filter(project=project)
        if found := waiting.filter(part=part, member=invited).first():
            return found
        require(rules.may_ask_again(project, invited.pk))
        Invitation.objects.filter(  # one that ran out unanswered makes room
            project=project, part=part, member=invited, ended_at__isnull=True
        ).update(ended_at=now())
    invitation.save()
    record(PartOffered(**about(project, member), invitation_id=invitation.pk, role=invitation.part))
    return invitation


def _ask_already(invitation: Invitation, invited: Member) -> None:
    """What would be refused when they accept is refused now, beside their name."""
    if not (verdict := rules.may_have_part(invitation, invited.pk)):
        raise ValidationError({"invited": [str(verdict.reason)]})


@transaction.atomic
def withdraw_invitation(*, member: Member, invitation: Invitation) -> None:
    project = locked(invitation.project)
    require(rules.may_invite(fresh_reader(member), project, invitation.part))
    Invitation.objects.filter(pk=invitation.pk, ended_at__isnull=True).update(ended_at=now())


@transaction.atomic
def accept_invitation(*, member: Member, invitation: Invitation, consent_text: str) -> Project:
    """Say yes: from now on one has the part. What would break the sponsor rule is refused."""
    hold_member(member)
    project = locked(invitation.project)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    invitation.project = project
    require(rules.may_accept(fresh_reader(member), invitation))
    by = invitation.invited_by
    asked_by = fresh_reader(by) if by and by.is_active else ANONYMOUS
    require(rules.may_still_offer(asked_by, invitation))
    part = Part(invitation.part)
    try:
        with transaction.atomic():
            if part in SPONSOR_PARTS:
                _sponsor(member, invitation)
            else:
                _take_part(member, project, part, consent_text)
    except IntegrityError as error:
        raise Refused(
            _("The sponsor of a project stands outside of it and of its team.")
        ) from error
    invitation.ended_at, invitation.is_accepted = now(), True
    invitation.member = member
    invitation.save(update_fields=["ended_at", "is_accepted", "member"])
    record(PartAccepted(**about(project, member), invitation_id=invitation.pk, role=part))
    return project


def _sponsor(member: Member, invitation: Invitation) -> None:
    project = invitation.project
    kind = SponsorKind.MAIN if invitation.part == Part.SPONSOR else SponsorKind.ELECTED
    require(rules.may_begin_to_sponsor(project, kind))
    made = Sponsorship.objects.create(
        project=project,
        member=member,
        kind=kind,
        named_by=invitation.invited_by,
        exception_reason=invitation.exception_reason,
        exception_by=invitation.invited_by if invitation.exception_reason else None,
    )
    record(SponsorNamed(**about(project, member), sponsorship_id=made.pk, kind=kind))
    if made.exception_reason:
        record(SponsorExcepted(**about(project, made.exception_by), sponsorship_id=made.pk))


def _take_part(member: Member, project: Project, part: Part, consent_text: str) -> None:
    enter(member, project.community, consent_text)
    role = ROLE_OF[part]
    held = Mandate.objects.filter(community=project.community, member=member)
    held = held.exclude(ends_on__lte=today())
    if role == Role.HOST:  # who bears it is in the team by that
        for one in held.filter(role=Role.TEAM):
            end(member, one, today())
    wants = role != Role.TEAM or not held.filter(role=Role.HOST).exists()
    if wants and not held.filter(role=role).exists():
        give_part(member, Mandate(community=project.community, member=member, role=role))
    if part == Part.BEARER and project.bearer_id != member.pk:
        project.bearer = member
        project.save(update_fields=["bearer"])
        record(BearerChanged(**about(project, member), holder_id=member.pk, changed_at=now()))


def give_part(member: Member, mandate: Mandate) -> None:
    """A mandate of a project; what the database refuses is refused in its own words."""
    ended_today = Mandate.objects.filter(
        community=mandate.community, member=member, role=mandate.role, ends_on=today()
    ).filter(starts_on=today())
    ended_today.delete()  # left and back on one day: one row for it
    try:
        give(member, mandate)
    except ValidationError as error:
        raise IntegrityError("refused by the database") from error


@transaction.atomic
def decline_invitation(*, member: Member | None, invitation: Invitation) -> None:
    """Say no; the link of one that names nobody stays for others."""
    if member is not None and invitation.member_id is None:
        return
    project = locked(invitation.project)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if member is None or invitation.member_id != member.pk or invitation.ended_at:
        return
    invitation.ended_at = now()
    invitation.save(update_fields=["ended_at"])
    record(
        PartDeclined(**about(project, member), invitation_id=invitation.pk, role=invitation.part)
    )


@transaction.atomic
def end_part(*, member: Member, project: Project, mandate: Mandate) -> None:
    """Leave it, or end it for somebody whom one had asked."""
    project = locked(project)
    mandate = Mandate.objects.select_for_update().get(pk=mandate.pk, community=project.community)
    require(rules.may_leave_part(fresh_reader(member), mandate, project))
    if mandate.ends_on and mandate.ends_on <= today():
        return
    end(member, mandate, today())
    record(PartEnded(**about(project, member), role=mandate.role, holder_id=mandate.member_id))
    settle_bearer(community_id=project.community_id)


@transaction.atomic
def settle_bearer(*, community_id: int) -> None:
    """When the bearer goes, the co-bearer who came first follows, if there is one."""
    project = Project.objects.select_for_update(no_key=True).filter(community=community_id).first()
    if project is None or project.offered_to_id or project.withdrawn_at:
        return
    hosts = Mandate.objects.on(today()).filter(
        community=community_id, role=Role.HOST, member__is_active=True
    )
    bearers = list(hosts.order_by("starts_on", "pk").values_list("member_id", flat=True))
    if project.bearer_id in bearers or (project.source_key and not bearers):
        return
    following = bearers[0] if bearers else None
    if following == project.bearer_id:
        return
    project.bearer_id = following
    project.save(update_fields=["bearer"])
    project.community = Community.objects.get(pk=community_id)
    record(BearerChanged(**about(project), holder_id=following, changed_at=now()))


@transaction.atomic
def end_sponsorship(*, member: Member, sponsorship: Sponsorship) -> None:
    project = locked(sponsorship.project)
    sponsorship = Sponsorship.objects.select_for_update().get(pk=sponsorship.pk)
    sponsorship.project = project
    require(rules.may_end_sponsorship(fresh_reader(member), sponsorship))
    if sponsorship.ends_on:
        return
    sponsorship.ends_on = max(today(), sponsorship.starts_on)
    sponsorship.save(update_fields=["ends_on"])
    record(
        PartEnded(**about(project, member), role=sponsorship.kind, holder_id=sponsorship.member_id)
    )


@transaction.atomic
def end_sponsorships_of_nobody() -> None:
    """Those whose sponsor's account was erased: the project may have another."""
    orphans = Sponsorship.objects.filter(member__isnull=True, ends_on__isnull=True)
    for sponsorship in orphans.select_related("project").order_by("project"):
        project = locked(sponsorship.project)
        sponsorship.ends_on = max(today(), sponsorship.starts_on)
        sponsorship.save(update_fields=["ends_on"])
        record(PartEnded(**about(project), role=sponsorship.kind, holder_id=None))


@transaction.atomic
def grant_exception(*, member: Member, sponsorship: Sponsorship, reason: str) -> None:
    """A sponsor who has come inside the perimeter stays, for a reason that everyone reads."""
    project = locked(sponsorship.project)
    sponsorship = Sponsorship.objects.select_for_update().get(pk=sponsorship.pk)
    require(rules.may_grant_exception(fresh_reader(member), project, sponsorship.member_id))
    sponsorship.exception_reason = written_reason(reason)
    sponsorship.exception_by = member
    sponsorship.save(update_fields=["exception_reason", "exception_by"])
    record(SponsorExcepted(**about(project, member), sponsorship_id=sponsorship.pk))
