from typing import ClassVar

from django.db import models


class Effect(models.Model):
    """No constraint keeps a second one out: only honest delivery does."""

    number = models.IntegerField()

    objects: ClassVar[models.Manager["Effect"]] = models.Manager()

    class Meta:
        app_label = "effects"

    def __str__(self) -> str:
        return str(self.number)
