from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from essaim.communities.models.community import Community
from essaim.communities.models.membership import Mandate, Membership
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.members.models import Member
from essaim.places.models import Place

PROPOSAL_HOLDS = timedelta(days=30)
UNDONE_WITHIN = timedelta(days=30)
CHOOSING_TIME = timedelta(days=14)
SPLIT_NEEDS = 2  # people who go, whoever will host among them


class MergeQuerySet(models.QuerySet["Merge"]):
    def waiting(self) -> "MergeQuerySet":
        """Proposed and neither accepted, declined nor taken back; it may be too old by now."""
        return self.filter(done_at__isnull=True, ended_at__isnull=True)

    def in_force(self) -> "MergeQuerySet":
        return self.filter(done_at__isnull=False, undone_at__isnull=True)


@personal(
    purpose="Which community went up in which other one, by whom, when; and whether it was undone.",
    subject="proposed_by",
    on_erasure=Erasure.ANONYMISE,
    exported="source target proposed_at done_at undone_at ended_at",
    other="id public_id accepted_by undone_by moves_hosts",
)
class Merge(models.Model):
    """One community goes up in another: proposed by one side, done when the other side accepts.

    `moves_hosts`: those who host the source host the target too; not where it was proposed from
    above, for a source that sleeps. `ended_at`: declined, taken back or too old, never done.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    source = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="merges")
    target = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="merges_in")
    proposed_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="merges_proposed"
    )
    moves_hosts = models.BooleanField(default=True)
    proposed_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="merges_accepted"
    )
    done_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="merges_undone"
    )
    undone_at = models.DateTimeField(null=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(source=F("target")), name="merge_of_two"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(done_at__isnull=False),
                name="merge_undone_was_done",
            ),
            models.UniqueConstraint(
                fields=["source", "target"],
                condition=Q(done_at__isnull=True, ended_at__isnull=True),
                name="merge_proposed_once",
            ),
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(done_at__isnull=False, undone_at__isnull=True),
                name="merge_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


@personal(
    purpose="What a merge did to somebody's memberships, so that it can be undone.",
    subject="member",
    on_erasure=Erasure.ANONYMISE,
    exported="own_joined_at entered_at",
    other="id merge source membership",
)
class MergedMembership(models.Model):
    """One membership that a merge made, or to which it gave the earlier date of another one.

    `source` is the membership in the community that went up; it stays, and with it what its member
    may read there. `own_joined_at`: the date without any merge, None for whoever arrived by one.
    """

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="memberships")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="merged_memberships")
    source = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="merged")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="made_of")
    own_joined_at = models.DateTimeField(null=True)
    entered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merge", "membership"], name="merged_membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} by {self.merge_id}"


@personal(
    purpose="Which role a merge ended or began, so that it can be undone.",
    subject="member",
    on_erasure=Erasure.ANONYMISE,
    exported="ends_on",
    other="id merge ended made",
)
class MergedMandate(models.Model):
    """A mandate of the source that ended, with its own `ends_on`, and the one made of it if any."""

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="mandates")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="merged_mandates")
    ended = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="merged")
    made = models.ForeignKey(
        Mandate, null=True, on_delete=models.CASCADE, related_name="merged_from"
    )
    ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merge", "ended"], name="merged_mandate_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ended_id} by {self.merge_id}"


@impersonal(
    purpose="Which communities stood under one that went up in another.",
    fields="id merge community",
)
class MergedChild(models.Model):
    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="children")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="merged_under")

    def __str__(self) -> str:
        return f"{self.community_id} by {self.merge_id}"


@personal(
    purpose="A community that its people may divide: who proposed it and who would host the other.",
    subject="host",
    on_erasure=Erasure.ANONYMISE,
    exported="community name proposed_at closes_at ended_at",
    other="id public_id purpose place proposed_by made",
)
class Split(models.Model):
    """Until `closes_at` members choose to go to a new community beside this one; the others stay.

    `made` is the community it became; ended without one, too few went or it was called off.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="splits")
    name = models.CharField(max_length=80)
    purpose = models.TextField(max_length=2000)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    host = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="splits_to_host")
    proposed_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="splits_proposed"
    )
    proposed_at = models.DateTimeField(default=now)
    closes_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    made = models.OneToOneField(
        Community, null=True, on_delete=models.SET_NULL, related_name="split_from"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community"],
                condition=Q(ended_at__isnull=True),
                name="split_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


@personal(
    purpose="Who chose to go where a community divides; forgotten once it has.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="split chosen_at",
    other="id",
)
class SplitChoice(models.Model):
    """Somebody goes; without such a row one stays."""

    split = models.ForeignKey(Split, on_delete=models.CASCADE, related_name="choices")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="split_choices")
    chosen_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["split", "member"], name="split_chosen_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} goes by {self.split_id}"
