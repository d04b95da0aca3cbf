from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from essaim.communities.models import IN_OPEN_COMMUNITIES, Audience, Community
from essaim.discussions.models import Waiting
from essaim.foundation import ids
from essaim.foundation.clock import now, today
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.foundation.search import Fields, trigram_index
from essaim.members.models import SKILL_LENGTH, Member, Skill
from essaim.needs.facts import Closing
from essaim.needs.models.words import (
    LONGEST,
    MOST_PEOPLE,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Remote,
)
from essaim.places.models import Place

NEED = "needs.need"  # what a need is called where things of any kind are meant
SEARCHED_NEED = Fields(
    title="title",
    body=Concat("what_for", Value(" "), "deliverable", output_field=models.TextField()),
)


class NeedKind(models.TextChoices):
    """Who can meet it: anybody, or somebody elected, whom a facilitator asks."""

    HELP = "help", _("a hand")
    OFFICIAL = "official", _("an elected official’s ear")


class NeedQuerySet(models.QuerySet["Need"]):
    def standing(self) -> "NeedQuerySet":
        """Not hidden by a moderator, and, if it is for an official, taken on by a facilitator."""
        return self.filter(hidden_at__isnull=True).filter(
            Q(kind=NeedKind.HELP) | Q(approved_at__isnull=False)
        )

    def open(self) -> "NeedQuerySet":
        """Those that still look for somebody: the twin of `Need.is_open`."""
        return self.standing().filter(
            IN_OPEN_COMMUNITIES,
            closed_at__isnull=True,
            filled_at__isnull=True,
            expires_on__gte=today(),
        )

    def waiting_for_facilitator(self) -> "NeedQuerySet":
        """Meant for the elected, and carried by nobody yet."""
        return self.filter(
            kind=NeedKind.OFFICIAL,
            approved_at__isnull=True,
            closed_at__isnull=True,
            hidden_at__isnull=True,
        )


@personal(
    purpose="What a member looks for help with, and who answers those who offer.",
    subject="posted_by",
    on_erasure=Erasure.ANONYMISE,
    exported="title what_for deliverable minutes place by_on people created_at edited_at filled_at"
    " closed_at closing",
    other="id public_id community contact kind remote language audience facilitator approved_at"
    " readable_at expires_on taken hidden_at hidden_by hiding_reason waiting_for",
)
class Need(models.Model):
    """What is looked for, shaped so that it can be met.

    `people` are its slots and `taken` how many are filled: a trigger counts the matches, and the
    database refuses one too many, whoever writes. `contact` answers those who offer.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="needs")
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.PUBLIC)
    posted_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL)
    contact = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="needs_answered"
    )
    kind = models.CharField(max_length=10, choices=NeedKind, default=NeedKind.HELP)
    title = models.CharField(max_length=TITLE_LENGTH)
    what_for = models.TextField(max_length=TEXT_LENGTH)
    deliverable = models.TextField(max_length=TEXT_LENGTH)
    minutes = models.PositiveSmallIntegerField()
    remote = models.CharField(max_length=10, choices=Remote, default=Remote.EITHER)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    by_on = models.DateField(null=True, blank=True)
    people = models.PositiveSmallIntegerField(default=1)
    taken = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    language = models.CharField(max_length=2, default="fr")
    facilitator = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    readable_at = models.DateTimeField(null=True)  # since when others than its side could read it
    created_at = models.DateTimeField(default=now)
    edited_at = models.DateTimeField(null=True)
    expires_on = models.DateField()  # its last day
    filled_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closing = models.CharField(max_length=12, choices=Closing, blank=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    hiding_reason = models.TextField(blank=True, max_length=600)
    waiting_for = models.CharField(max_length=8, choices=Waiting, blank=True)

    objects = NeedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(people__gte=1, people__lte=MOST_PEOPLE), name="need_of_some_people"
            ),
            models.CheckConstraint(condition=Q(taken__lte=F("people")), name="need_slots"),
            models.CheckConstraint(
                condition=Q(filled_at__isnull=True) | Q(taken=F("people")),
                name="need_filled_when_taken",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=LONGEST), name="need_takes_a_time"
            ),
            models.CheckConstraint(
                condition=Q(remote=Remote.REMOTE) | Q(place__isnull=False),
                name="need_somewhere_or_remote",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closing="")
                | (Q(closed_at__isnull=False) & ~Q(closing="")),
                name="need_closed_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True) | Q(kind=NeedKind.OFFICIAL),
                name="need_approved_for_an_official",
            ),
            models.CheckConstraint(
                condition=Q(waiting_for="") | Q(hidden_at__isnull=False),
                name="need_waits_hidden",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["community", "-created_at", "-id"], name="need_of_community"),
            models.Index(fields=["posted_by", "-created_at"], name="need_of_member"),
            models.Index(
                fields=["expires_on"],
                condition=Q(closed_at__isnull=True),
                name="need_open_until",
            ),
            GinIndex(SEARCHED_NEED.document, name="need_searched"),
            trigram_index("title", name="need_title_letters"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Looks for somebody: neither hidden, over, full nor past its day, and, if it is for an
        official, taken on; in a community that is open.
        """
        return (
            self.hidden_at is None
            and (self.kind == NeedKind.HELP or self.approved_at is not None)
            and self.closed_at is None
            and self.filled_at is None
            and self.expires_on >= today()
            and self.community.is_open
        )

    @property
    def side(self) -> set[int]:
        """Whoever answers for it: its facilitator, or its contact and whoever posted it."""
        if self.kind == NeedKind.OFFICIAL:
            found = {self.facilitator_id}
        else:
            found = {self.contact_id, self.posted_by_id}
        return {one for one in found if one is not None}


@impersonal(
    purpose="What one has to know for a need.", fields="id need skill name name_key is_must"
)
class NeedSkill(models.Model):
    """As it was written; `skill` when the vocabulary has it. Without the musts one is only told."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, null=True, blank=True, on_delete=models.SET_NULL)
    name = models.CharField(max_length=SKILL_LENGTH)
    name_key = models.CharField(max_length=SKILL_LENGTH * 2)
    is_must = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["need", "name_key"], name="need_skill_once"),
        ]
        indexes: ClassVar = [
            # What no vocabulary knows is found by its letters.
            GinIndex(
                OpClass(F("name_key"), name="gin_trgm_ops"),
                condition=Q(skill__isnull=True),
                name="need_skill_letters",
            ),
        ]

    def __str__(self) -> str:
        return self.name
