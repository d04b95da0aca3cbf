from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from essaim.communities.models import IN_OPEN_COMMUNITIES, Audience, Community
from essaim.discussions.models import Waiting
from essaim.foundation import ids
from essaim.foundation.clock import now, today
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.foundation.search import Fields
from essaim.members.models import SKILL_LENGTH, Member, Skill
from essaim.needs.models.words import TEXT_LENGTH, Remote
from essaim.places.models import Place

OFFER = "needs.offer"  # what an offer is called where things of any kind are meant
SEARCHED_OFFER = Fields(body="words")
MOST_SLOTS = 20


class OfferQuerySet(models.QuerySet["Offer"]):
    def standing(self) -> "OfferQuerySet":
        """Neither taken back nor hidden by a moderator."""
        return self.filter(withdrawn_at__isnull=True, hidden_at__isnull=True)

    def open(self) -> "OfferQuerySet":
        """Those one may be asked by: the twin of `Offer.is_open`."""
        day = today()
        return self.standing().filter(
            IN_OPEN_COMMUNITIES,
            paused_at__isnull=True,
            member__isnull=False,
            since_on__lte=day,
            expires_on__gte=day,
            taken__lt=F("slots"),
        )


@personal(
    purpose="What a member can give: in which community, how much a month, where, since when.",
    subject="member",
    on_erasure=Erasure.ANONYMISE,
    exported="words wants minutes_a_month slots place radius_km remote languages since_on"
    " expires_on created_at edited_at paused_at withdrawn_at",
    blanked="words wants",
    other="id public_id community audience taken language hidden_at hidden_by"
    " hiding_reason waiting_for",
)
class Offer(models.Model):
    """What somebody can give, in a community and in all those below it.

    `slots` says how many helps at once, `taken` how many are under way: a trigger counts them.
    Without `radius_km` one goes anywhere.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="help_offers")
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.MEMBERS)
    member = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="help_offers"
    )
    words = models.TextField(max_length=TEXT_LENGTH)
    wants = models.TextField(blank=True, max_length=TEXT_LENGTH)  # what they would like to do
    minutes_a_month = models.PositiveSmallIntegerField()
    slots = models.PositiveSmallIntegerField(default=1)
    taken = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    radius_km = models.PositiveSmallIntegerField(null=True, blank=True)
    remote = models.CharField(max_length=10, choices=Remote, default=Remote.EITHER)
    language = models.CharField(max_length=2, default="fr")  # of these words
    languages = ArrayField(models.CharField(max_length=2), default=list)  # that they speak
    since_on = models.DateField(default=today)
    created_at = models.DateTimeField(default=now)
    edited_at = models.DateTimeField(null=True)
    expires_on = models.DateField()  # its last day
    paused_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    hiding_reason = models.TextField(blank=True, max_length=600)
    waiting_for = models.CharField(max_length=8, choices=Waiting, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(slots__gte=1, slots__lte=MOST_SLOTS), name="offer_has_slots"
            ),
            models.CheckConstraint(condition=Q(taken__lte=F("slots")), name="offer_slots"),
            models.CheckConstraint(
                condition=Q(minutes_a_month__gte=1), name="offer_gives_some_time"
            ),
            models.CheckConstraint(
                condition=Q(remote=Remote.REMOTE) | Q(place__isnull=False),
                name="offer_somewhere_or_remote",
            ),
            models.CheckConstraint(
                condition=Q(waiting_for="") | Q(hidden_at__isnull=False),
                name="offer_waits_hidden",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["community", "-created_at", "-id"], name="offer_of_community"),
            models.Index(fields=["member", "-created_at"], name="offer_of_member"),
            GinIndex(SEARCHED_OFFER.document, name="offer_searched"),
        ]

    def __str__(self) -> str:
        return self.words[:60]

    @property
    def is_open(self) -> bool:
        """One may ask somebody: neither taken back, hidden nor paused, in time, with a slot left;
        in a community that is open.
        """
        return (
            self.withdrawn_at is None
            and self.hidden_at is None
            and self.member_id is not None
            and self.paused_at is None
            and self.since_on <= today() <= self.expires_on
            and self.taken < self.slots
            and self.community.is_open
        )


@impersonal(purpose="What an offer is good for.", fields="id offer skill name name_key")
class OfferSkill(models.Model):
    """As it was written; `skill` when the vocabulary has it."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, null=True, blank=True, on_delete=models.SET_NULL)
    name = models.CharField(max_length=SKILL_LENGTH)
    name_key = models.CharField(max_length=SKILL_LENGTH * 2)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["offer", "name_key"], name="offer_skill_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["skill", "offer"], name="offer_skill_in_order"),
            # What no vocabulary knows is found by its letters.
            GinIndex(
                OpClass(F("name_key"), name="gin_trgm_ops"),
                condition=Q(skill__isnull=True),
                name="offer_skill_letters",
            ),
        ]

    def __str__(self) -> str:
        return self.name
