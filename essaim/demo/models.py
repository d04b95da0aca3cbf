from typing import ClassVar

from django.db import models

from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import impersonal

SUBJECT_LENGTH = 200


@impersonal(
    purpose="Mails of a demo, shown to everyone who tries it; a real installation keeps none.",
    fields="id public_id recipients subject text sent_at",
)
class Mail(models.Model):
    """One mail that would have been sent."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    recipients = models.TextField()  # addresses, comma-separated
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    text = models.TextField()
    sent_at = models.DateTimeField(default=now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-sent_at", "-id"], name="mail_newest")]

    def __str__(self) -> str:
        return self.subject
