"""What moderation decides about: cases, the reports in them, and a community's rules for both."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from essaim.communities.models import Audience, Community, Decision
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.members.models import Member

NOTE_LENGTH = 600
POST = "discussions.post"  # what a message is called where things of any kind are meant
FEWEST_REPORTERS = 3  # one person, or two, silence nobody
DAYS = [MinValueValidator(1), MaxValueValidator(30)]


class ReportReason(models.TextChoices):
    """Why a member thinks something should not stand."""

    ABUSE = "abuse", _("insults or attacks a person")
    PRIVATE = "private", _("tells private things about someone")
    UNLAWFUL = "unlawful", _("breaks the law")
    SPAM = "spam", _("is advertising or spam")
    OTHER = "other", _("another reason")


@impersonal(
    purpose="How a community moderates: delays, thresholds and what new accounts may do.",
    fields="id community due_days claim_hours hides_at reporter_days newcomer_days"
    " newcomer_posts newcomer_links release_days",
)
class ModerationPolicy(models.Model):
    """Public, and every number of it: a community without a row has these defaults."""

    community = models.OneToOneField(
        Community, on_delete=models.CASCADE, related_name="moderation_policy"
    )
    due_days = models.PositiveSmallIntegerField(default=3, validators=DAYS)
    claim_hours = models.PositiveSmallIntegerField(
        default=24, validators=[MinValueValidator(1), MaxValueValidator(168)]
    )
    # How many reporters hide something until it is decided; 0: that takes a decision.
    hides_at = models.PositiveSmallIntegerField(default=3, validators=[MaxValueValidator(100)])
    # Only those count who have had an account, and belonged here, for so many days.
    reporter_days = models.PositiveSmallIntegerField(default=14, validators=DAYS)
    newcomer_days = models.PositiveSmallIntegerField(default=3, validators=[MaxValueValidator(30)])
    newcomer_posts = models.PositiveSmallIntegerField(
        default=10, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    newcomer_links = models.PositiveSmallIntegerField(default=1, validators=[MaxValueValidator(20)])
    # After so many days of silence what was held for a first look is shown.
    release_days = models.PositiveSmallIntegerField(default=2, validators=DAYS)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(hides_at=0) | Q(hides_at__gte=FEWEST_REPORTERS),
                name="policy_hides_at_three",
            ),
        ]

    def __str__(self) -> str:
        return f"moderation of {self.community_id}"


class Outcome(models.TextChoices):
    """How a case ended."""

    KEPT = "kept", _("kept")
    HIDDEN = "hidden", _("hidden")
    RELEASED = "released", _("shown after nobody decided in time")
    WITHDRAWN = "withdrawn", _("withdrawn by its author")
    LAPSED = "lapsed", _("the reports were taken back")


DECIDED = (Outcome.KEPT, Outcome.HIDDEN)


class CaseQuerySet(models.QuerySet["Case"]):
    def waiting(self) -> "CaseQuerySet":
        return self.filter(closed_at__isnull=True)

    def decided(self) -> "CaseQuerySet":
        """By somebody: not by the clock, and not what ended by itself."""
        return self.filter(outcome__in=DECIDED)

    def about(self, kind: str, subject_id: int) -> "CaseQuerySet":
        return self.filter(subject_kind=kind, subject_id=subject_id)


@personal(
    purpose="What moderators were asked to look at, what they decided, when and why.",
    subject="author",
    on_erasure=Erasure.ANONYMISE,
    exported="subject_kind opened_at due_at outcome closed_at put_back_at",
    other="id public_id community audience subject_id owner taken_at is_held signs release_at"
    " is_hidden_meanwhile decided_by wording decision",
)
class Case(models.Model):
    """One thing (a message, an idea…) before the moderators, from the first report to the end.

    `subject_kind` and `subject_id` name it, for it may stand on an upper floor; `author` wrote it.
    `decision` holds the public reason, and the appeal. `wording` is a digest of what it was about.
    An appeal or another decision may put back what was hidden: `put_back_at`.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="cases")
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.PUBLIC)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    author = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="cases")
    opened_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField()
    owner = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    taken_at = models.DateTimeField(null=True)
    is_held = models.BooleanField(default=False)
    signs: models.Field[list[str], list[str]] = ArrayField(
        models.CharField(max_length=20), default=list
    )
    release_at = models.DateTimeField(null=True)
    is_hidden_meanwhile = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    wording = models.CharField(max_length=64, blank=True)
    decided_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True)
    decision = models.OneToOneField(
        Decision, null=True, on_delete=models.PROTECT, related_name="moderated"
    )
    put_back_at = models.DateTimeField(null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"],
                condition=Q(closed_at__isnull=True),
                name="case_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="")
                | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="case_closed_with_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=DECIDED) | Q(decision__isnull=False),
                name="case_decided_with_reason",
            ),
            # Nobody judges their own words.
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(author__isnull=True)
                | ~Q(decided_by=F("author")),
                name="case_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(put_back_at__isnull=True) | Q(outcome=Outcome.HIDDEN),
                name="case_put_back_was_hidden",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["community", "opened_at", "id"],
                name="case_queue",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(fields=["community", "-closed_at", "-id"], name="case_of_community"),
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="case_of_subject"),
            models.Index(fields=["author", "-id"], name="case_of_author"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id}: {self.outcome or 'waiting'}"

    def owner_now(self, claim_hours: int) -> int | None:
        """Who has taken it, for as long as that lasts."""
        if self.owner_id is None or self.taken_at is None:
            return None
        lasts = self.taken_at + timedelta(hours=claim_hours) > now()
        return self.owner_id if lasts else None

    def is_overdue(self, moment: datetime | None = None) -> bool:
        return self.closed_at is None and self.due_at < (moment or now())


@personal(
    purpose="A member's report of something they read; the decision stands with its case.",
    subject="reporter",
    on_erasure=Erasure.ANONYMISE,
    exported="reason note created_at",
    blanked="note",
    other="id case",
)
class Report(models.Model):
    """Once for each member and case; counted, and never named to anybody."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL)
    reason = models.CharField(max_length=10, choices=ReportReason)
    note = models.TextField(blank=True, max_length=NOTE_LENGTH)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "reporter"], name="report_once_in_case"),
        ]
        indexes: ClassVar = [models.Index(fields=["reporter", "-id"], name="report_of_reporter")]

    def __str__(self) -> str:
        return f"{self.reason} in {self.case_id}"
