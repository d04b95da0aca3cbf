from typing import ClassVar

from django.db import models

from essaim.events.models.events import Event
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, personal
from essaim.members.models import Member
from essaim.needs.models import Need


@personal(
    purpose="Which needs came up at a gathering, and who said so.",
    subject="by",
    on_erasure=Erasure.ANONYMISE,
    exported="event need at",
    other="id",
)
class NeedBorn(models.Model):
    """A need is born once; who reads it, its own rules say."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="needs_born")
    need = models.OneToOneField(Need, on_delete=models.CASCADE, related_name="born")
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name_plural = "needs born"
        indexes: ClassVar = [models.Index(fields=["event", "id"], name="need_born_at_event")]

    def __str__(self) -> str:
        return f"{self.need_id} at {self.event_id}"
