from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.communities.models.community import Community
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, Use, impersonal, personal, serves
from essaim.members.models import Member

PART_LENGTH = 1200
SOURCES_LENGTH = 1000
NOTE_LENGTH = 200

PARTS = ("frustration", "momentum", "rules_to_break")
PART_TITLES = {
    "frustration": _("What we no longer accept"),
    "momentum": _("What carries us"),
    "rules_to_break": _("The rules we break"),
}
PART_NAMES = {
    "frustration": _("the frustration"),
    "momentum": _("the positive momentum"),
    "rules_to_break": _("the rules to break"),
}


class ManifestoQuerySet(models.QuerySet["Manifesto"]):
    def published(self) -> "ManifestoQuerySet":
        return self.filter(published_at__isnull=False)

    def drafts(self) -> "ManifestoQuerySet":
        return self.filter(published_at__isnull=True)

    def in_force(self, community: Community) -> "Manifesto | None":
        """The last published version of the community or of the nearest one above it."""
        lineage = community.lineage
        found = self.published().filter(community_id__in=lineage)
        return min(
            found, key=lambda one: (lineage.index(one.community_id), -one.version), default=None
        )


@impersonal(
    purpose="What a community refuses, what carries it, which rules it breaks; versions are kept.",
    fields="id community version frustration frustration_source momentum momentum_source"
    " rules_to_break rules_to_break_source note language written_at published_at",
)
class Manifesto(models.Model):
    """One version. The draft has no `published_at`; a published version never changes.

    Sources stand one a line; `note` says what a version changes.
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="manifestos")
    version = models.PositiveSmallIntegerField()
    frustration = models.TextField(blank=True, max_length=PART_LENGTH)
    frustration_source = models.TextField(blank=True, max_length=SOURCES_LENGTH)
    momentum = models.TextField(blank=True, max_length=PART_LENGTH)
    momentum_source = models.TextField(blank=True, max_length=SOURCES_LENGTH)
    rules_to_break = models.TextField(blank=True, max_length=PART_LENGTH)
    rules_to_break_source = models.TextField(blank=True, max_length=SOURCES_LENGTH)
    note = models.CharField(blank=True, max_length=NOTE_LENGTH)
    language = models.CharField(max_length=2, default="fr")
    written_at = models.DateTimeField(default=now)
    published_at = models.DateTimeField(null=True)

    objects = ManifestoQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "version"], name="manifesto_version"),
            models.UniqueConstraint(
                fields=["community"],
                condition=Q(published_at__isnull=True),
                name="manifesto_one_draft",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | (~Q(frustration="") & ~Q(momentum="") & ~Q(rules_to_break="")),
                name="manifesto_complete_when_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community_id} v{self.version}"

    @property
    def missing_parts(self) -> list[str]:
        """The names, in the reader's language, of the parts that say nothing yet."""
        return [str(PART_NAMES[part]) for part in PARTS if not getattr(self, part).strip()]


@personal(
    purpose="Who stands behind which version of a manifesto.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="manifesto signed_at ended_at",
    other="id",
)
class Signature(models.Model):
    """A member's signature of one version; renewed on a new version, ended when they leave."""

    manifesto = models.ForeignKey(Manifesto, on_delete=models.PROTECT, related_name="signatures")
    member = models.ForeignKey(Member, on_delete=models.CASCADE)
    signed_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["manifesto", "member"],
                condition=Q(ended_at__isnull=True),
                name="signature_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} signs {self.manifesto_id}"


serves(Use.ELECTORAL, "communities.Signature")  # it says how somebody stands politically
