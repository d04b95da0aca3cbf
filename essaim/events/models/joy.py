from functools import reduce
from operator import and_
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from essaim.events.joy import SCORES
from essaim.events.models.events import Event
from essaim.foundation.privacy import impersonal

_EACH_IS_A_NUMBER = reduce(
    and_,
    (Q(**{f"counts__{one}__gte": 0, f"counts__{one}__isnull": False}) for one in range(SCORES)),
)


def nobody_yet() -> list[int]:
    return [0] * SCORES


@impersonal(
    purpose="How many people felt how much joy in a gathering: numbers, no answer of anybody.",
    fields="event counts",
)
class JoyTally(models.Model):
    """Of each score from 0 to 10, how many gave it; changed in place, under the lock of its row.

    No row of its own, no moment and no order of an answer is kept, so that none leads to a person.
    """

    event = models.OneToOneField(
        Event, primary_key=True, on_delete=models.CASCADE, related_name="joy_tally"
    )
    counts: models.Field[list[int], list[int]] = ArrayField(
        models.IntegerField(), default=nobody_yet, size=SCORES
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(counts__len=SCORES), name="joy_of_eleven_scores"),
            models.CheckConstraint(condition=_EACH_IS_A_NUMBER, name="joy_counts_people"),
        ]

    def __str__(self) -> str:
        return f"joy of {self.event_id}"
