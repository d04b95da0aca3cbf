from collections.abc import Collection
from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from essaim.communities.models import Audience
from essaim.discussions.models import Waiting
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, personal
from essaim.members.models import Member
from essaim.needs.facts import Side
from essaim.needs.models.needs import Need, NeedKind
from essaim.needs.models.offers import Offer
from essaim.needs.models.words import LONGEST, TEXT_LENGTH

MATCH = "needs.match"  # what a match is called where things of any kind are meant
MESSAGE = "needs.message"  # what a message of one is called there
STORY = "needs.story"  # what the story of a help is called there
MESSAGE_LENGTH = 2000
MOST_ASKED = 5  # requests that wait for one person's answer at once: more would swamp them
UNDO_WINDOW = timedelta(days=1)
REMINDED_AFTER = (timedelta(days=3), timedelta(days=7))
SILENT_AFTER = timedelta(days=14)  # then nobody waits any longer


class State(models.TextChoices):
    """Where a match stands."""

    ASKED = "asked", pgettext_lazy("match", "asked")
    ACCEPTED = "accepted", pgettext_lazy("match", "agreed")
    DECLINED = "declined", pgettext_lazy("match", "declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("match", "taken back")
    UNMATCHED = "unmatched", pgettext_lazy("match", "called off")
    EXPIRED = "expired", pgettext_lazy("match", "without an answer")
    RELEASED = "released", pgettext_lazy("match", "others came first")
    DONE = "done", pgettext_lazy("match", "done")


LIVE = (State.ASKED, State.ACCEPTED)


class Act(models.TextChoices):
    """What happened to a match."""

    ASK = "ask", pgettext_lazy("act", "asked")
    ACCEPT = "accept", pgettext_lazy("act", "said yes")
    DECLINE = "decline", pgettext_lazy("act", "said no")
    WITHDRAW = "withdraw", pgettext_lazy("act", "took it back")
    UNMATCH = "unmatch", pgettext_lazy("act", "called it off")
    UNDO = "undo", pgettext_lazy("act", "undid this")
    EXPIRE = "expire", pgettext_lazy("act", "no answer came")
    RELEASE = "release", pgettext_lazy("act", "others came first")
    DONE = "done", pgettext_lazy("act", "helped")


class MatchQuerySet(models.QuerySet["Match"]):
    def waiting(self) -> "MatchQuerySet":
        """Asked and not answered."""
        return self.filter(state=State.ASKED)

    def asked_of(self, member_id: int) -> "MatchQuerySet":
        """What waits for this person's answer as a helper: at most `MOST_ASKED`."""
        return self.waiting().filter(helper=member_id, asked_by=Side.NEED)

    def answered_by(self, member_ids: Collection[int]) -> "MatchQuerySet":
        """Those in which somebody of these is on the side of the need: see `Need.side`."""
        asks = Q(need__contact__in=member_ids) | Q(need__posted_by__in=member_ids)
        carries = Q(need__facilitator__in=member_ids)
        return self.filter(
            (asks & Q(need__kind=NeedKind.HELP)) | (carries & Q(need__kind=NeedKind.OFFICIAL))
        )


@personal(
    purpose="Who would help, or helps, with which need, who asked and why they were suggested.",
    subject="helper",
    on_erasure=Erasure.ANONYMISE,
    exported="need asked_by state asked_at changed_at",
    other="id public_id offer reasons reminders",
)
class Match(models.Model):
    """One need and one person who would help with it, once for both, with all its history.

    `state` is where its last event left it: a trigger refuses anything else. `reasons` are the
    codes of why the two were suggested to each other.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="matches")
    helper = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="matches")
    offer = models.ForeignKey(
        Offer, null=True, blank=True, on_delete=models.SET_NULL, related_name="matches"
    )
    asked_by = models.CharField(max_length=6, choices=Side)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    reasons: models.Field[list[str], list[str]] = ArrayField(
        models.CharField(max_length=40), default=list, blank=True
    )
    asked_at = models.DateTimeField(default=now)  # the last time
    changed_at = models.DateTimeField(default=now)
    reminders = models.PositiveSmallIntegerField(default=0)  # of this question, sent

    objects = MatchQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["need", "helper"], name="match_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["helper", "state", "asked_by"], name="match_of_helper"),
            models.Index(fields=["asked_at"], condition=Q(state=State.ASKED), name="match_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.helper_id} for {self.need_id}: {self.state}"


@personal(
    purpose="What happened to a match, by whom and when.",
    subject="actor",
    on_erasure=Erasure.ANONYMISE,
    exported="act at",
    other="id match state undone",
)
class MatchEvent(models.Model):
    """One step, only ever added; without an actor the clock took it. `state` is what it led to."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="events")
    act = models.CharField(max_length=10, choices=Act)
    state = models.CharField(max_length=10, choices=State)
    actor = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=now)
    undone = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="undoing"
    )

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(act=Act.UNDO, undone__isnull=False)
                | (~Q(act=Act.UNDO) & Q(undone__isnull=True)),
                name="match_event_undoes_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} of {self.match_id}"


