from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.foundation.search import Fields, trigram_index
from essaim.members.models import NAME_LENGTH, Member
from essaim.places.models import Place


class Kind(models.TextChoices):
    """What a community is; policy and words differ by kind, tables do not."""

    MOVEMENT = "movement", _("movement")
    ORGANISATION = "organisation", _("innovation community")
    COMMITTEE = "committee", _("committee")
    CHAPTER = "chapter", _("chapter")
    PRACTICE = "practice", _("community of practice")
    COHORT = "cohort", _("cohort")
    PROJECT = "project", _("project")
    CIRCLE = "circle", _("circle")
    UNIT = "unit", pgettext_lazy("community", "unit")


# What takes something new, of things of communities: as `Community.is_open` says it of one.
IN_OPEN_COMMUNITIES = Q(
    community__opened_at__isnull=False,
    community__closed_at__isnull=True,
    community__archived_at__isnull=True,
)


class Visibility(models.TextChoices):
    """Who may know that a community exists."""

    PUBLIC = "public", _("everyone")
    MEMBERS = "members", _("its members only")


WORDS_LENGTH = 200
ROOT_KINDS = frozenset({Kind.MOVEMENT, Kind.ORGANISATION})  # stand under no other community
MANIFESTO_KINDS = ROOT_KINDS
SEARCHED_COMMUNITY = Fields(
    title="name",
    body=Concat("tagline", Value(" "), "purpose", output_field=models.TextField()),
)
LOCAL_KINDS = frozenset({Kind.COMMITTEE, Kind.CHAPTER, Kind.PRACTICE})  # counted as alive or not
# Belonging here is not belonging above, and outlives it: a project is its bearer's.
SELF_STANDING_KINDS = frozenset({Kind.PROJECT})


