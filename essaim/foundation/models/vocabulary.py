from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from essaim.foundation.privacy import impersonal


@impersonal(
    purpose="Words of texts that anybody may read, so that a mistyped one is understood.",
    fields="bare word texts",
)
class SearchWord(models.Model):
    """A word and how it is most often written; `bare` is lower case without accents."""

    bare = models.CharField(max_length=40, primary_key=True)
    word = models.CharField(max_length=40)
    texts = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["bare"], opclasses=["gin_trgm_ops"], name="searchword_letters")
        ]

    def __str__(self) -> str:
        return self.word
