from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from essaim.communities.models import Role
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, personal
from essaim.members.models import Member
from essaim.projects.models.project import Project
from essaim.projects.models.sponsors import EXCEPTION_LENGTH

INVITATION_LENGTH = 300
INVITED_DAYS = 30


class Part(models.TextChoices):
    """What somebody is asked to be for a project."""

    BEARER = "bearer", pgettext_lazy("project", "bearer")
    CO_BEARER = "co_bearer", pgettext_lazy("project", "co-bearer")
    TEAM = "team", pgettext_lazy("project", "team member")
    COACH = "coach", pgettext_lazy("project", "coach")
    SPONSOR = "sponsor", pgettext_lazy("project", "sponsor")
    ELECTED = "elected", pgettext_lazy("project", "elected sponsor")
    REFERENT = "referent", pgettext_lazy("project", "referent")
    FACILITATOR = "facilitator", pgettext_lazy("project", "facilitator")


TEAM_PARTS = frozenset({Part.BEARER, Part.CO_BEARER, Part.TEAM})
SPONSOR_PARTS = frozenset({Part.SPONSOR, Part.ELECTED})
SUPPORT_PARTS = frozenset({Part.REFERENT, Part.FACILITATOR})
ROLE_OF = {
    Part.BEARER: Role.HOST,
    Part.CO_BEARER: Role.HOST,
    Part.TEAM: Role.TEAM,
    Part.COACH: Role.COACH,
    Part.REFERENT: Role.REFERENT,
    Part.FACILITATOR: Role.FACILITATOR,
}
TEAM_ROLES = (Role.HOST, Role.TEAM)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> "InvitationQuerySet":
        return self.filter(ended_at__isnull=True, expires_at__gt=now())


@personal(
    purpose="Who was asked to take part in a project, and whether they said yes.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="project part words created_at ended_at is_accepted",
    other="id token invited_by expires_at exception_reason",
)
class Invitation(models.Model):
    """One part offered to one person, or to whoever holds its link; nobody has it before a yes."""

    token = models.CharField(max_length=64, unique=True, default=ids.secret_token)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="invitations")
    part = models.CharField(max_length=12, choices=Part)
    member = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    words = models.CharField(max_length=INVITATION_LENGTH, blank=True)
    exception_reason = models.TextField(blank=True, max_length=EXCEPTION_LENGTH)
    invited_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    is_accepted = models.BooleanField(default=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "part", "member"],
                condition=Q(ended_at__isnull=True),
                name="invitation_once",
            ),
            models.CheckConstraint(
                condition=Q(is_accepted=False) | Q(ended_at__isnull=False),
                name="invitation_accepted_is_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} of {self.project_id}"
