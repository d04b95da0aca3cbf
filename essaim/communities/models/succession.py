from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.communities.models.community import Community
from essaim.communities.models.membership import Membership
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, personal
from essaim.members.models import Member

WELCOME_LENGTH = 200
NEWCOMER_FOR = timedelta(days=30)  # after that nobody is welcomed as new any more
OFFER_HOLDS = timedelta(days=14)
ADOPTION_DELAY = timedelta(days=14)  # for absent hosts to say that the community is alive
ASLEEP_AFTER = timedelta(days=90)  # without a counted act by any of its members


@personal(
    purpose="Which newcomer was welcomed by whom, when, with which words.",
    subject="member",
    on_erasure=Erasure.ANONYMISE,
    exported="welcomed_at words",
    blanked="words",
    other="id membership welcomed_by",
)
class Welcome(models.Model):
    """The first human answer to somebody's joining: one for each membership."""

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="welcome")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="welcomes")
    welcomed_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="welcomes_said"
    )
    words = models.CharField(max_length=WELCOME_LENGTH, blank=True)
    welcomed_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"welcome of {self.membership_id}"


class OfferOutcome(models.TextChoices):
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("taken back")
    EXPIRED = "expired", _("expired")


@personal(
    purpose="Who was asked to host a community, by whom, and what they answered.",
    subject="member",
    on_erasure=Erasure.ANONYMISE,
    exported="community is_handover made_at expires_at ended_at outcome",
    other="id public_id offered_by",
)
class RoleOffer(models.Model):
    """Hosting, offered to a member: nobody is made host without a yes.

    `is_handover`: the roles of whoever offers end when theirs begin; else they are shared.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="offers")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="offers")
    offered_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="offers_made"
    )
    is_handover = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=OfferOutcome, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "member"],
                condition=Q(ended_at__isnull=True),
                name="role_offered_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="")
                | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="role_offer_ends_somehow",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class AdoptionOutcome(models.TextChoices):
    ADOPTED = "adopted", _("adopted")
    ALIVE = "alive", _("its hosts are there")
    WITHDRAWN = "withdrawn", _("taken back")


@personal(
    purpose="Who wanted to take over a sleeping community, when, and what came of it.",
    subject="member",
    on_erasure=Erasure.ANONYMISE,
    exported="community asked_at due_at ended_at outcome",
    other="id ended_by",
)
class Adoption(models.Model):
    """A member takes over a community without host, or one whose hosts stay silent.

    Effective at once where nobody runs it, else at `due_at` unless a host answers before.
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="adoptions")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="adoptions")
    asked_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="adoptions_answered"
    )
    outcome = models.CharField(max_length=10, choices=AdoptionOutcome, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community"],
                condition=Q(ended_at__isnull=True),
                name="adoption_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="")
                | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="adoption_ends_somehow",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"], name="adoption_due", condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"adoption of {self.community_id}"
