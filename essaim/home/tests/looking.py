"""What a search answers, as tests look at it."""

from typing import Any

from essaim.communities.queries import SEARCH, Asked
from essaim.communities.readers import Reader
from essaim.foundation.search import searching


def found(reader: Reader, text: str, **limits: Any) -> dict[str, list[str]]:
    """The titles that each kind answers, without their marks."""
    asked = Asked(text, **limits)
    with searching():
        every = SEARCH.collect(reader, [asked]).get(asked, [])
    return {hits.kind: [hit.title.striptags() for hit in hits.hits] for hits in every if hits.hits}
