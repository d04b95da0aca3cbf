from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, personal
from essaim.ideas.models.debates import Debate
from essaim.members.models import Member

SYNTHESIS_LENGTH = 2000


@personal(
    purpose="What a community says of its debate when it sends ideas to a debate above it.",
    subject="sent_by",
    on_erasure=Erasure.ANONYMISE,
    exported="text sent_at withdrawn_at",
    other="id public_id debate target language",
)
class Synthesis(models.Model):
    """A closed debate sent to an open one above, once; the ideas sent are `carried_from` its own.

    It is read wherever the target is. Withdrawn, its words go; what it carried stays.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    debate = models.ForeignKey(Debate, on_delete=models.PROTECT, related_name="sent")
    target = models.ForeignKey(Debate, on_delete=models.PROTECT, related_name="received")
    text = models.TextField(max_length=SYNTHESIS_LENGTH)
    language = models.CharField(max_length=2, default="fr")
    sent_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL)
    sent_at = models.DateTimeField(default=now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["debate", "target"], name="synthesis_sent_once"),
            models.CheckConstraint(
                condition=~Q(text="") | Q(withdrawn_at__isnull=False), name="synthesis_has_words"
            ),
            models.CheckConstraint(condition=~Q(debate=F("target")), name="synthesis_goes_up"),
        ]

    def __str__(self) -> str:
        return f"{self.debate_id} to {self.target_id}"
