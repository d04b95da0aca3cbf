from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from essaim.communities.models import Community
from essaim.foundation.activity import Rung
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.members.models import Member

SOURCE_LENGTH = 160
METHOD_LENGTH = 300


@impersonal(
    purpose="How many people a community wants on each rung of the ladder.",
    fields="id community aware interacting engaged set_at",
)
class Targets(models.Model):
    """The last word stands; each change is a fact."""

    community = models.OneToOneField(
        Community, on_delete=models.CASCADE, related_name="ladder_targets"
    )
    aware = models.PositiveIntegerField()
    interacting = models.PositiveIntegerField()
    engaged = models.PositiveIntegerField()
    set_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "targets"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(aware__gte=F("interacting")) & Q(interacting__gte=F("engaged")),
                name="targets_narrow_upwards",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.aware} → {self.interacting} → {self.engaged}"


@personal(
    purpose="An estimate of an audience, and who entered it.",
    subject="entered_by",
    on_erasure=Erasure.ANONYMISE,
    exported="community number channel entered_at",
    other="id source method starts_on ends_on is_deduplicated withdrawn_at",
)
class Estimate(models.Model):
    """How many people a channel reached, as somebody estimated it: never added to persons."""

    community = models.ForeignKey(
        Community, on_delete=models.CASCADE, related_name="audience_estimates"
    )
    number = models.PositiveIntegerField()
    channel = models.CharField(max_length=80)
    source = models.CharField(max_length=SOURCE_LENGTH)
    method = models.CharField(max_length=METHOD_LENGTH)
    starts_on = models.DateField()
    ends_on = models.DateField()
    is_deduplicated = models.BooleanField()
    entered_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    entered_at = models.DateTimeField(default=now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="estimate_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"about {self.number} by {self.channel}"


@impersonal(
    purpose="On which rung a community puts a kind of activity, where it differs from the usual.",
    fields="id community kind rung",
)
class KindRung(models.Model):
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=80)
    rung = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Rung])

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "kind"], name="kind_on_one_rung"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.rung}"


@personal(
    purpose="Whether a member wants their own place on the ladder shown to them, or refuses it.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="is_hidden declined_at",
    other="id",
)
class OwnView(models.Model):
    """Hidden: not shown on Today. Declined (an objection): not looked up for this person at all.

    Totals count everyone all the same: they are about nobody.
    """

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="ladder_view")
    is_hidden = models.BooleanField(default=False)
    declined_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.member_id}: {'hidden' if self.is_hidden else 'shown'}"