class CommunityQuerySet(models.QuerySet["Community"]):
    def opened(self) -> "CommunityQuerySet":
        return self.filter(opened_at__isnull=False)

    def below(self, community: "Community") -> "CommunityQuerySet":
        """The community and everything under it."""
        return self.filter(Q(pk=community.pk) | Q(ancestor_ids__contains=[community.pk]))

    def left_with(self, community: "Community") -> "CommunityQuerySet":
        """What one leaves with a community: itself, what is below it and what went up in these.

        But for projects and what is below them, unless one leaves the project itself.
        """
        kinds = self._merged_kinds(community)
        found = self.filter(pk__in=kinds)
        kept = {pk for pk, kind in kinds.items() if kind in SELF_STANDING_KINDS}
        if not kept or community.kind in SELF_STANDING_KINDS:
            return found
        return found.exclude(Q(pk__in=kept) | Q(ancestor_ids__overlap=list(kept)))

    def with_merged(self, community: "Community") -> "CommunityQuerySet":
        """The same, and whatever went up in any of these, in as many steps as it took."""
        return self.filter(pk__in=self._merged_kinds(community))

    def _merged_kinds(self, community: "Community") -> dict[int, str]:
        """Of which kind each of these is, by id."""
        found: dict[int, str] = {}
        further = dict(self.below(community).values_list("pk", "kind"))
        while further.keys() - found.keys():
            found |= further
            near = Q(merged_into__in=found) | Q(ancestor_ids__overlap=list(found))
            further = dict(self.filter(near).values_list("pk", "kind"))
        return found

    def local(self) -> "CommunityQuerySet":
        """Open ones of a kind that lives by its own people: what can fall asleep."""
        return self.filter(
            kind__in=LOCAL_KINDS,
            opened_at__isnull=False,
            closed_at__isnull=True,
            archived_at__isnull=True,
        )

    def hold_open(self, community_id: int) -> "Community":
        """The community, kept from closing until this transaction ends; many may hold it."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM communities_community WHERE id = %s FOR SHARE", [community_id]
            )
        return self.get(pk=community_id)


@impersonal(
    purpose="A group of people of any kind, and how it lives.",
    fields="id slug kind name name_key tagline purpose parent ancestor_ids place language time_zone"
    " visibility is_political switched_off created_at opened_at closed_at archived_at merged_into"
    " divided_at founded_on source_name source_url",
)
class Community(models.Model):
    """A movement, committee, circle…: the one kernel object of groups.

    `ancestor_ids` (root first, itself left out) is changed only by `move_community`.
    An archive (`archived_at`) shows what was said elsewhere and takes nothing new. What went up in
    another one (`merged_into`) is closed; those who belonged to it still do, and read it.
    """

    slug = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=80)
    name_key = models.CharField(max_length=160, editable=False)
    tagline = models.CharField(max_length=160, blank=True)
    purpose = models.TextField(blank=True, max_length=2000)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    ancestor_ids: models.Field[list[int], list[int]] = ArrayField(
        models.BigIntegerField(), default=list, blank=True, editable=False
    )
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    language = models.CharField(max_length=2, default="fr")
    time_zone = models.CharField(max_length=40, default="Europe/Paris")
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    is_political = models.BooleanField(default=False)
    switched_off: models.Field[list[str], list[str]] = ArrayField(
        models.CharField(max_length=30), default=list, blank=True
    )
    created_at = models.DateTimeField(default=now)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    founded_on = models.DateField(null=True, blank=True)  # where it lived before it opened here
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    divided_at = models.DateTimeField(null=True)  # since when it stands in circles
    source_name = models.CharField(max_length=120, blank=True)
    source_url = models.URLField(blank=True)

    objects = CommunityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "communities"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(parent=F("id")), name="community_not_its_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(closed_at__isnull=False),
                name="community_merged_is_closed",
            ),
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True) | ~Q(source_name=""),
                name="community_archive_names_its_source",
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["ancestor_ids"], name="community_ancestors"),
            models.Index(fields=["name_key", "id"], name="community_by_name"),
            GinIndex(SEARCHED_COMMUNITY.document, name="community_searched"),
            trigram_index("name", name="community_name_letters"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Takes people and contributions."""
        return self.opened_at is not None and self.closed_at is None and self.archived_at is None

    @property
    def is_archive(self) -> bool:
        return self.archived_at is not None

    @property
    def since(self) -> date | None:
        """The day it was founded: as it says itself, else that of its opening here."""
        return self.founded_on or (localdate(self.opened_at) if self.opened_at else None)

    @property
    def lineage(self) -> list[int]:
        """Itself, then its parent, up to the root."""
        return [self.pk, *reversed(self.ancestor_ids)]

    def entered_with(self, found: "Mapping[int, Community]") -> "list[Community]":
        """What one belongs to by entering here, itself first; `found` holds the lineage by id."""
        entered: list[Community] = []
        for community_id in self.lineage:
            entered.append(found[community_id])
            if found[community_id].kind in SELF_STANDING_KINDS:
                break
        return entered

    @property
    def root_id(self) -> int:
        return self.ancestor_ids[0] if self.ancestor_ids else self.pk

    @property
    def needs_manifesto(self) -> bool:
        return self.kind in MANIFESTO_KINDS


@personal(
    purpose="The founding circle: who was there at the start, each by their own word.",
    subject="member",
    on_erasure=Erasure.ANONYMISE,
    exported="community name words email is_outside invited_at confirmed_at declined_at",
    blanked="name words email",
    other="id token mailed_at",
)
class Founder(models.Model):
    """One named founder, inside or outside the organisation; counts once they have confirmed."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="founders")
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL)
    name = models.CharField(max_length=NAME_LENGTH)
    words = models.CharField(max_length=WORDS_LENGTH, blank=True)  # why they are there, in theirs
    email = models.EmailField(blank=True)
    is_outside = models.BooleanField(default=False)
    token = models.CharField(max_length=64, unique=True, default=ids.secret_token)
    invited_at = models.DateTimeField(default=now)
    mailed_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "email"], condition=~Q(email=""), name="founder_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
