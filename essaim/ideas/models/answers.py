from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, personal
from essaim.ideas.models.debates import Debate
from essaim.ideas.models.ideas import Idea
from essaim.members.models import Member

APPEAL = "ideas.appeal"  # what its words are called where things of any kind are meant
REASONS_LENGTH = 5000
CONTEST_LENGTH = 2000
DELIVERY_LENGTH = 600


class Decision(models.TextChoices):
    """What the answering role decides about an idea."""

    ADOPTED = "adopted", _("adopted")
    IN_PART = "in_part", _("adopted in part")
    NOT_ADOPTED = "not_adopted", _("not adopted")
    NEEDS_MORE = "needs_more", _("needs more")


ADOPTING = frozenset({Decision.ADOPTED, Decision.IN_PART})


@personal(
    purpose="One reasoned answer to all ideas of a debate that stayed below its threshold.",
    subject="answered_by",
    on_erasure=Erasure.ANONYMISE,
    exported="reasons answered_at",
    other="id debate answered_title",
)
class GroupedAnswer(models.Model):
    debate = models.OneToOneField(Debate, on_delete=models.PROTECT, related_name="grouped_answer")
    reasons = models.TextField(max_length=REASONS_LENGTH)
    answered_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL)
    answered_title = models.CharField(max_length=80)
    answered_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"grouped answer to {self.debate_id}"


@personal(
    purpose="What was decided about an idea, why, by which role, when.",
    subject="answered_by",
    on_erasure=Erasure.ANONYMISE,
    exported="decision reasons answered_at",
    other="id idea group answered_title",
)
class Answer(models.Model):
    """One answer an idea; those below the threshold share a group's reasons."""

    idea = models.OneToOneField(Idea, on_delete=models.PROTECT, related_name="answer")
    decision = models.CharField(max_length=12, choices=Decision)
    reasons = models.TextField(max_length=REASONS_LENGTH)
    answered_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL)
    answered_title = models.CharField(max_length=80)
    answered_at = models.DateTimeField(default=now)
    group = models.ForeignKey(
        GroupedAnswer, null=True, blank=True, on_delete=models.PROTECT, related_name="answers"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reasons=""), name="answer_has_reasons"),
        ]

    def __str__(self) -> str:
        return f"{self.decision} for {self.idea_id}"


@personal(
    purpose="The sentence that says a promise about an adopted idea was kept, by which role, when.",
    subject="delivered_by",
    on_erasure=Erasure.ANONYMISE,
    exported="text delivered_at",
    other="id idea delivered_title",
)
class DeliveryNote(models.Model):
    """What was delivered of an adopted idea; whether in time, its commitment says."""

    idea = models.OneToOneField(Idea, on_delete=models.PROTECT, related_name="delivery_note")
    text = models.TextField(max_length=DELIVERY_LENGTH)
    delivered_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL)
    delivered_title = models.CharField(max_length=80)
    delivered_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"delivery of {self.idea_id}"


class Outcome(models.TextChoices):
    """What a second look at an answer came to."""

    UPHELD = "upheld", _("upheld")
    CHANGED = "changed", _("changed")


@personal(
    purpose="Why an answer was contested, and what someone else decided about it.",
    subject="appellant",
    on_erasure=Erasure.ANONYMISE,
    exported="reasons made_at outcome decided_at withdrawn_at words_withdrawn_at",
    other="id public_id answer due_on first_decision first_reasons first_answered_by first_title"
    " first_answered_at decision_reasons decided_by decided_title hidden_at hidden_by"
    " hiding_reason",
)
class Appeal(models.Model):
    """An answer contested, once; the first answer stays here when the second look changes it.

    Withdrawn by its appellant it has no words any more, and none takes its place. Once decided
    it stays, and only its words are withdrawn (`words_withdrawn_at`).
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    answer = models.OneToOneField(Answer, on_delete=models.PROTECT, related_name="appeal")
    appellant = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="appeals"
    )
    reasons = models.TextField(max_length=CONTEST_LENGTH)
    made_at = models.DateTimeField(default=now)
    due_on = models.DateField()
    first_decision = models.CharField(max_length=12, choices=Decision)
    first_reasons = models.TextField(max_length=REASONS_LENGTH)
    first_answered_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    first_title = models.CharField(max_length=80)
    first_answered_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    decision_reasons = models.TextField(blank=True, max_length=REASONS_LENGTH)
    decided_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_title = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    words_withdrawn_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    hiding_reason = models.TextField(blank=True, max_length=600)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(reasons="")
                | Q(withdrawn_at__isnull=False)
                | Q(words_withdrawn_at__isnull=False),
                name="appeal_has_reasons",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(decided_at__isnull=True),
                name="appeal_decided_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, outcome="")
                | (Q(decided_at__isnull=False) & ~Q(outcome="") & ~Q(decision_reasons="")),
                name="appeal_decided_with_reasons",
            ),
            # Nobody judges their own answer.
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(first_answered_by__isnull=True)
                | ~Q(decided_by=F("first_answered_by")),
                name="appeal_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(appellant__isnull=True)
                | ~Q(decided_by=F("appellant")),
                name="appeal_not_decided_by_appellant",
            ),
        ]

    def __str__(self) -> str:
        return f"appeal against {self.answer_id}"
