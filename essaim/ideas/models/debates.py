from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.db.models import F, Q

from essaim.communities.models import Audience, Community, Role
from essaim.discussions.models import Thread
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, personal
from essaim.foundation.search import Fields, trigram_index
from essaim.members.models import Member

SEARCHED_DEBATE = Fields(title="question", body="introduction")


class DebateQuerySet(models.QuerySet["Debate"]):
    def open(self) -> "DebateQuerySet":
        return self.filter(
            opened_at__isnull=False,
            closed_at__isnull=True,
            archived_at__isnull=True,
            withdrawn_at__isnull=True,
        )

    def hold_open(self, debate_id: int) -> "Debate":
        """The debate, kept from closing until this transaction ends; many may hold it at once."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM ideas_debate WHERE id = %s FOR SHARE", [debate_id])
        return self.select_related("community").get(pk=debate_id)

    def to_close(self) -> "DebateQuerySet":
        """Open ones whose last moment has passed."""
        return self.open().filter(closes_at__lte=now())


@personal(
    purpose="A question a community asks, and the promise of dated answers that goes with it.",
    subject="asked_by",
    on_erasure=Erasure.ANONYMISE,
    exported="question introduction created_at withdrawn_at withdrawal_reason",
    other="id public_id community audience thread language closes_at support_threshold"
    " answer_delay_days answering_role answering_title opened_at closed_at answers_due_on"
    " archived_at source_ref source_url",
)
class Debate(models.Model):
    """Draft until `opened_at`, open until `closed_at`; an archived one was held elsewhere.

    A withdrawn one is over without an end: nothing is owed, its ideas can be read.

    Opening needs a closing date, a threshold, a delay for answers and an answering role: the
    database refuses an open debate without them.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="debates")
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.PUBLIC)
    thread = models.OneToOneField(Thread, on_delete=models.PROTECT, related_name="debate")
    asked_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL)
    question = models.CharField(max_length=240)
    introduction = models.TextField(blank=True, max_length=5000)
    language = models.CharField(max_length=2, default="fr")
    created_at = models.DateTimeField(default=now)
    closes_at = models.DateTimeField(null=True, blank=True)
    support_threshold = models.PositiveIntegerField(null=True, blank=True)
    answer_delay_days = models.PositiveSmallIntegerField(null=True, blank=True)
    answering_role = models.CharField(max_length=20, choices=Role, blank=True)
    answering_title = models.CharField(max_length=80, blank=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    answers_due_on = models.DateField(null=True)
    archived_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal_reason = models.TextField(blank=True, max_length=600)
    source_ref = models.CharField(max_length=60, null=True, blank=True)
    source_url = models.URLField(blank=True, max_length=300)

    objects = DebateQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "source_ref"], name="debate_imported_once"
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True)
                | Q(archived_at__isnull=False)
                | (
                    Q(
                        closes_at__isnull=False,
                        support_threshold__isnull=False,
                        support_threshold__gte=1,
                        answer_delay_days__isnull=False,
                        closes_at__gt=F("opened_at"),
                    )
                    & ~Q(answering_role="")
                    & ~Q(answering_title="")
                ),
                name="debate_opens_with_its_promise",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True)
                | Q(archived_at__isnull=False)
                | Q(answers_due_on__isnull=False),
                name="debate_closed_owes_answers",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["community", "-opened_at", "-id"], name="debate_of_community"),
            GinIndex(SEARCHED_DEBATE.document, name="debate_searched"),
            trigram_index("question", name="debate_question_letters"),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def is_draft(self) -> bool:
        return self.opened_at is None and self.archived_at is None and not self.withdrawn_at

    @property
    def is_closed(self) -> bool:
        """Closed by us: its answers are owed. An archived one owes nothing here."""
        return self.closed_at is not None and self.archived_at is None

    @property
    def shown_to(self) -> str:
        """A draft is for those who hold a role; its thread's audience says the same."""
        return Audience.ROLE_HOLDERS if self.is_draft else self.audience

    @property
    def is_open(self) -> bool:
        """Takes ideas and support now; past its last moment it no longer does, closed or not."""
        return (
            self.opened_at is not None
            and self.closed_at is None
            and self.archived_at is None
            and self.withdrawn_at is None
            and (self.closes_at is None or now() < self.closes_at)
        )
