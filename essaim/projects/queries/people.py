"""Who takes part in a project, who was asked, and whom one may ask."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from essaim.communities.models import Mandate, Membership, Role
from essaim.communities.readers import Reader
from essaim.communities.rules import may_see_community
from essaim.foundation.clock import today
from essaim.members.models import Member
from essaim.members.queries import display_name
from essaim.projects import rules
from essaim.projects.models import (
    SPONSOR_PARTS,
    TEAM_ROLES,
    Invitation,
    Part,
    Project,
    SponsorKind,
    Sponsorship,
)

MOST_PEOPLE = 200
PROJECT_ROLES = (*TEAM_ROLES, Role.COACH, Role.REFERENT, Role.FACILITATOR)


@dataclass(frozen=True, slots=True)
class PartLine:
    """Somebody who takes part; `reference` names the part to end it."""

    reference: str
    name: str
    part: str
    is_me: bool
    may_end: bool


@dataclass(frozen=True, slots=True)
class SponsorLine:
    public_id: str
    name: str
    kind: str
    is_inside: bool
    exception: str
    exception_by: str
    may_end: bool
    may_except: bool


@dataclass(frozen=True, slots=True)
class InvitationLine:
    token: str
    name: str
    part: str
    is_link: bool
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TeamPage:
    people_in: tuple[PartLine, ...]
    sponsors: tuple[SponsorLine, ...]
    invitations: tuple[InvitationLine, ...]
    parts: list[tuple[str, Any]]
    people: list[tuple[str, str]]
    excepts: bool


def team_for_page(reader: Reader, project: Project) -> TeamPage:
    parts = [(one.value, one.label) for one in Part if rules.may_invite(reader, project, one)]
    parts.sort(key=lambda one: one[0] == Part.BEARER)  # to hand it over is asked for last
    offered = {value for value, _label in parts}
    return TeamPage(
        people_in=tuple(_part(reader, project, one) for one in _held(project)),
        sponsors=tuple(_sponsor(reader, project, one) for one in _sponsors(project)),
        invitations=tuple(
            _invitation(one)
            for one in Invitation.objects.waiting()
            .filter(project=project, part__in=offered)
            .select_related("member")
            .order_by("-created_at", "-pk")
        ),
        parts=parts,
        people=people_to_ask(reader, project) if parts else [],
        excepts=bool(offered & SPONSOR_PARTS)
        and bool(rules.may_grant_exception(reader, project, None)),
    )


def _held(project: Project) -> list[Mandate]:
    mandates = Mandate.objects.on(today()).filter(
        community=project.community_id, role__in=PROJECT_ROLES
    )
    return list(mandates.select_related("member", "community").order_by("starts_on", "pk"))


def _part(reader: Reader, project: Project, one: Mandate) -> PartLine:
    is_bearer = one.member_id == project.bearer_id and one.role == Role.HOST
    named = {Role.HOST: Part.BEARER if is_bearer else Part.CO_BEARER, Role.TEAM: Part.TEAM}
    label = named[Role(one.role)].label if one.role in named else Role(one.role).label
    return PartLine(
        reference=str(one.pk),
        name=display_name(one.member),
        part=str(label),
        is_me=one.member_id == reader.member_id,
        may_end=bool(rules.may_leave_part(reader, one, project)),
    )


def _sponsors(project: Project) -> list[Sponsorship]:
    current = Sponsorship.objects.on(today()).filter(project=project, member__isnull=False)
    return list(current.select_related("member", "exception_by").order_by("kind", "pk"))


def _sponsor(reader: Reader, project: Project, one: Sponsorship) -> SponsorLine:
    one.project = project
    inside = one.kind == SponsorKind.MAIN and rules.is_inside(project, one.member_id or 0)
    return SponsorLine(
        public_id=one.public_id,
        name=display_name(one.member),
        kind=str(SponsorKind(one.kind).label),
        is_inside=inside,
        exception=one.exception_reason,
        exception_by=display_name(one.exception_by) if one.exception_by else "",
        may_end=bool(rules.may_end_sponsorship(reader, one)),
        may_except=inside and bool(rules.may_grant_exception(reader, project, one.member_id)),
    )


def _invitation(one: Invitation) -> InvitationLine:
    return InvitationLine(
        token=one.token,
        name=display_name(one.member) if one.member else "",
        part=str(Part(one.part).label),
        is_link=one.member_id is None,
        expires_at=one.expires_at,
    )


def people_to_ask(reader: Reader, project: Project) -> list[tuple[str, str]]:
    """(public id, name) of those who follow the project or hold a role in its host, by name.

    Others are given a link: who else is a member is not told.
    """
    host = rules.host_of(project)
    follows = Membership.objects.filter(community=project.community_id, left_at__isnull=True)
    asked = Q(pk__in=follows.values("member"))
    if may_see_community(reader, host):
        asked |= Q(pk__in=Mandate.objects.on(today()).filter(community=host).values("member"))
    rows = Member.objects.filter(asked, is_active=True).exclude(name="")
    return list(rows.order_by("name_key", "pk").values_list("public_id", "name")[:MOST_PEOPLE])


def person_to_invite(public_id: str) -> Member | None:
    return Member.objects.filter(public_id=public_id).first() if public_id else None


def part_named(project: Project, reference: str) -> Mandate | None:
    """The part of this project that a form names."""
    if not reference.isdecimal() or len(reference) > len(str(2**62)):
        return None
    found = Mandate.objects.filter(community=project.community_id, pk=int(reference))
    return found.filter(role__in=PROJECT_ROLES).select_related("community").first()


def sponsorship_named(project: Project, public_id: str) -> Sponsorship | None:
    found = Sponsorship.objects.filter(project=project, public_id=public_id)
    one = found.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today())).first()
    if one:
        one.project = project
    return one


def invitation_named(token: str) -> Invitation | None:
    return Invitation.objects.filter(token=token).select_related("project").first()


def invitation_to_answer(token: str) -> Invitation | None:
    found = Invitation.objects.waiting().filter(token=token)
    return found.select_related("project__community__parent", "invited_by").first()


@dataclass(frozen=True, slots=True)
class InvitationPage:
    name: str
    lang: str
    part: str
    problem: str
    for_whom: str
    by: str
    words: str
    exception: str
    expires_at: datetime


def invitation_for_page(one: Invitation) -> InvitationPage:
    project = one.project
    return InvitationPage(
        name=project.community.name,
        lang=project.language,
        part=str(Part(one.part).label),
        problem=project.problem,
        for_whom=project.for_whom,
        by=display_name(one.invited_by) if one.invited_by else "",
        words=one.words,
        exception=one.exception_reason,
        expires_at=one.expires_at,
    )
