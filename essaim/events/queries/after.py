"""What came of a gathering, as its page shows it."""

from dataclasses import dataclass

from essaim.communities.readers import Reader
from essaim.events.models import Event
from essaim.events.queries.born import BornHere, born_of
from essaim.events.queries.pictures import PicturesInShort, pictures_in_short


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """All that came of it, as far as this reader may read it."""

    born: BornHere
    pictures: PicturesInShort


def after_of(reader: Reader, event: Event) -> After:
    return After(born=born_of(reader, event), pictures=pictures_in_short(reader, event))