@personal(
    purpose="What the two sides of a match say to each other; nobody else reads it.",
    subject="author",
    on_erasure=Erasure.ANONYMISE,
    exported="text written_at",
    blanked="text",
    other="id public_id match hidden_at hidden_by hiding_reason waiting_for",
)
class MatchMessage(models.Model):
    """For two people, so no thread: those have no audience for two. Moderators read what is
    reported to them.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(max_length=MESSAGE_LENGTH)
    written_at = models.DateTimeField(default=now)
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    hiding_reason = models.TextField(blank=True, max_length=600)
    waiting_for = models.CharField(max_length=8, choices=Waiting, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["match", "id"], name="match_message_of_match"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


@personal(
    purpose="How long somebody helped, as both sides say; thanks, joy and a story if they like.",
    subject="helper",
    on_erasure=Erasure.ANONYMISE,
    exported="said_minutes said_at confirmed_minutes confirmed_at thanks joy",
    blanked="joy",
    other="id match helped_on confirmed_by story story_audience story_told_at hidden_at hidden_by"
    " hiding_reason",
)
class Help(models.Model):
    """The helper says how long; it counts once the other side has confirmed it.

    A person's hours are their own record; a community tells only totals. `joy` is the helper's,
    from 0 to 10, and never shown by person.
    """

    match = models.OneToOneField(Match, on_delete=models.PROTECT, related_name="help")
    helper = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="helps")
    helped_on = models.DateField(null=True)
    said_minutes = models.PositiveSmallIntegerField(null=True)
    said_at = models.DateTimeField(null=True)
    confirmed_minutes = models.PositiveSmallIntegerField(null=True)
    confirmed_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="helps_confirmed"
    )
    confirmed_at = models.DateTimeField(null=True)
    thanks = models.TextField(blank=True, max_length=TEXT_LENGTH)
    joy = models.PositiveSmallIntegerField(null=True, validators=[MaxValueValidator(10)])
    story = models.TextField(blank=True, max_length=TEXT_LENGTH)
    story_audience = models.CharField(max_length=20, choices=Audience, default=Audience.MEMBERS)
    story_told_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    hiding_reason = models.TextField(blank=True, max_length=600)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_minutes__isnull=True)
                | Q(
                    confirmed_at__isnull=False,
                    confirmed_minutes__isnull=False,
                    confirmed_minutes__gte=1,
                    confirmed_minutes__lte=LONGEST,
                ),
                name="help_confirmed_in_minutes",
            ),
            models.CheckConstraint(
                condition=Q(joy__isnull=True) | Q(joy__lte=10), name="help_joy_to_ten"
            ),
            models.CheckConstraint(
                condition=Q(story="") | Q(story_told_at__isnull=False), name="help_story_told"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["helper", "-confirmed_at"], name="help_of_member"),
        ]

    def __str__(self) -> str:
        return f"help of {self.match_id}"
