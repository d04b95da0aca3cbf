from typing import ClassVar

from django.db import models

from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, impersonal, personal


@personal(
    purpose="What a member uploaded, for the thing that shows it.",
    subject="uploader_id",
    on_erasure=Erasure.DELETE,
    exported="shown_name media_type size stored_at",
    other="id name width height",
)
class StoredFile(models.Model):
    """Bytes under a random name; what owns them holds a foreign key and judges who reads them.

    When a row goes, whoever deletes it, a trigger notes its name for its bytes to go too.
    """

    name = models.CharField(max_length=32, unique=True)
    uploader_id = models.BigIntegerField(null=True)
    shown_name = models.CharField(max_length=140, blank=True)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    stored_at = models.DateTimeField(default=now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["uploader_id"], name="file_of_uploader")]

    def __str__(self) -> str:
        return self.name


@impersonal(
    purpose="Random names of files whose bytes are still to be erased, for a minute.",
    fields="id name",
)
class DroppedFile(models.Model):
    """Written by a trigger of the database alone."""

    name = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.name
